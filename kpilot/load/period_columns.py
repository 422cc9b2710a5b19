"""Columns of periods, read as the names that kpilot gives to periods."""

from dataclasses import replace

import duckdb

from kpilot.core.text import Text
from kpilot.load.periods import canonical, year_in
from kpilot.load.plan import TablePlan
from kpilot.load.targets import find
from kpilot.warehouse.sql import Sql, fill, rows

MOST = 5_000  # different periods of one column


def with_periods(plan: TablePlan, cursor: duckdb.DuckDBPyConnection) -> TablePlan:
    """The plan with every cell of a column of periods that says one read as its name.

    A note shows one of them as written and as read; what says no period is refused when rows are
    typed.
    """
    raw, notes = plan.raw, list[Text]()
    if plan.table is None or plan.skip or not raw.rows:
        return plan
    for column in plan.columns:
        target = find(plan.table, column.field) if column.field else None
        if target is None or target.field.kind != "period":
            continue
        cells = [row[0] for row in rows(cursor, fill("""
            SELECT DISTINCT {cell} FROM {raw} WHERE {cell} IS NOT NULL ORDER BY 1 LIMIT {most}
            """, cell=f"c{column.index}", raw=Sql(raw.cells), most=Sql(str(MOST))))]
        found = canonical(cells, column.header, year=year_in(raw.name, raw.file, raw.sheet))
        read = {cell: name for cell, name in found.items() if cell != name}
        if read:
            raw = replace(raw, read_as=(*raw.read_as, (column.index, read)))
            cell, name = next(iter(read.items()))
            notes.append(Text("“{column}” holds periods: “{cell}” is read as {name}.",
                              column=column.header, cell=cell, name=name))
    return replace(plan, raw=replace(raw, format=replace(
        raw.format, notes=(*raw.format.notes, *notes))))
