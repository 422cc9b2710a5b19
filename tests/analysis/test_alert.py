"""Declines: which are worth a word, which are season, noise, silence or too little to say."""

from math import log
from statistics import median

import numpy as np
import pytest

from kpilot.analysis.alert import (
    decline,
    expected_false_alarms,
    is_stale,
    out_of_band,
    share_decline,
)
from kpilot.analysis.bottleneck import Share, share_z
from kpilot.analysis.intervals import wilson

STEADY = [100.0, 102, 98, 101, 99, 103, 97, 100, 102, 98, 101, 99]
SEASON = [100.0, 90, 120, 110, 130, 140, 80, 60, 120, 130, 150, 200]


def test_only_the_twelve_periods_before_count() -> None:
    assert decline([900.0, 5, *STEADY, 80]).z == pytest.approx(-4)


def test_a_rise_is_told_by_the_other_tail() -> None:
    found = decline([*STEADY, 130])
    assert (found.level, found.level_up) == ("none", "strong")


def test_where_less_is_better_a_rise_is_the_decline() -> None:
    up, down = decline([*STEADY, 120]), decline([*STEADY, 120], direction="down")
    assert (up.level, up.level_up) == ("none", "strong")
    assert (down.level, down.level_up) == ("strong", "none")
    assert down.z == pytest.approx(-4)
    assert down.centre == up.centre == 100


def test_a_low_season_like_last_years_is_no_decline() -> None:
    """Two years of the same season: July and August fall every year."""
    series = [*SEASON, *(value * 1.1 for value in SEASON), 110 * 1.1]
    fallen = decline([*series[:20]], season=12)
    assert fallen.scale == "level"
    assert fallen.level in ("watch", "none")
    again = decline(series, season=12)
    assert (again.scale, again.level) == ("log", "none")
    assert again.centre == pytest.approx(log(1.1))


def test_a_fall_beyond_the_season_is_a_decline() -> None:
    series = [*SEASON, *(value * 1.1 for value in SEASON)]
    found = decline([*series, SEASON[0] * 1.1 * 0.7], season=12)
    assert found.z == pytest.approx((log(0.7) - log(1.1)) / 0.05)
    assert found.level == "strong"


def test_a_short_series_is_only_watched() -> None:
    assert decline([*STEADY, 80], season=12).level == "watch"
    assert decline([*STEADY, 90, 89], season=12).level == "watch"
    assert decline([*STEADY, 99], season=12).level == "none"


def test_a_season_with_a_zero_in_it_is_compared_by_levels() -> None:
    series = [*STEADY, *STEADY, 0.0, 99]
    assert decline(series, season=12).scale == "level"


def test_the_spread_is_the_robust_one_when_it_is_wider_than_the_floor() -> None:
    values = [80.0, 120, 90, 110, 70, 130, 100, 85, 115, 95, 105, 125]
    centre = median(values)
    mad = median(abs(v - centre) for v in values)
    found = decline([*values, 40])
    assert found.spread == pytest.approx(1.4826 * mad)
    assert found.z == pytest.approx((40 - centre) / (1.4826 * mad))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "no_value"),
        ([*STEADY, None], "no_value"),
        ([*STEADY[:7], 100], "few_periods"),
        ([3.0] * 12 + [1], "few_rows"),
        ([0.0] * 12 + [1], "few_rows"),
    ],
)
def test_too_little_says_why(values: list[float | None], reason: str) -> None:
    found = decline(values)
    assert (found.level, found.reason, found.z) == ("insufficient", reason, None)


def test_gaps_are_skipped_while_eight_periods_are_left() -> None:
    gaps: list[float | None] = [*STEADY]
    gaps[2] = gaps[5] = None
    assert decline([*gaps, 80]).level == "strong"
    gaps[0] = gaps[1] = gaps[3] = None
    assert decline([*gaps, 80]).reason == "few_periods"
    year = [*range(10, 21), None, *range(10, 28)]  # of the twelfth month before, nothing is known
    assert decline(year[:24], season=12).reason == "few_periods"


def test_money_needs_rows_behind_it() -> None:
    values = [value * 1000 for value in STEADY]
    assert decline([*values, 60000], counts=[4] * 13).reason == "few_rows"
    assert decline([*values, 60000], counts=[40] * 13).level == "strong"


def test_a_money_series_about_nothing_is_constant_until_it_moves() -> None:
    assert decline([0.0] * 13, counts=[50] * 13).level == "none"
    found = decline([0.0] * 12 + [-5], counts=[50] * 13)
    assert (found.level, found.reason) == ("insufficient", "constant")


def test_losses_are_read_by_levels() -> None:
    found = decline([-100.0 - place % 3 for place in range(12)] + [-200], counts=[50] * 13)
    assert (found.scale, found.level) == ("level", "strong")


def test_a_week_is_shown_with_that_of_the_quarter_before() -> None:
    weeks = [100.0 + place for place in range(30)]
    assert decline(weeks, season=52).quarter_ago == weeks[-14]
    assert decline(weeks[:20], season=52).quarter_ago is None
    assert decline(weeks, season=12).quarter_ago is None


def test_a_silent_source_is_stale_and_not_in_decline() -> None:
    assert decline([*STEADY, 0], is_stale=True).level == "stale_data"
    assert share_decline([], is_stale=True).level == "stale_data"
    assert out_of_band([1], (2, 3), is_stale=True).level == "stale_data"
    assert is_stale(7.1, [1, 1, 3.5, 7, 7])
    assert not is_stale(7, [1, 1, 3.5, 7, 7])
    assert not is_stale(1000, [])


def test_a_share_is_held_against_its_pooled_past() -> None:
    past = [Share(hits=50 + place % 3, n=100) for place in range(12)]
    now = Share(hits=32, n=100)
    found = share_decline([Share(hits=0, n=100), *past, now])
    pooled = Share(hits=sum(s.hits for s in past), n=1200)
    assert found.z == pytest.approx(share_z(now, pooled))
    assert (found.level, found.interval) == ("strong", wilson(32, 100))
    assert found.centre == pooled.value


def test_a_share_that_stays_low_is_persistent() -> None:
    past = [Share(hits=50, n=100)] * 12
    low = Share(hits=38, n=100)
    assert share_decline([*past, low]).level == "none"
    twice = share_decline([*past, low, low])
    assert -3.5 < (twice.z or 0) <= -2
    assert twice.level == "persistent"
    assert share_decline([*past, low, low], season=12).level == "watch"


def test_a_churn_that_rises_is_a_decline() -> None:
    past = [Share(hits=5, n=100)] * 12
    assert share_decline([*past, Share(hits=15, n=100)], direction="down").level == "strong"
    assert share_decline([*past, Share(hits=15, n=100)]).level_up == "strong"


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        ([], "no_value"),
        ([Share(hits=0, n=0)], "no_value"),
        ([Share(hits=50, n=100)] * 5 + [Share(hits=2, n=29)], "few_rows"),
        ([Share(hits=50, n=99), Share(hits=20, n=100)], "few_rows"),
        ([Share(hits=50, n=100)] * 5 + [Share(hits=200, n=100)], "not_a_share"),
    ],
)
def test_a_share_of_too_few_says_why(shares: list[Share], reason: str) -> None:
    found = share_decline(shares)
    assert (found.level, found.reason, found.z) == ("insufficient", reason, None)


def test_leaving_a_band_is_said_on_the_side_it_was_left() -> None:
    band = (0.75, 0.85)
    on_its_edge = out_of_band([0.8, 0.85], band)
    assert (on_its_edge.level, on_its_edge.level_up) == ("none", "none")
    assert out_of_band([0.8, 0.75], band).level == "none"
    assert out_of_band([0.8, 0.7], band).level == "strong"
    above = out_of_band([0.9, 0.95], band)
    assert (above.level, above.level_up) == ("none", "persistent")
    assert out_of_band([0.8, None], band).reason == "no_value"
    assert out_of_band([], band).level == "insufficient"
    assert out_of_band([0.8, 0.2], band, counts=[40, 9]).reason == "few_rows"


@pytest.mark.parametrize(("noise", "most"), [(0.05, 0.004), (0.20, 0.028)])
def test_noise_alone_rarely_raises_an_alarm(noise: float, most: float) -> None:
    """0.07 % at 5 % noise and 1.7 % at 20 %, as simulated for the specification."""
    rng = np.random.default_rng(21)
    draws = 100 * (1 + noise * rng.standard_normal((3000, 14)))
    alarms = sum(decline(row).level != "none" for row in draws.tolist())
    assert alarms / 3000 <= most


def test_counts_of_twenty_raise_one_alarm_in_about_seventy() -> None:
    rng = np.random.default_rng(22)
    draws = rng.poisson(20, (3000, 14)).astype(float)
    alarms = sum(decline(row).level != "none" for row in draws.tolist())
    assert 0.007 < alarms / 3000 < 0.025


def test_one_kpi_in_five_years_of_months_gives_about_one_false_alarm() -> None:
    assert expected_false_alarms(1, 60) == pytest.approx(1.02)
    assert expected_false_alarms(5, 12, 0.0007) == pytest.approx(0.042)
