"""Whether figures differ by more than chance: two of them, or a row of them over time.

Sources: Zou & Donner 2008 (interval of a difference from the two intervals), Mann 1945 and
Kendall 1975 (a row that rises or falls).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import erfc, sqrt


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
