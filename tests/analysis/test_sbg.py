"""The renewal model: the published cohort, integrals over the beta, simulations, odd cohorts."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from kpilot.analysis.sbg import (
    Renewals,
    at,
    churn,
    enough,
    fit,
    of,
    residual_lifetime,
    retention,
    scatter,
    survival,
)
from tests.examples.given import EXAMPLES

EXAMPLE = EXAMPLES["E16"]
COHORT = EXAMPLE["config"]["sbg"]["cohort"]
TOLERANCE = EXAMPLE["tol"]
MODEL = Renewals(alpha=0.764, beta=1.296)


def test_the_published_cohort():
    found, wanted = fit([COHORT]), EXAMPLE["expected"]["sbg"]
    assert found.model.alpha == pytest.approx(wanted["alpha"], abs=TOLERANCE)
    assert found.model.beta == pytest.approx(wanted["beta"], abs=TOLERANCE)
    assert found.customers == 1000
    assert survival(found.model, 5)[5] == pytest.approx(wanted["s5"], abs=1e-6)
    assert retention(found.model, 5) == pytest.approx(wanted["r5"], abs=1e-6)


def test_no_other_model_of_the_cohort_is_likelier():
    found = fit([COHORT])

    def likelihood(alpha, beta):
        def left(t):
            return integrate.quad(lambda p: (1 - p) ** t * stats.beta.pdf(p, alpha, beta), 0, 1)[0]

        lost = [a - b for a, b in pairwise(COHORT)]
        gone = sum(n * np.log(left(t) - left(t + 1)) for t, n in enumerate(lost))
        return gone + COHORT[-1] * np.log(left(len(lost)))

    best = likelihood(found.model.alpha, found.model.beta)
    assert found.likelihood == pytest.approx(best, abs=1e-4)
    for step in (0.99, 1.01):
        assert likelihood(found.model.alpha * step, found.model.beta) < best
        assert likelihood(found.model.alpha, found.model.beta * step) < best


def test_parameters_scatter_as_those_of_refitted_cohorts_do():
    rng, refitted = np.random.default_rng(3), []
    for _ in range(200):
        leave = rng.beta(MODEL.alpha, MODEL.beta, 1000)
        renewed = rng.random((4, 1000)) > leave
        counts = np.logical_and.accumulate(renewed).sum(axis=1)
        if (found := fit([[1000, *counts.tolist()]]).model) is not None:
            refitted.append(at(found))
    told = scatter(fit([COHORT]).model, [COHORT])
    assert np.sqrt(np.diag(told)) == pytest.approx(np.std(refitted, axis=0), rel=0.15)
    assert of(at(MODEL)).alpha == pytest.approx(MODEL.alpha)


def test_no_curve_no_scatter():
    assert scatter(Renewals(alpha=np.exp(12.0), beta=np.exp(12.0)), [COHORT]) is None


def test_shares_are_integrals_over_the_chances():
    chance = stats.beta(MODEL.alpha, MODEL.beta)
    left = survival(MODEL, 6)
    for t in range(7):
        assert left[t] == pytest.approx(chance.expect(lambda p, t=t: (1 - p) ** t), abs=1e-6)
    assert churn(MODEL, 6) == pytest.approx(-np.diff(left))
    assert retention(MODEL, 3) == pytest.approx(left[3] / left[2])
    assert len(churn(MODEL, 0)) == 0


@pytest.mark.parametrize(("renewals", "discount"), [(0, 0.1), (2, 0.1), (4, 0.02)])
def test_residual_lifetime_is_the_discounted_sum_of_those_who_stay(renewals, discount):
    left = survival(MODEL, 5000)
    later = left[renewals + 1 : 5000] / left[renewals]
    periods = np.arange(len(later))
    wanted = (later / (1 + discount) ** periods).sum()
    assert residual_lifetime(MODEL, renewals, discount) == pytest.approx(wanted, rel=1e-6)


def test_residual_lifetime_without_discount_has_an_end_only_for_alpha_above_one():
    assert residual_lifetime(MODEL, 1, 0.0) is None
    assert residual_lifetime(MODEL, 1, -0.1) is None
    assert residual_lifetime(Renewals(alpha=1.0, beta=2.0), 1, 0.0) is None
    steep = Renewals(alpha=4.0, beta=3.0)
    left = survival(steep, 20_000)
    assert residual_lifetime(steep, 1, 0.0) == pytest.approx((left[2:] / left[1]).sum())


def simulated(rng, size, renewals, alpha, beta):
    leaves = rng.geometric(rng.beta(alpha, beta, size))
    return [size, *(int((leaves > t).sum()) for t in range(1, renewals + 1))]


def test_simulated_cohorts_of_different_ages_give_their_model_back():
    rng = np.random.default_rng(31)
    cohorts = [simulated(rng, 8000, renewals, 0.9, 2.5) for renewals in (7, 5, 4, 2, 1)]
    found = fit(cohorts).model
    assert found.alpha == pytest.approx(0.9, rel=0.1)
    assert found.beta == pytest.approx(2.5, rel=0.1)


def test_young_cohorts_count_for_the_renewals_they_had():
    alone = fit([COHORT])
    assert fit([COHORT, [500]]).model == alone.model
    both = fit([COHORT, [1000, 500]])
    assert both.model.alpha / (both.model.alpha + both.model.beta) > 0.38
    assert both.customers == 2000


@pytest.mark.parametrize(
    ("cohorts", "reason"),
    [
        ([], "no_rows"),
        ([[]], "no_rows"),
        ([[500]], "no_rows"),
        ([[0, 0, 0, 0]], "no_rows"),
        ([[100, 110, 90, 80]], "not_a_cohort"),
        ([[100, 50, -1]], "not_a_cohort"),
        ([[100, 100, 100, 100]], "no_losses"),
        ([[1000, 500, 500, 500]], "no_later_losses"),
        ([[100, 0, 0, 0]], "no_later_losses"),
        ([[1000, 700, 490, 343]], "no_heterogeneity"),
        ([[1000, 900, 700, 300]], "no_heterogeneity"),
        ([[1000, 1000, 1000, 900]], "no_heterogeneity"),
        ([[1000, 600]], "no_heterogeneity"),
        ([[1000, 0]], "no_heterogeneity"),
        ([[100, 40, 0]], "no_heterogeneity"),
        ([[1, 0]], "no_heterogeneity"),
    ],
)
def test_cohorts_that_show_no_such_model_say_why(cohorts, reason):
    found = fit(cohorts)
    assert (found.model, found.reason) == (None, reason)


def test_a_model_is_shown_from_three_renewals_and_a_hundred_customers_on():
    assert enough([[100, 80, 70, 65]])
    assert not enough([[100, 80, 70]])
    assert not enough([[99, 80, 70, 65]])
    assert not enough([[5000, 80], [20, 15, 12, 11]])
    assert not enough([])
