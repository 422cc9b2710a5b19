"""Spark 4: tables copied into databases of its catalogue, facts and questions run there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from sqlglot import exp

from kpilot.engines.copied import Copied
from kpilot.engines.dialects import (
    absolute,
    days_between,
    divided,
    filled,
    local,
    naive,
    quoted,
    reached,
    read,
    sorted_list,
)
from kpilot.engines.engine import SCHEMA, SCHEMAS, Rows

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.legacy.createHiveTableByDefault": "false",
    "spark.sql.sources.default": "parquet",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # digits are kept, as elsewhere
    # This step of Spark 4.3 breaks the plan of a recursive query.
    "spark.sql.optimizer.excludedRules": (
        "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases"
    ),
}
SMALL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",  # compiling costs more than running so few rows
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.driver.memory": "2g",
    # The machine's code is compiled once and plainly: none of it runs for long.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
# As the warehouse does it: a time that clocks skip counts by the offset before, one they show twice
# is the later. Spark's own function takes the earlier of the two.
SECONDS = "UNIX_MICROS(CAST(:at AS TIMESTAMP_LTZ)) / CAST(1000000 AS DOUBLE)"
LISTED = "TRANSFORM(ARRAY_SORT(:rows), t -> t.c{last})"
TO_LOCAL = "CAST(FROM_UTC_TIMESTAMP(:at, :tz) AS TIMESTAMP_NTZ)"
TO_UTC = """
    CAST(CASE WHEN FROM_UTC_TIMESTAMP(TO_UTC_TIMESTAMP(:at, :tz) + INTERVAL '1' HOUR, :tz) = :at
      THEN TO_UTC_TIMESTAMP(:at, :tz) + INTERVAL '1' HOUR
      ELSE TO_UTC_TIMESTAMP(:at, :tz) END AS TIMESTAMP_NTZ)
"""


def zoned(node: exp.Expr) -> exp.Expr | None:
    """Moments as clocks show them, and back."""
    if found := local(node):
        return filled(TO_LOCAL, "spark", at=found[0], tz=found[1])
    if found := absolute(node):
        return filled(TO_UTC, "spark", at=found[0], tz=found[1])
    return None


def elapsed(node: exp.Expr) -> exp.Expr | None:
    """Days between dates; seconds of a moment with their fraction."""
    if found := days_between(node):
        return exp.Anonymous(this="DATEDIFF", expressions=[part.copy() for part in found])
    if isinstance(node, exp.TimeToUnix):
        return filled(SECONDS, "spark", at=node.this)
    return None


def plain(node: exp.Expr) -> exp.Expr | None:
    """Spark decides by itself whether a common table expression is kept."""
    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    return None


def aggregated(node: exp.Expr) -> exp.Expr | None:
    """Type 7 quantiles, lists in an order."""
    if parts := sorted_list(node):
        fields = [exp.alias_(part, f"c{place}") for place, part in enumerate(parts)]
        rows = exp.Anonymous(this="COLLECT_LIST", expressions=[exp.Struct(expressions=fields)])
        return filled(LISTED.format(last=len(parts) - 1), "spark", rows=rows)
    if isinstance(node, (exp.Median, exp.PercentileCont)):
        share = node.expression if isinstance(node, exp.PercentileCont) else None
        return exp.Anonymous(
            this="PERCENTILE",
            expressions=[node.this.copy(), share.copy() if share else exp.Literal.number("0.5")],
        )
    return None


MACROS = (divided, reached, zoned, elapsed, plain, aggregated)


class Spark(Copied):
    """A Spark session: local, on a cluster, or through Spark Connect."""

    dialect = "spark"

    def __init__(self, session: SparkSession) -> None:
        super().__init__()
        self.macros = MACROS
        self._session = session
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
        for schema in (SCHEMA, *SCHEMAS.values()):
            session.sql(f"CREATE DATABASE IF NOT EXISTS {schema}")

    # Any: a row's values have the types of its columns.
    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement in DuckDB's dialect; few rows are deleted by keeping others."""
        tree = read(sql, params)
        if not isinstance(tree, exp.Delete):
            return super().query(sql, params)
        table, gone = tree.this, tree.args["where"].this
        found = exp.select("1").from_(table.copy()).where(gone.copy()).limit(1)
        if not self.run(found.sql(dialect=self.dialect)):
            return []
        kept = exp.select("*").from_(table.copy()).where(exp.not_(gone.copy()))
        left = self.run(kept.sql(dialect=self.dialect))
        name = table.sql(dialect=self.dialect)
        shape = self._session.table(name).schema
        self.run(f"TRUNCATE TABLE {name}")
        if left:
            self._session.createDataFrame(left, shape).write.insertInto(name)
        return []

    # Any: a row's values have the types of its columns.
    def run(self, statement: str) -> list[tuple[Any, ...]]:
        found = self._session.sql(statement).collect()
        return [tuple(naive(value) for value in row) for row in found]

    def columns(self, schema: str, table: str) -> Mapping[str, str]:
        return dict(self._session.table(f"`{schema}`.`{table}`").dtypes)

    def insert(self, table: str, columns: Mapping[str, str], rows: Rows) -> None:
        kept = list(rows)
        if not kept:
            return
        name = quoted(table).sql(dialect=self.dialect)
        shape = self._session.table(name).schema
        self._session.createDataFrame(kept, shape).write.insertInto(name)

    def close(self) -> None:
        self._session.stop()


def session(folder: Path, threads: int = 2) -> SparkSession:
    """A session in this process that keeps its tables in `folder`: for trying and testing."""
    builder = SparkSession.builder.master(f"local[{threads}]").appName("kpilot")
    for name, value in {**SETTINGS, **SMALL, "spark.sql.warehouse.dir": str(folder)}.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made
