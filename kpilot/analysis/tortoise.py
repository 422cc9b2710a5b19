"""Whether closing fast costs loyalty: agents by the length of their sales and who stays with them.

Rates stand where they were counted; an agent's label is `confident` only when chance alone would
not put the rate on that side of the team's. Spearman 1904 for the agents taken together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from kpilot.analysis.intervals import wilson
from kpilot.analysis.shrinkage import Rate, shrink

FEWEST_CUSTOMERS = 5
FEWEST_AGENTS = 8


@dataclass(frozen=True, kw_only=True)
class Seller:
    """An agent's won sales: their cycles in days, customers old enough to tell, and who stayed."""

    agent: str
    cycles: Sequence[float]
    customers: int
    retained: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an agent stands.

    quadrant   "star" fast and kept, "hare" fast and lost, "tortoise" slow and kept,
               "watch" slow and lost, "insufficient" with too few customers or no cycle
    confident  Wilson's interval (low, high) of the retention leaves out the team's
    shrunk     the retention drawn towards the team's
    """

    agent: str
    cycle: float | None
    retention: float | None
    customers: int
    low: float | None
    high: float | None
    shrunk: Rate
    quadrant: str
    confident: bool


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """Spearman's rank correlation; None with its reason: "too_few" pairs, or "no_variance"."""

    value: float | None
    p: float | None = None
    n: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Race:
    """Agents in the order given, the team's cycle (median) and retention, and how both go together.

    correlation  over the agents whose quadrant is known; above 0: slower sales, more who stay
    """

    places: tuple[Place, ...]
    cycle: float | None
    retention: float | None
    correlation: Correlation


def race(sellers: Sequence[Seller], fewest: int = FEWEST_CUSTOMERS) -> Race:
    """Place each agent against the team: all cycles pooled, all customers pooled."""
    cycles = [days for seller in sellers for days in seller.cycles]
    customers = sum(seller.customers for seller in sellers)
    cycle = float(median(cycles)) if cycles else None
    retention = sum(seller.retained for seller in sellers) / customers if customers else None
    rates = shrink([s.retained for s in sellers], [s.customers for s in sellers]).rates
    places = tuple(
        _place(seller, rate, cycle, retention, fewest)
        for seller, rate in zip(sellers, rates, strict=True)
    )
    known = [place for place in places if place.quadrant != "insufficient"]
    return Race(
        places=places,
        cycle=cycle,
        retention=retention,
        correlation=spearman(
            [place.cycle for place in known if place.cycle is not None],
            [place.retention for place in known if place.retention is not None],
        ),
    )


def _place(
    seller: Seller, rate: Rate, team_cycle: float | None, team_rate: float | None, fewest: int
) -> Place:
    cycle = float(median(seller.cycles)) if seller.cycles else None
    edges = wilson(seller.retained, seller.customers)
    quadrant, confident = "insufficient", False
    if (
        seller.customers >= max(fewest, 1)
        and cycle is not None
        and team_cycle is not None
        and team_rate is not None
        and rate.raw is not None
    ):
        sides = {
            (True, True): "star",
            (True, False): "hare",
            (False, True): "tortoise",
            (False, False): "watch",
        }
        quadrant = sides[cycle <= team_cycle, rate.raw >= team_rate]
        confident = edges is not None and not edges[0] <= team_rate <= edges[1]
    return Place(
        agent=seller.agent,
        cycle=cycle,
        retention=rate.raw,
        customers=seller.customers,
        low=edges[0] if edges else None,
        high=edges[1] if edges else None,
        shrunk=rate,
        quadrant=quadrant,
        confident=confident,
    )


def spearman(
    one: Sequence[float], other: Sequence[float], fewest: int = FEWEST_AGENTS
) -> Correlation:
    """Whether two figures rise together, over at least `fewest` pairs.

    p is two-sided, by Student's t (0 when the ranks are the same or opposite).
    """
    n = len(one)
    if n < max(fewest, 3):
        return Correlation(value=None, n=n, reason="too_few")
    a, b = _ranks(one), _ranks(other)
    spread = float(a.std() * b.std())
    if not spread:
        return Correlation(value=None, n=n, reason="no_variance")
    value = float(np.clip(((a - a.mean()) * (b - b.mean())).mean() / spread, -1.0, 1.0))
    if abs(value) == 1:
        return Correlation(value=value, p=0.0, n=n)
    from scipy.special import stdtr

    t = value * ((n - 2) / (1 - value * value)) ** 0.5
    return Correlation(value=value, p=float(2 * stdtr(n - 2, -abs(t))), n=n)


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs."""
    _, at, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[at], dtype=np.float64)
