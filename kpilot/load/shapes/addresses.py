"""Names with the address of their page after them: "Acme (https://…)" is Acme."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.shapes.desk import Desk, cell, take
from kpilot.warehouse.sql import Sql, fill, listed, rows, text

HEAD = 50  # rows looked at
_NAMED = re.compile(r".*\S \(https?://[^\s()]+\)", re.DOTALL)
ADDRESS = r" \(https?://[^\s()]+\)"


def without(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with names alone where a workspace writes each with its address."""
    return [_named(desk, raw) if raw.rows and not raw.left_out else raw for raw in tables]


def _named(desk: Desk, raw: RawTable) -> RawTable:
    width = range(len(raw.columns))
    head = rows(desk.cursor, "SELECT {cells} FROM {raw} LIMIT {head}", raw=Sql(raw.cells),
                cells=listed(cell(n) for n in width), head=Sql(str(HEAD)))
    linked = {n for n in width if (said := [line[n] for line in head if line[n]])
              and all(map(_NAMED.fullmatch, said))}
    if not linked:
        return raw
    cells = [fill("regexp_replace({own}, {address}, '', 'g')", own=cell(n), address=text(ADDRESS))
             if n in linked else cell(n) for n in width]
    made = desk.write(raw, take(raw, cells), raw.columns)
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)
