"""Small pieces of SQL syntax trees that every compiled statement is made of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlglot import exp

from kpilot.core.expression import filled

DATE = exp.DataType(this=exp.DataType.Type.DATE)
TIMESTAMP = exp.DataType(this=exp.DataType.Type.TIMESTAMP)


def literal(value: object) -> exp.Expr:
    """A value as a node, never formatted into text."""
    if isinstance(value, datetime):
        return exp.Cast(this=exp.Literal.string(value.isoformat(sep=" ")), to=TIMESTAMP.copy())
    if isinstance(value, date):
        return exp.Cast(this=exp.Literal.string(value.isoformat()), to=DATE.copy())
    if isinstance(value, tuple):
        return exp.Tuple(expressions=[exp.Literal.string(str(item)) for item in value])
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, (int, float)):
        return exp.Literal.number(value)
    return exp.Literal.string(str(value))


def relation(
    columns: Mapping[str, exp.DataType | None], rows: Sequence[Sequence[object]]
) -> exp.Select:
    """A SELECT of given rows: values are written as text or numbers and cast once a column, which
    is a third of the nodes of casting every value."""
    said = [f"said_{name}" for name in columns]
    tuples = [exp.Tuple(expressions=[_bare(value) for value in row]) for row in rows]
    alias = exp.TableAlias(
        this=exp.to_identifier("v"), columns=[exp.to_identifier(name) for name in said]
    )
    values = exp.Values(expressions=tuples, alias=alias)
    casts = [
        exp.alias_(_cast(exp.column(word), kind), name)
        for word, (name, kind) in zip(said, columns.items(), strict=True)
    ]
    return exp.Select(expressions=casts).from_(values, copy=False)


def _cast(column: exp.Column, kind: exp.DataType | None) -> exp.Expr:
    return column if kind is None else exp.Cast(this=column, to=kind.copy())


def _bare(value: object) -> exp.Expr:
    if isinstance(value, datetime):
        return exp.Literal.string(value.isoformat(sep=" "))
    if isinstance(value, date):
        return exp.Literal.string(value.isoformat())
    return literal(value)


def maybe(tree: exp.Expr | None, values: Mapping[str, exp.Expr]) -> exp.Expr | None:
    """`tree` with its placeholders filled, when there is one."""
    return None if tree is None else filled_row(tree, values)


def filled_row(tree: exp.Expr, values: Mapping[str, exp.Expr]) -> exp.Expr:
    """`tree` with its placeholders filled, and `age_days` where it stands."""
    tree = filled(tree, values) if tree.find(exp.Placeholder) else tree.copy()
    if "age_days" not in values:
        return tree
    return tree.transform(
        lambda node: (
            values["age_days"].copy()
            if isinstance(node, exp.Column) and node.name == "age_days"
            else node
        )
    )


def within(day: exp.Expr, start: date, end: date) -> exp.Expr:
    """start <= day < end."""
    return exp.and_(
        exp.GTE(this=day.copy(), expression=literal(start)),
        exp.LT(this=day.copy(), expression=literal(end)),
    )
