"""Elapsed time, plain and by season, and where a goal's figure is heading."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kpilot.analysis import pace

JAN, APR = date(2026, 1, 1), date(2026, 4, 1)


def test_days_elapsed_stay_between_nothing_and_all() -> None:
    assert pace.linear(JAN, APR, date(2026, 2, 15)) == 0.5
    assert pace.linear(JAN, APR, date(2025, 6, 1)) == 0
    assert pace.linear(JAN, APR, date(2027, 6, 1)) == 1
    assert pace.linear(APR, JAN, JAN) is None
    assert pace.linear(JAN, JAN, JAN) is None


def test_the_weight_of_a_month_is_spread_over_its_days() -> None:
    weights = pace.of_months({"2026-01": 0.2, "2026-02": 0.3, "2026-03": 0.5}, JAN, APR)
    assert pace.weighted(JAN, APR, date(2026, 2, 15), weights) == pytest.approx(0.35)
    assert pace.weighted(JAN, APR, APR, weights) == 1
    half = pace.weighted(date(2026, 1, 17), APR, date(2026, 2, 1), weights)
    assert half == pytest.approx(0.2 * 15 / 31 / (0.2 * 15 / 31 + 0.8))
    assert sum(pace.of_months({"2028-02": 29}, date(2028, 2, 1), date(2028, 3, 1)).values()) == 29


def test_a_month_without_a_weight_gives_no_pace() -> None:
    weights = pace.of_months({"2026-01": 0.2, "2026-03": 0.5}, JAN, APR)
    assert pace.weighted(JAN, APR, date(2026, 2, 15), weights) is None
    assert pace.weighted(JAN, APR, APR, pace.of_months({}, JAN, APR)) is None
    nothing = dict.fromkeys(pace.days_of(JAN, APR), 0.0)
    assert pace.weighted(JAN, APR, APR, nothing) is None
    below = nothing | {JAN: 2.0, date(2026, 1, 2): -1.0}
    assert pace.weighted(JAN, APR, APR, below) is None
    assert pace.weighted(APR, JAN, JAN, {}) is None


def test_only_working_days_move_a_pace_of_working_days() -> None:
    start, due = date(2026, 2, 2), date(2026, 2, 16)
    working = {day for day in pace.days_of(start, due) if day.weekday() < 5}
    weights = pace.of_working_days(working, start, due)
    assert pace.weighted(start, due, date(2026, 2, 7), weights) == 0.5
    assert pace.weighted(start, due, date(2026, 2, 9), weights) == 0.5


def test_past_years_say_how_a_year_is_spread() -> None:
    """A year that sells only in January and one only in March, each worth the same."""
    daily = {date(2024, 1, day): 10.0 for day in range(1, 32)}
    daily |= {date(2025, 3, day): 1.0 for day in range(1, 32)}
    daily[date(2025, 5, 5)] = -30.0
    weights = pace.of_past_years(daily, [2024, 2025], JAN, APR)
    assert sum(weights.values()) == pytest.approx(1)
    assert pace.weighted(JAN, APR, date(2026, 2, 15), weights) == pytest.approx(0.5)
    assert pace.of_past_years(daily, [2023], JAN, APR) == {}


def test_a_leap_day_takes_the_share_of_the_day_before() -> None:
    daily = {date(2025, 2, 28): 3.0, date(2025, 3, 1): 1.0}
    weights = pace.of_past_years(daily, [2025], date(2028, 2, 27), date(2028, 3, 2))
    assert list(weights.values()) == [0, 0.75, 0.75, 0.25]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 800), st.integers(-50, 900))
@settings(max_examples=100, deadline=None)
def test_even_weights_are_the_plain_pace(start: date, length: int, passed: int) -> None:
    due, cut = start + timedelta(length), start + timedelta(passed)
    even = dict.fromkeys(pace.days_of(start, due), 2.5)
    assert pace.weighted(start, due, cut, even) == pytest.approx(pace.linear(start, due, cut))


def test_a_flow_goes_on_and_a_level_stays() -> None:
    assert pace.projected(0, 40, 0.5, "flow") == 80
    assert pace.projected(100, 160, 0.5, "flow") == 220
    assert pace.projected(0, 40, 0.5, "level") == 40
    assert pace.projected(0, 40, 0.0499, "flow") is None
    assert pace.projected(0, 40, None, "level") is None
    assert pace.projected(0, 40, 1, "flow") == 40


def test_a_count_ahead_is_open_by_chance() -> None:
    low, high = pace.count_interval(0, 40, 0.5) or (0, 0)
    assert (low, high) == (40 + stats.poisson.ppf(0.025, 40), 40 + stats.poisson.ppf(0.975, 40))
    assert pace.count_interval(0, 40, 1) == (40, 40)
    assert pace.count_interval(0, 0, 0.5) == (0, 0)
    assert pace.count_interval(50, 40, 0.5) is None
    assert pace.count_interval(0, 40, 0.01) is None
    assert pace.count_interval(0, 40, None) is None


def test_money_ahead_is_drawn_from_the_days_seen() -> None:
    seen = np.random.default_rng(4).exponential(100, 45)
    low, high = pace.increments_interval(seen.tolist(), float(seen.sum()), 0.5, 45) or (0, 0)
    middle = 2 * seen.sum()
    half = 1.96 * seen.std() * 45**0.5
    assert (low, high) == pytest.approx((middle - half, middle + half), rel=0.04)
    again = pace.increments_interval(seen.tolist(), float(seen.sum()), 0.5, 45)
    assert again == (low, high)


def test_a_heavier_rest_is_projected_heavier() -> None:
    steady = [10.0] * 45
    assert pace.increments_interval(steady, 450, 0.5, 45) == (900, 900)
    assert pace.increments_interval(steady, 450, 0.35, 45) == pytest.approx((450 / 0.35,) * 2)


def test_few_days_draw_nothing() -> None:
    assert pace.increments_interval([1.0] * 7, 7, 0.5, 7) is None
    assert pace.increments_interval([1.0] * 8, 8, 0.5, 8) == (16, 16)
    assert pace.increments_interval([1.0] * 9, 9, 0.05, 171) == pytest.approx((180, 180))
    assert pace.increments_interval([], 7, 0.5, 7) is None
    assert pace.increments_interval([1.0] * 9, 9, None, 7) is None
    assert pace.increments_interval([1.0] * 8 + [float("nan")], 9, 0.5, 7) is None
    assert pace.increments_interval([1.0] * 9, 9, 1.0, 0) == (9, 9)
