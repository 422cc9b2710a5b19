"""From DuckDB's dialect to another: what SQLGlot leaves to do, as small rewrites of the tree.

A macro takes one node and gives the node to put in its place, or None. They run from the leaves to
the root, so a macro finds what is below its node rewritten already.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from kpilot.core.expression import filled as fill_places
from kpilot.core.nodes import literal
from kpilot.engines.engine import FIRST, LAST, SCHEMA, SCHEMAS

Macro = Callable[[exp.Expr], exp.Expr | None]
ColumnsOf = Callable[[str, str], Mapping[str, str]]
DIALECT = "duckdb"
UTC = "UTC"
MOMENTS = (exp.DataType.Type.DATE, exp.DataType.Type.DATE32, exp.DataType.Type.TIMESTAMP,
           exp.DataType.Type.TIMESTAMPNTZ, exp.DataType.Type.DATETIME64)  # fmt: skip


def read(sql: str, params: Sequence[object] = ()) -> exp.Expr:
    """The tree of a statement, its parameters filled in as literals."""
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    places = list(tree.find_all(exp.Placeholder, exp.Parameter, bfs=False))
    for index, place in enumerate(places):
        number = int(place.name) - 1 if isinstance(place, exp.Parameter) else index
        place.replace(_value(params[number]))
    return rewritten(tree, named, listed)


def _value(param: object) -> exp.Expr:
    if param is None:
        return exp.null()
    if isinstance(param, (list, tuple)):
        return exp.Array(expressions=[_value(item) for item in param])
    return literal(param if isinstance(param, (bool, int, float, date)) else str(param))


def rewritten(tree: exp.Expr, *macros: Macro) -> exp.Expr:
    """`tree` with every macro tried on every node, from the leaves up; changed in place."""
    for node in reversed(list(tree.walk())):
        for macro in macros:
            made = macro(node)
            if made is None:
                continue
            if not isinstance(made, exp.DataType) and made.type is None:
                made.type = node.type
            if node is tree:
                tree = made
            else:
                node.replace(made)
            node = made
    return tree


def named(node: exp.Expr) -> exp.Expr | None:
    """`facts.main.sale` and `facts.sale` by the schema they have outside the warehouse."""
    if not isinstance(node, exp.Table):
        return None
    schema = node.catalog if node.db == "main" else node.db
    if schema in SCHEMAS:
        node.set("catalog", None)
        node.set("db", exp.to_identifier(SCHEMAS[schema]))
    return None


def listed(node: exp.Expr) -> exp.Expr | None:
    """`x IN (SELECT UNNEST([…]))` as a plain list."""
    if not isinstance(node, exp.In) or not isinstance(node.args.get("query"), exp.Subquery):
        return None
    array = node.args["query"].find(exp.Array)
    if array is None or node.find(exp.Explode, exp.Unnest) is None:
        return None
    if not array.expressions:
        return exp.false()
    return exp.In(this=node.this, expressions=list(array.expressions))


def divided(node: exp.Expr) -> exp.Expr | None:
    """A division by nothing is no value, everywhere."""
    if not isinstance(node, exp.Div) or isinstance(node.expression, (exp.Literal, exp.Nullif)):
        return None
    zero = exp.Literal.number(0)
    node.set("expression", exp.Nullif(this=node.expression.copy(), expression=zero))
    return None


def reached(node: exp.Expr) -> exp.Expr | None:
    """A literal date within range."""
    if not isinstance(node, exp.Cast) or not isinstance(node.this, exp.Literal):
        return None
    text = node.this.name
    if node.to.this not in MOMENTS or FIRST.isoformat() <= text[:10] <= LAST.isoformat():
        return None
    nearest = FIRST if text[:10] < FIRST.isoformat() else LAST
    node.this.replace(exp.Literal.string(nearest.isoformat() + text[10:]))
    return None


def local(node: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """(moment, zone) of `moment AT TIME ZONE 'UTC' AT TIME ZONE zone`: the clock on the wall."""
    found = _zones(node)
    return (found[0], found[2]) if found and found[1].name == UTC else None


def absolute(node: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """(moment, zone) of `moment AT TIME ZONE zone AT TIME ZONE 'UTC'`: the moment a clock shows."""
    found = _zones(node)
    return (found[0], found[1]) if found and found[2].name == UTC else None


def _zones(node: exp.Expr) -> tuple[exp.Expr, exp.Expr, exp.Expr] | None:
    inner = node.this
    if isinstance(node, exp.AtTimeZone) and isinstance(inner, exp.AtTimeZone):
        return inner.this, inner.args["zone"], node.args["zone"]
    return None


def created(tree: exp.Expr) -> list[exp.Expr]:
    """`CREATE OR REPLACE TABLE` as a drop and a create; other statements alone."""
    if not isinstance(tree, exp.Create) or not tree.args.get("replace"):
        return [tree]
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    tree.set("replace", False)
    return [exp.Drop(tables=[table.copy()], kind="TABLE", exists=True), tree]


def quoted(name: str) -> exp.Table:
    """A copied table by its bare name, which may be a reserved word."""
    return exp.Table(this=exp.to_identifier(name, quoted=True), db=exp.to_identifier(SCHEMA))


def table_of(name: str, columns: Mapping[str, str]) -> exp.Create:
    """`CREATE OR REPLACE TABLE` for names and DuckDB types."""
    defined = [
        exp.ColumnDef(
            this=exp.to_identifier(column, quoted=True),
            kind=exp.DataType.build(kind, dialect=DIALECT),
        )
        for column, kind in columns.items()
    ]
    return exp.Create(
        this=exp.Schema(this=quoted(name), expressions=defined), kind="TABLE", replace=True
    )


def naive(value: object) -> object:
    """A moment without its zone; everything else as it is."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def typed(tree: exp.Expr, columns_of: ColumnsOf) -> exp.Expr:
    """The tree with stars written out, columns by table and name, and the type of every node.

    `columns_of` gives the names and types of a table's columns by schema ("" the default) and name.
    """
    body = tree.expression if isinstance(tree, exp.Create) else tree
    if not isinstance(body, exp.Query):
        return tree
    schema = MappingSchema(dialect=DIALECT)
    above = {cte.alias for cte in body.find_all(exp.CTE)}
    for table in body.find_all(exp.Table):
        table.set("db", table.args.get("db") or _default(table, above))
        if table.db:
            schema.add_table(table, dict(columns_of(table.db, table.name)), dialect=DIALECT)
    made = qualify(
        body, schema=schema, dialect=DIALECT, quote_identifiers=False,
        validate_qualify_columns=False,
    )  # fmt: skip
    made = annotate_types(made, schema=schema, dialect=DIALECT, expression_metadata=METADATA)
    if body is tree:
        return made
    tree.set("expression", made)
    return tree


def _default(table: exp.Table, above: set[str]) -> exp.Identifier | None:
    return None if table.name in above or not table.name else exp.to_identifier(SCHEMA)


# Any: SQLGlot's annotators are not typed for callers.
def _subtracted(annotator: Any, node: exp.Sub) -> exp.Expr:
    """A difference of dates is a number of days."""
    if is_date(node.this) and is_date(node.expression):
        annotator._set_type(node, exp.DataType.Type.BIGINT)
        return node
    made: exp.Expr = DuckDB.EXPRESSION_METADATA[exp.Sub]["annotator"](annotator, node)
    return made


METADATA: Any = {**DuckDB.EXPRESSION_METADATA, exp.Sub: {"annotator": _subtracted}}


def days_between(node: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """(end, start) of a difference of two dates, which is a number of days in DuckDB."""
    if isinstance(node, exp.Sub) and is_date(node.this) and is_date(node.expression):
        return node.this, node.expression
    return None


def is_date(node: exp.Expr) -> bool:
    """Whether its type, as worked out, is a date without a time."""
    return node.is_type(exp.DataType.Type.DATE, exp.DataType.Type.DATE32)


def sorted_list(node: exp.Expr) -> list[exp.Expr] | None:
    """[what it is sorted by …, what is listed] of `ARRAY_AGG(x ORDER BY a, b)`."""
    if not isinstance(node, exp.ArrayAgg) or not isinstance(node.this, exp.Order):
        return None
    order = node.this
    return [*(key.this.copy() for key in order.expressions), order.this.copy()]


def filled(template: str, dialect: str, **parts: exp.Expr) -> exp.Expr:
    """A template in another dialect with its `:places` filled."""
    return fill_places(_parsed(template, dialect), parts)


@cache
def _parsed(template: str, dialect: str) -> exp.Expr:
    return sqlglot.parse_one(template, dialect=dialect)
