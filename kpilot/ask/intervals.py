"""Intervals put on rows: at once where a formula gives them, from the rows behind where not."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlglot import exp

from kpilot.analysis import intervals
from kpilot.ask.fiscal import fiscal
from kpilot.ask.formula_intervals import interval, operand_rows, parts_of
from kpilot.ask.formulas import shifted_period
from kpilot.ask.scans import Asking, Key, scan_of
from kpilot.ask.windows import batches
from kpilot.core.calendar import Period, like_for_like
from kpilot.core.compile import BUCKET, compile_values, is_run
from kpilot.core.kpi import Kpi
from kpilot.core.nodes import literal
from kpilot.core.result import Row

RESAMPLED_ROWS = 400


def add_intervals(asking: Asking, kpi: Kpi, rows: Sequence[Row]) -> None:
    """Fill lo, hi and method of `rows`, all of the plain KPI `kpi`.

    A share has Wilson's interval, a count Garwood's; means, medians, ratios of money and the
    weighted pipeline are worked out from the rows behind, for at most 400 figures of a result (the
    others carry the flag `interval_left_out`). Totals and levels have none.
    """
    shared = asking.attribution(kpi) in ("touch_equal", "split")
    shown = [row for row in rows if row.value is not None and row.lo is None and not shared]
    kind = kpi.measure.kind
    if kind == "ratio" and _is_share(kpi):
        for row in shown:
            _set(row, intervals.wilson(float(row.num or 0), float(row.den or 0)), "wilson")
    elif kind == "sum" and kpi.measure.num.total is None:
        for row in shown:
            _set(row, intervals.garwood(int(row.value or 0)), "poisson")
    elif kind == "formula":
        _of_expected(asking, kpi, shown[:RESAMPLED_ROWS])
        _of_parts(asking, kpi, [row for row in shown[:RESAMPLED_ROWS] if row.lo is None])
    elif kind == "growth":
        _of_growth(asking, kpi, shown[:RESAMPLED_ROWS])
    elif kind in ("ratio", "quantile") or is_expected(kpi):
        for row in shown[RESAMPLED_ROWS:]:
            row.flags.append("interval_left_out")
        _from_rows(asking, kpi, shown[:RESAMPLED_ROWS])


def _is_share(kpi: Kpi) -> bool:
    """Whether rows of one kind are counted over rows of that kind, not orders over customers."""
    num, den = kpi.measure.num, kpi.measure.den
    counts = num.total is None and den.total is None
    return counts and not (kpi.entity and bool(num.distinct) != bool(den.distinct))


def is_expected(kpi: Kpi) -> bool:
    """Whether the figure is a total of amounts, each times its chance."""
    return kpi.measure.kind == "sum" and isinstance(kpi.measure.num.total, exp.Mul)


def _of_expected(asking: Asking, kpi: Kpi, rows: Sequence[Row]) -> None:
    """A sum with an expected total in it is as unsure as that total is."""
    expected = [
        asking.catalog[name]
        for name in kpi.measure.operands
        if is_expected(asking.catalog[name]) and isinstance(kpi.measure.value, exp.Add)
    ]
    dims = asking.dims(kpi)
    rows = [row for row in rows if len(row.dim_ids) == len(dims)]  # no group at all: a bare total
    if len(expected) != 1 or not rows:
        return
    values = _values(asking, expected[0], rows)
    for row in rows:
        amounts, chances = values.get((row.period, tuple(row.dim_ids.values())), ([], []))
        found = intervals.weighted_total(amounts, chances)
        if found and row.value is not None:
            half = (found[1] - found[0]) / 2
            _set(row, (float(row.value) - half, float(row.value) + half), "bernoulli")


def _of_parts(asking: Asking, kpi: Kpi, rows: Sequence[Row]) -> None:
    """A figure made of others is as unsure as they are; sums of totals are booked."""
    if isinstance(kpi.measure.value, (exp.Add, exp.Sub)):
        return
    dims = asking.dims(kpi)
    rows = [row for row in rows if len(row.dim_ids) == len(dims)]
    trees = {span: parts_of(asking, kpi, span) for span in {row.period for row in rows}}
    leaves = list(dict.fromkeys(leaf for _, found in trees.values() for leaf in found.values()))
    made = operand_rows(asking, leaves)
    for name in dict.fromkeys(name for name, _ in leaves):
        of_one = [row for (other, _), group in made.items() if other == name
                  for row in group.values()]  # fmt: skip
        add_intervals(asking, asking.catalog[name], of_one)
    for row in rows:
        tree, places = trees[row.period]
        key = tuple(row.dim_ids[name] for name in dims)
        parts = {place: made[leaf].get(key) for place, leaf in places.items()}
        known = {place: part for place, part in parts.items() if part is not None}
        if len(known) == len(parts):
            _set(row, interval(tree, known), "parts")


def _of_growth(asking: Asking, kpi: Kpi, rows: Sequence[Row]) -> None:
    """A growth is as unsure as how many sales of which size happened to fall into either period."""
    of, dims = asking.catalog[kpi.measure.of], asking.dims(kpi)
    if of.measure.kind != "sum" or of.measure.num.distinct:
        return
    own = fiscal(asking.project, asking.cut.version)
    pairs = {
        row.period: like_for_like(row.period, kpi.measure.versus, asking.cut.whole, own)
        for row in rows
    }
    sides = [replace(row, period=span) for row in rows for span in pairs[row.period]]
    values = _values(asking, of, sides) if sides else {}
    for row in rows:
        key = tuple(row.dim_ids[name] for name in dims)
        now, before = (values.get((span, key), ([], []))[0] for span in pairs[row.period])
        _set(row, intervals.growth(now, before), "resampled")


def _set(row: Row, found: intervals.Interval | None, method: str) -> None:
    if found:
        row.lo, row.hi, row.method = found[0], found[1], method


def _from_rows(asking: Asking, kpi: Kpi, rows: Sequence[Row]) -> None:
    values = _values(asking, kpi, rows)
    dims = asking.dims(kpi)
    behind = [
        (row, *values.get((row.period, tuple(row.dim_ids[name] for name in dims)), ([], [])))
        for row in rows
    ]
    for row, y, x in sorted(behind, key=lambda one: len(one[1])):  # as many share their resamples
        if kpi.measure.kind == "quantile" and not kpi.measure.mean:
            _set(row, intervals.quantile(y, kpi.measure.p), _method(y, "ranks"))
        elif is_expected(kpi):
            _set(row, intervals.weighted_total(y, x), "bernoulli")
        else:
            _set(row, intervals.ratio_of_sums(y, x), _method(y, "delta"))


def _method(values: Sequence[float], from_200_on: str) -> str:
    return from_200_on if len(values) >= intervals.ENOUGH_FOR_NORMAL else "bootstrap"


def _values(
    asking: Asking, kpi: Kpi, rows: Sequence[Row]
) -> dict[tuple[Period, Key], tuple[list[float], list[float]]]:
    """(window, key) → what each row behind `rows` adds above and below the line, in a fixed
    order; they are put in lists where they lie, as they may be millions."""
    if kpi.over:  # rows of other days than those of the period, as the figure itself
        places = {row.period: shifted_period(asking, row.period, kpi.over) for row in rows}
        moved = [replace(row, period=places[row.period]) for row in rows]
        values = _values(asking, replace(kpi, over=""), moved)
        return {
            (span, key): value
            for span, place in places.items()
            for (day, key), value in values.items()
            if day == place
        }
    found: dict[tuple[Period, Key], tuple[list[float], list[float]]] = {}
    windows = sorted({row.period for row in rows})
    together = kpi.is_stock or kpi.is_windowed
    runs = [tuple(windows)] if together else batches(windows)
    for batch in runs:
        if not batch:
            continue
        scan = scan_of(asking, [kpi], batch)
        starts = {window.start: window for window in batch}
        by_start = not together and len(batch) > 1 and bool(is_run(batch))
        listed = _listed(kpi, compile_values(scan), scan.dims, rows)
        for row in asking.project.engine.query(listed):
            bucket: Any = row[0]
            window = starts.get(bucket) if by_start else batch[int(str(bucket))]
            if window is not None:
                y: Any = row[-2]
                x: Any = row[-1]
                found[window, tuple(str(value) for value in row[1:-2])] = (y, x)
    return found


def _listed(kpi: Kpi, tree: exp.Select, dims: Sequence[str], rows: Sequence[Row]) -> str:
    """The lists of y and of x of the groups that `rows` show, each in order of y, then x; those of
    a median as they come, for its values are put in order later."""
    places = [exp.column(name) for name in (BUCKET, *dims)]
    sides = [exp.alias_(exp.cast(exp.column(name), "DOUBLE"), name) for name in ("y", "x")]
    inner = exp.select(*places, *sides).from_(tree.subquery("v"))
    for name in dims:
        shown = sorted({row.dim_ids[name] for row in rows})
        inner = inner.where(
            exp.In(this=exp.column(name), expressions=[literal(value) for value in shown])
        )
    order = () if kpi.measure.kind == "quantile" and not kpi.measure.mean else ("y", "x")
    lists = [exp.ArrayAgg(this=_ordered(exp.column(name), order)) for name in ("y", "x")]
    outer = exp.select(*places, *lists).from_(inner.subquery("v"))
    return outer.group_by(*places).sql(dialect="duckdb")


def _ordered(side: exp.Column, order: Sequence[str]) -> exp.Expr:
    by = [exp.Ordered(this=exp.column(name)) for name in order]
    return exp.Order(this=side, expressions=by) if by else side
