"""What figures are in the light of the days that the data cover (rules G4 and G7)."""

from collections.abc import Callable
from dataclasses import replace

from kpilot.ask import facts
from kpilot.ask.figures import NOTHING, Figure, figure
from kpilot.ask.scans import Asking
from kpilot.ask.windows import is_before, is_left_truncated, is_outside
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi


def covering(asking: Asking, kpi: Kpi) -> Callable[[Period, Figure], Figure]:
    """What becomes of the KPI's figure in a period: none where the data do not reach; a level is
    one from the first day that the data know, and no part of it is cut off."""
    if (kpi.is_level or kpi.is_windowed) and not kpi.coverage:
        return lambda _, made: made
    coverage = facts.coverage(asking.project, kpi, asking.cut)

    def covered(window: Period, made: Figure) -> Figure:
        is_out = is_before(window, coverage) if kpi.is_level else is_outside(window, coverage)
        if is_out and not made.n:
            return replace(made, value=None, num=None, den=None, reason="outside_coverage")
        if not kpi.is_level and is_left_truncated(window, coverage):
            return replace(made, flags=(*made.flags, "left_truncated"))
        return made

    return covered


def without_rows(asking: Asking, kpi: Kpi, window: Period) -> Figure:
    """The figure of a group that has no row: zero or none, unknown where the data do not reach."""
    if kpi.is_formula:
        return Figure(reason="no_rows")
    return covering(asking, kpi)(window, figure(kpi, NOTHING))
