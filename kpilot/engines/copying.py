"""Tables carried from the warehouse, where loads write them, to another engine that is asked."""

from collections.abc import Iterator
from typing import Any

import duckdb
from sqlglot import exp

from kpilot.engines.duckdb import Warehouse
from kpilot.engines.engine import Copy

BATCH = 10_000
# The version last: a copy that broke off is made again.
SYSTEM = ("kp_load", "kp_coverage", "kp_version")
PLAIN = ("VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL(18,4)")
TABLES = """
    SELECT table_name, column_name, data_type FROM duckdb_columns()
    WHERE database_name = current_database() AND schema_name = 'main'
    ORDER BY table_name, column_index
"""


def copy(warehouse: Warehouse, engine: Copy) -> None:
    """Fill `engine` with all that figures are asked of, as it stands in one moment.

    Records of loads (nested columns, undo) stay in the warehouse.
    """
    with warehouse.reading() as cursor:
        cursor.execute("BEGIN TRANSACTION")
        shapes: dict[str, dict[str, str]] = {}
        for table, column, kind in cursor.execute(TABLES).fetchall():
            if kind in PLAIN and (not table.startswith("kp_") or table in SYSTEM):
                shapes.setdefault(table, {})[column] = kind
        for table in sorted(shapes, key=lambda name: SYSTEM.index(name) if name in SYSTEM else -1):
            columns = shapes[table]
            names = [exp.column(name, quoted=True) for name in columns]
            select = exp.select(*names).from_(exp.Table(this=exp.to_identifier(table, quoted=True)))
            cursor.execute(select.sql(dialect="duckdb"))
            engine.fill(table, columns, _fetched(cursor))
        cursor.execute("COMMIT")


# Any: a row's values have the types of its columns.
def _fetched(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := cursor.fetchmany(BATCH):
        yield from batch
