"""What customers are worth: the worked example, integrals by month, and the best tenth."""

import numpy as np
import pytest

from kpilot.analysis.bgnbd import History, Orders, expected_orders
from kpilot.analysis.clv import WEEKS_A_MONTH, lifetime_values, monthly, rank
from kpilot.analysis.gamma_gamma import Spend, expected_value, mean_value
from tests.examples.given import EXAMPLES

EXAMPLE = EXAMPLES["E16"]
CONFIG = EXAMPLE["config"]
ORDERS = Orders(**{name: CONFIG["bgnbd"][name] for name in ("r", "alpha", "a", "b")})
SPEND = Spend(**CONFIG["gamma_gamma"])


def customers(*rows):
    repeats, last, age, value = np.array(rows, dtype=float).T
    names = tuple(range(len(rows)))
    return History(customers=names, repeats=repeats, last=last, age=age, value=value)


ONE = customers([CONFIG["customer"][name] for name in ("x", "t_x", "T", "mean_repeat_value")])


def test_the_worked_example():
    clv = CONFIG["clv"]
    found = lifetime_values(
        ORDERS, SPEND, ONE,
        margin=clv["margin"], months=clv["months"], discount=clv["monthly_discount"],
    )  # fmt: skip
    assert found[0] == pytest.approx(EXAMPLE["expected"]["clv_12m_margin"], abs=EXAMPLE["tol"])
    assert pytest.approx(clv["weeks_per_month"]) == WEEKS_A_MONTH


def test_without_discount_it_is_orders_times_value_times_margin():
    found = lifetime_values(ORDERS, SPEND, ONE, margin=0.3, months=12, discount=0.0)
    row = (ONE.repeats, ONE.last, ONE.age)
    orders = expected_orders(ORDERS, *row, weeks=12 * WEEKS_A_MONTH)
    assert found == pytest.approx(0.3 * orders * expected_value(SPEND, ONE.repeats, ONE.value))


def test_a_year_of_months_makes_the_yearly_discount():
    assert (1 + monthly(0.10)) ** 12 == pytest.approx(1.10)
    by_year = lifetime_values(ORDERS, SPEND, ONE, margin=1)
    assert by_year == lifetime_values(ORDERS, SPEND, ONE, margin=1, discount=1.1 ** (1 / 12) - 1)


def test_one_order_alone_is_worth_something_and_no_months_nothing():
    both = customers((0, 0, 10, np.nan), (4, 9, 10, 50.0))
    once, often = lifetime_values(ORDERS, SPEND, both, margin=0.5)
    first = expected_orders(ORDERS, 0, 0, 10, weeks=WEEKS_A_MONTH * 12)[0]
    assert 0 < once < 0.5 * mean_value(SPEND) * first < often
    assert list(lifetime_values(ORDERS, SPEND, both, margin=0.5, months=0)) == [0, 0]


def test_no_mean_value_no_worth():
    assert lifetime_values(ORDERS, Spend(p=2, q=1.0, v=9), ONE, margin=1) is None


def test_the_best_tenth_and_what_it_brings():
    found = rank([1, 40, 2, 3, 40, 4, 5, 1, 1, 1, 2])
    assert found.order[:4] == (1, 4, 6, 5)
    assert found.best == 2
    assert found.share == pytest.approx(0.8)
    assert rank([5.0]).share == 1.0


def test_a_ranking_of_nobody_or_nothing_has_no_share():
    assert (rank([]).order, rank([]).best, rank([]).share) == ((), 0, None)
    assert rank([0.0, 0.0]).share is None
    assert rank([-3.0, 1.0]).share is None
