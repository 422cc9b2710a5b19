"""Cells that say more than the one name or identifier they are for.

Workspaces write the address of its page after a name: "Acme (https://…)" is Acme. CRMs write all
the companies of a deal in one cell, the first of which is the main one: "514;999" is 514.
Programs write a row they refer to as number and name, "[7, 'Ann']" for Ann, and people one after
another: "[Ann, Bob]" is Ann.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.headers import fold
from kpilot.load.shapes.desk import Desk, cell, take
from kpilot.warehouse.sql import Sql, fill, listed, one, rows, text

LINKED = {"associated", "associe", "associee", "associes", "associees"}
HEAD = 50  # rows looked at
_NAMED = re.compile(r".*\S \(https?://[^\s()]+\)", re.DOTALL)
_PAIR = re.compile(r"\[\d+, ?(['\"]).*\1\]", re.DOTALL)
_LIST = re.compile(r"\[[^\[\]'\"]*\]")
FIRST = r"^\[([^,\]]*).*\]$"
MORE = r""" \(https?://[^\s()]+\)|^\[\d+, ?['"]|['"]\]$"""


def alone(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with one name or identifier where a cell says more."""
    return [_named(desk, raw) if raw.rows and not raw.left_out else raw for raw in tables]


def _named(desk: Desk, raw: RawTable) -> RawTable:
    width = range(len(raw.columns))
    head = rows(desk.cursor, "SELECT {cells} FROM {raw} LIMIT {head}", raw=Sql(raw.cells),
                cells=listed(cell(n) for n in width), head=Sql(str(HEAD)))
    linked = {n for n in width if (said := [line[n] for line in head if line[n]]) and any(
        all(map(way.fullmatch, said)) for way in (_NAMED, _PAIR))}
    several = [n for n in width if LINKED & {*fold(raw.columns[n]).split()}]
    several = [n for n in several if one(
        desk.cursor, "SELECT coalesce(bool_or(contains({own}, ';')), FALSE) FROM {raw}",
        own=cell(n), raw=Sql(raw.cells))[0]]
    lists = {n for n in width if n not in linked and (said := [line[n] for line in head if line[n]])
             and all(map(_LIST.fullmatch, said))}
    if not linked and not several and not lists:
        return raw
    cells = [fill("regexp_replace({own}, {more}, '', 'g')", own=cell(n), more=text(MORE))
             if n in linked else fill("trim(split_part({own}, ';', 1))", own=cell(n))
             if n in several else fill("nullif(regexp_replace({own}, {first}, '\\1'), '')",
                                       own=cell(n), first=text(FIRST))
             if n in lists else cell(n) for n in width]
    made = desk.write(raw, take(raw, cells), raw.columns)
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)
