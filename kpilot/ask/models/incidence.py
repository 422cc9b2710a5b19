"""How many have got there by each day, those still on the way and other ends taken into account.

The KPI's `value` is how many days a row was watched, `den.where` says whether it has ended, and
`num.where` whether it ended in the way that is counted.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np
from sqlglot import exp

from kpilot.analysis.survival import Point, aalen_johansen
from kpilot.ask.figures import ENOUGH, NOTHING, Figure
from kpilot.ask.formulas import shifted_period
from kpilot.ask.rows import Ask, Figures, grouped, noted, own_dimension, rows_of
from kpilot.ask.scans import Asking, collect
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi

DAY = "elapsed_days"
BANDS = 40  # groups of a window that get one: it is two thousand resamples each


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """A row for each day at which the share rises: Aalen–Johansen's estimate (rule G14).

    Days are whole: a row at day 20 says what has happened within 20 days. Intervals are of
    durations rounded up to days. num  those who got there so far; n  rows watched.
    """
    measure = kpi.measure
    if measure.value is None or measure.num.where is None or measure.den.where is None:
        raise ValueError(f"{kpi.name}: an incidence needs a value and two conditions")
    inner, plain, placed = own_dimension(asking, kpi, DAY)
    columns = {
        "t": measure.value,
        "is_there": exp.func("COALESCE", measure.num.where, exp.false()),
        "is_over": exp.func("COALESCE", measure.den.where, exp.false()),
    }
    found: Figures = {}
    for window in windows:
        span = shifted_period(asking, window, kpi.over)
        rows = grouped(rows_of(inner, plain, span, columns))
        parts = collect(inner, [plain], [span])
        for place, (key, group) in enumerate(rows.items()):
            excluded, flags = noted(parts.get((kpi.name, span, key), NOTHING))
            for day, one in _curve(group, has_band=place < BANDS).items():
                found[window, placed(key, str(day))] = replace(
                    one, excluded=excluded, flags=(*one.flags, *flags)
                )
        if not rows:
            found[window, ()] = Figure(reason="no_rows")
    return found


def _curve(rows: Sequence[tuple[Any, ...]], *, has_band: bool) -> dict[int, Figure]:
    """Day → the share who got there within so many days."""
    days = np.asarray([float(t) for t, _, _ in rows])
    causes = ["there" if there else "else" if over else None for _, there, over in rows]
    exact = aalen_johansen(days, causes, band=False).curves.get("there", ())
    rounded = aalen_johansen(np.ceil(days), causes, band=has_band).curves.get("there", ())
    edges = {int(point.time): point for point in rounded}
    flags = ("low_n",) if len(rows) < ENOUGH["middle"] else ()
    if not has_band:
        flags = (*flags, "interval_left_out")
    if not exact:
        return {0: Figure(value=0.0, num=0, n=len(rows), flags=flags)}
    found: dict[int, Figure] = {}
    so_far = 0
    for point in exact:
        so_far += point.events
        day = ceil(point.time)
        found[day] = _figure(point, so_far, edges.get(day), len(rows), flags)
    return found


def _figure(
    point: Point, so_far: int, edge: Point | None, n: int, flags: tuple[str, ...]
) -> Figure:
    low, high = (edge.low, edge.high) if edge else (None, None)
    return Figure(
        value=point.value,
        num=so_far,
        n=n,
        lo=low,
        hi=high,
        method="bootstrap" if low is not None else "",
        flags=flags,
    )
