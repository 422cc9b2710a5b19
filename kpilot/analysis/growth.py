"""How much a figure grew, and when nobody can say.

Source: specification §2.10 (growth, CAGR) and rule G7: from nothing, growth is not a number.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Growth:
    """A rate of growth and the plain difference. Reasons: no_value, zero_denominator, not_positive,
    no_time."""

    value: float | None = None
    difference: float | None = None
    reason: str = ""


def growth(now: float | None, before: float | None) -> Growth:
    """now/before − 1; without a rate when `before` is 0 or less (rule G7)."""
    if now is None or before is None:
        return Growth(reason="no_value")
    if before <= 0:
        return Growth(difference=now - before, reason="zero_denominator")
    return Growth(value=now / before - 1, difference=now - before)


def cagr(start: float | None, end: float | None, years: float) -> Growth:
    """(end/start)^(1/years) − 1 over complete years; both ends must be above 0.

    cagr(100, 144, 2) is 0.2.
    """
    if start is None or end is None:
        return Growth(reason="no_value")
    if years <= 0:
        return Growth(difference=end - start, reason="no_time")
    if min(start, end) <= 0:
        return Growth(difference=end - start, reason="not_positive")
    return Growth(value=float((end / start) ** (1 / years) - 1), difference=end - start)
