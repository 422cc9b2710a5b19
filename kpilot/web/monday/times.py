"""Which whole months and quarters the page compares: those that are over where it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpilot.core.calendar import Fiscal, Grain, Period, add_months, period_of, ranged
from kpilot.web.kpis.state import State

YEARS_BACK = 3


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A whole period and the one it is compared with."""

    this: Period
    base: Period


def looked_at(state: State) -> date:
    """The first day that the page does not look at: its period's end, or where the data ends."""
    return min(state.period.end, state.today.whole)


def last_whole(state: State, grain: Grain) -> Period:
    """The last period of `grain` that is over."""
    running = period_of(looked_at(state), grain, state.today.fiscal)
    return before(running, state.today.fiscal)


def before(period: Period, fiscal: Fiscal) -> Period:
    """The period of the same grain before this one."""
    return period_of(period.start - timedelta(1), period.grain or "month", fiscal)


def pair_of(this: Period, fiscal: Fiscal) -> Pair:
    """The period beside the one before it."""
    return Pair(this=this, base=before(this, fiscal))


def months_up_to(last: Period, count: int) -> Period:
    """The days of `count` months, the last of them `last`."""
    return ranged(add_months(last.start, 1 - count), last.end)


def running(state: State) -> Period:
    """The quarter that holds the last day looked at."""
    return period_of(looked_at(state) - timedelta(1), "quarter", state.today.fiscal)


def inside(period: Period, months: Sequence[Period]) -> bool:
    """Whether whole months of the list make up the period."""
    days = sum(month.days for month in months if period.start <= month.start < period.end)
    return days == period.days
