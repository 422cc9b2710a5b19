"""Shares of an opportunity written as 60 and 40 without a sign: per cent, as they add up to 100.

Only shares that add up to one count: 60 and 40 would be read as sixty times the opportunity, and
three of 33.33 as none. Shares that miss one by a rounding are brought to it.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.numbers import number
from kpilot.load.shapes.cells import kept, remade, written
from kpilot.load.shapes.desk import Desk, cell, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, one

NEAR = "0.01"  # how far from one shares may be that were rounded


def weigh(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the shares of every opportunity as parts of it."""
    return [_weighed(desk, raw) if raw.rows and not raw.left_out
            and kind_of(raw) == "opportunity_split" else raw for raw in tables]


def _weighed(desk: Desk, raw: RawTable) -> RawTable:
    share, of = (meant(raw, "opportunity_split", field) for field in ("weight", "opportunity_id"))
    if share is None or of is None:
        return raw
    value = Sql(number(cell(share), "DOUBLE", written(desk, raw, share), percent=True))
    largest = one(desk.cursor, "SELECT max({value}) FROM {raw}", raw=Sql(raw.cells),
                  value=value)[0]
    if largest is None:
        return raw
    whole = Sql("100.0" if largest > 1 else "1.0")
    total = fill("sum({value}) OVER (PARTITION BY {of})", value=value, of=cell(of))
    columns = kept(raw)
    columns[share] = replace(columns[share], sql=fill(
        "coalesce(({value} / CASE WHEN abs({total} / {whole} - 1) <= {near} THEN {total}"
        " ELSE {whole} END)::VARCHAR, {own})", value=value, total=total, whole=whole,
        near=Sql(NEAR), own=cell(share)))
    return remade(desk, raw, columns, table="opportunity_split")
