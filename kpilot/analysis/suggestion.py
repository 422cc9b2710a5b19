"""A target to suggest from a KPI's own past: a little better than lately, and reached before."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from statistics import median
from typing import Literal

LATELY, LEAST = 3, 6
OFTEN_ENOUGH = 0.25
MOST = 0.10


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The value, the median of the latest periods it starts from, and how many of the past
    periods reached it."""

    value: float
    lately: float
    reached: int
    periods: int


def suggest(
    values: Sequence[float], direction: Literal["up", "down"], *, is_count: bool = False
) -> Suggestion | None:
    """The best value that a quarter of the past periods reached, at most a tenth better than the
    median of the last three; that median itself when nothing better was reached often enough.

    Rounded to three figures, to the easier side; a count to a whole one.

    values  of complete periods, oldest first; None with fewer than six, or nothing to build on

    >>> suggest([10, 12, 11, 14, 10, 10, 11, 10], "up")
    Suggestion(value=11.0, lately=10.0, reached=4, periods=8)
    """
    if len(values) < LEAST:
        return None
    sign = 1 if direction == "up" else -1
    lately = median(values[-LATELY:])
    ranked = sorted(values, key=lambda value: -sign * value)
    often = ranked[int(OFTEN_ENOUGH * len(ranked) - 1e-9)]
    limit = lately + sign * MOST * abs(lately)
    value = min(often, limit) if direction == "up" else max(often, limit)
    if sign * (value - lately) <= 0:
        value = lately
    value = float(round(value)) if is_count else _rounded(value, up=direction == "down")
    reached = sum(sign * (one - value) >= 0 for one in values)
    if value <= 0 or not reached:
        return None
    return Suggestion(value=value, lately=float(lately), reached=reached,
                      periods=len(values))  # fmt: skip


def _rounded(value: float, *, up: bool) -> float:
    """Three figures of a number, never further from it than the next."""
    if value <= 0:
        return value
    digits = 2 - floor(log10(value))
    scaled = value * 10.0**digits
    whole = ceil(scaled - 1e-6) if up else floor(scaled + 1e-6)
    return float(f"{whole / 10.0**digits:.3g}")
