"""What customers spend: published figures, integrals, simulations, odd customers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from kpilot.analysis.gamma_gamma import (
    Spend,
    correlation,
    expected_value,
    fit,
    log_likelihood,
    mean_value,
    too_related,
)
from tests.examples.given import EXAMPLES

EXAMPLE = EXAMPLES["E16"]
WANTED, TOLERANCE = EXAMPLE["expected"]["gamma_gamma"], EXAMPLE["tol"]
PUBLISHED = Spend(**EXAMPLE["config"]["gamma_gamma"])
CUSTOMER = EXAMPLE["config"]["customer"]


def given(model, repeats, value, rate):
    """Density of a rate among customers, times that of the mean value seen at this rate."""
    among = stats.gamma.pdf(rate, model.q, scale=1 / model.v)
    return among * stats.gamma.pdf(value, model.p * repeats, scale=1 / (rate * repeats))


def simulated(rng, n, model):
    repeats = rng.geometric(0.4, n)
    rate = rng.gamma(model.q, 1 / model.v, n)
    return repeats, rng.gamma(model.p * repeats, 1 / rate) / repeats


def test_the_published_means():
    assert mean_value(PUBLISHED) == pytest.approx(WANTED["population_mean"], abs=TOLERANCE)
    found = expected_value(PUBLISHED, CUSTOMER["x"], CUSTOMER["mean_repeat_value"])
    assert found[0] == pytest.approx(WANTED["conditional_mean"], abs=TOLERANCE)


@pytest.mark.parametrize(("repeats", "value"), [(1, 12.0), (2, 40.0), (9, 300.0)])
def test_likelihood_and_expectation_are_integrals_over_the_rates(repeats, value):
    def over(wanted):
        shape, seen = PUBLISHED.p * repeats + PUBLISHED.q, PUBLISHED.v + repeats * value
        top = 10 * shape / seen
        return integrate.quad(
            lambda rate: given(PUBLISHED, repeats, value, rate) * wanted(rate), 0, top, limit=300
        )[0]

    whole = over(lambda rate: 1)
    mean = over(lambda rate: PUBLISHED.p / rate) / whole
    assert log_likelihood(PUBLISHED, repeats, value) == pytest.approx(np.log(whole), abs=1e-7)
    assert expected_value(PUBLISHED, repeats, value)[0] == pytest.approx(mean, rel=1e-6)


def test_simulated_customers_give_their_model_back():
    truth = Spend(p=5.0, q=4.0, v=20.0)
    repeats, value = simulated(np.random.default_rng(51), 6000, truth)
    found = fit(repeats, value)
    assert (found.model.p, found.model.q, found.model.v) == pytest.approx((5, 4, 20), rel=0.12)
    assert mean_value(found.model) == pytest.approx(5 * 20 / 3, rel=0.03)
    likelihood = log_likelihood(found.model, repeats, value).sum()
    assert found.likelihood == pytest.approx(likelihood)
    for name in ("p", "q", "v"):
        for step in (0.99, 1.01):
            near = replace(found.model, **{name: getattr(found.model, name) * step})
            assert log_likelihood(near, repeats, value).sum() < likelihood


def test_the_currency_changes_only_the_scale():
    repeats, value = simulated(np.random.default_rng(52), 800, PUBLISHED)
    euros, cents = fit(repeats, value).model, fit(repeats, value * 100).model
    assert (cents.p, cents.q, cents.v) == pytest.approx((euros.p, euros.q, euros.v * 100), rel=1e-3)


def test_few_orders_are_drawn_further_towards_the_mean_of_all():
    found = expected_value(PUBLISHED, [0, 1, 5, 500], [float("nan"), 90, 90, 90])
    assert found[0] == mean_value(PUBLISHED)
    assert list(found) == sorted(found)
    assert found[3] == pytest.approx(90, rel=0.01)
    assert expected_value(PUBLISHED, 3, 0)[0] == mean_value(PUBLISHED)


def test_customers_who_tell_nothing_are_left_out():
    repeats, value = simulated(np.random.default_rng(53), 500, PUBLISHED)
    alone = fit(repeats, value)
    more = fit([*repeats, 0, 2, 0], [*value, float("nan"), 0.0, 30.0])
    assert (more.customers, more.model) == (alone.customers, alone.model)


@pytest.mark.parametrize(
    ("repeats", "value", "reason"),
    [
        ([], [], "no_repeats"),
        ([0, 0], [float("nan"), 10], "no_repeats"),
        ([3, 1], [0, -5], "no_repeats"),
        ([4], [25.0], "no_variance"),
        ([1, 2, 3], [25.0, 25.0, 25.0], "no_variance"),
    ],
)
def test_customers_without_a_model_say_why(repeats, value, reason):
    found = fit(repeats, value)
    assert (found.model, found.reason) == (None, reason)


def test_a_tail_without_a_mean_has_no_expected_value():
    heavy = Spend(p=2.0, q=0.9, v=10.0)
    assert mean_value(heavy) is None
    assert expected_value(heavy, [3], [40.0]) is None


def test_two_customers_give_finite_figures_or_none():
    found = fit([1, 1], [10.0, 30.0])
    if found.model is None:
        assert found.reason == "not_found"
    else:
        values = expected_value(found.model, [1, 1], [10.0, 30.0])
        assert values is None or np.isfinite(values).all()


def test_frequency_and_value_that_go_together_are_noticed():
    rng = np.random.default_rng(54)
    repeats = rng.geometric(0.3, 400)
    assert not too_related(correlation(repeats, rng.gamma(3, 10, 400)))
    found = correlation([*repeats, 0], [*(repeats * 8 + rng.gamma(3, 10, 400)), float("nan")])
    assert too_related(found)
    assert too_related(-0.3)
    assert correlation([2, 2, 2], [10, 20, 30]) is None
    assert correlation([], []) is None
    assert not too_related(None)
