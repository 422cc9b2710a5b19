"""How sure the figures of a fitted model are: from the curve of its likelihood, without refitting.

The parameters found scatter around the true ones with the inverse of the information, the curvature
of the log-likelihood at its top; a figure scatters as its slope by the parameters makes of that
(delta method). Parameters are taken by their logarithms, figures by their logarithm or log-odds,
which keeps the interval where the figure can be. Source: Cox & Hinkley 1974.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kpilot.analysis.intervals import Interval, Z

Floats = NDArray[np.float64]
STEP = 1e-4
Scale = Literal["log", "odds"]


def covariance(
    slope: Callable[[Floats], Floats], at: Floats, n: int, is_free: Sequence[bool] | None = None
) -> Floats | None:
    """How parameters found at `at` scatter together; None where the top has no sound curve.

    slope  the slopes of minus the mean log-likelihood of n customers
    is_free  which parameters the data held; the others count as known
    """
    free = np.flatnonzero(np.ones(len(at), bool) if is_free is None else np.asarray(is_free))
    if not len(free):
        return None
    ways = np.eye(len(at))[free] * STEP
    bends = np.array([(slope(at + way) - slope(at - way))[free] / (2 * STEP) for way in ways])
    information = (bends + bends.T) / 2 * n
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information).min() <= 0:
        return None
    found = np.zeros((len(at), len(at)))
    found[np.ix_(free, free)] = np.linalg.inv(information)
    return found


def together(one: Floats, other: Floats) -> Floats:
    """The covariance of two models fitted apart from each other."""
    found = np.zeros((len(one) + len(other),) * 2)
    found[: len(one), : len(one)], found[len(one) :, len(one) :] = one, other
    return found


def spread(
    figures: Callable[[Floats], Floats], at: Floats, scatter: Floats, scale: Scale
) -> Floats:
    """The standard error of each of the `figures` on its scale; NaN where it has none."""
    slopes = np.zeros((len(at), len(figures(at))))
    for k in np.flatnonzero(np.diag(scatter) > 0):
        way = np.eye(len(at))[k] * STEP
        slopes[k] = _on(figures(at + way), scale) - _on(figures(at - way), scale)
    slopes /= 2 * STEP
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(np.einsum("kg,kl,lg->g", slopes, scatter, slopes)))


def interval(value: float, error: float, scale: Scale) -> Interval | None:
    """95 % around `value`, `error` being on its scale; None where there is none."""
    middle = float(_on(np.array([value]), scale)[0])
    if not np.isfinite(error) or not np.isfinite(middle):
        return None
    low, high = (float(np.exp(middle + way * error)) for way in (-Z, Z))
    return (low, high) if scale == "log" else (low / (1 + low), high / (1 + high))


def _on(values: Floats, scale: Scale) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(values) if scale == "log" else np.log(values) - np.log1p(-values)
