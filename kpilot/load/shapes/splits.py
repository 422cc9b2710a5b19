"""Shares of an opportunity written as 60 and 40 without a sign: per cent, as they add up to 100.

Only shares that add up to one count: 60 and 40 would be read as sixty times the opportunity.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.shapes.cells import figure, kept, remade, written
from kpilot.load.shapes.desk import Desk, cell, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, one


def weigh(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the shares of every opportunity as parts of it."""
    return [_weighed(desk, raw) if raw.rows and not raw.left_out
            and kind_of(raw) == "opportunity_split" else raw for raw in tables]


def _weighed(desk: Desk, raw: RawTable) -> RawTable:
    share = meant(raw, "opportunity_split", "weight")
    if share is None:
        return raw
    largest = one(desk.cursor, "SELECT max({value}) FROM {raw}", raw=Sql(raw.cells),
                  value=figure(share, written(desk, raw, share)))[0]
    if largest is None or largest <= 1:
        return raw
    columns = kept(raw)
    columns[share] = replace(columns[share], sql=fill(
        "CASE WHEN contains({c}, '%') THEN {c} ELSE {c} || ' %' END", c=cell(share)))
    return remade(desk, raw, columns, table="opportunity_split")
