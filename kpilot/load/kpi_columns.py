"""Columns that name a KPI: which one a target or a forecast is for, and what nobody knows."""

from collections.abc import Iterator

import duckdb

from kpilot.core.kpi_names import aimed, named, plain
from kpilot.core.text import Both, Text
from kpilot.load.memory import Memory
from kpilot.load.plan import TablePlan
from kpilot.warehouse.sql import Sql, fill, rows

FIELD = "kpi_id"
MOST = 5  # names shown


def kpis_heard(plan: TablePlan, cursor: duckdb.DuckDBPyConnection,
               memory: Memory) -> Iterator[Text]:
    """What the words of a column of KPIs stand for, where they are not a KPI's own name.

    A word that is no KPI's counts nowhere, which is said; its rows are kept.
    """
    if plan.table is None or plan.skip or not plan.raw.rows:
        return
    for column in plan.columns:
        if column.field != FIELD:
            continue
        said = [str(row[0]) for row in rows(cursor, fill("""
            SELECT DISTINCT trim({cell}) FROM {raw} WHERE trim({cell}) <> '' ORDER BY 1
            """, cell=f"c{column.index}", raw=Sql(plan.raw.cells)))]
        known = memory.kpis()
        meant = aimed(known) if plan.table == "target" else named(known)
        for word in [word for word in said if plain(word) in meant][:MOST]:
            kpi = known[meant[plain(word)]]
            if plain(word) in {plain(name) for name in (kpi.name, *kpi.names.values())}:
                continue
            yield Text("“{word}” in “{column}” is the KPI “{kpi}”.", word=word,
                       column=column.header, kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]))
        strange = [word for word in said if known and plain(word) not in meant]
        if strange:
            shown = ", ".join(strange[:MOST]) + (" …" if len(strange) > MOST else "")
            yield Text("“{column}” of “{file}” names KPIs that the catalogue does not have: "
                       "{names}. Their rows are kept, and count once there is a KPI of that name.",
                       column=column.header, file=plan.raw.name, names=shown)
