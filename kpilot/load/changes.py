"""What a load changed, appended to history, so that nothing a CRM overwrites is lost.

A change seen by comparing two loads happened somewhere between them: its row stands just before
the moment the newer file speaks of (the lesser of its horizon and the load) and is marked
"compared", so that it gives a state and never a duration (rule G11). Where nothing was recorded
before, the former value gets a row too: from the record's creation, or from its closing for a
closed stage, as far as these are known, else from the load that brought it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kpilot.core.tables import TABLES
from kpilot.load.work import Staged, Work
from kpilot.warehouse.sql import Sql, append, fill, one, run, text

TICK = timedelta(microseconds=1)
# As far back as anyone asks: a team nobody saw change was the team all along.
ALWAYS = "1970-01-01"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One column of which every value is kept: where, and what the columns are called there."""

    table: str
    column: str
    history: str
    of: str
    value: str


KEPT = (
    Kept(table="opportunity", column="stage_id", history="stage_history", of="opportunity_id",
         value="stage_id"),
    Kept(table="opportunity", column="owner_id", history="owner_history", of="opportunity_id",
         value="agent_id"),
    Kept(table="opportunity", column="amount", history="amount_history", of="opportunity_id",
         value="amount"),
    Kept(table="opportunity", column="expected_close_date", history="close_date_history",
         of="opportunity_id", value="expected_close_date"),
    Kept(table="opportunity", column="probability", history="probability_history",
         of="opportunity_id", value="probability"),
    Kept(table="lead", column="status_id", history="lead_status_history", of="lead_id",
         value="status_id"),
    Kept(table="lead", column="owner_id", history="lead_owner_history", of="lead_id",
         value="agent_id"),
)


def append_changes(work: Work, staged: Staged, changed: str, horizon: datetime | None) -> None:
    """Append what differs between the known rows and those of `changed`, which replace them."""
    moment = min(work.now, horizon or work.now) - TICK
    for kept in KEPT:
        if kept.table == staged.table.name and kept.column in staged.columns:
            _append(work, staged, kept, changed, moment)
    if staged.table.name == "agent" and "team_id" in staged.columns:
        append_team_changes(work, staged.table.name, changed, moment)


def _append(work: Work, staged: Staged, kept: Kept, changed: str, moment: datetime) -> None:
    moved = staged.temporary("moved", kept.history)
    required = TABLES[kept.history].field(kept.value).required
    run(work.cursor, """
        CREATE TEMP TABLE {moved} AS
        SELECT t.id, t.{column} AS was, c.{column} AS becomes, {since} AS since, h.last_at,
            h.last_value, h.id IS NOT NULL AS has_history
        FROM {table} AS t JOIN {changed} AS c ON c.id = t.id
        LEFT JOIN (
            SELECT {of} AS id, max(coalesce("at", at_on)) AS last_at,
                arg_max({value}, coalesce("at", at_on)) AS last_value
            FROM {history} WHERE {of} IN (SELECT id FROM {changed}) GROUP BY 1) AS h ON h.id = t.id
        WHERE t.{column} IS DISTINCT FROM c.{column}
        """, moved=moved, column=kept.column, since=_since(kept), table=kept.table,
        changed=changed, of=kept.of, value=kept.value, history=kept.history)
    if not one(work.cursor, "SELECT count(*) FROM {moved}", moved=moved)[0]:
        return
    into = fill("""{history} ({of}, "at", {value}, source, load_id, first_load_id, origin)""",
                history=kept.history, of=kept.of, value=kept.value)
    append(work.cursor, into, """
        SELECT id, least(coalesce(since, ?::TIMESTAMP), ?::TIMESTAMP), was, ?, ?, ?, 'compared'
        FROM {moved} WHERE NOT has_history AND {was_known}
        """, moment - TICK, moment - TICK, work.plan.source, work.load_id, work.load_id,
        moved=moved, was_known=Sql("was IS NOT NULL" if required else "TRUE"))
    append(work.cursor, into, """
        SELECT id, greatest(?::TIMESTAMP, coalesce(last_at + INTERVAL 1 MICROSECOND, ?)),
            becomes, ?, ?, ?, 'compared'
        FROM {moved} WHERE (NOT has_history OR last_value IS DISTINCT FROM becomes)
            AND {becomes_known}
        """, moment, moment, work.plan.source, work.load_id, work.load_id, moved=moved,
        becomes_known=Sql("becomes IS NOT NULL" if required else "TRUE"))


def _since(kept: Kept) -> Sql:
    """SQL: from when on the former value is taken to hold, NULL when nothing says."""
    load = Sql("""(SELECT least(l.started_at, coalesce(l.horizon, l.started_at))
        - INTERVAL 1 MICROSECOND FROM kp_load AS l WHERE l.id = t.load_id)""")
    born = Sql("t.created_at, t.created_on")
    if kept.table == "opportunity":
        born = Sql("t.created_at, t.created_on, t.started_at, t.started_on")
    if kept.history != "stage_history":
        return Sql(f"coalesce({born}, {load})")
    return fill("""CASE WHEN coalesce(t.status, (SELECT k.kind FROM stage AS k
        WHERE k.id = t.stage_id)) <> 'open' THEN coalesce(t.closed_at, t.closed_on, {load})
        ELSE coalesce({born}, {load}) END""", born=born, load=load)


def append_team_changes(work: Work, table: str, changed: str, moment: datetime) -> None:
    """The same for salespeople who change teams; days, not moments, divide their teams."""
    into = Sql("agent_team_history (agent_id, from_date, team_id, source, load_id,"
               " first_load_id, origin)")
    day = fill("CAST(?::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE {tz} AS DATE)", tz=text(work.tz))
    moved = fill("""FROM {table} AS t JOIN {changed} AS c ON c.id = t.id
        WHERE t.team_id IS DISTINCT FROM c.team_id AND t.team_id IS NOT NULL""",
        table=table, changed=changed)
    append(work.cursor, into, """
        SELECT t.id, {always}, t.team_id, ?, ?, ?, 'compared' {moved}
            AND t.id NOT IN (SELECT agent_id FROM agent_team_history)
        """, work.plan.source, work.load_id, work.load_id, moved=moved,
        always=Sql(f"DATE '{ALWAYS}'"))
    append(work.cursor, into, """
        SELECT t.id, {day}, c.team_id, ?, ?, ?, 'compared' {moved}
            AND NOT EXISTS (SELECT 1 FROM agent_team_history AS h WHERE h.agent_id = t.id
                AND h.from_date >= {day})
        """, moment, work.plan.source, work.load_id, work.load_id, moment,
        moved=moved, day=day)
