"""Rates drawn towards the pooled one: the worked example, scipy's Beta, simulations, odd inputs."""

import numpy as np
import pytest
from scipy import stats

from kpilot.analysis.intervals import wilson
from kpilot.analysis.shrinkage import overdispersion, shrink
from tests.examples.given import EXAMPLES

EXAMPLE = EXAMPLES["E19"]
WON = [row[1] for row in EXAMPLE["tables"]["rep_win"]["rows"]]
CLOSED = [row[2] for row in EXAMPLE["tables"]["rep_win"]["rows"]]


def test_the_worked_example():
    found, wanted = shrink(WON, CLOSED), EXAMPLE["expected"]
    assert found.pooled == pytest.approx(wanted["pooled"], abs=1e-6)
    assert found.rho == pytest.approx(wanted["rho"], abs=1e-6)
    assert found.prior_strength == pytest.approx(wanted["prior_strength"], abs=1e-6)
    values = [rate.value for rate in found.rates]
    assert values == pytest.approx(list(wanted["shrunk"].values()), abs=1e-6)
    assert (found.reason, found.no_difference) == ("", False)


def test_the_interval_is_that_of_the_posterior():
    found = shrink(WON, CLOSED)
    for rate, won, closed in zip(found.rates, WON, CLOSED, strict=True):
        prior = found.prior_strength * found.pooled
        beta = stats.beta(won + prior, closed - won + found.prior_strength - prior)
        assert (rate.low, rate.high) == pytest.approx(tuple(beta.ppf([0.025, 0.975])))
        assert rate.value == pytest.approx(beta.mean())


def test_few_trials_are_drawn_further():
    found = shrink([8, 80, 10, 100, 30], [10, 100, 50, 500, 100])
    few, many = found.rates[:2]
    assert few.raw == many.raw == 0.8
    assert found.pooled < few.value < many.value < 0.8
    assert few.high - few.low > many.high - many.low


def test_alike_rates_are_all_the_pooled_one():
    found = shrink([10, 20, 30], [40, 80, 120])
    assert (found.rho, found.prior_strength, found.no_difference) == (0.0, None, True)
    assert [rate.value for rate in found.rates] == [0.25] * 3
    assert (found.rates[0].low, found.rates[0].high) == wilson(60, 240)


@pytest.mark.parametrize(
    ("won", "of", "reason"),
    [
        ([], [], "no_rows"),
        ([0, 0, 0], [0, 0, 0], "no_rows"),
        ([3, 4], [5, 9], "too_few_groups"),
        ([3, 4, 0], [5, 9, 0], "too_few_groups"),
        ([0, 0, 0], [5, 9, 3], "all_or_none"),
        ([5, 9, 3], [5, 9, 3], "all_or_none"),
        ([1, 0, 1], [1, 1, 1], "one_trial_each"),
    ],
)
def test_what_cannot_be_shrunk_says_why(won, of, reason):
    found = shrink(won, of)
    assert found.reason == reason
    assert [rate.value for rate in found.rates] == [None] * len(won)
    assert [rate.raw for rate in found.rates] == [
        x / n if n else None for x, n in zip(won, of, strict=True)
    ]


def test_someone_without_trials_has_no_rate_and_changes_none():
    without, with_ = shrink(WON, CLOSED), shrink([*WON, 0], [*CLOSED, 0])
    assert with_.rates[:-1] == without.rates
    assert with_.rates[-1].value is None


def test_opposite_rates_keep_apart():
    found = shrink([100, 0, 100, 0], [100, 100, 100, 100])
    assert found.rho == 0.999
    assert found.rates[0].value > 0.9999
    assert found.rates[1].value < 0.0001


def test_simulated_rates_are_recovered_better_than_by_counting():
    rng = np.random.default_rng(11)
    counted = drawn = inside = total = 0
    strengths = []
    for _ in range(200):
        of = rng.integers(3, 60, 25)
        true = rng.beta(6, 14, 25)
        found = shrink(rng.binomial(of, true), of)
        strengths.append(found.rho)
        for rate, truth in zip(found.rates, true, strict=True):
            counted += (rate.raw - truth) ** 2
            drawn += (rate.value - truth) ** 2
            inside += rate.low <= truth <= rate.high
            total += 1
    assert np.mean(strengths) == pytest.approx(1 / 21, abs=0.008)
    assert drawn < 0.6 * counted
    assert 0.88 <= inside / total <= 0.96


def test_rates_that_vary_by_chance_alone_have_an_overdispersion_of_one():
    rng = np.random.default_rng(12)
    of = rng.integers(20, 80, 2000)
    assert overdispersion(rng.binomial(of, 0.3), of) == pytest.approx(1, abs=0.1)
    assert overdispersion(rng.binomial(of, rng.beta(3, 7, 2000)), of) > 3


def test_overdispersion_is_pearsons_by_its_degrees():
    table = [[3, 2], [4, 5], [9, 11]]
    chi2 = stats.chi2_contingency(np.array(table), correction=False).statistic
    assert overdispersion([3, 4, 9, 0], [5, 9, 20, 0]) == pytest.approx(chi2 / 2)
    assert overdispersion([3], [5]) is None
    assert overdispersion([], []) is None
    assert overdispersion([0, 0], [5, 7]) is None
