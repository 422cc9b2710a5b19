"""PostgreSQL: tables copied into schemas of their own, facts and questions run there."""

from collections.abc import Mapping
from typing import Any

import psycopg
from sqlglot import exp

from kpilot.engines.copied import Copied
from kpilot.engines.dialects import divided, quoted
from kpilot.engines.engine import SCHEMA, SCHEMAS, Rows

FARTHEST = 700  # e^700 is near the largest number of eight bytes
COLUMNS = """
    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


def bounded(node: exp.Expr) -> exp.Expr | None:
    """EXP of what is too far from zero is an error here, and next to nothing or huge elsewhere."""
    if not isinstance(node, exp.Exp) or isinstance(node.this, exp.Least):
        return None
    floor, ceiling = exp.Literal.number(-FARTHEST), exp.Literal.number(FARTHEST)
    above = exp.Greatest(this=node.this.copy(), expressions=[floor])
    return exp.Exp(this=exp.Least(this=above, expressions=[ceiling]))


class Postgres(Copied):
    """A connection to a PostgreSQL database, shared by threads."""

    dialect = "postgres"
    macros = (divided, bounded)

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self._connection = psycopg.connect(dsn, autocommit=True)
        for schema in (SCHEMA, *SCHEMAS.values()):
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        self._connection.execute("SET TIME ZONE 'UTC'")
        # Compiling a long fact costs more than running it.
        self._connection.execute("SET jit = off")

    # Any: a row's values have the types of its columns.
    def run(self, statement: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def columns(self, schema: str, table: str) -> Mapping[str, str]:
        place = exp.Table(
            this=exp.to_identifier(table, quoted=True), db=exp.to_identifier(schema)
        ).sql(dialect=self.dialect)
        with self._connection.cursor() as cursor:
            return dict(cursor.execute(COLUMNS, [place]).fetchall())

    def insert(self, table: str, columns: Mapping[str, str], rows: Rows) -> None:
        names = [exp.to_identifier(name, quoted=True) for name in columns]
        into = exp.Schema(this=quoted(table), expressions=names).sql(dialect=self.dialect)
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {into} FROM STDIN") as target,
        ):
            for row in rows:
                target.write_row(row)

    def close(self) -> None:
        self._connection.close()
