"""Figures and dates as people read them; the browser is held to the same table of cases."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import Fiscal, parse_period, ranged

CASES = json.loads((Path(__file__).parent / "format_cases.json").read_text(encoding="utf-8"))
CALENDAR_YEAR = Fiscal()
FROM_APRIL = Fiscal(start_month=4)


def interval(
    low: float, high: float, unit: written.Unit, language: str, currency: str, digits: int
) -> str:
    return written.interval(low, high, unit, language, currency=currency, digits=digits)


CALLS: dict[str, Callable[..., str | None]] = {
    **{name: getattr(written, name) for name in ("number", "decimal", "percent", "points")},
    **{name: getattr(written, name) for name in ("money", "money_short", "change")},
    "figure": partial(written.figure, currency="EUR"),
    "figure_short": partial(written.figure, currency="EUR", short=True),
    "interval": interval,
}


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_a_figure_is_written_as_in_the_shared_table(
    name: str, given: list[object], expected: str | None
) -> None:
    assert CALLS[name](*given) == expected


def test_french_figures_follow_the_typography_of_the_mock_ups() -> None:
    assert written.percent(12.345, "fr") == "1\u202f234,5\u00a0%"
    assert written.money_short(2_400_000, "EUR", "fr") == "2,4\u00a0M€"
    assert written.points(-0.035, "fr") == "\u22123,5\u00a0points"


def test_english_figures_follow_the_typography_of_the_mock_ups() -> None:
    assert written.percent(12.345, "en") == "1,234.5%"
    assert written.money_short(2_400_000, "EUR", "en") == "€2.4M"


def test_a_decimal_of_the_warehouse_keeps_its_cents() -> None:
    assert written.money(Decimal("10005534.0050"), "EUR", "en") == "€10,005,534.01"


def test_no_value_is_not_zero() -> None:
    assert written.figure(None, "currency", "en", currency="EUR") == "n/a"
    assert written.figure(None, "currency", "fr", currency="EUR") == "n.d."


def test_the_unit_of_a_card_stands_apart_from_its_number() -> None:
    assert written.parts(1_680_000, "currency", "fr", currency="EUR") == ("1,68", "\u00a0M€")
    assert written.parts(1_680_000, "currency", "en", currency="EUR") == ("€1.68", "M")


@pytest.mark.parametrize(
    ("start", "end", "english", "french"),
    [
        ("2026-11-01", "2026-11-23", "1–22 Nov 2026", "1–22 nov. 2026"),
        ("2026-10-28", "2026-11-04", "28 Oct – 3 Nov 2026", "28 oct. – 3 nov. 2026"),
        ("2025-12-28", "2026-01-04", "28 Dec 2025 – 3 Jan 2026", "28 déc. 2025 – 3 janv. 2026"),
        ("2026-11-01", "2026-11-02", "1 Nov 2026", "1er nov. 2026"),
    ],
)
def test_days_are_named_by_their_first_and_last(
    start: str, end: str, english: str, french: str
) -> None:
    days = date.fromisoformat(start), date.fromisoformat(end)
    for language, expected in (("en", english), ("fr", french)):
        written_out = format_date.days_between(*days, language)
        assert written_out.replace("\u00a0", " ").replace("–\u2060", "–") == expected
        assert " " not in written_out
        assert "–\u2060" in written_out or "\u00a0–\u00a0" in written_out or "–" not in expected


@pytest.mark.parametrize(
    ("key", "english", "french"),
    [
        ("2017-06", "June 2017", "juin 2017"),
        ("2017-Q2", "Q2 2017", "T2 2017"),
        ("2017-W23", "week 23, 2017", "semaine 23, 2017"),
        ("2017", "2017", "2017"),
        ("FY2017", "FY2016–17", "exercice 2016–17"),
        ("FY2017-Q2", "Q2, FY2016–17", "T2, exercice 2016–17"),
    ],
)
def test_a_period_is_named_as_people_call_it(key: str, english: str, french: str) -> None:
    period = parse_period(key, FROM_APRIL)
    assert format_date.period(period, "en", FROM_APRIL) == english
    assert format_date.period(period, "fr", FROM_APRIL) == french


def test_a_fiscal_year_that_is_the_calendar_year_names_one_year() -> None:
    period = parse_period("FY2017", CALENDAR_YEAR)
    assert format_date.period(period, "en", CALENDAR_YEAR) == "FY2017"


def test_a_range_of_ones_own_is_named_by_its_days() -> None:
    period = ranged(date(2017, 1, 1), date(2017, 4, 1))
    named = format_date.period(period, "en", CALENDAR_YEAR).replace("\u00a0", " ")
    assert named == "1 Jan – 31 Mar 2017"


@pytest.mark.parametrize(
    ("key", "english", "french"),
    [("2017-11", "Nov", "nov."), ("2017-Q2", "Q2 2017", "T2 2017"), ("2017-W23", "W23", "S23")],
)
def test_an_axis_names_periods_shortly(key: str, english: str, french: str) -> None:
    period = parse_period(key, CALENDAR_YEAR)
    assert format_date.period_short(period, "en").replace("\u00a0", " ") == english
    assert format_date.period_short(period, "fr").replace("\u00a0", " ") == french


def test_a_moment_of_another_year_says_which() -> None:
    moment = datetime(2017, 12, 31, 18, 20, tzinfo=ZoneInfo("Europe/Paris"))
    text = format_date.moment(moment, "fr", today=date(2026, 11, 21)).replace("\u00a0", " ")
    assert text == "31 déc. 2017, 18:20"
    text = format_date.moment(moment, "en", today=date(2017, 12, 31)).replace("\u00a0", " ")
    assert text == "31 Dec, 18:20"
