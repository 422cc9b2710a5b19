"""Columns that name a KPI: which one a target or a forecast is for, and what nobody knows."""

from collections.abc import Iterator

import duckdb

from kpilot.core.kpi import Kpi
from kpilot.core.kpi_names import aimed, named, plain
from kpilot.core.text import Both, Text, cut
from kpilot.load.memory import Memory
from kpilot.load.plan import TablePlan
from kpilot.warehouse.sql import Sql, fill, rows

FIELD = "kpi_id"
MOST = 5  # names shown
LONGEST = 40


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
        heard = {word: known[meant[plain(word)]] for word in said if plain(word) in meant}
        for word in [word for word, kpi in heard.items() if not _is_own(word, kpi)][:MOST]:
            names = heard[word].names
            yield Text("“{word}” in “{column}” is the KPI “{kpi}”.", word=cut(word, LONGEST),
                       column=column.header, kpi=Both(en=names["en"], fr=names["fr"]))
        strange = [cut(word, LONGEST) for word in said if known and word not in heard]
        if strange:
            more = ["…"] if strange[MOST:] else []
            yield Text("“{column}” of “{file}” names KPIs that the catalogue does not have: "
                       "{names}. Their rows are kept, and count once there is a KPI of that name.",
                       column=column.header, file=plan.raw.name,
                       names=", ".join([*strange[:MOST], *more]))


def _is_own(word: str, kpi: Kpi) -> bool:
    """Whether it is the KPI's name, in the catalogue or in either language, and nobody's guess."""
    return plain(word) in {plain(name) for name in (kpi.name, *kpi.names.values())}
