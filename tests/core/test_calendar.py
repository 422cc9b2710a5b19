"""Periods, their names and what they are compared with."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpilot.core.calendar import (
    GRAINS,
    Fiscal,
    Period,
    add_months,
    like_for_like,
    parse_period,
    period_of,
    split,
    year_before,
)
from kpilot.core.errors import UserError

CALENDAR = Fiscal()
APRIL = Fiscal(start_month=4)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2017-Q2", date(2017, 4, 1), date(2017, 7, 1)),
        ("2017-06", date(2017, 6, 1), date(2017, 7, 1)),
        ("2017-W23", date(2017, 6, 5), date(2017, 6, 12)),
        ("2017", date(2017, 1, 1), date(2018, 1, 1)),
        ("FY2017-Q2", date(2016, 7, 1), date(2016, 10, 1)),
        ("fy2017", date(2016, 4, 1), date(2017, 4, 1)),
        ("2017-06-05", date(2017, 6, 5), date(2017, 6, 6)),
        ("2017-01-01/2017-04-01", date(2017, 1, 1), date(2017, 4, 1)),
    ],
)
def test_periods_are_read_as_they_are_written(text, start, end):
    period = parse_period(text, APRIL)
    assert (period.start, period.end) == (start, end)
    assert period.key == text.upper()


@pytest.mark.parametrize(
    "text", ["", "2017-13", "2017-Q5", "2017-W54", "last month", "2017-02-30", "FY2017-M13", "a/b"]
)
def test_what_is_not_a_period_is_refused_with_the_forms_there_are(text):
    with pytest.raises(UserError, match="is not a period") as caught:
        parse_period(text, CALENDAR)
    assert "2017-Q2" in str(caught.value)


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(UserError, match="before it starts"):
        parse_period("2017-04-01/2017-01-01", CALENDAR)


@given(day=DAYS, grain=st.sampled_from(GRAINS), month=st.integers(1, 12))
def test_every_day_is_in_exactly_one_period_of_a_grain(day, grain, month):
    fiscal = Fiscal(start_month=month)
    period = period_of(day, grain, fiscal)
    assert period.start <= day < period.end
    assert period_of(period.start, grain, fiscal) == period
    assert parse_period(period.key, fiscal) == period


@given(start=DAYS, days=st.integers(1, 900), grain=st.sampled_from(GRAINS))
def test_a_split_period_adds_up(start, days, grain):
    whole = Period(start=start, end=date.fromordinal(start.toordinal() + days))
    parts = split(whole, grain, APRIL)
    assert parts[0].start == whole.start
    assert parts[-1].end == whole.end
    assert all(a.end == b.start for a, b in pairwise(parts))


def test_iso_weeks_belong_to_the_year_of_their_thursday():
    keys = [period_of(date(*d), "week", CALENDAR).key
            for d in ((2026, 1, 1), (2025, 12, 29), (2024, 12, 31))]  # fmt: skip
    assert keys == ["2026-W01", "2026-W01", "2025-W01"]


def test_the_days_compared_are_clipped_to_a_shorter_month():
    this, base = like_for_like(
        parse_period("2026-03", CALENDAR), "previous", date(2026, 3, 31), CALENDAR
    )
    assert (this.end, base.start, base.end) == (
        date(2026, 3, 31),
        date(2026, 2, 1),
        date(2026, 3, 1),
    )


def test_last_years_days_end_on_the_same_date_and_a_leap_day_on_the_first_of_march():
    _, base = like_for_like(parse_period("2026-03", CALENDAR), "year", date(2026, 3, 11), CALENDAR)
    assert (base.start, base.end) == (date(2025, 3, 1), date(2025, 3, 11))
    assert year_before(date(2028, 2, 29)) == date(2027, 3, 1)


def test_a_week_is_held_against_the_week_364_days_before():
    _, base = like_for_like(parse_period("2026-W10", CALENDAR), "year", date(2026, 12, 1), CALENDAR)
    assert (parse_period("2026-W10", CALENDAR).start - base.start).days == 364


def test_a_complete_period_is_held_against_the_whole_one_before():
    for key, before in (("2026-03", "2026-02"), ("2026-Q1", "2025-Q4"), ("2026", "2025")):
        _, base = like_for_like(parse_period(key, CALENDAR), "previous", date(2027, 1, 1), CALENDAR)
        assert base == parse_period(before, CALENDAR)


@given(day=DAYS, months=st.integers(-60, 60))
def test_adding_months_never_leaves_the_month_by_more_than_a_day(day, months):
    moved = add_months(day, months)
    assert moved.day in (day.day, 1)
