"""Files that lack what their rows can't do without: they would be taken, and count nowhere.

A rate without its other currency, a cost that is neither marketing's nor sales', a call that
neither came in nor went out: whoever loads such a file is told what to add. Calls of somebody that
lack what a switchboard knows are activities.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.labels import field_label
from kpilot.load.shapes.cells import says
from kpilot.load.shapes.desk import Desk, kind_of, meant

# Of each group one field is wanted.
WANTED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "fx_rate": (("from_currency",), ("to_currency",), ("date",), ("rate",)),
    "cost": (("amount",), ("function",), ("start_date",)),
    "subscription_mrr": (("account_id", "subscription_id"), ("from_date",), ("mrr",)),
    "survey_response": (("at",), ("score",), ("kind",)),
    "call": (("started_at",), ("direction",), ("outcome",)),
    "agent_state": (("agent_id",), ("from_at",), ("state",)),
    "email_event": (("message_id",), ("recipient",), ("event",), ("at",)),
    "agent_team_history": (("agent_id",), ("from_date",), ("team_id",)),
    "opportunity_split": (("opportunity_id",), ("agent_id",), ("weight",)),
    "calendar_day": (("date",), ("is_working", "fiscal_year", "fiscal_period", "season_weight")),
}


def leave_out(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables, those without a column they need marked with what it is."""
    return [raw if raw.left_out or not raw.rows else _judged(raw) for raw in tables]


def _judged(raw: RawTable) -> RawTable:
    kind = kind_of(raw)
    if kind is None or kind not in WANTED:
        return raw
    why = lacks(kind, {field for header in raw.columns for field in says(kind, header)})
    if why and kind == "call" and meant(raw, "activity", "at") is not None \
            and meant(raw, "activity", "agent_id") is not None:
        return replace(raw, table="activity")  # a call that somebody made is work done
    return replace(raw, table="", left_out=why) if why else raw


def lacks(table: str, fields: Collection[str | None]) -> Text | None:
    """What a table with these fields can't do without and has not, after "is left out:"."""
    missing = next((group for group in WANTED.get(table, ()) if not {*fields} & {*group}), None)
    return Text("it has no column for “{field}”, without which its rows count nowhere",
                field=field_label(table, missing[0])) if missing else None
