"""The only way to a number: `ask(query, project)`.

A comparison is the same question over another period; a formula (growth, attainment) is the same
question about another KPI. Every surface asks here, so two surfaces cannot show two numbers.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from kpilot.ask import facts
from kpilot.ask.catalog import catalog
from kpilot.ask.compare import change
from kpilot.ask.facts import Cutoff
from kpilot.ask.figures import NOTHING, Figure, figure
from kpilot.ask.formulas import attainment, growth
from kpilot.ask.intervals import add_intervals
from kpilot.ask.measurable import missing
from kpilot.ask.names import names
from kpilot.ask.scans import Asking, Key, collect, start, undated, universe
from kpilot.ask.windows import is_left_truncated, is_outside, periods
from kpilot.core.calendar import Period, like_for_like
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.kpi import Kpi
from kpilot.core.query import Query, fiscal_of
from kpilot.core.result import Change, Result, Row
from kpilot.project import Project

__all__ = ["ask", "catalog"]

FILLED = frozenset(
    {"agent", "team", "team_parent", "team_top", "product", "channel", "campaign", "pipeline",
     "stage", "segment", "industry"}
)  # fmt: skip
FILL_LIMIT = 200
RESULTS = ("results",)
KEPT_RESULTS = 500


def ask(query: Query, project: Project, *, now: datetime | None = None) -> Result:
    """The answer to `query`, with intervals, flags, exclusions and the SQL that ran.

    now  the clock (naive UTC); only data before it and before `query.as_of` are seen
    """
    cut = facts.cutoff(project, query.as_of, now or facts.utc_now())
    kept: OrderedDict[object, Result] = project.memo.setdefault(RESULTS, OrderedDict())
    place = (query, cut)
    if place not in kept:
        kept[place] = _answer(query, project, cut)
        while len(kept) > KEPT_RESULTS:
            kept.popitem(last=False)
    return kept[place]


def _answer(query: Query, project: Project, cut: Cutoff) -> Result:
    known = catalog(project)
    asking = start(query, project, known, cut)
    rows: list[Row] = []
    for name in query.kpis:
        rows += _rows(asking, known[name])
    return Result(
        query=query,
        rows=rows,
        as_of=cut.at,
        horizon=cut.horizon,
        data_version=cut.version,
        sql=tuple(dict.fromkeys(asking.sql)),
        attribution={name: asking.attribution(known[name]) for name in query.kpis},
    )


def _rows(asking: Asking, kpi: Kpi) -> list[Row]:
    fiscal = fiscal_of(asking.project.settings)
    spans = periods(asking.query, asking.cut, fiscal)
    lacking = missing(kpi, asking.catalog, asking.project, asking.cut.version)
    if lacking:
        flags = [f"missing:{name}" for name in lacking.fields]
        return [
            _row(asking, kpi, span, (), Figure(reason=lacking.reason, flags=tuple(flags)))
            for span in spans
        ]
    if kpi.measure.kind == "growth":
        return _formula_rows(asking, kpi, spans, growth(asking, kpi, spans))
    if kpi.measure.kind == "attainment":
        return _formula_rows(asking, kpi, spans, attainment(asking, kpi, spans))
    return _plain_rows(asking, kpi, spans)


def _plain_rows(asking: Asking, kpi: Kpi, spans: list[Period]) -> list[Row]:
    fiscal, mode = fiscal_of(asking.project.settings), asking.query.compare
    pairs = {
        span: like_for_like(span, mode, asking.cut.whole, fiscal) for span in spans
    } if mode else {}  # fmt: skip
    windows = set(spans)
    for this, base in pairs.values():
        windows |= {this, base}
    parts = collect(asking, [kpi], sorted(w for w in windows if w.start < w.end))
    keys = {key for _, _, key in parts} | _filling(asking, kpi)
    rows = []
    for span in spans:
        for key in keys if asking.dims(kpi) else {()}:
            row = _row(
                asking, kpi, span, key, figure(kpi, parts.get((kpi.name, span, key), NOTHING))
            )
            if mode:
                now, before = (
                    figure(kpi, parts.get((kpi.name, window, key), NOTHING))
                    if window.start < window.end
                    else Figure()  # no whole day of it has passed: nothing to compare, not zero
                    for window in pairs[span]
                )
                row.compare = _change(asking, kpi, now, before, pairs[span])
            rows.append(row)
    add_intervals(asking, kpi, rows)
    return _finished(asking, kpi, rows)


def _formula_rows(
    asking: Asking, kpi: Kpi, spans: list[Period], found: dict[tuple[Period, Key], Figure]
) -> list[Row]:
    keys = {key for _, key in found} or {()}
    rows = [
        _row(asking, kpi, span, key, found[span, key])
        for span in spans
        for key in keys
        if (span, key) in found
    ]
    return _finished(asking, kpi, rows)


def _filling(asking: Asking, kpi: Kpi) -> set[Key]:
    """Groups without a row in these periods, shown as zero or as nothing to divide by."""
    dims = asking.dims(kpi)
    if len(dims) != 1 or dims[0] not in FILLED:
        return set()
    found = universe(asking, kpi)
    return found if len(found) <= FILL_LIMIT else set()


def _row(asking: Asking, kpi: Kpi, span: Period, key: Key, made: Figure) -> Row:
    flags = list(made.flags)
    value, reason = made.value, made.reason
    coverage = _coverage(asking, kpi)
    lacks_fields = any(flag.startswith("missing:") for flag in flags)
    dated = not kpi.is_stock and not kpi.is_formula and not lacks_fields
    if dated and is_outside(span, coverage) and not made.n:
        value, reason = None, "outside_coverage"
    elif dated and is_left_truncated(span, coverage):
        flags.append("left_truncated")
    dims = asking.dims(kpi) if key else ()
    is_empty = reason == "outside_coverage"
    return Row(
        kpi=kpi.name,
        period=span,
        dims={},
        dim_ids=dict(zip(dims, key, strict=True)),
        value=value,
        num=None if is_empty else made.num,
        den=None if is_empty else made.den,
        n=made.n,
        lo=made.lo,
        hi=made.hi,
        method=made.method,
        unit=kpi.unit,
        currency=asking.project.settings.currency if kpi.unit == "currency" else "",
        partial=asking.cut.whole < span.end,
        flags=flags,
        reason=reason,
        partial_value=made.partial_value,
        excluded=dict(made.excluded),
        mean=made.mean,
    )


def _coverage(asking: Asking, kpi: Kpi) -> facts.Coverage | None:
    """The coverage of the KPI's date; stocks have none."""
    if kpi.is_stock:
        return None
    return facts.coverage(asking.project, kpi, asking.catalog, asking.cut)


def _change(
    asking: Asking, kpi: Kpi, this: Figure, base: Figure, windows: tuple[Period, Period]
) -> Change:
    coverage = _coverage(asking, kpi)
    reason = ""
    if not kpi.is_stock and is_outside(windows[1], coverage):
        reason = "outside_coverage"
    elif any(is_left_truncated(window, coverage) for window in windows):
        reason = "left_truncated"
    return change(kpi.unit, this.value, base.value, windows, reason)


def _finished(asking: Asking, kpi: Kpi, rows: list[Row]) -> list[Row]:
    """Names put beside ids, undated rows counted, in order of name and period."""
    called = {name: _called(asking, name, rows) for name in asking.dims(kpi)}
    is_total = not asking.dims(kpi) and not kpi.is_formula
    missing_dates = undated(asking, kpi) if is_total else {}
    for row in rows:
        row.dims = {name: called[name].get(i, i) for name, i in row.dim_ids.items()}
        if is_total:
            row.excluded |= missing_dates
    return sorted(rows, key=lambda row: (_order(row.dims.values()), row.period.start))


def _order(names_: Iterable[str]) -> list[tuple[bool, str]]:
    return [(name.startswith("("), name.casefold()) for name in names_]


def _called(asking: Asking, name: str, rows: list[Row]) -> dict[str, str]:
    table = DIMENSIONS[name].table
    if not table:
        return {}
    return names(asking.project, table, sorted({row.dim_ids[name] for row in rows if row.dim_ids}))
