"""Periods: half-open ranges of business dates, their names, and what they are compared with.

Rules G2 (periods, weeks, fiscal years) and G4 (like-for-like comparison) of the specification.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kpilot.core.errors import UserError
from kpilot.core.text import Text

Grain = Literal[
    "day", "week", "month", "quarter", "year", "fiscal_month", "fiscal_quarter", "fiscal_year"
]
GRAINS: tuple[Grain, ...] = (
    "day", "week", "month", "quarter", "year", "fiscal_month", "fiscal_quarter", "fiscal_year"
)  # fmt: skip
MONTHS: dict[str, int] = {
    "month": 1, "quarter": 3, "year": 12, "fiscal_month": 1, "fiscal_quarter": 3, "fiscal_year": 12
}  # fmt: skip
Comparison = Literal["previous", "year"]


@dataclass(frozen=True, kw_only=True)
class FiscalMonth:
    """One period of a calendar of one's own (4-4-5 weeks, thirteen periods …): the `number`-th of
    the fiscal `year`, from `start` up to, not including, `end`."""

    start: date
    end: date
    year: int
    number: int

    @property
    def quarter(self) -> int:
        """Three periods each; a thirteenth goes with the fourth quarter."""
        return min((self.number + 2) // 3, 4)


@dataclass(frozen=True, kw_only=True)
class Fiscal:
    """The fiscal calendar: first month, and which calendar year names the fiscal year.

    months  the periods of a calendar of one's own, in order; days outside them follow the month
    """

    start_month: int = 1
    label: str = "end_year"
    months: tuple[FiscalMonth, ...] = ()

    def own(self, day: date) -> FiscalMonth | None:
        """The period of one's own calendar that holds `day`."""
        place = bisect_right(self.months, day, key=lambda month: month.start) - 1
        found = self.months[place] if place >= 0 else None
        return found if found and day < found.end else None

    @property
    def in_weeks(self) -> bool:
        """Whether one's own periods are whole weeks, so that dates move from year to year."""
        return bool(self.months) and all(
            (month.end - month.start).days % 7 == 0 for month in self.months
        )

    def year(self, day: date) -> int:
        """The number in FY2027 for the fiscal year that holds `day`."""
        first = day.year if day.month >= self.start_month else day.year - 1
        return first + (1 if self.label == "end_year" and self.start_month > 1 else 0)

    def starts(self, year: int) -> date:
        """First day of the fiscal year called `year`."""
        back = 1 if self.label == "end_year" and self.start_month > 1 else 0
        return date(year - back, self.start_month, 1)


@dataclass(frozen=True, kw_only=True, order=True)
class Period:
    """From `start` up to, not including, `end`; `grain` None for a range of one's own."""

    start: date
    end: date
    key: str = ""
    grain: Grain | None = None

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", f"{self.start}/{self.end}")

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def cut(self, start: date, end: date) -> "Period":
        """The part inside [start, end); named by its dates when something was cut off."""
        inner_start, inner_end = max(self.start, start), min(self.end, end)
        if (inner_start, inner_end) == (self.start, self.end):
            return self
        return Period(start=inner_start, end=max(inner_start, inner_end), grain=self.grain)


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the first of the next month where that day is missing."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def period_of(day: date, grain: Grain, fiscal: Fiscal) -> Period:
    """The period of `grain` that holds `day`."""
    if grain == "day":
        return Period(start=day, end=day + timedelta(1), key=day.isoformat(), grain=grain)
    if grain == "week":
        start = day - timedelta(day.weekday())
        year, week, _ = start.isocalendar()
        key = f"{year}-W{week:02d}"
        return Period(start=start, end=start + timedelta(7), key=key, grain=grain)
    own = fiscal.own(day) if grain.startswith("fiscal") else None
    if own:
        return _own_period(own, grain, fiscal)
    length = MONTHS[grain]
    first = fiscal.start_month if grain.startswith("fiscal") else 1
    place = (day.month - first) % 12
    start = add_months(day.replace(day=1), -(place % length))
    return Period(
        start=start, end=add_months(start, length), key=_key(start, grain, fiscal), grain=grain
    )


def _own_period(month: FiscalMonth, grain: Grain, fiscal: Fiscal) -> Period:
    """The month, quarter or year of one's own calendar that `month` belongs to."""
    same_year = [one for one in fiscal.months if one.year == month.year]
    key = f"FY{month.year}"
    if grain == "fiscal_month":
        same_year, key = [month], f"{key}-M{month.number:02d}"
    elif grain == "fiscal_quarter":
        same_year = [one for one in same_year if one.quarter == month.quarter]
        key = f"{key}-Q{month.quarter}"
    return Period(start=same_year[0].start, end=same_year[-1].end, key=key, grain=grain)


def _key(start: date, grain: Grain, fiscal: Fiscal) -> str:
    place = (start.month - fiscal.start_month) % 12
    year = fiscal.year(start)
    match grain:
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case "year":
            return f"{start.year}"
        case "fiscal_month":
            return f"FY{year}-M{place + 1:02d}"
        case "fiscal_quarter":
            return f"FY{year}-Q{place // 3 + 1}"
        case _:
            return f"FY{year}"


def split(period: Period, grain: Grain, fiscal: Fiscal) -> list[Period]:
    """`period` cut into consecutive periods of `grain`; those at its ends may be cut short."""
    parts = []
    day = period.start
    while day < period.end:
        whole = period_of(day, grain, fiscal)
        parts.append(whole.cut(period.start, period.end))
        day = whole.end
    return parts


_FORMS: tuple[tuple[str, Grain], ...] = (
    (r"(\d{4})-(\d\d)-(\d\d)", "day"),
    (r"(\d{4})-W(\d\d)", "week"),
    (r"(\d{4})-(\d\d)", "month"),
    (r"(\d{4})-Q([1-4])", "quarter"),
    (r"(\d{4})", "year"),
    (r"FY(\d{4})-M(\d\d)", "fiscal_month"),
    (r"FY(\d{4})-Q([1-4])", "fiscal_quarter"),
    (r"FY(\d{4})", "fiscal_year"),
)


def parse_period(text: str, fiscal: Fiscal) -> Period:
    """The period written as 2017-Q2, 2017-06, 2017-W23, FY2017-Q2, 2017, 2017-06-05 or a/b."""
    word = text.strip().upper()
    try:
        if "/" in word:
            start, end = (date.fromisoformat(part.strip()) for part in word.split("/"))
            return ranged(start, end)
        for pattern, grain in _FORMS:
            if found := re.fullmatch(pattern, word):
                return _parsed([int(part) for part in found.groups()], grain, fiscal)
    except ValueError as error:
        raise _not_a_period(text) from error
    raise _not_a_period(text)


def ranged(start: date, end: date) -> Period:
    """The range from `start` up to `end`, which keeps its dates as its name."""
    if end <= start:
        raise UserError(
            "The period ends ({end}) before it starts ({start}).",
            start=start,
            end=end,
            code="bad_period",
            hint=Text("The end is the first day that no longer counts."),
        )
    return Period(start=start, end=end)


def _parsed(numbers: list[int], grain: Grain, fiscal: Fiscal) -> Period:
    year, rest = numbers[0], numbers[1:]
    if grain.startswith("fiscal") and (own := _own_named(year, rest, grain, fiscal)):
        return _own_period(own, grain, fiscal)
    match grain:
        case "day":
            day = date(year, *rest)
        case "week":
            day = date.fromisocalendar(year, rest[0], 1)
        case "month":
            day = date(year, rest[0], 1)
        case "quarter":
            day = date(year, rest[0] * 3 - 2, 1)
        case "year":
            day = date(year, 1, 1)
        case "fiscal_month":
            if not 1 <= rest[0] <= 12:
                raise ValueError(rest)
            day = add_months(fiscal.starts(year), rest[0] - 1)
        case "fiscal_quarter":
            day = add_months(fiscal.starts(year), rest[0] * 3 - 3)
        case _:
            day = fiscal.starts(year)
    return period_of(day, grain, fiscal)


def _own_named(year: int, rest: list[int], grain: Grain, fiscal: Fiscal) -> FiscalMonth | None:
    """The first period of one's own calendar with this name."""
    for month in fiscal.months:
        number = month.number if grain == "fiscal_month" else month.quarter
        if month.year == year and (not rest or number == rest[0]):
            return month
    return None


def _not_a_period(text: str) -> UserError:
    return UserError(
        "“{text}” is not a period.",
        text=text,
        code="bad_period",
        hint=Text("Write 2017-Q2, 2017-06, 2017-W23, FY2017-Q2, 2017 or 2017-01-01/2017-04-01."),
    )


def year_before(day: date) -> date:
    """The same date one year earlier; 29 February gives 1 March, as an exclusive end."""
    return add_months(day, -12)


def earlier(period: Period, comparison: Comparison, fiscal: Fiscal) -> Period:
    """The whole period that `period` is compared with."""
    if comparison == "year":
        own = _own_month(period, fiscal)
        if own and period.grain:
            numbers = [own.number if period.grain == "fiscal_month" else own.quarter]
            before = _own_named(own.year - 1, numbers, period.grain, fiscal)
            if before:
                return _own_period(before, period.grain, fiscal)
        if period.grain in ("day", "week") or (own and fiscal.in_weeks):
            shift = timedelta(364)
            return _named(period.start - shift, period.end - shift, period.grain, fiscal)
        start, end = year_before(period.start), year_before(period.end)
        return _named(start, end, period.grain, fiscal)
    if period.grain:
        whole = period_of(period.start, period.grain, fiscal)
        if (whole.start, whole.end) == (period.start, period.end):
            return period_of(period.start - timedelta(1), period.grain, fiscal)
    if period.start.day == 1 and period.end.day == 1:
        months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        return Period(start=add_months(period.start, -months), end=period.start)
    return Period(start=period.start - timedelta(period.days), end=period.start)


def _own_month(period: Period, fiscal: Fiscal) -> FiscalMonth | None:
    """The month of one's own calendar in which a fiscal period starts."""
    return fiscal.own(period.start) if (period.grain or "").startswith("fiscal") else None


def _named(start: date, end: date, grain: Grain | None, fiscal: Fiscal) -> Period:
    if grain:
        whole = period_of(start, grain, fiscal)
        if (whole.start, whole.end) == (start, end):
            return whole
    return Period(start=start, end=end, grain=grain)


def like_for_like(
    period: Period, comparison: Comparison, cutoff: date, fiscal: Fiscal
) -> tuple[Period, Period]:
    """(this, base): the part of `period` before `cutoff` and the days it is fairly held against.

    `cutoff` is the first day that has not ended. A period it has not cut is compared whole. In a
    calendar of weeks the same dates a year before are not the same days: as many days are taken.
    """
    base = earlier(period, comparison, fiscal)
    if cutoff >= period.end:
        return period, base
    this = period.cut(period.start, max(cutoff, period.start))
    own = _own_month(period, fiscal)
    in_weeks = period.grain in ("day", "week") or (own is not None and fiscal.in_weeks)
    if comparison == "year" and not in_weeks:
        end = year_before(max(cutoff, period.start))
    else:
        end = base.start + timedelta((this.end - this.start).days)
    return this, base.cut(base.start, min(max(end, base.start), base.end))
