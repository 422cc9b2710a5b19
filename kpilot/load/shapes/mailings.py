"""The log of an e-mail service: each event names the sending that caused it, and has detail files.

The sending itself is the message: what has no cause is one. Events about the machinery (put off,
printed, forwarded, never sent) count for nothing and are left out with a note.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import phrase
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, take
from kpilot.warehouse.sql import Sql, fill, listed, text

CAUSE, EVENT = ("sent by id",), ("type", "event type", "event")
NEITHER = frozenset({"deferred", "print", "forward", "dropped", "mta dropped"})
CHANGED = frozenset({"statuschange", "status change"})
STATUS = ("portal subscription status", "subscription status")


def clean(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with every log of e-mail events brought to one row for each event that counts."""
    logs = [raw for raw in tables if kind_of(raw) == "email_event"
            and column(raw, "id") is not None and column(raw, *CAUSE) is not None
            and column(raw, *EVENT) is not None]
    if not logs:
        return list(tables)
    made = []
    for raw in tables:
        if raw in logs:
            made.append(_log(desk, raw, tables))
        elif kind_of(raw) is None and not raw.left_out and phrase(raw.name).startswith(
                "email event ") and column(raw, "id") is not None:
            made.append(replace(raw, left_out=Text(
                "it only adds details to the events of “{file}”", file=logs[0].name)))
        else:
            made.append(raw)
    return made


def _log(desk: Desk, raw: RawTable, tables: Sequence[RawTable]) -> RawTable:
    own, cause, event = column(raw, "id"), column(raw, *CAUSE), column(raw, *EVENT)
    if own is None or cause is None or event is None:
        return raw
    heard = desk.values(raw, event)
    dropped = [word for word in heard if phrase(word) in NEITHER]
    if any(phrase(word) == "sent" for word in heard):  # taken over first, and sent a second later
        dropped += [word for word in heard if phrase(word) == "processed"]
    changed = [word for word in heard if phrase(word) in CHANGED]
    cells = [fill("coalesce({cause}, {own})", cause=cell(cause), own=cell(own)) if n == cause
             else cell(n) for n in range(len(raw.columns))]
    beside_it = [_among(event, dropped), _still_in(own, event, changed, tables)]
    where = fill("NOT coalesce({any}, FALSE)", any=listed(beside_it, between=" OR "))
    made = desk.write(raw, take(raw, cells, where), raw.columns)
    gone = raw.rows - made.rows
    if not gone:
        return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)
    note = Text("Rows of {file} left out, as they say nothing that kpilot counts ({events}): {n}.",
                file=raw.name, events=", ".join(dropped + changed), n=gone)
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows,
                   format=replace(made.format, notes=(*made.format.notes, note)))


def _among(event: int, words: Sequence[str]) -> Sql:
    return fill("{event} IN ({words})", event=cell(event),
                words=listed([text(word) for word in words] or [Sql("NULL")]))


def _still_in(own: int, event: int, changed: Sequence[str], tables: Sequence[RawTable]) -> Sql:
    """SQL: a change of status that was no unsubscription, as its detail file says."""
    for detail in tables:
        key, status = column(detail, "id"), column(detail, *STATUS)
        if key is not None and status is not None:
            return fill("""({changed} AND {own} IN (
                SELECT {key} FROM {detail} WHERE upper({status}) <> 'UNSUBSCRIBED'))""",
                changed=_among(event, changed), own=cell(own), key=cell(key),
                detail=Sql(detail.cells), status=cell(status))
    return Sql("FALSE")
