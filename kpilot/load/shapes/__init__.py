"""Files that say together what kpilot keeps in one table, or in one file what it keeps in several.

A copy of a CRM's own tables is not a list of opportunities: the company of a deal stands in a file
of links, its past in a file of single changes (one row for each property), an e-mail's fate in a
file of events. `reshape` brings such files to tables with one row for each thing, before anyone is
asked what their columns mean; it reads headers and words, never the name of a product.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from kpilot.core.raw import RawTable
from kpilot.load.shapes import (
    addresses,
    changes,
    codes,
    costs,
    entered,
    holidays,
    kinds,
    lacking,
    letters,
    links,
    mailings,
    moments,
    months,
    orders,
    people,
    phone,
    rates,
    recurring,
    related,
    spans,
    splits,
    surveys,
)
from kpilot.load.shapes.desk import Desk

STEPS = (addresses.alone, codes.spell_out, kinds.part, links.join, people.find_leads,
         changes.split, mailings.clean, related.sort_out, moments.join, orders.join_lines,
         entered.split, months.lengthen, spans.join, rates.settle, holidays.fill_days,
         costs.complete, phone.clear, surveys.read, recurring.value, letters.gather, splits.weigh,
         lacking.leave_out)


def reshape(tables: Sequence[RawTable], folder: Path) -> list[RawTable]:
    """The tables as they are to be mapped; what is made anew is written as Parquet to `folder`.

    Most files come back as they were. One that gave its rows to others is gone, and these say so;
    one that has nothing for kpilot carries the reason (`left_out`).
    """
    connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})
    try:
        desk = Desk(cursor=connection, folder=folder)
        shaped = list(tables)
        for step in STEPS:
            shaped = step(desk, shaped)
    finally:
        connection.close()
    return shaped
