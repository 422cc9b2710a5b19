"""The days of the made-up company: when it works, how busy it is, which quarter a day is in."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kpilot.demo.chance import Bools, Floats, Ints

YEARS = 3
MONTH_WEIGHT = (1.02, 1.0, 1.08, 1.02, 0.96, 1.06, 0.92, 0.62, 1.06, 1.10, 1.06, 0.78)
WEEKDAY_WEIGHT = (1.05, 1.10, 1.05, 1.00, 0.80, 0.0, 0.0)
GROWTH_A_YEAR = 0.07
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
AHEAD = 500


@dataclass(frozen=True, kw_only=True)
class Days:
    """Days are counted from `start`; `last` is today. Arrays run on `AHEAD` days after today.

    month, quarter  number of the calendar month or quarter, counted from the first one
    next_working    the day itself, or the working day after it
    weight          how much is started on that day: season, weekday, growth
    utc_offset      hours that local time in Paris is ahead of UTC on that day
    """

    start: date
    today: date
    first: int
    last: int
    month: Ints
    quarter: Ints
    working: Bools
    next_working: Ints
    weight: Floats
    utc_offset: Ints

    def day(self, when: date) -> int:
        return (when - self.start).days

    def date(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def month_start(self, month: int) -> int:
        """The first day of a month counted as in `month`; also months before or after the span."""
        return self.day(add_months(self.start, month))

    def instant(self, day: Ints, second: Ints) -> Ints:
        """Seconds since 1970 in UTC of a local time of day."""
        return (self.first + day) * 86400 + second - self.utc_offset[day] * 3600


def days_until(today: date) -> Days:
    """Three years of whole quarters and the running one, up to the last working day ≤ `today`."""
    while not works(today):
        today -= timedelta(days=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    start = quarter.replace(year=quarter.year - YEARS)
    all_days = [start + timedelta(days=n) for n in range((today - start).days + AHEAD)]
    working = np.array([works(day) for day in all_days])
    following = np.where(working, np.arange(len(all_days)), len(all_days) - 1)
    month = [(day.year - start.year) * 12 + day.month - start.month for day in all_days]
    return Days(
        start=start, today=today, first=(start - date(1970, 1, 1)).days, last=(today - start).days,
        month=np.array(month), quarter=np.array(month) // 3, working=working,
        next_working=np.minimum.accumulate(following[::-1])[::-1],
        weight=np.array([_weight(day, start) for day in all_days]),
        utc_offset=np.array([2 if _is_summer(day) else 1 for day in all_days]),
    )


def add_months(day: date, months: int) -> date:
    """The first of the month that lies `months` after the month of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def works(day: date) -> bool:
    """Whether the company works on that day."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def _weight(day: date, start: date) -> float:
    if not works(day):
        return 0.0
    growth = 1 + GROWTH_A_YEAR * (day - start).days / 365
    return MONTH_WEIGHT[day.month - 1] * WEEKDAY_WEIGHT[day.weekday()] * growth


def _is_summer(day: date) -> bool:
    """Summer time in Paris: from the last Sunday of March to the last Sunday of October."""
    return _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
