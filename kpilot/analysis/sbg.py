"""How long customers who renew, or don't, will stay: the shifted-beta-geometric model.

Each customer leaves at each renewal with a chance of their own; chances vary as a beta
distribution. Those who leave easily go first, so the retention of a cohort rises with its age.
Sources: Fader & Hardie 2007 (model and likelihood), 2010 (discounted expected residual lifetime).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from kpilot.analysis.curvature import covariance

FEWEST_RENEWALS = 3
FEWEST_CUSTOMERS = 100
EDGE = 12.0  # of the logarithm of a parameter
NO_BETTER = 1e-4  # in log-likelihood


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """The distribution of the chance to leave at a renewal: beta(alpha, beta)."""

    alpha: float
    beta: float


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The model of cohorts, or None with its reason.

    reason  "no_rows", "not_a_cohort" (counts that rise or are below 0), "no_losses", or
            "no_later_losses" (none after the first renewal), "no_heterogeneity" (retention does not
            rise with age, so one chance for all says as much)
    """

    model: Renewals | None
    likelihood: float | None = None
    customers: int = 0
    reason: str = ""


def churn(model: Renewals, renewals: int) -> NDArray[np.float64]:
    """The shares P(1..renewals) of a cohort lost at each renewal."""
    t = np.arange(2, renewals + 1)
    ratios = (model.beta + t - 2) / (model.alpha + model.beta + t - 1)
    first = model.alpha / (model.alpha + model.beta)
    return np.asarray((first * np.cumprod(np.r_[1.0, ratios]))[:renewals])


def survival(model: Renewals, renewals: int) -> NDArray[np.float64]:
    """The shares S(0..renewals) of a cohort still there after each renewal; S(0) is 1."""
    t = np.arange(1, renewals + 1)
    kept = (model.beta + t - 1) / (model.alpha + model.beta + t - 1)
    return np.asarray(np.cumprod(np.r_[1.0, kept]), dtype=np.float64)


def retention(model: Renewals, renewal: int) -> float:
    """The share of those still there that renews for the `renewal`-th time (1 is the first)."""
    return (model.beta + renewal - 1) / (model.alpha + model.beta + renewal - 1)


def residual_lifetime(model: Renewals, renewals: int, discount: float) -> float | None:
    """Discounted expected number of further periods paid by one who renewed `renewals` times.

    Counted just before the next renewal, which is not discounted; discount is by period, 0.1 for
    10 %. None where the sum has no end: no discount and alpha ≤ 1, or a discount below 0.
    """
    if discount < 0 or (discount == 0 and model.alpha <= 1):
        return None
    if discount == 0:
        return (model.beta + renewals) / (model.alpha - 1)
    from scipy.special import hyp2f1

    n = renewals + 1
    whole = model.alpha + model.beta + n
    series = hyp2f1(1, model.beta + n, whole, 1 / (1 + discount))
    return float(retention(model, n) * series)


def enough(cohorts: Sequence[Sequence[int]]) -> bool:
    """Whether one cohort at least has 3 renewals and 100 customers: below, don't show a model."""
    return any(len(c) > FEWEST_RENEWALS and c[0] >= FEWEST_CUSTOMERS for c in cohorts)


def fit(cohorts: Sequence[Sequence[int]]) -> Fit:
    """The likeliest model of cohorts, each its customers at the start and after each renewal.

    fit([[1000, 631, 468, 382, 326]]) has alpha 0.764 and beta 1.296.
    """
    counts = _known(cohorts)
    if not counts:
        return Fit(model=None, reason="no_rows")
    if any((np.diff(c) > 0).any() or c[-1] < 0 for c in counts):
        return Fit(model=None, reason="not_a_cohort")
    lost, left = _tallied(counts)
    longest = len(lost) - 1
    customers = int(sum(c[0] for c in counts))
    if not lost.any():
        return Fit(model=None, customers=customers, reason="no_losses")
    if longest > 1 and not lost[2:].any():
        return Fit(model=None, customers=customers, reason="no_later_losses")
    from scipy.optimize import minimize

    def against(logs: NDArray[np.float64]) -> float:
        model = of(logs)
        gone, kept = np.log(churn(model, longest)), np.log(survival(model, longest))
        return -float(lost[1:] @ gone + left @ kept)

    found = minimize(
        against, np.zeros(2), method="L-BFGS-B", bounds=[(-EDGE, EDGE)] * 2,
        options={"ftol": 1e-14, "gtol": 1e-7},
    )  # fmt: skip
    likelihood = -float(found.fun)
    if likelihood < _one_chance(lost, left) + NO_BETTER:
        return Fit(model=None, customers=customers, reason="no_heterogeneity")
    return Fit(model=of(found.x), likelihood=likelihood, customers=customers)


def scatter(model: Renewals, cohorts: Sequence[Sequence[int]]) -> NDArray[np.float64] | None:
    """The covariance of the logarithms of alpha and beta fitted on these cohorts.

    A parameter that ran to a bound counts as known. None where the likelihood has no sound top.
    """
    from scipy.special import digamma

    counts = _known(cohorts)
    lost, left = _tallied(counts)
    customers = int(sum(c[0] for c in counts))
    t = np.arange(len(lost))

    def slope(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        a, b = np.exp(logs)
        whole = digamma(a + b + t)
        first = (lost + left).sum() * (digamma([a, b]) - digamma(a + b))
        by_a = lost[1:] @ (digamma(a + 1) - whole[1:]) + left @ (digamma(a) - whole)
        by_b = lost[1:] @ (digamma(b + t[:-1]) - whole[1:]) + left @ (digamma(b + t) - whole)
        return np.asarray((first - [by_a, by_b]) * [a, b] / customers)

    logs = at(model)
    return covariance(slope, logs, customers, [abs(log) < EDGE - 1e-3 for log in logs])


def at(model: Renewals) -> NDArray[np.float64]:
    """The logarithms of the parameters, as `scatter` has them."""
    return np.log([model.alpha, model.beta])


def of(logs: NDArray[np.float64]) -> Renewals:
    """The model of these logarithms."""
    return Renewals(alpha=exp(logs[0]), beta=exp(logs[1]))


def _known(cohorts: Sequence[Sequence[int]]) -> list[NDArray[np.float64]]:
    return [np.asarray(c, dtype=np.float64) for c in cohorts if len(c) > 1 and c[0] > 0]


def _tallied(
    counts: Sequence[NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Customers lost at each renewal (0 at none), and those still there after the last one seen."""
    longest = max(len(c) for c in counts) - 1
    lost, left = np.zeros(longest + 1), np.zeros(longest + 1)
    for c in counts:
        lost[1 : len(c)] -= np.diff(c)
        left[len(c) - 1] += c[-1]
    return lost, left


def _one_chance(lost: NDArray[np.float64], left: NDArray[np.float64]) -> float:
    """The log-likelihood when all leave with one chance: what the model tends to without spread."""
    t = np.arange(len(lost))
    stays, goes = float(lost @ (t - 1).clip(0) + left @ t), float(lost.sum())
    p = goes / (goes + stays)
    return goes * log(p) + (stays * log(1 - p) if stays else 0.0)
