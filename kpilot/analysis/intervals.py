"""Intervals beside figures: how far the true value may lie from the one counted (rule G15).

All are at 95 %. Sources: Wilson 1927 (score interval), Garwood 1936 (exact Poisson), Efron 1979
(percentile bootstrap), Cochran 1977 (delta method for a ratio of sums), and the order-statistic
interval of a quantile by the normal approximation of its rank.
"""

from collections.abc import Sequence
from math import ceil, floor, sqrt

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054
RESAMPLES = 2000
SEED = 12345
CHUNK = 1_000_000
ENOUGH_FOR_NORMAL = 200

Interval = tuple[float, float]
Floats = NDArray[np.float64]


def wilson(won: float, of: float) -> Interval | None:
    """The score interval of a share `won`/`of`; None without trials.

    wilson(3, 5) is (0.2307, 0.8824).
    """
    if of <= 0 or not 0 <= won <= of:
        return None
    p, z2 = won / of, Z * Z
    centre = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, centre - half), min(1.0, centre + half)


def garwood(count: int) -> Interval:
    """The exact interval of a Poisson mean of which `count` events were seen."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(count, 0.025)) if count else 0.0
    return low, float(gammaincinv(count + 1, 0.975))


def ratio_of_sums(num: Sequence[float], den: Sequence[float]) -> Interval | None:
    """The interval of Σnum/Σden over independent entities; den of 1 each makes it a mean.

    Delta method from 200 entities on, percentile bootstrap below.
    """
    y, x = np.asarray(num, dtype=np.float64), np.asarray(den, dtype=np.float64)
    if len(y) < 2 or x.sum() <= 0:
        return None
    if len(y) < ENOUGH_FOR_NORMAL:
        return _bootstrap(y, x)
    ratio = y.sum() / x.sum()
    spread = y - ratio * x
    error = sqrt(float((spread**2).sum()) * len(y) / (len(y) - 1)) / float(x.sum())
    return float(ratio - Z * error), float(ratio + Z * error)


def _bootstrap(y: Floats, x: Floats) -> Interval | None:
    found = []
    for rows in _draws(len(y)):
        totals = x[rows].sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append(np.where(totals > 0, y[rows].sum(axis=1) / totals, np.nan))
    ratios = np.concatenate(found)
    ratios = ratios[~np.isnan(ratios)]
    return _edges(ratios) if len(ratios) else None


def quantile(values: Sequence[float], p: float) -> Interval | None:
    """The interval of the `p` quantile: bootstrap below 200 values, ranks from there on."""
    sorted_ = np.sort(np.asarray(values, dtype=np.float64))
    n = len(sorted_)
    if n < 2:
        return None
    if n < ENOUGH_FOR_NORMAL:
        found = [np.quantile(sorted_[rows], p, axis=1) for rows in _draws(n)]
        return _edges(np.concatenate(found))
    half = Z * sqrt(n * p * (1 - p))
    low, high = floor(n * p - half), ceil(n * p + half)
    return float(sorted_[max(low, 0)]), float(sorted_[min(high, n - 1)])


def weighted_total(amounts: Sequence[float], chances: Sequence[float]) -> Interval | None:
    """The interval of Σ amount × chance when each is won or not, independently."""
    a, p = np.asarray(amounts, dtype=np.float64), np.asarray(chances, dtype=np.float64)
    if not len(a):
        return None
    total = float((a * p).sum())
    half = Z * sqrt(float((a * a * p * (1 - p)).sum()))
    return total - half, total + half


def _draws(n: int) -> Sequence[NDArray[np.int64]]:
    """Index arrays of 2,000 resamples of n rows, in chunks of at most a million draws."""
    rng = np.random.default_rng(SEED)
    per_chunk = max(1, CHUNK // n)
    chunks, left = [], RESAMPLES
    while left:
        size = min(per_chunk, left)
        chunks.append(rng.integers(0, n, size=(size, n)))
        left -= size
    return chunks


def _edges(found: Floats) -> Interval:
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
