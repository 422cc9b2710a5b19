"""Kaplan–Meier, Aalen–Johansen and log-rank against hand-worked, published and scipy's figures."""

from datetime import datetime

import numpy as np
import pytest
from scipy import stats

from kpilot.analysis.survival import aalen_johansen, kaplan_meier, log_rank, quantile, value_at
from tests.examples.given import EXAMPLES

EXAMPLE = EXAMPLES["E04"]

# Remission in weeks under 6-MP and placebo (Freireich et al. 1963), the textbook case.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
TREATED_OVER = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


@pytest.fixture
def example():
    """(days, status) of the opportunities, those open up to the cut-off."""
    cut = datetime.fromisoformat(EXAMPLE["as_of"])
    days, status = [], []
    for _, created, state, closed in EXAMPLE["tables"]["opportunity"]["rows"]:
        end = datetime.fromisoformat(closed) if closed else cut
        days.append((end - datetime.fromisoformat(created)).total_seconds() / 86400)
        status.append(state)
    return days, status


def remission():
    durations, over = TREATED + PLACEBO, [*map(bool, TREATED_OVER), *[True] * 21]
    return durations, over, ["6-MP"] * 21 + ["placebo"] * 21


def test_open_opportunities_count_in_the_time_to_a_decision(example):
    days, status = example
    curve = kaplan_meier(days, [state != "open" for state in status])
    wanted = EXAMPLE["expected"]["km_time_to_close"]
    assert [[p.time, pytest.approx(p.value)] for p in curve.points] == wanted["survival"]
    assert quantile(curve).value == wanted["median"]
    assert (curve.n, curve.events) == (10, 6)


def test_wins_and_losses_compete(example):
    days, status = example
    found = aalen_johansen(days, [None if state == "open" else state for state in status])
    wanted = EXAMPLE["expected"]["aalen_johansen"]
    for cause, key in (("won", "win_cif"), ("lost", "loss_cif")):
        assert [[p.time, pytest.approx(p.value)] for p in found.curves[cause]] == wanted[key]
    won = found.curves["won"]
    assert [(p.at_risk, p.events) for p in won] == [(10, 1), (8, 2), (5, 1)]
    assert value_at(won, 39.9, before=0.0) == pytest.approx(0.3)
    assert value_at(won, 9.9, before=0.0) == 0.0


def test_the_band_is_greenwoods_on_the_log_log_scale():
    curve = kaplan_meier(TREATED, np.array(TREATED_OVER, dtype=bool))
    censored = [t for t, over in zip(TREATED, TREATED_OVER, strict=True) if not over]
    ended = [t for t, over in zip(TREATED, TREATED_OVER, strict=True) if over]
    oracle = stats.ecdf(stats.CensoredData(uncensored=ended, right=censored)).sf
    band = oracle.confidence_interval(method="log-log")
    for point in curve.points:
        at = list(oracle.quantiles).index(point.time)
        assert point.value == pytest.approx(oracle.probabilities[at])
        assert point.low == pytest.approx(band.low.probabilities[at])
        assert point.high == pytest.approx(band.high.probabilities[at])


def test_the_published_median_and_where_its_band_crosses():
    curve = kaplan_meier(TREATED, TREATED_OVER)
    found = quantile(curve)
    assert (found.value, found.low, found.high, found.reason) == (23, 13, None, "")
    assert quantile(curve, 0.25).value == 13
    assert quantile(curve, 0.9).reason == "quantile_not_reached"
    placebo = quantile(kaplan_meier(PLACEBO, [True] * 21))
    assert (placebo.value, placebo.low, placebo.high) == (8, 4, 11)


def test_without_censoring_it_is_the_share_still_there():
    values = np.random.default_rng(3).integers(1, 40, 300)
    curve = kaplan_meier(values, np.ones(300, dtype=bool))
    for point in curve.points:
        assert point.value == pytest.approx((values > point.time).mean())
    assert curve.points[-1].value == 0.0
    assert (curve.points[-1].low, curve.points[-1].high) == (None, None)


def test_the_interval_of_a_median_covers_the_true_one():
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(300):
        end, seen = rng.exponential(30, 60), rng.uniform(0, 90, 60)
        found = quantile(kaplan_meier(np.minimum(end, seen), end <= seen))
        low, high = found.low or 0.0, found.high if found.high is not None else np.inf
        hits += low <= 30 * np.log(2) <= high
    assert 0.92 <= hits / 300 <= 0.985


def test_the_interval_of_an_incidence_covers_the_true_one():
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(60):
        end, seen = rng.exponential(20, 80), rng.uniform(10, 60, 80)
        cause = np.where(rng.random(80) < 0.4, "won", "lost")
        causes = [c if e <= s else None for c, e, s in zip(cause, end, seen, strict=True)]
        curve = aalen_johansen(np.minimum(end, seen), causes).curves["won"]
        point = [p for p in curve if p.time <= 20][-1]
        hits += point.low <= 0.4 * (1 - np.exp(-1)) <= point.high
    assert hits >= 53


def test_shares_by_cause_and_the_share_left_make_one():
    rng = np.random.default_rng(6)
    days = rng.integers(0, 60, 500)
    causes = [["won", "lost", "void", None][k] for k in rng.integers(0, 4, 500)]
    found = aalen_johansen(days, causes)
    curve = kaplan_meier(days, [cause is not None for cause in causes])
    for day in (0, 7, 30, 59):
        parts = sum(value_at(points, day, before=0.0) for points in found.curves.values())
        assert parts + value_at(curve.points, day, before=1.0) == pytest.approx(1)
    for points in found.curves.values():
        assert all(p.low <= p.value <= p.high for p in points[3:])


def test_the_published_log_rank_statistic():
    durations, over, groups = remission()
    found = log_rank(durations, over, groups)
    assert found.statistic == pytest.approx(16.79294, abs=1e-5)
    assert found.p == pytest.approx(4.17e-5, rel=1e-3)
    assert found.observed == {"6-MP": 9, "placebo": 21}
    assert found.expected == pytest.approx({"6-MP": 19.2505, "placebo": 10.7495}, abs=1e-4)


def test_log_rank_of_three_groups_is_that_of_lifelines():
    durations, over, _ = remission()
    found = log_rank(durations, over, ["a", "b", "c"] * 14)
    assert found.statistic == pytest.approx(0.7163805891691822)
    assert (found.p, found.degrees) == (pytest.approx(0.6989400578427428), 2)


def test_log_rank_of_two_groups_is_scipys():
    durations, over, groups = remission()
    rows = list(zip(durations, over, groups, strict=True))
    sides = [
        stats.CensoredData(
            uncensored=[d for d, o, g in rows if g == name and o],
            right=[d for d, o, g in rows if g == name and not o],
        )
        for name in ("6-MP", "placebo")
    ]
    oracle = stats.logrank(*sides)
    found = log_rank(durations, over, groups)
    assert found.statistic == pytest.approx(oracle.statistic**2)
    assert found.p == pytest.approx(oracle.pvalue)


def test_two_groups_leave_one_degree_of_freedom_whatever_the_rounding():
    durations = [2.5, 2.9277692344117567, 2, 0, 1, 8, 11.083627912570071, 0, 1, 0]
    over = [False, True, False, False, False, True, True, False, False, True]
    found = log_rank(durations, over, list("ababbbbbbb"))  # of a, only two were seen, at one event
    assert (found.degrees, found.statistic) == (1, pytest.approx(0.2**2 / (0.2 * 0.8)))
    assert found.p == pytest.approx(0.6170750774519739)  # that of lifelines


def test_log_rank_finds_nothing_where_nothing_is():
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(400):
        end, seen = rng.exponential(30, 90), rng.uniform(0, 90, 90)
        found = log_rank(np.minimum(end, seen), end <= seen, ["a", "b", "c"] * 30)
        assert found.degrees == 2
        alarms += found.p < 0.05
    assert 0.03 <= alarms / 400 <= 0.075


def test_nothing_to_go_by_is_said_and_not_guessed():
    assert quantile(kaplan_meier([], [])).reason == "no_rows"
    censored = kaplan_meier([5, 9], [False, False])
    assert (censored.n, censored.points) == (2, ())
    assert quantile(censored).reason == "quantile_not_reached"
    one = quantile(kaplan_meier([5], [True]))
    assert (one.value, one.low, one.high) == (5, None, None)
    assert aalen_johansen([], []).curves == {}
    assert aalen_johansen([4, 8], [None, None]).curves == {}
    (point,) = aalen_johansen([4], ["won"]).curves["won"]
    assert (point.value, point.low, point.high) == (1.0, None, None)
    assert log_rank([], [], []).reason == "no_rows"
    assert log_rank([1, 2], [True, True], ["a", "a"]).reason == "one_group"
    assert log_rank([1, 2], [False, False], ["a", "b"]).reason == "no_events"
    assert log_rank([3, 3], [True, True], ["a", "b"]).reason == "no_events"


def test_rows_without_a_duration_are_left_out_and_counted():
    curve = kaplan_meier([10, -1, float("nan"), 20], [True, True, True, True])
    assert (curve.n, curve.excluded, [p.time for p in curve.points]) == (2, 2, [10, 20])
    found = aalen_johansen([10, -1, 20], ["won", "won", None])
    assert (found.n, found.excluded) == (2, 1)
    assert [p.value for p in found.curves["won"]] == [0.5]


def test_a_row_that_ends_when_another_is_last_seen_had_it_beside_it():
    (point,) = kaplan_meier([7, 7], [True, False]).points
    assert (point.at_risk, point.value) == (2, 0.5)
