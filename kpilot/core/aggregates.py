"""The aggregates of a KPI: what one scan counts, sums and takes quantiles of, as syntax trees."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from kpilot.core.kpi import Kpi, Term
from kpilot.core.nodes import filled_row, maybe


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """What a row counts for: 1, unless it is shared between agents or products.

    count  the weight of a row where rows are counted, None for 1
    total  the weight of what it adds to a sum, None for 1
    """

    count: exp.Expr | None = None
    total: exp.Expr | None = None


ONE = Weighing()


@dataclass(frozen=True, kw_only=True)
class Counting:
    """How KPIs are counted in one scan: placeholders, and reasons that some row has."""

    values: Mapping[str, exp.Expr]
    present: frozenset[str] = frozenset()
    weighing: Weighing = field(default=ONE)


def aggregates(kpi: Kpi, counting: Counting) -> list[tuple[str, exp.Expr]]:
    """The parts of a KPI's figure: num, den, n, valued, value, mean, rows_…, have_…, x_…, f_…"""
    parts = _measured(kpi, counting)
    values, present = counting.values, counting.present
    for side, condition in kpi.covered.items():
        if "null_amount" in present or "missing_rate" in present:
            rows = filled_row(condition, values)
            has = exp.and_(rows.copy(), exp.column("has_amount"))
            parts += [(f"rows_{side}", _rows(rows)), (f"have_{side}", _rows(has))]
    for reason, condition in kpi.excluded.items():
        if reason in present:
            parts.append((f"x_{reason}", _rows(filled_row(condition, values))))
    for flag, column in kpi.flags.items():
        if flag in present:
            parts.append((f"f_{flag}", _rows(exp.column(column))))
    return parts


def _measured(kpi: Kpi, counting: Counting) -> list[tuple[str, exp.Expr]]:
    measure, values = kpi.measure, counting.values
    if measure.kind == "quantile" and measure.value is not None:
        where, value = maybe(measure.where, values), filled_row(measure.value, values)
        mean = ("mean", _where(exp.Avg(this=value.copy()), where))
        middle = ("value", _where(_quantile(value, measure.p), where))
        shown = [("value", mean[1])] if measure.mean else [middle, mean]
        return [*shown, ("n", _rows(where))]
    if measure.kind not in ("sum", "ratio"):
        return []
    parts = [("num", term(measure.num, counting))]
    if measure.kind == "ratio":
        parts.append(("den", term(measure.den, counting)))
    base = measure.den if measure.kind == "ratio" else measure.num
    if (base.total is not None or measure.kind == "sum") and not base.distinct:
        parts.append(("n", _rows(maybe(base.where, values))))
        if measure.num.total is not None:
            parts.append(("valued", _rows(known(base, values))))
    return parts


def term(one: Term, counting: Counting) -> exp.Expr:
    """The count, sum or number of different values that a term stands for."""
    where, weight = maybe(one.where, counting.values), counting.weighing
    if one.distinct:
        different = exp.Count(this=exp.Distinct(expressions=[exp.column(one.distinct)]))
        return _where(different, where)
    if one.total is None:
        return _rows(where) if weight.count is None else _where(_sum(weight.count), where)
    total = filled_row(one.total, counting.values)
    if weight.total is not None:
        total = exp.Mul(this=exp.Paren(this=total), expression=weight.total.copy())
    return _where(_sum(total), where)


def known(base: Term, values: Mapping[str, exp.Expr]) -> exp.Expr:
    """Rows of a term that have what it sums."""
    where = maybe(base.where, values)
    if base.total is None:
        return where or exp.true()
    has = exp.not_(exp.Is(this=filled_row(base.total, values), expression=exp.null()))
    return exp.and_(where, has) if where is not None else has


def _sum(total: exp.Expr) -> exp.Expr:
    return exp.Sum(this=total.copy())


def _quantile(value: exp.Expr, p: float) -> exp.Expr:
    """The interpolated (type 7) quantile."""
    if p == 0.5:
        return exp.Median(this=value)
    return exp.func("QUANTILE_CONT", value, exp.Literal.number(p))


def _rows(where: exp.Expr | None) -> exp.Expr:
    return _where(exp.Count(this=exp.Star(), big_int=True), where)


def _where(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    if where is None or where == exp.true():
        return aggregate
    return exp.Filter(this=aggregate, expression=exp.Where(this=where.copy()))
