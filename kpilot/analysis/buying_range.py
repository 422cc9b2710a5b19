"""How sure what is said of customers without a contract is: ranges of who still buys, of orders to
come and of what customers are worth, as sure as the models' parameters are.

Refitting simulated customers gives the same ranges a hundred times slower (decision 0091)."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kpilot.analysis import bgnbd, gamma_gamma
from kpilot.analysis.bgnbd import History, Orders
from kpilot.analysis.clv import MONTHS, WEEKS_A_MONTH, discounted_orders, rank
from kpilot.analysis.curvature import spread, together
from kpilot.analysis.gamma_gamma import Spend

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
MOST = 2000  # customers of a group that tell how its figure moves with the parameters
BUYING = 4  # parameters of the model of orders; those of the model of values come after


def orders(model: Orders, seen: History, groups: Sequence[Rows]) -> Floats | None:
    """The standard error of the logarithm of each group's expected orders in twelve months."""
    weeks = MONTHS * WEEKS_A_MONTH
    return _of_orders(model, seen, groups, lambda one, some: bgnbd.expected_orders(
        one, some.repeats, some.last, some.age, weeks), is_odds=False)  # fmt: skip


def alive(model: Orders, seen: History, groups: Sequence[Rows]) -> Floats | None:
    """The same of the log-odds of the mean chance to still buy, of groups of repeat customers."""
    return _of_orders(model, seen, groups, lambda one, some: bgnbd.p_alive(
        one, some.repeats, some.last, some.age), is_odds=True)  # fmt: skip


def worth(
    buying: Orders, spending: Spend, seen: History, groups: Sequence[Rows], *, is_share: bool
) -> Floats | None:
    """The same of the logarithm of each group's worth, or of the log-odds of the share of it that
    the best tenth brings."""
    one = bgnbd.scatter(buying, seen.repeats, seen.last, seen.age)
    other = gamma_gamma.scatter(spending, seen.repeats, seen.value)
    if one is None or other is None:
        return None
    rows, places = _thinned(groups)
    some = _part(seen, rows)

    @lru_cache(maxsize=4)  # of the seven parameters three leave the orders as they are
    def ordered(logs: tuple[float, ...]) -> Floats:
        return discounted_orders(bgnbd.of(np.array(logs)), some)

    def figures(logs: Floats) -> Floats:
        value = gamma_gamma.expected_value(
            gamma_gamma.of(logs[BUYING:]), some.repeats, some.value
        )
        if value is None:
            return np.full(len(places), np.nan)
        each = value * ordered(tuple(logs[:BUYING]))
        if is_share:
            return np.array([rank(each[place]).share or np.nan for place in places])
        return np.array([each[place].mean() for place in places])

    at = np.concatenate([bgnbd.at(buying), gamma_gamma.at(spending)])
    return spread(figures, at, together(one, other), "odds" if is_share else "log")


def _of_orders(
    model: Orders,
    seen: History,
    groups: Sequence[Rows],
    told: Callable[[Orders, History], Floats],
    *,
    is_odds: bool,
) -> Floats | None:
    found = bgnbd.scatter(model, seen.repeats, seen.last, seen.age)
    if found is None:
        return None
    rows, places = _thinned(groups)
    some = _part(seen, rows)

    def figures(logs: Floats) -> Floats:
        each = told(bgnbd.of(logs), some)
        return np.array([each[place].mean() for place in places])

    return spread(figures, bgnbd.at(model), found, "odds" if is_odds else "log")


def _thinned(groups: Sequence[Rows]) -> tuple[Rows, list[slice]]:
    """Every so many customers of large groups, side by side, and where each group lies."""
    kept = [group[:: len(group) // (MOST + 1) + 1] for group in groups]
    ends = np.cumsum([len(group) for group in kept])
    places = [slice(end - len(group), end) for end, group in zip(ends, kept, strict=True)]
    return np.concatenate(kept), places


def _part(seen: History, rows: Rows) -> History:
    return History(
        customers=tuple(seen.customers[row] for row in rows),
        repeats=seen.repeats[rows],
        last=seen.last[rows],
        age=seen.age[rows],
        value=seen.value[rows],
    )
