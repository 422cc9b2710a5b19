"""Chance that repeats: the same seed gives the same company on every machine and Python.

Only uniform numbers are drawn (PCG64, whose stream is fixed); every other shape is bent out of
them with a table of the standard library, so no change in NumPy's distributions can move a row.
"""

from statistics import NormalDist
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]  # of texts, instants, or one of the above
Columns = dict[str, Array]

_GRID = np.linspace(0.0005, 0.9995, 1999)
_NORMAL = np.array([NormalDist().inv_cdf(float(p)) for p in _GRID])


def stream(seed: int, part: str) -> np.random.Generator:
    """A source of chance of its own for one part, so that parts don't disturb each other."""
    return np.random.Generator(np.random.PCG64([seed, crc32(part.encode())]))


def normal(rng: np.random.Generator, n: int) -> Floats:
    """`n` standard normal numbers, none further out than 3.3."""
    return np.asarray(np.interp(rng.random(n), _GRID, _NORMAL))


def lognormal(rng: np.random.Generator, n: int, *, median: float | Floats,
              sigma: float | Floats) -> Floats:
    """`n` numbers around `median` with a long right tail."""
    return np.asarray(median * np.exp(sigma * normal(rng, n)))


def pick(rng: np.random.Generator, n: int, weights: npt.ArrayLike) -> Ints:
    """`n` positions drawn with these weights."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(np.searchsorted(total, rng.random(n) * total[-1], side="right"))


def between(rng: np.random.Generator, n: int, low: int, high: int) -> Ints:
    """`n` whole numbers from `low` up to and including `high`."""
    return (low + np.floor(rng.random(n) * (high - low + 1))).astype(np.int64)


def spread(rng: np.random.Generator, groups: Ints) -> Floats:
    """Uniform numbers that fill 0…1 evenly within each group.

    “u < p” then holds for a share of each group within one row of p: the company has its rates
    without the luck of the draw, and a planted change is the only change.
    """
    n = len(groups)
    order = np.lexsort((rng.random(n), groups))
    sizes = np.bincount(groups[order] - groups.min(initial=0)) if n else np.zeros(0, np.int64)
    sizes = sizes[sizes > 0]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])) if n else np.zeros(0, np.int64)
    rank = np.arange(n) - np.repeat(starts, sizes)
    result = np.empty(n)
    result[order] = (rank + rng.random(n)) / np.repeat(sizes, sizes)
    return result


def apportion(total: int, weights: npt.ArrayLike) -> Ints:
    """`total` whole things shared out by weight, none lost (largest remainders)."""
    share = np.asarray(weights, dtype=np.float64)
    exact = share / share.sum() * total
    whole: Ints = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]
    whole[rest] += 1
    return whole
