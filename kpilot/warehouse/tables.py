"""The tables of the warehouse and how they grow from version to version.

Canonical tables follow the schema in core; beside them stand the records of the loads. Nothing has
an index or a primary key: keys are kept unique by the loads, which are the only way in. System
tables only ever gain rows marked with their load, so undoing a load is deleting its rows.
"""

from collections.abc import Iterator

from kpilot.core.schema import Table, columns
from kpilot.core.tables import TABLES
from kpilot.engines.duckdb import Warehouse
from kpilot.warehouse.sql import Sql, fill, listed, name

VERSION = 4

# What an own codec costs in time it saves in space; the automatic choice tries all of them at
# every write, which took half of the time of a load.
UNIQUE_TEXT = "VARCHAR USING COMPRESSION zstd"
REPEATED_TEXT = "VARCHAR USING COMPRESSION dict_fsst"
UNIQUE = frozenset({"id", "name", "email", "phone"})

LOADED = (("source", "VARCHAR"), ("load_id", "BIGINT"), ("first_load_id", "BIGINT"))

SYSTEM: dict[str, tuple[tuple[str, str], ...]] = {
    "kp_load": (
        ("id", "BIGINT"), ("started_at", "TIMESTAMP"), ("finished_at", "TIMESTAMP"),
        ("who", "VARCHAR"), ("source", "VARCHAR"), ("files", "JSON"), ("counts", "JSON"),
        ("control", "JSON"), ("flags", "JSON"), ("notes", "JSON"), ("horizon", "TIMESTAMP"),
        ("builds_on", "BIGINT[]"), ("undone_at", "TIMESTAMP"), ("undone_by", "VARCHAR")),
    "kp_alias": (
        ("table", "VARCHAR"), ("heard", "VARCHAR"), ("id", "VARCHAR"), ("load_id", "BIGINT")),
    "kp_mapping": (("signature", "VARCHAR"), ("answers", "JSON"), ("load_id", "BIGINT")),
    "kp_implied": (
        ("table", "VARCHAR"), ("id", "VARCHAR"), ("described", "BOOLEAN"), ("load_id", "BIGINT")),
    "kp_coverage": (
        ("load_id", "BIGINT"), ("table", "VARCHAR"), ("field", "VARCHAR"), ("first", "DATE"),
        ("last", "DATE"), ("rows_filled", "BIGINT"), ("rows", "BIGINT"), ("flags", "VARCHAR[]")),
    "kp_refused": (
        ("load_id", "BIGINT"), ("name", "VARCHAR"), ("row", "BIGINT"), ("cells", "VARCHAR[]"),
        ("why", 'STRUCT(col INTEGER, code VARCHAR, arg VARCHAR)[]')),
    "kp_definition": (
        ("kpi", "VARCHAR"), ("version", "BIGINT"), ("fingerprint", "VARCHAR"),
        ("since", "TIMESTAMP"), ("said", "JSON")),
    "kp_version": (("n", "BIGINT"),),
    "kp_schema": (("version", "BIGINT"),),
}


def prepare(engine: Warehouse) -> None:
    """Make or migrate the tables of a warehouse opened for writing; cheap when nothing is due.

    All in one transaction: a kill in between leaves either the old or the new structure, and a
    hundred tables are written to the file at once.
    """
    found = version(engine)
    if found == VERSION:
        return
    with engine.transaction() as cursor:
        for statement in statements(found):
            cursor.execute(statement)
        cursor.execute("DELETE FROM kp_schema")
        cursor.execute("INSERT INTO kp_schema VALUES (?)", [VERSION])
        if found == 0:
            cursor.execute("INSERT INTO kp_version SELECT 0 WHERE NOT EXISTS (FROM kp_version)")
    engine.query("CHECKPOINT")


def version(engine: Warehouse) -> int:
    """The structure the warehouse has: 0 when it is empty."""
    known = engine.query("SELECT 1 FROM duckdb_tables() WHERE table_name = 'kp_schema'")
    if not known:
        return 0
    found = engine.query("SELECT coalesce(max(version), 0) FROM kp_schema")
    return int(str(found[0][0]))


def statements(found: int) -> Iterator[Sql]:
    """The statements that lead from version `found` to `VERSION`; safe to run twice.

    A later structure has more tables and columns, never fewer: an older warehouse gets what it
    lacks, empty. A table and its undo table get them in the same order, as undoing expects.
    """
    shapes = {**SYSTEM}
    for table in TABLES.values():
        shapes[table.name] = tuple(stored(table))
        shapes[undo_table(table)] = (("undo_load_id", "BIGINT"), *stored(table))
    for made, shape in shapes.items():
        yield create(made, shape)
        for column, kind in shape if found else ():
            yield fill("ALTER TABLE {made} ADD COLUMN IF NOT EXISTS {column} {kind}",
                       made=made, column=column, kind=Sql(kind))


def stored(table: Table) -> Iterator[tuple[str, str]]:
    """(column, SQL type) as the warehouse stores the table, loads' marks included."""
    for column, kind in columns(table):
        if kind == "VARCHAR":
            kind = UNIQUE_TEXT if column in UNIQUE else REPEATED_TEXT
        yield column, kind
    yield from LOADED
    if is_history(table):
        yield "origin", "VARCHAR"


def is_history(table: Table) -> bool:
    """True for the tables that hold what a value was from each moment on."""
    return table.name.endswith("_history")


def undo_table(table: Table) -> str:
    """Where the former images of the table's rows are kept."""
    return f"kp_undo_{table.name}"


def create(table: str, shape: tuple[tuple[str, str], ...]) -> Sql:
    """CREATE TABLE IF NOT EXISTS for (column, type) pairs."""
    defined = listed(Sql(f"{name(column)} {kind}") for column, kind in shape)
    return fill("CREATE TABLE IF NOT EXISTS {table} ({defined})", table=table, defined=defined)
