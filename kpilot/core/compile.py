"""From KPIs to SQL: one scan of one fact answers every KPI counted over it, as a syntax tree.

Each fact is aggregated alone; what several facts give is joined afterwards, on small results, so
rows of two facts never meet (the fan-out trap).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlglot import exp

from kpilot.core.aggregates import ONE, Counting, Weighing, aggregates, known
from kpilot.core.calendar import MONTHS, Period
from kpilot.core.dimensions import DIMENSIONS, NONE, Dimension
from kpilot.core.kpi import Kpi, Term
from kpilot.core.nodes import filled_row, literal, maybe, within
from kpilot.core.query import Filter
from kpilot.core.rights import Reader
from kpilot.core.windows_sql import Moment, moments_relation

BUCKET = "bucket"
AGENT_DIMS = ("agent", "team", "team_parent", "team_top")


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """Rows joined to a fact because what is asked has several values a row: agents, products.

    tree    a SELECT with the `keys`, one `bridge_<dimension>` column per dimension, its weight
    keys    fact column → the bridge's column
    dims    dimensions it gives; their filters and, for agents, the reader's rights are in it
    weight  its column of weights, "" when each row counts whole
    counts  whether the weight is for counts too, not for sums only
    """

    tree: exp.Select
    keys: Mapping[str, str]
    dims: tuple[str, ...]
    alias: str
    weight: str = ""
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What one SELECT over one fact computes.

    relation    the fact: a table, or a windowed fact's SELECT
    kpis        counted together: same fact, date and agent column
    windows     disjoint periods to count in (flows) …
    moments     … or instants to read at (stocks); a windowed fact has neither
    teams       team id → the team it rolls up to, by levels climbed, for the dimensions asked
    present     names of exclusions and flags that some row of the fact has; others are left out
    values      what placeholders such as :stage_window_days stand for
    bridges     joined to the fact's rows
    """

    relation: exp.Expr
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
    bridges: tuple[Bridge, ...] = field(default=())

    def source(self) -> exp.Select:
        """A SELECT without columns from the fact, the moments and the bridges."""
        select = exp.select().from_(self.relation.copy())
        if len(self.moments) > 1:
            select.join(moments_relation(self.moments), join_type="cross", copy=False)
        for bridge in self.bridges:
            behind = exp.Subquery(
                this=bridge.tree.copy(), alias=exp.TableAlias(this=exp.to_identifier(bridge.alias))
            )
            on = exp.and_(
                *(
                    exp.EQ(this=exp.column(key), expression=exp.column(name))
                    for key, name in bridge.keys.items()
                )
            )
            select.join(behind, on=on, copy=False)
        return select

    def counting(self, kpi: Kpi) -> Counting:
        """How `kpi` is counted: placeholders, present reasons and weights."""
        return Counting(
            values=row_values(self),
            present=self.present.get(kpi.name, frozenset()),
            weighing=self._weighing() if self.bridges else ONE,
        )

    def _weighing(self) -> Weighing:
        weighted = [bridge for bridge in self.bridges if bridge.weight]
        return Weighing(
            count=_product([exp.column(b.weight) for b in weighted if b.counts]),
            total=_product([exp.column(b.weight) for b in weighted]),
        )

    def bridged(self, dimension: str) -> bool:
        return any(dimension in bridge.dims for bridge in self.bridges)

    @property
    def hides_agents(self) -> bool:
        """Whether a bridge already applies the reader's rights."""
        return any(bridge.dims == AGENT_DIMS for bridge in self.bridges)


def _product(columns: Sequence[exp.Expr]) -> exp.Expr | None:
    found: exp.Expr | None = None
    for column in columns:
        found = column if found is None else exp.Mul(this=found, expression=column)
    return found


def compile_scan(scan: Scan) -> exp.Select:
    """The SELECT of a scan: bucket, one id column per dimension, then `<kpi>__<part>` columns."""
    select = scan.source().select(exp.alias_(bucket(scan), BUCKET), copy=False)
    groups: list[exp.Expr] = []
    for name in scan.dims:
        column = dimension_column(DIMENSIONS[name], scan)
        select.select(exp.alias_(column, name), copy=False)
        groups.append(column.copy())
    for kpi in scan.kpis:
        for part, aggregate in aggregates(kpi, scan.counting(kpi)):
            select.select(exp.alias_(aggregate, f"{kpi.name}__{part}"), copy=False)
    for condition in conditions(scan):
        select.where(condition, copy=False)
    return select.group_by(exp.Literal.number(1), *groups, copy=False)


def compile_values(scan: Scan) -> exp.Select:
    """The rows behind one KPI's figures: bucket, dimensions, then `y` and `x`.

    y and x are what a row (or all rows of one entity, where the KPI names one) adds to numerator
    and denominator; for a quantile or a mean y is the value and x is 1; for a weighted total y is
    the amount and x its chance.
    """
    kpi, values = scan.kpis[0], row_values(scan)
    measure = kpi.measure
    select = scan.source().select(exp.alias_(bucket(scan), BUCKET), copy=False)
    for name in scan.dims:
        select.select(exp.alias_(dimension_column(DIMENSIONS[name], scan), name), copy=False)
    where: exp.Expr | None
    if measure.kind == "quantile" and measure.value is not None:
        y, x, where = filled_row(measure.value, values), literal(1), maybe(measure.where, values)
    elif measure.kind == "sum" and isinstance(measure.num.total, exp.Mul):
        y, x = measure.num.total.this.copy(), measure.num.total.expression.copy()
        where = known(measure.num, values)
    else:
        y, x = _piece(measure.num, values), _piece(measure.den, values)
        where = known(measure.den, values)
        if measure.kind == "ratio" and measure.num.where != measure.den.where:
            # one side's rows may be others than the other's: rises over falls of revenue
            where = exp.or_(where, known(measure.num, values))
        elif measure.kind == "sum":
            where = known(measure.num, values)
    select.select(exp.alias_(y, "y"), exp.alias_(x, "x"), copy=False)
    for condition in conditions(scan):
        select.where(condition, copy=False)
    if where is not None:
        select.where(where, copy=False)
    return _by_entity(kpi, scan, select) if kpi.entity and measure.kind == "ratio" else select


def _by_entity(kpi: Kpi, scan: Scan, rows: exp.Select) -> exp.Select:
    """One row per entity; a side that counts entities is 1 where it has any row."""
    places = (BUCKET, *scan.dims)
    rows.select(exp.alias_(exp.column(kpi.entity), "entity"), copy=False)
    sides = (("y", kpi.measure.num), ("x", kpi.measure.den))
    together = [
        exp.alias_(exp.func("MAX" if term.distinct else "SUM", exp.column(side)), side)
        for side, term in sides
    ]
    groups = [exp.column(name) for name in (*places, "entity")]
    behind = exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("e")))
    columns = [exp.column(name) for name in places]
    return exp.select(*columns, *together).from_(behind).group_by(*groups, copy=False)


def _piece(term: Term, values: Mapping[str, exp.Expr]) -> exp.Expr:
    """What one row adds to a term."""
    adds = literal(1) if term.total is None else filled_row(term.total, values)
    where = maybe(term.where, values)
    return adds if where is None else exp.Case().when(where, adds).else_(literal(0))


def bucket(scan: Scan) -> exp.Expr:
    """A number for each window, or for a run of whole periods of one grain their first day."""
    if scan.kpis[0].is_windowed:
        return exp.column(BUCKET)
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
        case = case.when(within(day, window.start, window.end), literal(index))
    return case


def is_run(windows: Sequence[Period]) -> str:
    """The grain of `windows` when they follow each other without gap or cut (a last one may be
    cut short); "" otherwise."""
    grain = windows[0].grain
    follows = all(
        before.end == after.start and after.grain == grain for before, after in pairwise(windows)
    )
    whole = all("/" not in window.key for window in windows[:-1])
    regular = grain not in MONTHS or all(window.start.day == 1 for window in windows)
    return grain if grain and follows and whole and regular else ""


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


def dimension_column(dimension: Dimension, scan: Scan) -> exp.Expr:
    """The expression that gives a row's id in a dimension; never NULL."""
    if scan.bridged(dimension.name):
        return exp.column(f"bridge_{dimension.name}")
    return plain_column(dimension, scan.agent, scan.teams)


def plain_column(
    dimension: Dimension, agent: str, teams: Mapping[int, Mapping[str, str]]
) -> exp.Expr:
    """The same from the fact's own columns, `agent` being the agent column's first word."""
    column: exp.Expr = exp.column(dimension.column.format(agent=agent))
    if dimension.climb:
        ups = teams[dimension.climb]
        case = exp.Case(this=column)
        for team, up in ups.items():
            case = case.when(literal(team), literal(up))
        column = case.else_(column.copy()) if ups else column
    return column if dimension.table else exp.func("COALESCE", column, literal(NONE))


def conditions(scan: Scan) -> list[exp.Expr]:
    """Every condition on rows: the reader's rights first, then the filters, then the time."""
    found: list[exp.Expr] = []
    if not scan.hides_agents:
        found += rights(scan.reader, f"{scan.agent}_agent_id")
    found += [
        filter_condition(one, dimension_column(DIMENSIONS[one.dimension], scan))
        if one.dimension in DIMENSIONS
        else filter_condition(one, exp.column(one.dimension))
        for one in scan.where
        if not scan.bridged(one.dimension)
    ]
    return found + time_conditions(scan)


def rights(reader: Reader, column: str) -> list[exp.Expr]:
    """What a reader may see: rows of her agents only, unless she sees all."""
    if reader.agent_ids is None:
        return []
    allowed = [literal(agent_id) for agent_id in sorted(reader.agent_ids)]
    return [exp.In(this=exp.column(column), expressions=allowed) if allowed else exp.false()]


def filter_condition(one: Filter, column: exp.Expr) -> exp.Expr:
    """Whether `column` passes a filter."""
    operators = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE, "=": exp.EQ, "!=": exp.NEQ}
    if one.dimension not in DIMENSIONS:
        bound = exp.Literal.number(one.values[0])
        return operators[one.operator](this=column, expression=bound)
    kept = exp.In(this=column, expressions=[literal(value) for value in one.values])
    return exp.not_(kept) if one.operator == "!=" else kept


def time_conditions(scan: Scan) -> list[exp.Expr]:
    """Which rows belong to the windows or moments of the scan."""
    if scan.moments:
        return [_open_at(scan)]
    if not scan.windows:
        return []
    day = exp.column(scan.kpis[0].date)
    if len(scan.windows) == 1 or is_run(scan.windows):
        return [within(day, scan.windows[0].start, scan.windows[-1].end)]
    return [exp.or_(*(within(day, window.start, window.end) for window in scan.windows))]


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


def row_values(scan: Scan) -> Mapping[str, exp.Expr]:
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


def counted_rows(scan: Scan) -> exp.Expr:
    """Whether a row is counted at all: in the denominator, the sum, or the quantile."""
    kpi, values = scan.kpis[0], row_values(scan)
    measure = kpi.measure
    if measure.kind == "ratio":
        return known(measure.den, values)
    if measure.kind == "sum":
        return known(measure.num, values)
    return maybe(measure.where, values) or exp.true()


def numerator_rows(scan: Scan) -> exp.Expr:
    """Whether a row is above the line of a ratio; for other measures, whether it is counted."""
    kpi, values = scan.kpis[0], row_values(scan)
    if kpi.measure.kind == "ratio":
        return known(kpi.measure.num, values)
    return counted_rows(scan)
