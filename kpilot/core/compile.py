"""From KPIs to SQL: one scan of one fact answers every KPI counted over it, as a syntax tree.

Each fact is aggregated alone; what several facts give is joined afterwards, on small results, so
rows of two facts never meet (the fan-out trap).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlglot import exp

from kpilot.core.calendar import MONTHS, Period
from kpilot.core.dimensions import DIMENSIONS, NONE, Dimension
from kpilot.core.expression import filled
from kpilot.core.kpi import Kpi, Term
from kpilot.core.query import Filter
from kpilot.core.rights import Reader

BUCKET = "bucket"
DATE = exp.DataType(this=exp.DataType.Type.DATE)
TIMESTAMP = exp.DataType(this=exp.DataType.Type.TIMESTAMP)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An instant at which a stock is read (naive UTC) and the business date that starts with it.

    until  the first date of which nothing is seen: the next one when the instant is in mid-day
    """

    at: datetime
    day: date
    until: date
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What one SELECT over one fact computes.

    table       the materialised fact
    kpis        counted together: same fact, date and agent column
    windows     disjoint periods to count in (flows) …
    moments     … or instants to read at (stocks)
    teams       team id → the team it rolls up to, by levels climbed, for the dimensions asked
    present     names of exclusions and flags that some row of the fact has; others are left out
    values      what placeholders such as :stage_window_days stand for
    """

    table: str
    kpis: tuple[Kpi, ...]
    reader: Reader
    agent: str
    dims: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    windows: tuple[Period, ...] = ()
    moments: tuple[Moment, ...] = ()
    teams: Mapping[int, Mapping[str, str]]
    present: Mapping[str, frozenset[str]]
    values: Mapping[str, exp.Expr]


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


def compile_scan(scan: Scan) -> exp.Select:
    """The SELECT of a scan: bucket, one id column per dimension, then `<kpi>__<part>` columns."""
    select = exp.select(exp.alias_(_bucket(scan), BUCKET)).from_(_source(scan))
    groups: list[exp.Expr] = []
    for name in scan.dims:
        column = dimension_column(DIMENSIONS[name], scan)
        select.select(exp.alias_(column, name), copy=False)
        groups.append(column.copy())
    for kpi in scan.kpis:
        for part, aggregate in _aggregates(kpi, scan):
            select.select(exp.alias_(aggregate, f"{kpi.name}__{part}"), copy=False)
    for condition in conditions(scan):
        select.where(condition, copy=False)
    return select.group_by(exp.Literal.number(1), *groups, copy=False)


def compile_values(scan: Scan) -> exp.Select:
    """The rows behind one KPI's figures: bucket, dimensions, then `y` and `x`.

    y and x are what a row adds to numerator and denominator; for a quantile or a mean y is the
    value and x is 1; for a weighted total y is the amount and x its chance.
    """
    kpi, values = scan.kpis[0], _row_values(scan)
    measure = kpi.measure
    select = exp.select(exp.alias_(_bucket(scan), BUCKET)).from_(_source(scan))
    for name in scan.dims:
        select.select(exp.alias_(dimension_column(DIMENSIONS[name], scan), name), copy=False)
    one, zero = literal(1), literal(0)
    where: exp.Expr | None
    if measure.kind == "quantile" and measure.value is not None:
        y, x, where = filled_row(measure.value, values), one, _maybe(measure.where, values)
    elif measure.kind == "sum" and isinstance(measure.num.total, exp.Mul):
        y, x = measure.num.total.this.copy(), measure.num.total.expression.copy()
        where = _known(measure.num, values)
    else:
        y = _piece(measure.num, values, zero)
        x = _piece(measure.den, values, zero)
        where = _known(measure.den, values)
    select.select(exp.alias_(y, "y"), exp.alias_(x, "x"), copy=False)
    for condition in conditions(scan):
        select.where(condition, copy=False)
    return select.where(where, copy=False) if where is not None else select


def _piece(term: Term, values: Mapping[str, exp.Expr], zero: exp.Expr) -> exp.Expr:
    """What one row adds to a term."""
    adds = exp.Literal.number(1) if term.total is None else filled_row(term.total, values)
    where = _maybe(term.where, values)
    return adds if where is None else exp.Case().when(where, adds).else_(zero.copy())


def _source(scan: Scan) -> exp.Expr:
    source: exp.Expr = exp.to_table(scan.table)
    if len(scan.moments) > 1:
        source.append("joins", exp.Join(this=_moments(scan.moments), kind="CROSS"))
    return source


def _moments(moments: Sequence[Moment]) -> exp.Expr:
    """The moments as a relation `m`: written as text and cast once a column, which is a third of
    the nodes of casting every value."""
    said = ("moment", "said_at", "said_day", "said_until")
    rows = [
        exp.Tuple(expressions=[exp.Literal.number(index), *map(exp.Literal.string, texts)])
        for index, m in enumerate(moments)
        for texts in [(m.at.isoformat(sep=" "), m.day.isoformat(), m.until.isoformat())]
    ]
    columns = [exp.to_identifier(name) for name in said]
    values = exp.Values(
        expressions=rows, alias=exp.TableAlias(this=exp.to_identifier("v"), columns=columns)
    )
    cast = exp.Select(
        expressions=[
            exp.column("moment"),
            exp.alias_(exp.Cast(this=exp.column("said_at"), to=TIMESTAMP.copy()), "moment_at"),
            exp.alias_(exp.Cast(this=exp.column("said_day"), to=DATE.copy()), "moment_day"),
            exp.alias_(exp.Cast(this=exp.column("said_until"), to=DATE.copy()), "moment_until"),
        ]
    ).from_(values, copy=False)
    return exp.Subquery(this=cast, alias=exp.TableAlias(this=exp.to_identifier("m")))


def _bucket(scan: Scan) -> exp.Expr:
    """A number for each window, or for a run of whole periods of one grain their first day."""
    if scan.moments:
        return exp.column("moment") if len(scan.moments) > 1 else literal(0)
    day = exp.column(scan.kpis[0].date)
    if len(scan.windows) == 1:
        return literal(0)
    grain = is_run(scan.windows)
    if grain:
        return _truncated(day, grain, scan.windows[0].start.month)
    case = exp.Case()
    for index, window in enumerate(scan.windows):
        case = case.when(_inside(day, window), literal(index))
    return case


def is_run(windows: Sequence[Period]) -> str:
    """The grain of `windows` when they follow each other without gap or cut (a last one may be
    cut short); "" otherwise."""
    grain = windows[0].grain
    follows = all(
        before.end == after.start and after.grain == grain for before, after in pairwise(windows)
    )
    whole = all("/" not in window.key for window in windows[:-1])
    return grain if grain and follows and whole else ""


def _truncated(day: exp.Expr, grain: str, first_month: int) -> exp.Expr:
    if grain == "day":
        return day
    unit = {1: "month", 3: "quarter", 12: "year"}.get(MONTHS.get(grain, 0), "week")
    shift = (first_month - 1) % MONTHS[grain] if grain in MONTHS else 0
    if not shift:
        return exp.cast(_trunc(day, unit), "DATE")
    months = exp.Interval(this=exp.Literal.string(str(shift)), unit=exp.var("MONTH"))
    moved = _trunc(exp.Sub(this=day, expression=months), unit)
    return exp.cast(exp.Add(this=moved, expression=months.copy()), "DATE")


def _trunc(day: exp.Expr, unit: str) -> exp.Expr:
    return exp.func("DATE_TRUNC", exp.Literal.string(unit), day)


def _inside(day: exp.Expr, window: Period) -> exp.Expr:
    return exp.and_(
        exp.GTE(this=day.copy(), expression=literal(window.start)),
        exp.LT(this=day.copy(), expression=literal(window.end)),
    )


def dimension_column(dimension: Dimension, scan: Scan) -> exp.Expr:
    """The expression that gives a row's id in a dimension; never NULL."""
    column: exp.Expr = exp.column(dimension.column.format(agent=scan.agent))
    if dimension.climb:
        ups = scan.teams[dimension.climb]
        case = exp.Case(this=column)
        for team, up in ups.items():
            case = case.when(literal(team), literal(up))
        column = case.else_(column.copy()) if ups else column
    return column if dimension.table else exp.func("COALESCE", column, literal(NONE))


def conditions(scan: Scan) -> list[exp.Expr]:
    """Every condition on rows: the reader's rights first, then the filters, then the time."""
    found: list[exp.Expr] = []
    if scan.reader.agent_ids is not None:
        agent = exp.column(f"{scan.agent}_agent_id")
        allowed = [literal(agent_id) for agent_id in sorted(scan.reader.agent_ids)]
        found.append(exp.In(this=agent, expressions=allowed) if allowed else exp.false())
    found += [_condition(one, scan) for one in scan.where]
    if scan.moments:
        found.append(_open_at(scan))
    elif scan.windows:
        day = exp.column(scan.kpis[0].date)
        if len(scan.windows) == 1 or is_run(scan.windows):
            whole = Period(start=scan.windows[0].start, end=scan.windows[-1].end)
            found.append(_inside(day, whole))
        else:
            found.append(exp.or_(*(_inside(day, window) for window in scan.windows)))
    return found


def _condition(one: Filter, scan: Scan) -> exp.Expr:
    operators = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE, "=": exp.EQ, "!=": exp.NEQ}
    if one.dimension not in DIMENSIONS:
        bound = exp.Literal.number(one.values[0])
        return operators[one.operator](this=exp.column(one.dimension), expression=bound)
    column = dimension_column(DIMENSIONS[one.dimension], scan)
    kept = exp.In(this=column, expressions=[literal(value) for value in one.values])
    return exp.not_(kept) if one.operator == "!=" else kept


def _open_at(scan: Scan) -> exp.Expr:
    """Open at the moment: created before it and not closed before it (as restated at as_of)."""
    if len(scan.moments) == 1 and scan.moments[0].is_now:
        return exp.column("is_open")
    day: exp.Expr = (
        exp.column("moment_until") if len(scan.moments) > 1 else literal(scan.moments[0].until)
    )
    created, closed = exp.column("created_on"), exp.column("closed_on")
    return exp.and_(
        exp.or_(exp.Is(this=created, expression=exp.null()), exp.LT(this=created, expression=day)),
        exp.or_(exp.column("is_open"), exp.GTE(this=closed, expression=day.copy())),
    )


def _aggregates(kpi: Kpi, scan: Scan) -> list[tuple[str, exp.Expr]]:
    measure, values = kpi.measure, _row_values(scan)
    present = scan.present.get(kpi.name, frozenset())
    parts: list[tuple[str, exp.Expr]] = []
    if measure.kind in ("sum", "ratio"):
        parts.append(("num", _term(measure.num, values)))
        if measure.kind == "ratio":
            parts.append(("den", _term(measure.den, values)))
        base = measure.den if measure.kind == "ratio" else measure.num
        if base.total is not None or measure.kind == "sum":
            parts.append(("n", _count(_maybe(base.where, values))))
            if measure.num.total is not None:
                parts.append(("valued", _count(_known(base, values))))
    elif measure.kind == "quantile" and measure.value is not None:
        where, value = _maybe(measure.where, values), filled_row(measure.value, values)
        middle = _quantile(value, measure.p)
        mean = exp.Avg(this=value.copy())
        if measure.mean:
            parts.append(("value", _where(mean, where)))
        else:
            parts += [("value", _where(middle, where)), ("mean", _where(mean, where))]
        parts.append(("n", _count(where)))
    for side, condition in kpi.covered.items():
        if "null_amount" in present or "missing_rate" in present:
            rows = filled_row(condition, values)
            has = exp.and_(rows.copy(), exp.column("has_amount"))
            parts += [(f"rows_{side}", _count(rows)), (f"have_{side}", _count(has))]
    for reason, condition in kpi.excluded.items():
        if reason in present:
            parts.append((f"x_{reason}", _count(filled_row(condition, values))))
    for flag, column in kpi.flags.items():
        if flag in present:
            parts.append((f"f_{flag}", _count(exp.column(column))))
    return parts


def _quantile(value: exp.Expr, p: float) -> exp.Expr:
    """The interpolated (type 7) quantile."""
    if p == 0.5:
        return exp.Median(this=value)
    return exp.func("QUANTILE_CONT", value, exp.Literal.number(p))


def _known(base: Term, values: Mapping[str, exp.Expr]) -> exp.Expr:
    """Rows of a term that have the amount it sums."""
    total = base.total
    if total is None:
        return _maybe(base.where, values) or exp.true()
    known = exp.not_(exp.Is(this=filled_row(total, values), expression=exp.null()))
    return exp.and_(_maybe(base.where, values), known) if base.where is not None else known


def _term(term: Term, values: Mapping[str, exp.Expr]) -> exp.Expr:
    where = _maybe(term.where, values)
    if term.total is None:
        return _count(where)
    return _where(exp.Sum(this=filled_row(term.total, values)), where)


def _count(where: exp.Expr | None) -> exp.Expr:
    return _where(exp.Count(this=exp.Star(), big_int=True), where)


def _where(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    if where is None or where == exp.true():
        return aggregate
    return exp.Filter(this=aggregate, expression=exp.Where(this=where.copy()))


def _maybe(tree: exp.Expr | None, values: Mapping[str, exp.Expr]) -> exp.Expr | None:
    return None if tree is None else filled_row(tree, values)


def _row_values(scan: Scan) -> Mapping[str, exp.Expr]:
    """The placeholders of the settings and, for stocks, the age of a row at the moment."""
    if not scan.moments:
        return scan.values
    many = len(scan.moments) > 1
    at = exp.column("moment_at") if many else literal(scan.moments[0].at)
    day = exp.column("moment_day") if many else literal(scan.moments[0].day)
    return {**scan.values, "age_days": _age(at, day)}


def _age(at: exp.Expr, day: exp.Expr) -> exp.Expr:
    """Days from creation to the moment: elapsed, or between dates when only the date is known."""
    created = exp.column("created_at")
    seconds = exp.Sub(this=exp.func("EPOCH", at), expression=exp.func("EPOCH", created.copy()))
    elapsed = exp.Div(this=exp.Paren(this=seconds), expression=exp.Literal.number("86400.0"))
    dates = exp.cast(
        exp.Paren(this=exp.Sub(this=day, expression=exp.column("created_on"))), "DOUBLE"
    )
    return exp.Case().when(exp.Is(this=created, expression=exp.null()), dates).else_(elapsed)


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


def counted_rows(scan: Scan) -> exp.Expr:
    """Whether a row is counted at all: in the denominator, the sum, or the quantile."""
    kpi, values = scan.kpis[0], _row_values(scan)
    measure = kpi.measure
    if measure.kind == "ratio":
        return _known(measure.den, values)
    if measure.kind == "sum":
        return _known(measure.num, values)
    return _maybe(measure.where, values) or exp.true()


def numerator_rows(scan: Scan) -> exp.Expr:
    """Whether a row is above the line of a ratio; for other measures, whether it is counted."""
    kpi, values = scan.kpis[0], _row_values(scan)
    if kpi.measure.kind == "ratio":
        return _known(kpi.measure.num, values)
    return counted_rows(scan)
