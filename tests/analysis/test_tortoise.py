"""Who closes fast and whose customers stay: the worked example, labels, and Spearman by scipy."""

import numpy as np
import pytest
from scipy import stats

from kpilot.analysis.shrinkage import shrink
from kpilot.analysis.tortoise import Seller, race, spearman
from tests.examples.given import EXAMPLES

EXAMPLE = EXAMPLES["E19"]


def seller(agent, cycles, customers, retained):
    return Seller(agent=agent, cycles=cycles, customers=customers, retained=retained)


def test_the_worked_example():
    sellers = [seller(*row) for row in EXAMPLE["tables"]["rep_cycle"]["rows"]]
    found, wanted = race(sellers, EXAMPLE["config"]["min_matured"]), EXAMPLE["expected"]
    assert found.cycle == wanted["pooled_median_cycle"]
    assert found.retention == pytest.approx(wanted["pooled_retention"], abs=1e-6)
    assert {place.agent: place.quadrant for place in found.places} == wanted["quadrant"]
    assert [place.confident for place in found.places] == [False] * 4


def test_a_slow_agent_who_loses_customers_is_to_be_watched():
    found = race(
        [
            seller("fast", [10] * 9, 20, 15),
            seller("slow", [50, 60], 20, 5),
            seller("like the team", [20], 20, 10),
        ]
    )
    assert (found.cycle, found.retention) == (10, 0.5)
    assert [place.quadrant for place in found.places] == ["star", "watch", "tortoise"]


def test_a_label_is_confident_when_chance_does_not_explain_it():
    found = race([seller("many", [5], 400, 300), seller("few", [90], 20, 11)])
    assert found.retention == pytest.approx(311 / 420)
    assert [place.confident for place in found.places] == [False, False]
    found = race([seller("many", [5], 400, 300), seller("few", [90], 20, 4)])
    assert [place.confident for place in found.places] == [False, True]


def test_the_shrunk_retention_stands_beside_the_counted_one():
    found = race([seller("a", [9], 9, 9), seller("b", [9], 8, 2), seller("c", [9], 90, 50)])
    assert tuple(place.shrunk for place in found.places) == shrink([9, 2, 50], [9, 8, 90]).rates
    assert found.places[0].retention == 1.0
    assert found.places[0].shrunk.value < 1.0


def test_without_sales_or_customers_nobody_is_placed():
    nothing = race([])
    assert (nothing.places, nothing.cycle, nothing.retention) == ((), None, None)
    assert nothing.correlation.reason == "too_few"
    (place,) = race([seller("new", [], 0, 0)], fewest=0).places
    assert (place.quadrant, place.cycle, place.retention) == ("insufficient", None, None)
    (place,) = race([seller("no recent win", [], 40, 30)]).places
    assert (place.quadrant, place.confident) == ("insufficient", False)


def test_cycle_and_retention_over_the_agents_who_can_be_placed():
    rng = np.random.default_rng(21)
    sellers = [seller(str(k), [10 + 5 * k], 50, int(20 + 2 * k)) for k in range(9)]
    sellers.append(seller("rookie", [1], 2, 2))
    found = race(sellers).correlation
    assert (found.n, found.value, found.p) == (9, 1.0, 0.0)
    cycles, kept = rng.integers(1, 9, 30), rng.integers(1, 9, 30)
    one = spearman(list(cycles), list(kept))
    oracle = stats.spearmanr(cycles, kept)
    assert one.value == pytest.approx(oracle.statistic)
    assert one.p == pytest.approx(oracle.pvalue)


def test_a_correlation_needs_pairs_and_differences():
    assert spearman([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]).reason == "too_few"
    assert spearman([4] * 8, range(8)).reason == "no_variance"
    assert spearman(range(8), [0.5] * 8).value is None
    assert spearman(range(8), [-k for k in range(8)]).value == -1.0
