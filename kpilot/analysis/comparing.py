"""Whether figures differ by more than chance: two of them, or a row of them over time.

Sources: Zou & Donner 2008 (interval of a difference from the two intervals), Mann 1945 and
Kendall 1975 (a row that rises or falls), Benjamini & Hochberg 1995 (many at once).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import erfc, sqrt
from typing import TypeVar

from kpilot.analysis.intervals import Z

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


def difference(one: Estimate, other: Estimate) -> tuple[float, float]:
    """The 95 % interval of `one` − `other`, two independent estimates.

    For shares with Wilson's intervals it is Newcombe's: 56/70 and 48/80 give (0.0524, 0.3339).
    """
    apart = one.value - other.value
    down = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    up = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return apart - down, apart + up


def differ(one: Estimate, other: Estimate) -> bool:
    """Whether two independent estimates differ by more than chance explains."""
    low, high = difference(one, other)
    return low > 0 or high < 0


def z_between(one: Estimate, other: Estimate) -> float | None:
    """`one` − `other` over its deviation, taken from the side of the interval towards nothing.

    Beyond ±1.96 exactly when they `differ`. None when both have no width.
    """
    low, high = difference(one, other)
    apart = one.value - other.value
    half = apart - low if apart > 0 else high - apart
    return apart * Z / half if half > 0 else None


def two_sided(z: float) -> float:
    """How often chance alone is at least as far from nothing as `z`."""
    return erfc(abs(z) / sqrt(2))


def discoveries(chances: Mapping[Name, float], *, rate: float = 0.10) -> tuple[Name, ...]:
    """Of many that were searched, by their p: those that stand out, `rate` of them by chance.

    Benjamini–Hochberg, the surest first.
    """
    ordered = sorted(chances, key=lambda name: chances[name])
    kept = [
        place for place, name in enumerate(ordered, 1)
        if chances[name] <= rate * place / len(ordered) + 1e-15
    ]  # fmt: skip
    return tuple(ordered[: max(kept, default=0)])


def direction(values: Sequence[float]) -> int:
    """1 for a row of at least 6 values that rises, -1 for one that falls, 0 when nobody can say.

    Mann–Kendall at 5 %, two-sided, corrected for ties and continuity.
    """
    n = len(values)
    if n < 6:
        return 0
    score = sum((b > a) - (b < a) for a, b in combinations(values, 2))
    ties = [values.count(value) for value in set(values)]
    spread = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if score == 0 or spread <= 0:
        return 0
    z = (abs(score) - 1) / sqrt(spread)
    if erfc(z / sqrt(2)) >= 0.05:
        return 0
    return 1 if score > 0 else -1
