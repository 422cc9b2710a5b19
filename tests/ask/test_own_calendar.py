"""A calendar of one's own (4-4-5 weeks) names fiscal months, quarters and years (rule G2)."""

from datetime import date, timedelta

import pytest

from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import (
    Fiscal,
    FiscalMonth,
    add_months,
    earlier,
    like_for_like,
    parse_period,
    period_of,
)
from tests.ask.conftest import Company, won

WEEKS = (4, 4, 5) * 4
STARTS = {2025: date(2024, 12, 30), 2026: date(2025, 12, 29)}


@pytest.fixture
def weekly(company) -> Company:
    made = company()
    for year, start in STARTS.items():
        day = start
        for number, weeks in enumerate(WEEKS, 1):
            made.project.engine.query(
                "INSERT INTO calendar_day (date, fiscal_year, fiscal_period) "
                "SELECT CAST(? AS DATE) + CAST(n AS INTEGER), ?, ? FROM range(?) AS r(n)",
                [day, f"FY{year}", f"P{number:02d}", 7 * weeks],
            )
            day += timedelta(7 * weeks)
    made.put(
        "opportunity",
        won("a", "2025-12-30", 100),
        won("b", "2026-01-25", 20),
        won("c", "2026-01-26", 3),
        won("d", "2025-01-10", 50),
        won("e", "2026-05-10", 7),
    )
    return made.until("2026-06-01 00:00:00")


def test_months_quarters_and_years_are_those_of_the_calendar(weekly: Company):
    own = fiscal(weekly.project)
    first = parse_period("FY2026-M01", own)
    assert (first.start, first.end) == (date(2025, 12, 29), date(2026, 1, 26))
    quarter = period_of(date(2026, 3, 29), "fiscal_quarter", own)
    assert (quarter.key, quarter.end) == ("FY2026-Q1", date(2026, 3, 30))
    year = parse_period("FY2026", own)
    assert (year.start, year.end) == (date(2025, 12, 29), date(2026, 12, 28))
    assert earlier(first, "year", own).key == "FY2025-M01"
    assert earlier(first, "previous", own).key == "FY2025-M12"


@pytest.mark.parametrize(("year", "periods"), [
    ("FY26", ("P1 FY26", "P2 FY26")), ("2025/26", ("January", "February")),
    ("2026", ("2026-01", "2026-02")), ("FY 2026", ("M1 2026", "M2 2026"))])  # fmt: skip
def test_years_and_periods_have_many_names(company, year: str, periods: tuple[str, str]):
    made = company()
    for number, period in enumerate(periods):
        made.project.engine.query(
            "INSERT INTO calendar_day (date, fiscal_year, fiscal_period) "
            "SELECT CAST(? AS DATE) + CAST(n AS INTEGER), ?, ? FROM range(28) AS r(n)",
            [date(2025, 12, 29) + timedelta(28 * number), year, period],
        )
    own = fiscal(made.project)
    assert [(month.year, month.number) for month in own.months] == [(2026, 1), (2026, 2)]
    assert parse_period("FY2026-M02", own).start == date(2026, 1, 26)


def test_days_without_a_period_follow_the_settings(weekly: Company):
    assert period_of(date(2030, 5, 5), "fiscal_month", fiscal(weekly.project)).key == "FY2030-M05"


def test_figures_are_asked_by_its_periods(weekly: Company):
    rows = weekly.ask("sales_value", period="2025-12-29/2026-03-30", grain="fiscal_month").rows
    assert [(row.period.key, row.value) for row in rows] == [
        ("FY2026-M01", 120),
        ("FY2026-M02", 3),
        ("FY2026-M03", 0),
    ]
    (row,) = weekly.ask(
        "sales_value", period="2025-12-29/2026-01-26", grain="fiscal_month", compare="year"
    ).rows
    assert (row.compare.prev, row.compare.base.key) == (50, "FY2025-M01")


def test_an_unfinished_period_of_weeks_is_held_against_as_many_days_of_the_year_before(
    weekly: Company,
):
    """By date, 29 December to 7 January against 30 December to 7 January is ten days to nine."""
    own = fiscal(weekly.project)
    this, base = like_for_like(parse_period("FY2026-Q1", own), "year", date(2026, 1, 8), own)
    assert (this.days, base.days, base.start) == (10, 10, date(2024, 12, 30))
    first = earlier(parse_period("FY2025-Q1", own), "year", own)  # the calendar starts there
    assert (first.start, first.end) == (date(2024, 1, 1), date(2024, 4, 1))


def test_a_calendar_of_months_of_ones_own_is_compared_by_date():
    firsts = [date(year, month, 1) for year in (2023, 2024) for month in range(1, 13)]
    months = tuple(
        FiscalMonth(start=day, end=add_months(day, 1), year=day.year, number=day.month)
        for day in firsts
    )
    own = Fiscal(months=months)
    _, base = like_for_like(parse_period("FY2024", own), "year", date(2024, 3, 11), own)
    assert base.end == date(2023, 3, 11)
    assert earlier(parse_period("FY2023-M03", own), "year", own).start == date(2022, 3, 1)
