"""A task of Salesforce is about "what" and "who": ids of several kinds of record in one column.

The first three characters of a Salesforce id say what it identifies, which is the only way to tell.
Its "activity date" is the day of an event, and the day a task is due.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, meant, take
from kpilot.warehouse.sql import Sql, fill, text

ID = "[0-9A-Za-z]{15}([0-9A-Za-z]{3})?"
ACCOUNT, OPPORTUNITY, LEAD = "001", "006", "00Q"


def sort_out(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with ids of another kind of record taken out of "what" and "who"."""
    return [_sorted(desk, raw) if kind_of(raw) == "activity" and raw.rows else raw
            for raw in tables]


def _sorted(desk: Desk, raw: RawTable) -> RawTable:
    what, who = column(raw, "what id"), column(raw, "who id")
    if what is None and who is None:
        return raw
    account = meant(raw, "activity", "account_id")
    cells = []
    for n in range(len(raw.columns)):
        own = cell(n)
        if n in (what, who):
            own = _only(own, OPPORTUNITY if n == what else LEAD)
        elif n == account and what is not None:
            own = fill("coalesce({own}, CASE WHEN starts_with({what}, {prefix}) THEN {what} END)",
                       own=own, what=cell(what), prefix=text(ACCOUNT))
        cells.append(own)
    headers = list(raw.columns)
    day = column(raw, "activity date")
    if day is not None and column(raw, "start date time", "activity date time") is None:
        headers[day] = "due_date"  # of a task; an event has it beside its start
    made = desk.write(raw, take(raw, cells), headers)
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)


def _only(own: Sql, prefix: str) -> Sql:
    """SQL: the cell, unless it is an id of another kind of record."""
    return fill("CASE WHEN starts_with({own}, {prefix}) OR NOT regexp_full_match({own}, {id})"
                " THEN {own} END", own=own, prefix=text(prefix), id=text(ID))
