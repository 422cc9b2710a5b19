"""Periods as people write them, brought to the one way in which kpilot names them.

"Jan 2024", "T1 2024", "S05 2024", "FY24 Q1" and the first day of a month all say a period. What a
lone day says, a month or a quarter, is told by its header and by the other days of its column.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from kpilot.core.calendar import Fiscal, Period, add_months, parse_period
from kpilot.core.errors import UserError
from kpilot.load.dates import MONTHS
from kpilot.load.headers import plain

_MONTH = r"(0[1-9]|1[0-2])"
_ISO = rf"\d{{4}}-{_MONTH}-(0[1-9]|[12]\d|3[01])"
CANONICAL = (rf"\d{{4}}(-{_MONTH}|-Q[1-4]|-W(0[1-9]|[1-4]\d|5[0-3]))?|{_ISO}(/{_ISO})?"
             r"|FY\d{4}(-M(0[1-9]|1[0-3])|-Q[1-4])?")
_KEPT, _DAY = re.compile(CANONICAL), re.compile(_ISO)
_MARKS = {  # what a word says of the number beside it
    "Q": "q qtr quarter t tr trim trimestre trimester quartal",
    "H": "h half semestre semester",
    "W": "w wk week semaine kw woche semana",
    "S": "s sem",  # a half-year or a week
    "F": "fy fiscal exercice",
    "M": "m",
}
_MARK = {word: mark for mark, words in _MARKS.items() for word in words.split()}
_SILENT = frozenset({"er", "ere", "eme", "e", "st", "nd", "rd", "th", "of", "de", "du", "des",
                     "the", "la", "le", "l", "month", "mois", "period", "periode", "annee", "year"})
_GRAINS = {
    "week": "week weeks weekly semaine semaines hebdomadaire",
    "month": "month months monthly mois mensuel mensuelle monat mes mese",
    "quarter": "quarter quarters quarterly trimestre trimestres trimestriel quartal",
    "year": "year years yearly annual annee annees annuel annuelle exercice jahr",
    "day": "day days daily jour jours",
}
_GRAIN = {word: grain for grain, words in _GRAINS.items() for word in words.split()}
_FISCAL = frozenset({"fiscal", "fiscale", "exercice", "fy"})
_STEPS = {"month": 1, "quarter": 3, "year": 12}
_TIME = re.compile(r"[ T]\d{1,2}:\d\d.*$")
_TOKEN = re.compile(r"\d+|[a-z]+")
_HALF = re.compile(r"\bs(em)?\W*(?=\d)", re.IGNORECASE)
_WEEK = re.compile(r"\bs(em)?\W*([3-9]|0\d|\d\d)(?!\d)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:-|–|—|to|until|au|bis|jusqu'au)\s+|\s*→\s*")
_SERIALS = range(36_526, 73_051)  # days a spreadsheet counts, 2000 to 2099
_SPREADSHEET = date(1899, 12, 30)

Said = Period | tuple[date, ...]  # a period, or the days that a date may be, the likelier first


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """What a cell is made of: `letters` with one sign for each of `values`.

    Y a year of four digits, N a number of one or two, A the name of a month, D six digits, X five
    """

    letters: str
    values: tuple[int, ...]
    digits: tuple[int, ...]

    def beside(self, mark: str) -> Iterator[int]:
        """The place of the number after a mark, then that of the one before it."""
        at = self.letters.index(mark)
        for place in (at + 1, at - 1):
            if 0 <= place < len(self.letters) and self.letters[place] == "N":
                yield place

    def year(self, *used: int | None) -> int | None:
        """The year among the pieces that are not `used`; two digits say one of this century."""
        left = [n for n, sign in enumerate(self.letters) if sign in "YN" and n not in used]
        if len(left) != 1 or (self.letters[left[0]] == "N" and self.digits[left[0]] != 2):
            return None
        value = self.values[left[0]]
        return value if value > 99 else 2000 + value


def canonical(cells: Iterable[str], header: str = "", *, year: int | None = None) -> dict[
        str, str]:
    """Cell → the period's name in kpilot (2024-01, 2024-Q1, FY2024 …), for those that say one.

    header  of their column: its words tell what a lone day stands for, and whether years are fiscal
    year    that of periods that say none; None where nothing tells it
    """
    words = plain(header).replace("_", " ").split()
    is_fiscal = bool(_FISCAL & {*words})
    cells = list(cells)
    if any(_WEEK.search(cell) for cell in cells):
        said = {cell: _said(_HALF.sub("w", cell), year, is_fiscal=is_fiscal) for cell in cells}
    else:
        said = {cell: _said(cell, year, is_fiscal=is_fiscal) for cell in cells}
    days = {cell: found for cell, found in said.items() if isinstance(found, tuple)}
    grain = next((_GRAIN[word] for word in words if word in _GRAIN), "")
    read = {cell: found for cell, found in said.items() if isinstance(found, Period)}
    return {cell: period.key for cell, period in {**read, **_of_days(days, grain)}.items()}


def spanning(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(first day, last day) as written → the period from one to the other.

    A last day that begins a month, as its first one does, is the first that no longer counts.
    """
    pairs = list(pairs)
    cells = dict.fromkeys(cell for pair in pairs for cell in pair)
    days = _dates({cell: found for cell in cells
                   if isinstance(found := _said(cell, None), tuple)})
    made = {}
    for first, last in pairs:
        start, end = days.get(first), days.get(last)
        if start and end and start <= end:
            is_after = end.day == start.day == 1 and end > start
            made[first, last] = _named(start, end + timedelta(0 if is_after else 1)).key
    return made


def month(cell: str) -> date | None:
    """The first day of a month written alone: 01/2024, 2024-01, Jan 2024, janv. 24."""
    found = _said(cell, None)
    return found.start if isinstance(found, Period) and found.grain == "month" else None


def year_in(*names: str) -> int | None:
    """The one year that these names of files and sheets speak of."""
    found = {int(year) for name in names for year in re.findall(r"(?<!\d)20\d\d(?!\d)", name)}
    return found.pop() if len(found) == 1 else None


def _said(cell: str, year: int | None, *, is_fiscal: bool = False) -> Said | None:
    word = cell.strip()
    if _KEPT.fullmatch(word) and not _DAY.fullmatch(word) and not (is_fiscal and len(word) == 4):
        return _period(word)
    ends = _BETWEEN.split(word)
    if len(ends) == 2:
        return _between(*(_said(end, year) for end in ends))
    pieces = _pieces(_TIME.sub("", word))
    if pieces is None:
        return None
    marks = {sign for sign in pieces.letters if sign in "QHWSFM"}
    if not marks and (days := _days(pieces)):
        return days
    name = _name(pieces, marks, year, is_fiscal=is_fiscal)
    return _period(name) if name else None


def _period(name: str) -> Period | None:
    if name.startswith("FY"):  # when it begins is told by settings or a calendar of one's own
        return Period(start=date.min, end=date.max, key=name) if _KEPT.fullmatch(name) else None
    try:
        found = parse_period(name, Fiscal())
    except UserError:
        return None
    return Period(start=found.start, end=found.end, key=name, grain=found.grain)


def _between(first: Said | None, last: Said | None) -> Period | None:
    """The period from the first day of one to the last day of the other."""
    ends = [found if isinstance(found, Period) else
            Period(start=found[0], end=found[0] + timedelta(1)) if found else None
            for found in (first, last)]
    if ends[0] is None or ends[1] is None or ends[0].start >= ends[1].end:
        return None
    return _named(ends[0].start, ends[1].end)


def _pieces(word: str) -> Pieces | None:
    letters, values, digits = "", list[int](), list[int]()
    for token in _TOKEN.findall(plain(word)):
        if token.isdigit():
            size = len(token)
            signs = {1: "N", 2: "N", 4: "Y", 5: "X", 6: "D", 8: "8"}
            if size not in signs or (size == 4 and not 1990 <= int(token) < 2100):
                return None
            letters, value = letters + signs[size], int(token)
        elif token in _MARK:
            letters, value, size = letters + _MARK[token], 0, 0
        elif token in MONTHS:
            letters, value, size = letters + "A", int(MONTHS[token]), 0
        elif token in _SILENT:
            continue
        else:
            return None
        values.append(value)
        digits.append(size)
    return Pieces(letters=letters, values=tuple(values), digits=tuple(digits))


def _days(pieces: Pieces) -> tuple[date, ...]:
    """The days that a date of these pieces may be, the day before the month first."""
    said = list(pieces.values)
    if pieces.letters == "X":
        return (_SPREADSHEET + timedelta(said[0]),) if said[0] in _SERIALS else ()
    if pieces.letters == "8":
        said = [said[0] // 10_000, said[0] // 100 % 100, said[0] % 100]
        tried = [tuple(said)]
    elif pieces.letters == "YNN":
        tried = [tuple(said)]
    elif pieces.letters in ("NNY", "NNN"):
        year = said[2] if said[2] > 99 else 2000 + said[2]
        tried = [(year, said[1], said[0]), (year, said[0], said[1])]
    elif pieces.letters in ("NAY", "NAN"):
        tried = [(said[2] if said[2] > 99 else 2000 + said[2], said[1], said[0])]
    elif pieces.letters in ("ANY", "ANN"):
        tried = [(said[2] if said[2] > 99 else 2000 + said[2], said[0], said[1])]
    else:
        return ()
    found = []
    for year, month, day in tried:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _name(pieces: Pieces, marks: set[str], year: int | None, *, is_fiscal: bool) -> str | None:
    """The period's name in kpilot."""
    letters, values = pieces.letters, pieces.values
    counted = marks - {"F"}
    if letters == "D":
        return f"{values[0] // 100}-{values[0] % 100:02}"
    if len(counted) > 1 or len(letters) > 5:
        return None
    fiscal = "FY" if is_fiscal or "F" in marks else ""
    if not counted:
        if "A" in letters:
            own = pieces.year() if len(letters) == 2 else year if letters == "A" else None
            return f"{own}-{values[letters.index('A')]:02}" if own else None
        if letters in ("Y", "FY", "FN"):
            return f"{fiscal}{pieces.year()}" if pieces.year() else None
        if letters in ("YN", "NY"):
            return f"{values[letters.index('Y')]}-{values[letters.index('N')]:02}"
        return None
    mark = counted.pop()
    for place in pieces.beside(mark):
        if own := pieces.year(place) or (year if len(letters) == 2 else None):
            return _counted(mark, values[place], own, fiscal)
    return None


def _counted(mark: str, number: int, own: int, fiscal: str) -> str | None:
    if mark in "HS":
        start = date(own, 1 if number == 1 else 7, 1)
        return f"{start}/{add_months(start, 6)}" if number in (1, 2) else None
    if mark == "W":
        return f"{own}-W{number:02}"
    if mark == "Q":
        return f"{fiscal}{own}-Q{number}"
    return f"{fiscal}{own}-M{number:02}" if fiscal else f"{own}-{number:02}"


def _of_days(said: Mapping[str, tuple[date, ...]], grain: str) -> dict[str, Period]:
    """What the days of one column stand for.

    First (or last) days of months are months, or what lies between one and the next; Mondays are
    weeks; any other day is that day. A day written in two ways is read as the others are.
    """
    best = _dates(said)
    days = set(best.values())
    at_end = bool(days) and all((day + timedelta(1)).day == 1 for day in days)
    if not grain:
        if at_end or all(day.day == 1 for day in days):
            months = sorted(12 * day.year + day.month for day in days)
            gaps = [after - before for before, after in pairwise(months)]
            grain = next((name for name in ("year", "quarter")
                          if gaps and all(gap % _STEPS[name] == 0 for gap in gaps)), "month")
        elif len(days) > 1 and len({day.weekday() for day in days}) == 1:
            grain = "week"
        else:
            grain = "day"
    return {cell: _around(day, grain, at_end=at_end) for cell, day in best.items()}


def _dates(said: Mapping[str, tuple[date, ...]]) -> dict[str, date]:
    """Each day as the others are written: in the order that gives most first and last days."""
    best, other = ({cell: found[order] for cell, found in said.items()} for order in (0, -1))
    return other if _edges(other.values()) > _edges(best.values()) else best


def _edges(days: Iterable[date]) -> int:
    """How many of the days are the first or the last of a month."""
    return sum(day.day == 1 or (day + timedelta(1)).day == 1 for day in days)


def _around(day: date, grain: str, *, at_end: bool) -> Period:
    """The period of `grain` that begins with the day (ends with it), or else holds it."""
    if grain == "day":
        return _named(day, day + timedelta(1))
    if grain == "week":
        start = day - timedelta(day.weekday())
        return _named(start, start + timedelta(7))
    steps = _STEPS[grain]
    if at_end:
        end = day + timedelta(1)
        return _named(add_months(end, -steps), end)
    start = day.replace(day=1)
    if day.day > 1:
        start = add_months(start, -((start.month - 1) % steps))
    return _named(start, add_months(start, steps))


def _named(start: date, end: date) -> Period:
    """The period by the shortest name it has."""
    iso = start.isocalendar()
    names = [str(start.year), f"{start.year}-Q{(start.month + 2) // 3}", f"{start:%Y-%m}",
             f"{iso.year}-W{iso.week:02}", str(start), f"{start}/{end}"]
    found = (_period(name) for name in names)
    return next(period for period in found
                if period and (period.start, period.end) == (start, end))
