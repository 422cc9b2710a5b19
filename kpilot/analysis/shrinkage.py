"""Rates of a few, drawn towards the rate of all: two wins of two are not a rate of 100 %.

How far depends on how much more the rates differ than chance explains. Beta-binomial shrinkage with
the moment estimate of Kleinman 1973; over-dispersion is Pearson's χ² by its degrees of freedom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpilot.analysis.intervals import wilson

FEWEST = 3
MOST_ALIKE = 0.999


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate of `n` trials as counted, and drawn towards the others' (with its 95 % interval).

    Both are None without trials.
    """

    n: int
    raw: float | None
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Shrinkage:
    """The rates in the order given, and what drew them together.

    pooled    the rate of all trials together
    rho       how alike trials of one are, 0 to 0.999; prior_strength  trials that the others weigh
    no_difference  rates differ no more than chance: each is the pooled one, with its interval
    reason    why nothing was shrunk (`value` is None then): "no_rows", "too_few_groups",
              "all_or_none" won, or "one_trial_each"
    """

    rates: tuple[Rate, ...]
    pooled: float | None = None
    rho: float | None = None
    prior_strength: float | None = None
    no_difference: bool = False
    reason: str = ""


def shrink(won: Sequence[int], of: Sequence[int]) -> Shrinkage:
    """Each rate `won`/`of` drawn towards the pooled one, with a Beta interval of 95 %."""
    x, n = np.asarray(won, dtype=np.float64), np.asarray(of, dtype=np.float64)
    has = n > 0
    total, k = float(n.sum()), int(has.sum())
    pooled = float(x.sum()) / total if total else None
    raw = tuple(
        Rate(n=int(b), raw=float(a / b) if b > 0 else None, value=None)
        for a, b in zip(x, n, strict=True)
    )
    if pooled is None:
        return Shrinkage(rates=raw, reason="no_rows")
    if k < FEWEST:
        return Shrinkage(rates=raw, pooled=pooled, reason="too_few_groups")
    if pooled in (0.0, 1.0):
        return Shrinkage(rates=raw, pooled=pooled, reason="all_or_none")
    room = total - float((n * n).sum()) / total - (k - 1)
    if room <= 1e-9 * total:
        return Shrinkage(rates=raw, pooled=pooled, reason="one_trial_each")
    spread = float((n[has] * (x[has] / n[has] - pooled) ** 2).sum())
    rho = min((spread / (pooled * (1 - pooled)) - (k - 1)) / room, MOST_ALIKE)
    if rho <= 0:
        edges = wilson(float(x.sum()), total) or (None, None)
        alike = (
            Rate(n=r.n, raw=r.raw, value=pooled, low=edges[0], high=edges[1]) if r.n else r
            for r in raw
        )
        return Shrinkage(rates=tuple(alike), pooled=pooled, rho=0.0, no_difference=True)
    strength = (1 - rho) / rho
    prior = strength * pooled
    rates = tuple(
        _posterior(rate, float(a) + prior, float(b - a) + strength - prior)
        for rate, a, b in zip(raw, x, n, strict=True)
    )
    return Shrinkage(rates=rates, pooled=pooled, rho=rho, prior_strength=strength)


def _posterior(rate: Rate, won: float, lost: float) -> Rate:
    if not rate.n:
        return rate
    from scipy.special import betaincinv

    low, high = (float(betaincinv(won, lost, p)) for p in (0.025, 0.975))
    return Rate(n=rate.n, raw=rate.raw, value=won / (won + lost), low=low, high=high)


def overdispersion(won: Sequence[int], of: Sequence[int]) -> float | None:
    """How many times more rates vary than by chance alone: Pearson's χ²/(k − 1), not below 0.

    None for fewer than two rates with trials, or when all or none were won.
    """
    x, n = np.asarray(won, dtype=np.float64), np.asarray(of, dtype=np.float64)
    x, n = x[n > 0], n[n > 0]
    pooled = float(x.sum() / n.sum()) if len(n) else 0.0
    if len(n) < 2 or not 0 < pooled < 1:
        return None
    chi2 = float((n * (x / n - pooled) ** 2).sum()) / (pooled * (1 - pooled))
    return chi2 / (len(n) - 1)
