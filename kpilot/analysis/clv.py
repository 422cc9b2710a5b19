"""What customers without a contract are worth over the next months, and who the best are.

Expected orders (BG/NBD) times expected value (Gamma-Gamma) times margin, discounted by month.
Source: Fader, Hardie & Lee 2005 (the product of both models), with a finite horizon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from kpilot.analysis.bgnbd import History, Orders, expected_orders
from kpilot.analysis.gamma_gamma import Spend, expected_value

Floats = NDArray[np.float64]
WEEKS_A_MONTH = 30.4375 / 7
MONTHS = 12
A_YEAR = 0.10


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Customers by what they are worth.

    order   positions in the values given, the most valuable first (as given where equal)
    best    how many make the top tenth, rounded up
    share   of the whole worth that they bring; None where the whole is not above 0
    """

    order: tuple[int, ...]
    best: int
    share: float | None


def monthly(yearly: float) -> float:
    """The discount of a month that makes `yearly` over twelve: 0.10 a year is 0.00797 a month."""
    return float((1 + yearly) ** (1 / 12) - 1)


def lifetime_values(
    orders: Orders,
    spend: Spend,
    customers: History,
    *,
    margin: float,
    months: int = MONTHS,
    discount: float | None = None,
) -> Floats | None:
    """Each customer's margin of the next `months`, in the currency of the values.

    discount  by month; that of 10 % a year unless said. None where expected values are (q ≤ 1).
    """
    value = expected_value(spend, customers.repeats, customers.value)
    if value is None:
        return None
    rate = monthly(A_YEAR) if discount is None else discount
    return np.asarray(margin * value * discounted_orders(orders, customers, months, rate))


def discounted_orders(
    orders: Orders, customers: History, months: int = MONTHS, rate: float = monthly(A_YEAR)
) -> Floats:
    """Each customer's expected orders of the next `months`, discounted by `rate` a month."""
    total, before = np.zeros(len(customers.age)), np.zeros(len(customers.age))
    for month in range(1, months + 1):
        by_then = expected_orders(
            orders, customers.repeats, customers.last, customers.age, month * WEEKS_A_MONTH
        )
        total += (by_then - before) / (1 + rate) ** month
        before = by_then
    return total


def rank(values: Sequence[float] | Floats) -> Ranking:
    """The best customers, and the share of all worth that the top tenth brings."""
    worth = np.asarray(values, dtype=np.float64)
    order = np.argsort(-worth, kind="stable")
    best, whole = ceil(len(worth) / 10), float(worth.sum())
    share = float(worth[order[:best]].sum()) / whole if whole > 0 else None
    return Ranking(order=tuple(int(k) for k in order), best=best, share=share)
