"""ClickHouse: tables copied into databases of their own, facts and questions run there.

Its days end in 2299 and its moments start in 1900: dates beyond are taken for the nearest it has.
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import clickhouse_connect
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
    sorted_list,
)
from kpilot.engines.engine import SCHEMA, SCHEMAS, Rows, within

BATCH = 20_000
SETTINGS = {
    "join_use_nulls": 1,
    "enable_materialized_cte": 1,
    "allow_lossy_numeric_supertype": 1,
    "aggregate_functions_null_for_empty": 1,
    "prefer_column_name_to_alias": 0,
    "data_type_default_nullable": 0,
    "default_table_engine": "MergeTree",
    "create_table_empty_primary_key_by_default": 1,
    "session_timezone": "UTC",
}
# A moment as the clocks of a zone show it, and back. A time that clocks skip counts by the offset
# before, one they show twice is the later: as in the warehouse.
TO_LOCAL = "addSeconds(:at, timezoneOffset(toTimeZone(:at, :tz)))"
TO_UTC = """
    if(
      timezoneOffset(toTimeZone(
        subtractSeconds(:at, timezoneOffset(toTimeZone(addDays(:at, 1), :tz))), :tz
      )) = timezoneOffset(toTimeZone(addDays(:at, 1), :tz)),
      subtractSeconds(:at, timezoneOffset(toTimeZone(addDays(:at, 1), :tz))),
      subtractSeconds(:at, timezoneOffset(toTimeZone(subtractDays(:at, 1), :tz)))
    )
"""
LISTED = "arrayMap(t -> tupleElement(t, :last), arraySort(:rows))"
# A real number as a decimal: rounded, not cut; and what is no number is no value.
REAL = "if(isFinite(ifNull(toFloat64(:x), 0)), ifNull(toFloat64(:x), 0), 0)"
TO_DECIMAL = (
    f"if(isNull(:x), NULL, sign({REAL}) * (floor(abs({REAL}) * :unit + 0.5) + 0.25) / :unit)"
)


class ClickHouse(Copied):
    """A client of a ClickHouse server, or of the engine in this process (`interface="chdb"`)."""

    dialect = "clickhouse"

    # Any: whatever the client's connection takes.
    def __init__(self, **connection: Any) -> None:
        super().__init__()
        self.macros = MACROS
        self._client = clickhouse_connect.get_client(settings=SETTINGS, **connection)
        self._one_at_a_time = threading.Lock()
        for schema in (SCHEMA, *SCHEMAS.values()):
            self._client.command(f"CREATE DATABASE IF NOT EXISTS {schema}")

    # Any: a row's values have the types of its columns.
    def run(self, statement: str) -> list[tuple[Any, ...]]:
        with self._one_at_a_time:
            if not statement.startswith(("SELECT", "WITH")):
                self._client.command(statement)
                return []
            found = self._client.query(statement).result_rows
            return [tuple(naive(value) for value in row) for row in found]

    def columns(self, schema: str, table: str) -> Mapping[str, str]:
        query = exp.select("name", "type").from_("system.columns").where(
            exp.column("database").eq(schema), exp.column("table").eq(table)
        )  # fmt: skip
        return {name: _plain(kind) for name, kind in self.run(query.sql(dialect=self.dialect))}

    def insert(self, table: str, columns: Mapping[str, str], rows: Rows) -> None:
        name = quoted(table).sql(dialect=self.dialect)
        left = iter(rows)
        with self._one_at_a_time:
            while batch := [tuple(map(_within, row)) for row in islice(left, BATCH)]:
                self._client.insert(name, batch, column_names=list(columns))

    def close(self) -> None:
        self._client.close()


def _plain(kind: str) -> str:
    """A type by its common name: never nothing, of no special width; truths are small numbers."""
    inner = kind.removeprefix("Nullable(").removesuffix(")") if kind[0] == "N" else kind
    if inner.startswith("DateTime64"):
        return "DateTime"
    return {"UInt8": "Bool", "Date32": "Date"}.get(inner, inner)


def _within(value: object) -> object:
    """A date or moment in the range that ClickHouse has; moments are told to be UTC."""
    value = within(value)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _called(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def typed(node: exp.Expr) -> exp.Expr | None:
    """Dates with a wide range, moments to the microsecond."""
    if not isinstance(node, exp.DataType):
        return None
    if node.this == exp.DataType.Type.DATE:
        return exp.DataType(this=exp.DataType.Type.DATE32, nullable=True)
    if node.this in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ):
        return exp.DataType.build("Nullable(DateTime64(6, 'UTC'))", dialect="clickhouse")
    return None


def zoned(node: exp.Expr) -> exp.Expr | None:
    """Local times of moments and moments of local times."""
    if found := local(node):
        return filled(TO_LOCAL, "clickhouse", at=found[0], tz=found[1])
    if found := absolute(node):
        return filled(TO_UTC, "clickhouse", at=found[0], tz=found[1])
    return None


def elapsed(node: exp.Expr) -> exp.Expr | None:
    """Days between dates; seconds of a moment with their fraction."""
    if found := days_between(node):
        end, start = found
        return _called("dateDiff", exp.Literal.string("day"), start, end)
    if isinstance(node, exp.TimeToUnix):
        million = exp.Literal.number("1000000.0")
        micros = _called("toUnixTimestamp64Micro", node.this)
        return exp.Paren(this=exp.Div(this=micros, expression=million))
    return None


def aggregated(node: exp.Expr) -> exp.Expr | None:
    """Type 7 quantiles, truths put together, lists in an order."""
    if parts := sorted_list(node):
        rows = _called("groupArray", _called("tuple", *parts))
        last = exp.Literal.number(len(parts))
        return filled(LISTED, "clickhouse", rows=rows, last=last)
    if isinstance(node, (exp.Median, exp.PercentileCont)):
        share = node.expression if isinstance(node, exp.PercentileCont) else None
        return exp.ParameterizedAgg(
            this="quantileExactInclusive",
            expressions=[share or exp.Literal.number("0.5")],
            params=[_called("toFloat64", node.this)],
        )
    if isinstance(node, (exp.LogicalOr, exp.LogicalAnd)):
        name = "max" if isinstance(node, exp.LogicalOr) else "min"
        return _called(name, node.this)
    if isinstance(node, (exp.Lag, exp.Lead)) and not isinstance(node.this, exp.Anonymous):
        node.set("this", _called("toNullable", node.this))
    return None


def rounded(node: exp.Expr) -> exp.Expr | None:
    """A cast of a real number to a decimal."""
    if not isinstance(node, exp.Cast) or not node.to.is_type(exp.DataType.Type.DECIMAL):
        return None
    if node.this.is_type(*exp.DataType.INTEGER_TYPES) or isinstance(node.this, EXACT):
        return None
    digits = int(node.to.expressions[1].name) if len(node.to.expressions) > 1 else 0
    unit = exp.Literal.number(f"1e{digits}")
    made = filled(TO_DECIMAL, "clickhouse", x=node.this, unit=unit)
    return exp.Cast(this=made, to=node.to.copy())


def repeated(node: exp.Expr) -> exp.Expr | None:
    """A number of times an interval."""
    if not isinstance(node, exp.Mul):
        return None
    sides = sorted((node.this, node.expression), key=lambda side: isinstance(side, exp.Interval))
    times, interval = sides
    if not isinstance(interval, exp.Interval):
        return None
    count = exp.Mul(this=exp.Paren(this=times.copy()), expression=_number(interval.this or times))
    return _called(f"toInterval{str(interval.unit).capitalize()}", count)


def _number(node: exp.Expr) -> exp.Expr:
    return exp.Literal.number(node.name) if isinstance(node, exp.Literal) else node.copy()


def signed(node: exp.Expr) -> exp.Expr | None:
    """Parts of dates are numbers without a sign, which meet no others in LEAST or CASE."""
    parts = (exp.Extract, exp.Year, exp.Month, exp.Quarter, exp.Day)
    return _called("toInt64", node) if isinstance(node, parts) else None


def kept(node: exp.Expr) -> exp.Expr | None:
    """A common table expression is worked out once, not wherever it is read."""
    if isinstance(node, exp.CTE) and not (node.parent and node.parent.args.get("recursive")):
        node.set("materialized", True)
    return None


def logical(node: exp.Expr) -> exp.Expr | None:
    """`x IS TRUE`, and `x IN (…)` of nothing, which is unknown."""
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
        truth = node.expression.copy()
        return exp.EQ(this=exp.func("COALESCE", node.this, _opposite(truth)), expression=truth)
    return None


def _opposite(truth: exp.Boolean) -> exp.Boolean:
    return exp.Boolean(this=not truth.this)


EXACT = (exp.Column, exp.Literal, exp.Null, exp.Cast)
MACROS = (
    kept,
    signed,
    divided,
    zoned,
    elapsed,
    repeated,
    aggregated,
    logical,
    rounded,
    reached,
    typed,
)
