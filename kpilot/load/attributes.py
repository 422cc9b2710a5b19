"""What a flat export says about other rows: the account's industry, the owner's team.

One row in the file, many mentions: the value on most rows counts, the first of equals. An empty
cell says nothing about another row, so it erases nothing; and where a file of this load describes
the row itself, that file has the last word and mentions only fill what it left open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpilot.core.schema import columns
from kpilot.core.tables import TABLES
from kpilot.core.text import Text
from kpilot.load import choices
from kpilot.load.changes import append_team_changes
from kpilot.load.references import create_named, resolve
from kpilot.load.values import moment, typed
from kpilot.load.work import NAMED, Mapped, Staged, Work
from kpilot.load.writing import replace_rows
from kpilot.warehouse.sql import Sql, fill, one, run


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A column that describes rows of another table.

    through   the dictionary (cell, id) of the rows described, and the raw cell to look up in it
    value     SQL over `raw` and `v`, the dictionary of values when they are rows themselves
    """

    mapped: Mapped
    table: str
    column: str
    through: str
    cell: Sql
    value: Sql
    values: str | None = None
    of: str | None = None


def mentions(work: Work, staged: Staged) -> Iterator[Mention]:
    """Every attribute the file gives to rows of other tables, teams before their parents."""
    teams: dict[str | None, tuple[str, Sql]] = {}
    own = staged.column("team_id") if staged.table.name == "agent" else None
    if own:
        teams[None] = staged.references[own.index], own.cell
    for mapped in staged.mapped:
        if mapped.target.through is None or mapped.target.field.name == "parent_team":
            continue
        described = _described(staged, mapped)
        if described is None:
            continue
        field = mapped.target.field
        if field.references:
            made = resolve(work, staged, mapped, field.references, kind="mention")
            if field.references == "team":
                teams[mapped.target.through.name] = made, mapped.cell
            yield Mention(mapped=mapped, table=mapped.target.of, column=field.name,
                          through=described[0], cell=described[1], value=Sql("v.id"), values=made,
                          of=field.references)
            continue
        for column, sql in _values(staged.zone(work), mapped):
            yield Mention(mapped=mapped, table=mapped.target.of, column=column,
                          through=described[0], cell=described[1], value=sql)
    for mapped in staged.mapped:
        through = mapped.target.through.name if mapped.target.through else None
        if mapped.target.field.name == "parent_team" and through in teams:
            made = resolve(work, staged, mapped, "team", kind="mention")
            yield Mention(mapped=mapped, table="team", column="parent_id",
                          through=teams[through][0], cell=teams[through][1], value=Sql("v.id"),
                          values=made, of="team")


def _described(staged: Staged, mapped: Mapped) -> tuple[str, Sql] | None:
    through = mapped.target.through
    column = staged.column(through.name) if through else None
    if column is None or column.index not in staged.references:
        return None
    return staged.references[column.index], column.cell


def _values(zone: str, mapped: Mapped) -> Iterator[tuple[str, Sql]]:
    field, cell = mapped.target.field, Sql(f"raw.{mapped.cell}")
    if field.virtual or field.name == "id":
        return
    if field.kind == "instant":
        both = moment(cell, mapped.style, zone)
        yield field.name, Sql(both.at)
        yield field.date_name, Sql(both.on)
    else:
        words = choices.words(mapped.target.of, field.name) if field.choices else None
        yield field.name, Sql(typed(cell, field.kind, mapped.style, words))


def mention(
    work: Work, staged: Staged, done: Sequence[Staged], horizon: datetime | None
) -> dict[str, list[str]]:
    """Write what the file says about other rows; the rows this creates: table → names."""
    made: dict[str, list[str]] = {}
    for number, found in enumerate(mentions(work, staged)):
        said = _say(work, staged, found, number)
        if found.values and found.of in NAMED:
            used = fill("SELECT v FROM {said}", said=said)
            names = create_named(work, found.values, str(found.of), used)
            if names:
                made.setdefault(str(found.of), []).extend(names)
        _apply(work, staged, found, said, done, horizon)
    return made


def _say(work: Work, staged: Staged, found: Mention, number: int) -> str:
    """The temporary table (id, v) of one attribute: the value on most accepted rows."""
    said = staged.temporary("said", number)
    value_join = fill("JOIN {values} AS v ON v.cell = raw.{cell}", values=found.values,
                      cell=found.mapped.cell) if found.values else Sql("")
    run(work.cursor, """
        CREATE TEMP TABLE {said} AS
        SELECT id, v, count(*) OVER (PARTITION BY id) AS options FROM (
            SELECT d.id, {value} AS v, count(*) AS n, min(raw."row") AS first_row
            FROM {raw} AS raw JOIN {through} AS d ON d.cell = raw.{cell} {value_join}
            WHERE raw."row" NOT IN (SELECT "row" FROM {rows} WHERE _fate = 'refused')
            GROUP BY 1, 2)
        WHERE v IS NOT NULL AND id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY n DESC, first_row) = 1
        """, said=said, value=found.value, raw=staged.cells, through=found.through,
        cell=found.cell, value_join=value_join, rows=staged.rows)
    several = one(work.cursor, "SELECT count(*) FROM {said} WHERE options > 1", said=said)[0]
    if several:
        staged.notes.append(Text(
            "“{column}” has several values for the same thing ({n} times in {file}): the one on"
            " most rows counts.", column=found.mapped.header, n=several,
            file=staged.plan.raw.name))
    return said


def _apply(
    work: Work, staged: Staged, found: Mention, said: str, done: Sequence[Staged],
    horizon: datetime | None,
) -> None:
    described = [other for other in (*done, staged) if other.table.name == found.table]
    own = Sql(" UNION ALL ".join(fill("SELECT id FROM {rows}", rows=other.rows)
                                 for other in described) or "SELECT NULL WHERE FALSE")
    changed = said + "_changed"
    kind = dict(columns(TABLES[found.table]))[found.column]
    run(work.cursor, """
        CREATE TEMP TABLE {changed} AS
        SELECT t.* REPLACE (CAST(s.v AS {kind}) AS {column}, {load} AS load_id)
        FROM {table} AS t JOIN {said} AS s ON s.id = t.id
        WHERE t.{column} IS DISTINCT FROM s.v AND s.v::VARCHAR <> t.id
            AND (t.{column} IS NULL OR t.id NOT IN ({own}))
        """, changed=changed, kind=Sql(kind), column=found.column, load=Sql(str(work.load_id)),
        table=found.table, said=said, own=own)
    if found.table == "agent" and found.column == "team_id":
        append_team_changes(work, "agent", changed, min(work.now, horizon or work.now))
    replace_rows(work, TABLES[found.table], changed)
