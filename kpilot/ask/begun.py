"""Periods that have not begun: most KPIs have nothing to say of them (rule G7).

A level would be today's, a retention 100 % and a churn zero, for nobody has had the time to leave.
"""

from collections.abc import Callable, Sequence

from kpilot.ask.figures import Figure
from kpilot.ask.scans import Asking, Key
from kpilot.core.calendar import Period
from kpilot.core.kpi import Catalog, Kpi

Figures = dict[tuple[Period, Key], Figure]


def of_begun(
    asking: Asking, kpi: Kpi, windows: Sequence[Period], made: Callable[[Sequence[Period]], Figures]
) -> Figures:
    """The figures of the periods that have begun, and the reason why the others have none.

    Of a KPI by the dates of its rows every period is asked: what it covers is known by them.
    """
    later = [w for w in windows if w.start < w.end and w.start >= asking.cut.day]
    if not later or not _is_of_now(kpi, asking.catalog):
        return made(windows)
    gone = [window for window in windows if window not in later]
    found = made(gone) if gone else {}
    keys = {key for _, key in found} or {()}
    nothing = Figure(reason="outside_coverage")
    return {**found, **{(window, key): nothing for window in later for key in keys}}


def _is_of_now(kpi: Kpi, known: Catalog) -> bool:
    """Whether the figure of a period to come would be worked out from what is there now."""
    if kpi.ahead:
        return False
    if kpi.measure.kind == "formula":
        own = set(kpi.measure.operands) - set(kpi.measure.over)
        return not own or any(_is_of_now(known[name], known) for name in own)
    return kpi.is_stock or kpi.is_windowed or bool(kpi.over) or (kpi.is_model and bool(kpi.fact))
