"""The small language of measures: SQL expressions over one fact's columns, by an allow-list.

A measure may be written by a person, so what is not listed here is refused: no subquery, no file,
no setting, no second statement (trap 5).
"""

from collections.abc import Collection, Mapping

import sqlglot
from sqlglot import exp

from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.text import Text

ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Placeholder, exp.Paren,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Between, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Abs, exp.Coalesce, exp.Nullif,
    exp.Case, exp.If, exp.Greatest, exp.Least, exp.Lower, exp.Like, exp.Cast, exp.DataType,
)  # fmt: skip


def parse(text: str, columns: Collection[str] | None, where: str) -> exp.Expr:
    """The tree of one expression; UserError naming the part that is not allowed.

    `columns` are those it may use (None: any); `where` says whose expression it is.
    """
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise _refused(where, text, Text("It cannot be read as an expression.")) from error
    if len(trees) != 1 or trees[0] is None:
        raise _refused(where, text, Text("Write one expression."))
    tree = trees[0]
    for node in tree.walk():
        if type(node) not in ALLOWED:
            raise _refused(where, text, Text("“{part}” is not allowed here.", part=node.sql()))
        if isinstance(node, exp.Column):
            _check_column(node, columns, where, text)
    return tree


def _check_column(
    column: exp.Column, columns: Collection[str] | None, where: str, text: str
) -> None:
    if column.table:
        raise _refused(where, text, Text("“{part}” is not allowed here.", part=column.sql()))
    if columns is not None and column.name not in columns:
        near = did_you_mean(column.name, columns)
        why = near or Text("There is no field “{name}”.", name=column.name)
        raise _refused(where, text, why)


def filled(tree: exp.Expr, values: Mapping[str, exp.Expr]) -> exp.Expr:
    """A copy of `tree` with its placeholders (`:as_of`) replaced by `values`.

    A value that is a Tuple fills an `IN (:names)` list.
    """

    tree = tree.copy()
    for place in list(tree.find_all(exp.Placeholder)):
        value = values[place.name]
        if place is tree:
            return value.copy()
        if isinstance(place.parent, exp.In) and isinstance(value, exp.Tuple):
            place.parent.set("expressions", [option.copy() for option in value.expressions])
        else:
            place.replace(value.copy())
    return tree


def _refused(where: str, text: str, hint: Text) -> UserError:
    return UserError(
        "{where}: the expression “{text}” is refused.",
        where=where,
        text=text,
        hint=hint,
        code="bad_expression",
    )
