"""Calls and presence as telephone systems log them: lengths of time in seconds, who called whom.

A length may be written "2m 05s" or counted in minutes; a CDR says no direction but which side was
an extension; a log of presence has a day and two times of it, or a start and a length.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import fold
from kpilot.load.meanings import exact
from kpilot.load.shapes.cells import Column, figure, kept, lookup, remade, written
from kpilot.load.shapes.desk import ALL, Desk, cell, column, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, text

LENGTHS = ("talk_s", "wait_s", "hold_s", "wrap_s")
UNITS: Mapping[str, float] = {"min": 60, "mins": 60, "minutes": 60, "minute": 60, "mn": 60,
                              "ms": 0.001, "milliseconds": 0.001, "h": 3600, "hours": 3600,
                              "heures": 3600}
_UNIT = re.compile(r"[\s_(\[]([a-z]{1,12})[)\]]?\s*$", re.IGNORECASE)
_LENGTH = re.compile(
    r"(?:(\d+) ?(?:h|hr|hrs|hours?|heures?))? ?(?:(\d+) ?(?:m|mn|min|mins|minutes?))?"
    r" ?(?:(\d+(?:[.,]\d+)?) ?(?:s|sec|secs|seconds?|secondes?))?", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}[:h]\d\d(:\d\d)?")
_SIDES = (("src", "dst"), ("from", "to"), ("caller", "callee"), ("appelant", "appele"),
          ("de", "vers"), ("source", "destination"), ("caller number", "callee number"),
          ("numero appelant", "numero appele"))
EXTENSION = 5  # digits of the longest number inside a house
STATES = ("duration", "duree", "time in state", "duree etat")


def clear(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with calls and presence in the lengths and directions that kpilot counts."""
    made = []
    for raw in tables:
        kind = kind_of(raw) if raw.rows and not raw.left_out else None
        made.append(_calls(desk, raw) if kind == "call" else _states(desk, raw)
                    if kind == "agent_state" else raw)
    return made


def seconds(said: str) -> str | None:
    """A length written with its units, in seconds: "1h 02m 03s"."""
    found = _LENGTH.fullmatch(said.strip())
    if not found or not any(found.groups()):
        return None
    hours, minutes, rest = (float((part or "0").replace(",", ".")) for part in found.groups())
    return f"{3600 * hours + 60 * minutes + rest:g}"


def _calls(desk: Desk, raw: RawTable) -> RawTable:
    columns = kept(raw)
    for n, header in enumerate(raw.columns):
        found = exact("call", header)[:1]
        if found and found[0].field in LENGTHS:
            columns[n] = replace(columns[n], sql=_length(desk, raw, n, header))
    where, notes = ALL, []
    direction = meant(raw, "call", "direction")
    if direction is None:
        told = _direction(raw)
        if told is None:
            return replace(raw, left_out=Text(
                "it does not say which calls came in and which went out: add a column “Direction”"))
        columns.append(Column(header="Direction", sql=told))
        where = fill("{told} IS NOT NULL", told=told)
        notes = [Text("{file} says no direction: a call from a short number to a long one went out,"
                      " the other way round it came in; calls within the house are left out.",
                      file=raw.name)]
    else:
        caller, callee = column(raw, "caller name"), column(raw, "callee name")
        if caller is not None and callee is not None:  # ours is the one, or the other
            columns = [column for n, column in enumerate(columns) if n not in (caller, callee)]
            columns.append(Column(header="Agent", sql=fill(
                "CASE WHEN {way} THEN {caller} ELSE {callee} END", caller=cell(caller),
                callee=cell(callee), way=fill("regexp_matches(lower({way}), '^(out|sort)')",
                                              way=cell(direction)))))
    if columns == kept(raw):
        return raw
    made = remade(desk, raw, columns, table="call", where=where, notes=notes)
    return made if made.rows else replace(raw, left_out=Text(
        "it does not say which calls came in and which went out: add a column “Direction”"))


def _length(desk: Desk, raw: RawTable, n: int, header: str) -> Sql:
    unit = _UNIT.search(header)
    times = UNITS.get(unit[1].lower()) if unit else None
    own = cell(n)
    if times:  # 2.5 minutes are not 2.5 seconds; 02:30 says its own
        own = fill("CASE WHEN contains({c}, ':') THEN {c} ELSE"
                   " coalesce(CAST({value} * {times} AS VARCHAR), {c}) END", c=cell(n),
                   value=figure(n, written(desk, raw, n)), times=Sql(str(times)))
    said = lookup(desk, raw, n, seconds)
    return own if said == "NULL::VARCHAR" else fill("coalesce({said}, {own})", said=said, own=own)


def _direction(raw: RawTable) -> Sql | None:
    """SQL: in or out, by which side of the call is an extension; NULL within the house."""
    folded = [fold(header) for header in raw.columns]
    sides = next(((folded.index(a), folded.index(b)) for a, b in _SIDES
                  if a in folded and b in folded), None)
    if sides is None:
        return None
    short = [fill("regexp_full_match({c}, {pattern})", c=cell(n),
                  pattern=text(rf"\D*\d{{2,{EXTENSION}}}\D*")) for n in sides]
    long = [fill("regexp_matches(regexp_replace({c}, '\\D', '', 'g'), {pattern})", c=cell(n),
                 pattern=text(rf"\d{{{EXTENSION + 1}}}")) for n in sides]
    return fill("CASE WHEN {a} AND {d} THEN 'outbound' WHEN {c} AND {b} THEN 'inbound' END",
                a=short[0], b=short[1], c=long[0], d=long[1])


def _states(desk: Desk, raw: RawTable) -> RawTable:
    columns = kept(raw)
    start, end = meant(raw, "agent_state", "from_at"), meant(raw, "agent_state", "to_at")
    day = column(raw, "date", "jour", "day")
    first = None if start is None else desk.values(raw, start, 200)
    if start is not None and day not in (None, start) and first and all(
            map(_TIME.fullmatch, first)):
        for n in (start, end):
            if n is not None:
                columns[n] = replace(columns[n], sql=fill(
                    "CASE WHEN {c} IS NOT NULL THEN concat_ws(' ', {day}, {c}) END", c=cell(n),
                    day=cell(day) if day is not None else Sql("NULL")))
        columns = [column for n, column in enumerate(columns) if n != day]
    lasted = column(raw, *STATES)
    if end is None and start is not None and lasted is not None and any(
            ":" in said for said in first or ()):
        columns.append(Column(header="End", sql=_until(desk, raw, start, lasted)))
    return raw if columns == kept(raw) else remade(desk, raw, columns, table="agent_state")


def _until(desk: Desk, raw: RawTable, start: int, lasted: int) -> Sql:
    """SQL: the moment a state ends that says how long it lasted."""
    at = fill("coalesce(TRY_CAST({c} AS TIMESTAMP), try_strptime({c}, ['%d/%m/%Y %H:%M:%S',"
              " '%d/%m/%Y %H:%M', '%Y-%m-%d %H:%M']))", c=cell(start))
    length = fill("""CASE WHEN regexp_full_match({c}, '\\d{1,3}(:\\d\\d){1,2}') THEN
        list_reduce(list_transform(string_split({c}, ':'), lambda p: CAST(p AS DOUBLE)),
            lambda total, p: 60 * total + p) ELSE coalesce(TRY_CAST({said} AS DOUBLE), {value}) END
        """, c=cell(lasted), said=lookup(desk, raw, lasted, seconds),
        value=figure(lasted, written(desk, raw, lasted)))
    return fill("strftime({at} + to_seconds({length}), '%Y-%m-%d %H:%M:%S')", at=at, length=length)

