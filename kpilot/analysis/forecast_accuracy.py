"""How near forecasts came, and how many targets were met.

Sources: specification §2.10; Hyndman & Koehler 2006 on why an error in percent is undefined at an
actual of 0, Kolassa & Schütz 2007 for the weighted form (WAPE).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum
from typing import Literal

from kpilot.analysis.intervals import Interval, wilson

EQUAL = 1e-9


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Shares of the actual. All None without an actual above 0 in total (zero_denominator).

    attainment ΣA/ΣF · wape Σ|A−F|/ΣA · bias Σ(F−A)/ΣA, above 0 when too much was forecast ·
    mape mean |A−F|/A over the actuals above 0, the others counted in `mape_skipped`
    """

    attainment: float | None = None
    wape: float | None = None
    bias: float | None = None
    mape: float | None = None
    mape_skipped: int = 0
    n: int = 0
    incomplete: int = 0
    reason: str = ""


def accuracy(pairs: Iterable[tuple[float | None, float | None]]) -> Accuracy:
    """Of (actual, forecast) by period; a pair that lacks one side is left out and counted."""
    given = list(pairs)
    known = [(a, f) for a, f in given if a is not None and f is not None]
    incomplete = len(given) - len(known)
    actual, forecast = fsum(a for a, _ in known), fsum(f for _, f in known)
    shares = [abs(a - f) / a for a, f in known if a > 0]
    apart = fsum(abs(a - f) for a, f in known)
    has_actual = actual > 0
    reason = "" if has_actual else ("zero_denominator" if known else "no_value")
    return Accuracy(
        attainment=actual / forecast if forecast > 0 else None,
        wape=apart / actual if has_actual else None,
        bias=(forecast - actual) / actual if has_actual else None,
        mape=fsum(shares) / len(shares) if shares else None,
        mape_skipped=len(known) - len(shares),
        n=len(known), incomplete=incomplete, reason=reason,
    )  # fmt: skip


def standing(
    forecasts: Iterable[tuple[date, float]], period_start: date, lead_days: int = 0
) -> float | None:
    """The last forecast made before the period start + lead; None when none was made in time.

    Each is (business date it was made on, value), in the order they were made.
    """
    limit = period_start + timedelta(lead_days)
    made = sorted((one for one in forecasts if one[0] < limit), key=lambda one: one[0])
    return made[-1][1] if made else None


@dataclass(frozen=True, kw_only=True)
class Due:
    """A target whose period is over, and what was achieved."""

    actual: float | None
    target: float | None
    direction: Literal["up", "down"] = "up"


@dataclass(frozen=True, kw_only=True)
class Met:
    """The share of due targets that were met, with its Wilson interval."""

    value: float | None
    num: int
    den: int
    interval: Interval | None
    without_value: int
    reason: str = ""


def targets_met(targets: Sequence[Due]) -> Met:
    """Attainment ≥ 1 counts (≤ 1 where less is better); a target of 0, or one without an actual,
    has no attainment: it counts on neither side, only in `without_value`."""
    known = [_is_met(t.actual / t.target, t) for t in targets if t.actual is not None and t.target]
    num, den = sum(known), len(known)
    return Met(
        value=num / den if den else None, num=num, den=den, interval=wilson(num, den),
        without_value=len(targets) - den, reason="" if den else "zero_denominator",
    )  # fmt: skip


def _is_met(attained: float, target: Due) -> bool:
    return attained <= 1 + EQUAL if target.direction == "down" else attained >= 1 - EQUAL


def attainment(pairs: Iterable[tuple[float | None, float | None]]) -> float | None:
    """Σ actual ÷ Σ target; None when a side is missing or the targets add up to 0."""
    known: list[tuple[float, float]] = []
    for actual, target in pairs:
        if actual is None or target is None:
            return None
        known.append((actual, target))
    aimed = fsum(target for _, target in known)
    return fsum(actual for actual, _ in known) / aimed if aimed else None
