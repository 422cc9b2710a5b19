"""Which periods a query is about, and which are needed beside them."""

from datetime import date, timedelta

from kpilot.ask.described import Coverage
from kpilot.ask.facts import Cutoff
from kpilot.core.calendar import Fiscal, Grain, Period, period_of, split
from kpilot.core.compile import is_run
from kpilot.core.query import Query

LEFT_EDGE_DAYS = 7


def periods(query: Query, cut: Cutoff, fiscal: Fiscal) -> list[Period]:
    """The periods to answer for, in order.

    Without a period: the last complete one of the grain (default month) and the running one.
    """
    if query.period is None:
        grain: Grain = query.grain or "month"
        running = period_of(cut.whole, grain, fiscal)
        complete = period_of(running.start - timedelta(1), grain, fiscal)
        return [complete, running]
    if query.grain is None:
        return [query.period]
    return split(query.period, query.grain, fiscal)


def batches(windows: list[Period]) -> list[tuple[Period, ...]]:
    """`windows` (distinct) grouped so that those of one group do not overlap.

    Runs of whole periods of one grain come first and together: they are counted fastest.
    """
    left = sorted(set(windows), key=lambda w: (w.start, w.end))
    groups: list[list[Period]] = []
    for window in left:
        for group in groups:
            last = group[-1]
            if last.end <= window.start and (
                last.grain == window.grain and is_run((*group, window))
            ):
                group.append(window)
                break
        else:
            groups.append([window])
    runs = [group for group in groups if len(group) > 1]
    singles = [group[0] for group in groups if len(group) == 1]
    return [tuple(group) for group in (*runs, *_disjoint(singles))]


def _disjoint(windows: list[Period]) -> list[list[Period]]:
    groups: list[list[Period]] = []
    for window in windows:
        for group in groups:
            if group[-1].end <= window.start:
                group.append(window)
                break
        else:
            groups.append([window])
    return groups


def is_left_truncated(period: Period, coverage: Coverage | None) -> bool:
    """Whether data starts well after the period does (rule G4)."""
    if coverage is None:
        return False
    slack = timedelta(max(float(LEFT_EDGE_DAYS), 2 * coverage.gap))
    return _moment(period.start) + slack < _moment(coverage.first)


def is_outside(period: Period, coverage: Coverage | None) -> bool:
    """Whether no day of the period is covered (rule G7)."""
    return coverage is None or period.end <= coverage.first or period.start >= coverage.end


def is_before(period: Period, coverage: Coverage | None) -> bool:
    """Whether the period ends before anything is known: no level was read then."""
    return coverage is not None and period.end <= coverage.first


def _moment(day: date) -> timedelta:
    return timedelta(day.toordinal())
