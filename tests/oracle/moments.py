"""The oracle's clock and calendar: rules G1 to G4 of the specification in plain Python.

Nothing of kpilot is imported here or in the files beside: an error shared with the product would
prove nothing.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY = timedelta(1)
MONTHS = {"month": 1, "quarter": 3, "year": 12, "fiscal_quarter": 3, "fiscal_year": 12}


@dataclass(frozen=True)
class When:
    """An instant (naive UTC), or a business date that is known without a time."""

    at: datetime | None
    on: date | None

    def instant(self, tz: str) -> datetime:
        """A date counts as the local midnight that starts it."""
        return self.at if self.at is not None else midnight(self.on, tz)

    def day(self, tz: str) -> date:
        return self.on if self.on is not None else local(self.at, tz)

    @property
    def is_day(self) -> bool:
        return self.at is None


def when(row: dict, name: str) -> When | None:
    """The moment in the columns `<name>` and `<name with on>`, if any."""
    day_name = name[:-2] + "on" if name.endswith("_at") else f"{name}_on"
    at, on = row.get(name), row.get(day_name)
    return None if at is None and on is None else When(at, on)


@cache
def midnight(day: date, tz: str) -> datetime:
    """The instant at which `day` starts."""
    return datetime.combine(day, time(), ZoneInfo(tz)).astimezone(UTC).replace(tzinfo=None)


def local(at: datetime, tz: str) -> date:
    """The business date of an instant."""
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()


def days_between(start: When, end: When, tz: str) -> float:
    """Elapsed seconds / 86400; a difference of business dates when either is only a date (G14)."""
    if start.is_day or end.is_day:
        return float((end.day(tz) - start.day(tz)).days)
    return (end.at - start.at).total_seconds() / 86400


def shifted(day: date, months: int) -> date:
    """The same day some months on; 29 February becomes 1 March where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + (DAY if day.day > last else timedelta())


def starting(day: date, grain: str, fiscal: int) -> tuple[date, date]:
    """The period of `grain` that holds `day`."""
    if grain == "day":
        return day, day + DAY
    if grain == "week":
        monday = day - timedelta(day.isoweekday() - 1)
        return monday, monday + timedelta(7)
    first = fiscal if grain.startswith("fiscal") else 1
    start = date(day.year, day.month, 1)
    while (start.month - first) % MONTHS[grain]:
        start = shifted(start, -1)
    return start, shifted(start, MONTHS[grain])


@dataclass(frozen=True)
class Span:
    """A period asked: [start, end), its grain if it has one, and whether a grain's period was
    cut to fit into the range asked."""

    start: date
    end: date
    grain: str | None

    def is_whole(self, fiscal: int) -> bool:
        return bool(self.grain) and starting(self.start, self.grain, fiscal) == (
            self.start,
            self.end,
        )


def spans(start: date, end: date, own_grain: str | None, grain: str | None, fiscal: int):
    """The periods of `grain` inside [start, end); the range itself without a grain."""
    if grain is None:
        return [Span(start, end, own_grain)]
    found, day = [], start
    while day < end:
        first, after = starting(day, grain, fiscal)
        found.append(Span(max(first, start), min(after, end), grain))
        day = after
    return found


def windows(span: Span, mode: str, cutoff: date, fiscal: int):
    """((start, end), (start, end)): the part compared and what it is compared with (G4)."""
    by_days = span.grain in ("day", "week")
    if mode == "year":
        if by_days:
            base = (span.start - timedelta(364), span.end - timedelta(364))
        else:
            base = (shifted(span.start, -12), shifted(span.end, -12))
    elif span.is_whole(fiscal):
        base = starting(span.start - DAY, span.grain, fiscal)
    elif span.start.day == span.end.day == 1:
        months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
        base = (shifted(span.start, -months), span.start)
    else:
        base = (span.start - (span.end - span.start), span.start)
    if cutoff >= span.end:
        return (span.start, span.end), base
    cut = max(cutoff, span.start)
    end = shifted(cut, -12) if mode == "year" and not by_days else base[0] + (cut - span.start)
    return (span.start, cut), (base[0], max(base[0], min(end, base[1])))
