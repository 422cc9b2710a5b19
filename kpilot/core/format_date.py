"""Dates and periods as people read them, in English and French."""

import re
from datetime import date, datetime, timedelta

from kpilot.core.calendar import Fiscal, Period
from kpilot.core.format import DASH, NO_BREAK

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
TO = f"{DASH}\u2060"  # a browser breaks a line after a bare dash
SHORT_MONTHS = {
    "en": "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}


def day(value: date, language: str, *, year: bool = True) -> str:
    """A date: 21 Nov 2026 or 21 nov. 2026; the first of a month is 1er in French."""
    number = "1er" if language == "fr" and value.day == 1 else str(value.day)
    text = f"{number}{NO_BREAK}{_month(value, language, SHORT_MONTHS)}"
    return f"{text}{NO_BREAK}{value.year}" if year else text


def day_long(value: date, language: str) -> str:
    """A date in full: Monday 23 November 2026 or lundi 23 novembre 2026."""
    number = "1er" if language == "fr" and value.day == 1 else str(value.day)
    weekday = WEEKDAYS[language].split()[value.weekday()]
    return f"{weekday} {number}{NO_BREAK}{_month(value, language, MONTHS)} {value.year}"


def moment(value: datetime, language: str, *, today: date) -> str:
    """A date and time, already in the reader's zone; the year only when it is another."""
    return f"{day(value, language, year=value.year != today.year)}, {value:%H:%M}"


def days_between(start: date, end: date, language: str, *, year: bool = True) -> str:
    """The days from `start` up to, not including, `end`: 1–22 Nov 2026, 28 Oct – 3 Nov 2026.

    They stay on one line.
    """
    last = end - timedelta(1)
    if last <= start:
        return day(start, language, year=year)
    closing = f"{last.day}{NO_BREAK}{_month(last, language, SHORT_MONTHS)}"
    closing = f"{closing}{NO_BREAK}{last.year}" if year else closing
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day}{TO}{closing}"
    opening = day(start, language, year=year and start.year != last.year)
    return f"{opening}{NO_BREAK}{DASH}{NO_BREAK}{closing}"


def period(value: Period, language: str, fiscal: Fiscal) -> str:
    """A period by its name: June 2017, Q2 2017, week 23 of 2017, FY2016–17; else by its days."""
    french = language == "fr"
    if found := re.fullmatch(r"(\d{4})-(\d\d)", value.key):
        return f"{_month(value.start, language, MONTHS)} {found[1]}"
    if found := re.fullmatch(r"(\d{4})-Q(\d)", value.key):
        return f"{'T' if french else 'Q'}{found[2]} {found[1]}"
    if found := re.fullmatch(r"(\d{4})-W(\d\d)", value.key):
        return f"{'semaine' if french else 'week'} {int(found[2])}, {found[1]}"
    if found := re.fullmatch(r"FY(\d{4})(?:-([QM])(\d+))?", value.key):
        return _fiscal(value, int(found[1]), found[2], found[3], language, fiscal)
    if re.fullmatch(r"\d{4}", value.key):
        return value.key
    return days_between(value.start, value.end, language)


def period_short(value: Period, language: str) -> str:
    """A period as an axis names it: nov., T2, W23, 2017, 21 Nov."""
    french = language == "fr"
    if re.fullmatch(r"\d{4}-\d\d|FY\d{4}-M\d\d", value.key):
        return _month(value.start, language, SHORT_MONTHS)
    if found := re.search(r"Q(\d)$", value.key):
        return f"{'T' if french else 'Q'}{found[1]}{NO_BREAK}{value.key.split('-')[0]}"
    if found := re.search(r"W(\d\d)$", value.key):
        return f"{'S' if french else 'W'}{int(found[1])}"
    if re.fullmatch(r"(FY)?\d{4}", value.key):
        return value.key
    return day(value.start, language, year=False)


def _fiscal(
    value: Period, year: int, letter: str | None, part: str | None, language: str, fiscal: Fiscal
) -> str:
    first = fiscal.starts(year).year
    years = f"{first}" if fiscal.start_month == 1 else f"{first}{DASH}{(first + 1) % 100:02d}"
    name = f"exercice {years}" if language == "fr" else f"FY{years}"
    if letter == "M":
        return f"{_month(value.start, language, MONTHS)} {value.start.year}, {name}"
    if letter == "Q":
        return f"{'T' if language == 'fr' else 'Q'}{part}, {name}"
    return name


def _month(value: date, language: str, names: dict[str, str]) -> str:
    return names[language].split()[value.month - 1]
