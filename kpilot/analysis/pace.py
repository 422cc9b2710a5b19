"""How much of a goal's time has passed, and where its figure is heading.

Source: specification §5. Days are local business dates; a period is half-open.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from math import fsum, isfinite
from typing import Literal

import numpy as np

from kpilot.analysis.intervals import CHUNK, RESAMPLES, SEED, Interval

TOO_EARLY = 0.05
Weights = Mapping[date, float]


def linear(start: date, due: date, cut: date) -> float | None:
    """Elapsed days over all days of [start, due), between 0 and 1; None when due ≤ start.

    `cut` is the first day that has not ended.
    """
    days = (due - start).days
    if days <= 0:
        return None
    return min(1.0, max(0.0, (cut - start).days / days))


def weighted(start: date, due: date, cut: date, weights: Weights) -> float | None:
    """The weight of the days before `cut` over that of all days of [start, due).

    None when due ≤ start, a day has no weight, a weight is below 0, or all are 0.
    """
    days = days_of(start, due)
    found = [weights.get(day) for day in days]
    known = [weight for weight in found if weight is not None and isfinite(weight)]
    if not days or len(known) < len(days) or min(known) < 0 or not fsum(known):
        return None
    passed = fsum(weight for day, weight in zip(days, known, strict=True) if day < cut)
    return min(1.0, passed / fsum(known))


def days_of(start: date, due: date) -> list[date]:
    """Every day of [start, due)."""
    return [start + timedelta(n) for n in range((due - start).days)]


def of_months(months: Mapping[str, float], start: date, due: date) -> dict[date, float]:
    """The weight of each month ("2026-01") spread evenly over its days; not of unknown months."""
    spread = {}
    for day in days_of(start, due):
        weight = months.get(f"{day:%Y-%m}")
        if weight is not None:
            first = day.replace(day=1)
            length = ((first + timedelta(31)).replace(day=1) - first).days
            spread[day] = weight / length
    return spread


def of_working_days(working: Collection[date], start: date, due: date) -> dict[date, float]:
    """1 for a working day, 0 for another."""
    return {day: float(day in working) for day in days_of(start, due)}


def of_past_years(
    daily: Mapping[date, float], years: Collection[int], start: date, due: date
) -> dict[date, float]:
    """The share of its year that each calendar day made, on average over complete past years.

    Days without a row made nothing; 29 February takes the share of the 28th, days below 0 count
    as 0, and a year that adds up to nothing is left out. Empty when no year is left.
    """
    shares: list[dict[tuple[int, int], float]] = []
    for year in sorted(set(years)):
        made = {day: max(0.0, value) for day, value in daily.items() if day.year == year}
        if total := fsum(made.values()):
            shares.append({(day.month, day.day): value / total for day, value in made.items()})
    if not shares:
        return {}
    return {
        day: fsum(_share(one, day) for one in shares) / len(shares) for day in days_of(start, due)
    }


def _share(shares: Mapping[tuple[int, int], float], day: date) -> float:
    key = (day.month, day.day)
    if key == (2, 29) and key not in shares:
        key = (2, 28)
    return shares.get(key, 0.0)


def projected(
    start: float, current: float, elapsed: float | None, agg: Literal["flow", "level"]
) -> float | None:
    """The value at the due date: a flow goes on at its pace, a level stays where it is.

    None in the first 5 % of the time, or without a pace.
    """
    if elapsed is None or elapsed < TOO_EARLY:
        return None
    if agg == "level":
        return current
    return start + (current - start) / elapsed


def count_interval(start: float, current: float, elapsed: float | None) -> Interval | None:
    """The 95 % interval of a projected count: Poisson on the share of time that remains."""
    made = current - start
    if elapsed is None or elapsed < TOO_EARLY or made < 0:
        return None
    from scipy.stats import poisson

    low, high = poisson.ppf([0.025, 0.975], made * (1 - elapsed) / elapsed)
    return current + max(0.0, float(low)), current + max(0.0, float(high))


def increments_interval(
    increments: Sequence[float], current: float, elapsed: float | None, days_left: int
) -> Interval | None:
    """The 95 % interval of a projected flow: the days left are drawn from the days seen.

    2,000 draws, always the same; scaled when the season makes the rest heavier than the past.
    None with fewer than 8 days seen.
    """
    seen = np.asarray(increments, dtype=np.float64)
    if elapsed is None or elapsed < TOO_EARLY or len(seen) < 8 or not np.isfinite(seen).all():
        return None
    if days_left <= 0:
        return current, current
    heavier = (1 - elapsed) / elapsed * len(seen) / days_left
    rng = np.random.default_rng(SEED)
    per_chunk, sums = max(1, CHUNK // days_left), []
    for first in range(0, RESAMPLES, per_chunk):
        size = min(per_chunk, RESAMPLES - first)
        sums.append(seen[rng.integers(0, len(seen), size=(size, days_left))].sum(axis=1))
    low, high = np.quantile(np.concatenate(sums), [0.025, 0.975])
    return current + heavier * float(low), current + heavier * float(high)
