"""A year's total cut into months, so that the months add up to it to the cent."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

CENT = Decimal("0.01")


def spread(total: Decimal, weights: Sequence[float]) -> list[Decimal]:
    """`total` by `weights`, rounded to whole units (to cents when the total has any); what rounding
    leaves goes to the largest rests, so that the parts add up exactly.

    spread(Decimal(100), [1, 1, 1]) is [34, 33, 33]. Weights below zero count as none; without any
    weight all are equal.
    """
    if not weights:
        return []
    step = Decimal(1) if total == total.to_integral_value() else CENT
    exact = [Decimal(repr(max(0.0, weight))) for weight in weights]
    if not sum(exact):
        exact = [Decimal(1)] * len(weights)
    whole = sum(exact)
    shares = [total * one / whole / step for one in exact]
    floors = [share.to_integral_value(ROUND_FLOOR) for share in shares]
    left = int(total / step - sum(floors))
    rests = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    for place in rests[:left]:
        floors[place] += 1
    return [floor * step for floor in floors]


def month_shares(years: Sequence[Sequence[float | None]]) -> list[float] | None:
    """The share each month made of its year, over several years together: Σ month ÷ Σ year.

    A year with a gap is left out; None when none is left or all of it is nothing.
    """
    whole = [[value for value in year if value is not None] for year in years]
    kept = [year for year, all_ in zip(whole, years, strict=True) if len(year) == len(all_) > 0]
    if not kept:
        return None
    sums = [max(0.0, sum(months)) for months in zip(*kept, strict=True)]
    total = sum(sums)
    return [one / total for one in sums] if total > 0 else None
