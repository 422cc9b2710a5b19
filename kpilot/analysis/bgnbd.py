"""Who still buys, and how often: the BG/NBD model of customers without a contract.

A customer orders at a rate of their own (gamma with r, alpha) and after each order leaves with a
chance of their own (beta with a, b). Three numbers of a customer are enough: repeat orders, the
time of the last one and the time observed, both since the first order.
Source: Fader, Hardie & Lee 2005 (model, likelihood, expectations). Its hypergeometric function is
used after Euler's transformation, which neither overflows nor cancels for customers with many
orders (Abramowitz & Stegun 15.3.3).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpilot.analysis.curvature import covariance

Floats = NDArray[np.float64]
DAYS_A_WEEK = 7.0
FEWEST_CUSTOMERS = 300
FEWEST_REPEATERS = 0.3
# Of the logarithms of r, alpha, a, b. Customers (nearly) all alike drive r, a and b up, those who
# never leave drive a down: both are fair models at the bound. The other bounds mean nonsense.
BOUNDS = ((-7.0, 5.0), (-12.0, 12.0), (-12.0, 5.0), (-7.0, 5.0))
STEEP = 1e-3  # slope by customer at which the search has not arrived
SAMPLE = 4000  # histories that choose among the starts
STARTS = ((0.0, 0.0, 0.0), (-1.0, -1.0, 1.0), (1.0, -2.0, 1.0), (0.0, 1.0, 2.0))


@dataclass(frozen=True, kw_only=True)
class Orders:
    """The distributions of order rates, gamma(r, alpha), and of chances to leave, beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """What is known of each customer; arrays of one length, times in weeks since the first order.

    repeats  days with an order after the first such day
    last     when the last of them was (0 without one); age  how long the customer is observed
    value    mean value of a repeat day, NaN without one
    """

    customers: tuple[Hashable, ...]
    repeats: Floats
    last: Floats
    age: Floats
    value: Floats


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The likeliest model, or None with its reason.

    reason  "no_rows", "not_a_history" (no 0 ≤ last ≤ age), "no_repeats", or "not_found": the search
            runs away, as when nobody came more than twice
    """

    model: Orders | None
    likelihood: float | None = None
    customers: int = 0
    reason: str = ""


def history(
    customers: Sequence[Hashable],
    days: Sequence[date],
    until: date,
    values: Sequence[float] | None = None,
) -> History:
    """Orders, one row each in any order, as histories; orders of one day are one.

    days   business dates; rows after `until`, the last day observed, are left out
    values net values of the orders; customers come in the order of their first row
    """
    code_of = {name: k for k, name in enumerate(dict.fromkeys(customers))}
    codes = np.asarray([code_of[name] for name in customers], dtype=np.int64)
    day = np.asarray(days, dtype="datetime64[D]").astype(np.int64)
    worth = np.zeros(len(codes)) if values is None else np.asarray(values, dtype=np.float64)
    end = int(np.datetime64(until, "D").astype(np.int64))
    seen = day <= end
    codes, day, worth = codes[seen], day[seen], worth[seen]
    names = tuple(code_of)
    if not len(codes):
        nothing = np.zeros(0)
        return History(customers=(), repeats=nothing, last=nothing, age=nothing, value=nothing)
    cells, at = np.unique(np.column_stack([codes, day]), axis=0, return_inverse=True)
    of_day = np.bincount(at.ravel(), weights=worth)
    starts = np.flatnonzero(np.r_[True, np.diff(cells[:, 0]) > 0])
    ends = np.r_[starts[1:], len(cells)] - 1
    repeats = (ends - starts).astype(np.float64)
    first, last = cells[starts, 1], cells[ends, 1]
    later = np.add.reduceat(of_day, starts) - of_day[starts]
    mean = np.divide(later, repeats, out=np.full(len(starts), np.nan), where=repeats > 0)
    return History(
        customers=tuple(names[k] for k in cells[starts, 0]),
        repeats=repeats,
        last=(last - first) / DAYS_A_WEEK,
        age=(end - first) / DAYS_A_WEEK,
        value=mean if values is not None else np.full(len(starts), np.nan),
    )


def shortfall(repeats: ArrayLike) -> str:
    """Why no model of so few should be shown: "too_few_customers", "too_few_repeaters", or ""."""
    x = np.asarray(repeats, dtype=np.float64)
    if len(x) < FEWEST_CUSTOMERS:
        return "too_few_customers"
    return "" if (x > 0).mean() >= FEWEST_REPEATERS else "too_few_repeaters"


def log_likelihood(model: Orders, repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> Floats:
    """The log-likelihood of each customer's history."""
    from scipy.special import betaln, gammaln

    x, t_x, t = _columns(repeats, last, age)
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    ordering = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stays = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + t)
    left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return np.asarray(ordering + np.where(x > 0, np.logaddexp(stays, left), stays))


def fit(repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> Fit:
    """The likeliest model: a search on the logarithms of the parameters from several starts."""
    x, t_x, t = _columns(repeats, last, age)
    reason = _unfit(x, t_x, t)
    if reason:
        return Fit(model=None, customers=len(x), reason=reason)
    from scipy.optimize import minimize

    rows, counts = np.unique(np.column_stack([x, t_x, t]), axis=0, return_counts=True)
    thin = slice(None, None, len(rows) // SAMPLE + 1)

    def search(start: Floats, part: slice) -> Any:  # scipy has no types
        against = partial(_against, rows=rows[part], weights=counts[part] / counts[part].sum())
        options = {"ftol": 1e-13, "gtol": 1e-7}
        return minimize(against, start, jac=True, method="L-BFGS-B", bounds=BOUNDS, options=options)

    scale = float(np.log(t.mean()))
    tried = [search(np.array([r, scale, a, b]), thin) for r, a, b in STARTS]
    best = min(tried, key=lambda one: float(one.fun))
    if thin.step > 1:
        best = search(best.x, slice(None))
    low, high = np.array(BOUNDS).T
    at_low, at_high = best.x < low + 1e-3, best.x > high - 1e-3
    slope = np.where(at_low | at_high, 0.0, best.jac)
    if at_low[[0, 1, 3]].any() or at_high[1] or not np.abs(slope).max() < STEEP:
        return Fit(model=None, customers=len(x), reason="not_found")
    return Fit(model=_model(best.x), likelihood=-float(best.fun) * len(x), customers=len(x))


def scatter(
    model: Orders, repeats: ArrayLike, last: ArrayLike, age: ArrayLike
) -> Floats | None:
    """The covariance of the logarithms of r, alpha, a and b fitted on these customers; those that
    ran to a bound count as known. None where the likelihood has no sound top."""
    rows, counts = np.unique(
        np.column_stack(_columns(repeats, last, age)), axis=0, return_counts=True
    )
    weights = counts / counts.sum()
    low, high = np.array(BOUNDS).T
    logs = at(model)
    is_free = (logs > low + 1e-3) & (logs < high - 1e-3)
    return covariance(
        lambda some: _against(some, rows, weights)[1], logs, int(counts.sum()), is_free
    )


def at(model: Orders) -> Floats:
    """The logarithms of the parameters, as the search and `scatter` have them."""
    return np.log([model.r, model.alpha, model.a, model.b])


def of(logs: Floats) -> Orders:
    """The model of these logarithms."""
    return _model(logs)


def p_alive(model: Orders, repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> Floats:
    """The chance that each customer still buys. Without a repeat order it is 1: show none then."""
    x, t_x, t = _columns(repeats, last, age)
    from scipy.special import expit

    return np.asarray(np.where(x > 0, expit(-_odds(model, x, t_x, t)), 1.0))


def expected_orders(
    model: Orders, repeats: ArrayLike, last: ArrayLike, age: ArrayLike, weeks: float
) -> Floats:
    """How many orders each customer will make in the next `weeks`, given the history.

    With repeats, last and age 0: those of a new customer after the first order.
    """
    from scipy.special import expit

    x, t_x, t = _columns(repeats, last, age)
    alive = np.where(x > 0, expit(-_odds(model, x, t_x, t)), 1.0)
    return np.asarray(alive * _orders_of_the_living(model, x, t, weeks))


def _orders_of_the_living(model: Orders, x: Floats, t: Floats, weeks: float) -> Floats:
    """Expected orders of customers who still buy.

    The formula divides by a − 1 and, for x = 0, by a + b − 1. Where one of them is 0 the value
    is the limit, taken as the mean of two values nearby.
    """
    near = 1e-4
    if min(abs(model.a - 1), abs(model.a + model.b - 1)) < near / 2:
        sides = (
            Orders(r=model.r, alpha=model.alpha, a=model.a + step, b=model.b)
            for step in (-near, near)
        )
        one, other = (_orders_of_the_living(side, x, t, weeks) for side in sides)
        return (one + other) / 2
    from scipy.special import hyp2f1

    r, a, b = model.r, model.a, model.b
    whole = model.alpha + t + weeks
    series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, weeks / whole)
    kept = ((model.alpha + t) / whole) ** (a - 1)
    return np.asarray((a + b + x - 1) / (a - 1) * (1 - kept * series))


def _odds(model: Orders, x: Floats, t_x: Floats, t: Floats) -> Floats:
    """The logarithm of left : still buying, of customers with a repeat order."""
    waited = np.log(model.alpha + t) - np.log(model.alpha + t_x)
    return np.asarray(
        np.log(model.a) - np.log(model.b + np.maximum(x, 1) - 1) + (model.r + x) * waited
    )


def _against(logs: Floats, rows: Floats, weights: Floats) -> tuple[float, Floats]:
    """Minus the mean log-likelihood, and its slopes by the logarithms of the parameters."""
    from scipy.special import expit, psi

    model, (x, t_x, t) = _model(logs), rows.T
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    left = np.where(x > 0, expit(_odds(model, x, t_x, t)), 0.0)
    stays = 1 - left
    waited = stays * np.log(alpha + t) + left * np.log(alpha + t_x)
    both = psi(a + b) - psi(a + b + x)
    slopes = (
        r * (psi(r + x) - psi(r) + np.log(alpha) - waited),
        r - alpha * (r + x) * (stays / (alpha + t) + left / (alpha + t_x)),
        a * both + left,
        b * (both + psi(b + x) - psi(b) - left / (b + np.maximum(x, 1) - 1)),
    )
    mean = weights @ log_likelihood(model, x, t_x, t)
    return -float(mean), -np.array([float(weights @ slope) for slope in slopes])


def _model(logs: Floats) -> Orders:
    r, alpha, a, b = (float(value) for value in np.exp(logs))
    return Orders(r=r, alpha=alpha, a=a, b=b)


def _unfit(x: Floats, t_x: Floats, t: Floats) -> str:
    if not len(x):
        return "no_rows"
    sound = (x >= 0) & (t_x >= 0) & (t_x <= t) & ((x > 0) == (t_x > 0))
    if not sound.all():
        return "not_a_history"
    return "" if x.any() else "no_repeats"


def _columns(*columns: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in columns)
