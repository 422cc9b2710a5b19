"""The arithmetic of formulas over figures, worked out exactly: Decimal in, Decimal out."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from sqlglot import exp

Value = Decimal | None


class ZeroDivision(Exception):
    """A division by nothing."""


def worked_out(tree: exp.Expr, operands: Mapping[str, Value]) -> Value:
    """The value of `tree` with its columns standing for `operands`; None where one is missing.

    Raises ZeroDivision for a division by zero, ValueError for what a formula cannot say.
    """
    match tree:
        case exp.Column():
            return operands[tree.name]
        case exp.Literal() if not tree.is_string:
            return Decimal(tree.this)
        case exp.Paren():
            return worked_out(tree.this, operands)
        case exp.Neg():
            inner = worked_out(tree.this, operands)
            return None if inner is None else -inner
        case exp.Coalesce():
            found = (worked_out(part, operands) for part in (tree.this, *tree.expressions))
            return next((value for value in found if value is not None), None)
        case exp.Greatest() | exp.Least():
            choice: Callable[..., Decimal] = max if isinstance(tree, exp.Greatest) else min
            every = [worked_out(part, operands) for part in (tree.this, *tree.expressions)]
            known = [value for value in every if value is not None]
            return choice(known) if len(known) == len(every) else None
        case exp.Add() | exp.Sub() | exp.Mul() | exp.Div():
            return _joined(tree, operands)
    raise ValueError(f"a formula cannot say {tree.sql()}")


def _joined(tree: exp.Binary, operands: Mapping[str, Value]) -> Value:
    left, right = worked_out(tree.left, operands), worked_out(tree.right, operands)
    if left is None or right is None:
        return None
    match tree:
        case exp.Add():
            return left + right
        case exp.Sub():
            return left - right
        case exp.Mul():
            return left * right
    if right == 0:
        raise ZeroDivision
    return left / right
