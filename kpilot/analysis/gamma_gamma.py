"""What a customer spends on a day with an order: the Gamma-Gamma model.

The mean of few orders says little of a customer, so it is drawn towards the mean of all, the more
the fewer the orders. Value is taken to have nothing to do with frequency: `correlation` tests that.
Source: Fader & Hardie 2013 (model, likelihood, conditional expectation).
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpilot.analysis.curvature import covariance

Floats = NDArray[np.float64]
TOO_RELATED = 0.3
EDGE = 15.0  # of the logarithm of a parameter: where the search runs to when nothing holds it
STEEP = 1e-3  # slope by customer at which the search has not arrived
SAMPLE = 4000  # customers that choose among the starts
STARTS = ((1.0, 1.0, 0.0), (2.0, 1.5, 1.0), (0.0, 2.0, 2.0))


@dataclass(frozen=True, kw_only=True)
class Spend:
    """Values of a day are gamma(p, rate); rates of customers are gamma(q, v)."""

    p: float
    q: float
    v: float


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The likeliest model, or None with its reason.

    customers  those with a repeat day of a value above 0, who alone tell
    reason     "no_repeats", "no_variance" (all spend the same), or "not_found"
    """

    model: Spend | None
    likelihood: float | None = None
    customers: int = 0
    reason: str = ""


def log_likelihood(model: Spend, repeats: ArrayLike, value: ArrayLike) -> Floats:
    """The log-likelihood of each customer's mean `value` over `repeats` days, both above 0."""
    from scipy.special import betaln

    x, z = np.asarray(repeats, dtype=np.float64), np.asarray(value, dtype=np.float64)
    shape = model.p * x
    share = np.log(x * z) - np.log(model.v + x * z)
    rest = np.log(model.v) - np.log(model.v + x * z)
    return np.asarray(shape * share + model.q * rest - np.log(z) - betaln(shape, model.q))


def fit(repeats: ArrayLike, value: ArrayLike) -> Fit:
    """The likeliest model: a search on the logarithms of the parameters from several starts.

    Customers without a repeat day, or whose days are worth nothing, are left out.
    """
    x, z = _telling(repeats, value)
    if not len(x):
        return Fit(model=None, reason="no_repeats")
    if np.ptp(z) <= 1e-9 * z.max():
        return Fit(model=None, customers=len(x), reason="no_variance")
    from scipy.optimize import minimize

    unit = float(z.mean())
    thin = slice(None, None, len(x) // SAMPLE + 1)

    def search(start: Floats, part: slice) -> Any:  # scipy has no types
        against = partial(_against, x=x[part], z=z[part] / unit)
        options, bounds = {"ftol": 1e-13, "gtol": 1e-7}, [(-EDGE, EDGE)] * 3
        return minimize(against, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)

    found = [search(np.array(start), thin) for start in STARTS]
    best = min(found, key=lambda one: float(one.fun))
    if thin.step > 1:
        best = search(best.x, slice(None))
    if np.abs(best.x).max() > EDGE - 1e-3 or not np.abs(best.jac).max() < STEEP:
        return Fit(model=None, customers=len(x), reason="not_found")
    p, q, v = (float(found) for found in np.exp(best.x))
    likelihood = -len(x) * (float(best.fun) + float(np.log(unit)))
    return Fit(model=Spend(p=p, q=q, v=v * unit), likelihood=likelihood, customers=len(x))


def scatter(model: Spend, repeats: ArrayLike, value: ArrayLike) -> Floats | None:
    """The covariance of the logarithms of p, q and v; None where the likelihood has no top."""
    x, z = _telling(repeats, value)
    return covariance(lambda logs: _against(logs, x, z)[1], at(model), len(x))


def at(model: Spend) -> Floats:
    """The logarithms of the parameters, as `scatter` has them."""
    return np.log([model.p, model.q, model.v])


def of(logs: Floats) -> Spend:
    """The model of these logarithms."""
    p, q, v = (float(value) for value in np.exp(logs))
    return Spend(p=p, q=q, v=v)


def mean_value(model: Spend) -> float | None:
    """The mean value of a day over all customers; None for q ≤ 1, where it has no end."""
    return model.p * model.v / (model.q - 1) if model.q > 1 else None


def expected_value(model: Spend, repeats: ArrayLike, value: ArrayLike) -> Floats | None:
    """The mean value of a day to expect of each customer, given `value` over `repeats` days.

    Without a repeat day (or one of a value above 0) that of all customers. None for q ≤ 1.
    """
    overall = mean_value(model)
    if overall is None:
        return None
    x, z = (np.atleast_1d(np.asarray(c, dtype=np.float64)) for c in (repeats, value))
    told = (x > 0) & (z > 0)
    weight = np.where(told, model.p * x / (model.p * x + model.q - 1), 0.0)
    return np.asarray((1 - weight) * overall + weight * np.where(told, z, 0.0))


def correlation(repeats: ArrayLike, value: ArrayLike) -> float | None:
    """Pearson's correlation of frequency and value over repeaters; None where one never varies.

    At 0.3 or beyond (`too_related`) the model's figures need a warning.
    """
    x, z = _telling(repeats, value)
    if len(x) < 2 or not np.ptp(x) or not np.ptp(z):
        return None
    return float(np.corrcoef(x, z)[0, 1])


def too_related(found: float | None) -> bool:
    """Whether frequency and value go together more than the model allows for."""
    return found is not None and abs(found) >= TOO_RELATED


def _telling(repeats: ArrayLike, value: ArrayLike) -> tuple[Floats, Floats]:
    """Repeats and values of the customers who have both above 0."""
    x, z = (np.atleast_1d(np.asarray(c, dtype=np.float64)) for c in (repeats, value))
    told = (x > 0) & (z > 0)
    return x[told], z[told]


def _against(logs: Floats, x: Floats, z: Floats) -> tuple[float, Floats]:
    """Minus the mean log-likelihood, and its slope by the logarithm of each parameter."""
    from scipy.special import psi

    p, q, v = (float(value) for value in np.exp(logs))
    spent = x * z
    both, whole = v + spent, psi(p * x + q)
    by_p = x * (np.log(spent) - np.log(both) - psi(p * x) + whole)
    by_q = np.log(v) - np.log(both) - psi(q) + whole
    by_v = (q * spent / v - p * x) / both
    slope = -np.array([p * by_p.mean(), q * by_q.mean(), v * by_v.mean()])
    return -float(log_likelihood(Spend(p=p, q=q, v=v), x, z).mean()), slope
