"""Intervals beside figures: how far the true value may lie from the one counted (rule G15).

All are at 95 %. Sources: Wilson 1927 (score interval), Garwood 1936 (exact Poisson), Efron 1979
(percentile bootstrap), Cochran 1977 (delta method for a ratio of sums), and the order-statistic
interval of a quantile by the normal approximation of its rank.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, exp, floor, sqrt

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
    return 0.0 if not won else centre - half, 1.0 if won == of else centre + half


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
    drawn = _times_drawn(len(y))
    totals = drawn @ x
    found = (drawn @ y)[totals > 0] / totals[totals > 0]
    return _edges(found) if len(found) else None


def quantile(values: Sequence[float], p: float) -> Interval | None:
    """The interval of the `p` quantile: bootstrap below 200 values, ranks from there on."""
    sorted_ = np.sort(np.asarray(values, dtype=np.float64))
    n = len(sorted_)
    if n < 2:
        return None
    if n < ENOUGH_FOR_NORMAL:
        low, high, share = _ranks_drawn(n, p)
        return _edges(_between(sorted_[low], sorted_[high], share))
    half = Z * sqrt(n * p * (1 - p))
    first, last = floor(n * p - half), ceil(n * p + half)
    return float(sorted_[max(first, 0)]), float(sorted_[min(last, n - 1)])


def growth(now: Sequence[float], before: Sequence[float]) -> Interval | None:
    """The interval of Σnow/Σbefore − 1 when another draw of chance had brought other rows.

    Each total is a Poisson number of rows of these sizes: its logarithm has the variance
    Σa²/(Σa)². None where a total is not above 0.
    """
    totals, variance = [], 0.0
    for side in (now, before):
        a = np.asarray(side, dtype=np.float64)
        a = a[~np.isnan(a)]
        totals.append(float(a.sum()))
        if totals[-1] <= 0:
            return None
        variance += float((a * a).sum()) / totals[-1] ** 2
    times, half = totals[0] / totals[1], Z * sqrt(variance)
    return times * exp(-half) - 1, times * exp(half) - 1


def weighted_total(amounts: Sequence[float], chances: Sequence[float]) -> Interval | None:
    """The interval of Σ amount × chance when each is won or not, independently."""
    a, p = np.asarray(amounts, dtype=np.float64), np.asarray(chances, dtype=np.float64)
    if not len(a):
        return None
    total = float((a * p).sum())
    half = Z * sqrt(float((a * a * p * (1 - p)).sum()))
    return total - half, total + half


def _draws(n: int) -> NDArray[np.int64]:
    """2,000 resamples of n rows, always the same: under 200 rows, they are fewer than a million."""
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


@lru_cache(maxsize=8)
def _times_drawn(n: int) -> Floats:
    """How often each of n rows is in each resample: figures of as many rows share it."""
    cells = _draws(n) + n * np.arange(RESAMPLES)[:, np.newaxis]
    counts = np.bincount(cells.ravel(), minlength=RESAMPLES * n)
    return counts.reshape(RESAMPLES, n).astype(np.float64)


@lru_cache(maxsize=256)
def _ranks_drawn(n: int, p: float) -> tuple[NDArray[np.int16], NDArray[np.int16], float]:
    """Where the `p` quantile of each resample lies among n values in order: between which two of
    them, and at which share of the way. The resample of sorted values is as sorted as its rows."""
    place = p * (n - 1)
    below = floor(place)
    above = min(below + 1, n - 1)
    rows = np.sort(_draws(n).astype(np.int16), axis=1)
    return rows[:, below].copy(), rows[:, above].copy(), place - below


def _between(low: Floats, high: Floats, share: float) -> Floats:
    return low + (high - low) * share


def _edges(found: Floats) -> Interval:
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
