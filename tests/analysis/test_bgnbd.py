"""The model of buying customers: published figures, quadrature, simulations, odd customers."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import special

from kpilot.analysis.bgnbd import (
    Orders,
    expected_orders,
    fit,
    history,
    log_likelihood,
    p_alive,
    shortfall,
)
from tests.examples.given import EXAMPLES

EXAMPLE = EXAMPLES["E16"]
CONFIG, WANTED, TOLERANCE = EXAMPLE["config"], EXAMPLE["expected"]["bgnbd"], EXAMPLE["tol"]
PUBLISHED = Orders(**{name: CONFIG["bgnbd"][name] for name in ("r", "alpha", "a", "b")})
ONE = (CONFIG["customer"]["x"], CONFIG["customer"]["t_x"], CONFIG["customer"]["T"])
DAY = date(2026, 1, 1)

CASES = [
    (PUBLISHED, (2, 30.43, 38.86), 39),
    (PUBLISHED, (0, 0, 38.86), 39),
    (PUBLISHED, (1, 2, 50), 12),
    (Orders(r=1.4, alpha=6.0, a=2.3, b=3.1), (5, 20, 26), 30),
    (Orders(r=0.6, alpha=3.0, a=0.3, b=0.5), (0, 0, 10), 8),
    (Orders(r=0.6, alpha=3.0, a=0.4, b=0.60001), (0, 0, 10), 8),
    (Orders(r=0.6, alpha=3.0, a=1.0, b=1.7), (3, 6, 9), 20),
    (Orders(r=0.6, alpha=3.0, a=1.00003, b=1.7), (0, 0, 9), 20),
    (Orders(r=2.0, alpha=4.0, a=0.7, b=9.0), (60, 150, 152), 26),
]


def integrals(model, customer, weeks):
    """(likelihood / λ's and Γ's constant, chance to be alive, expected orders), by quadrature."""
    x, last, age = customer
    chance, weight = special.roots_jacobi(100, model.b - 1, model.a - 1)
    chance, weight = (1 + chance) / 2, weight / weight.sum()

    def over_rates(seen, wanted):
        """∫ λ^x e^(−λ seen) gamma(λ | r, alpha) wanted(λ) dλ, without Γ(r + x)/Γ(r)."""
        u, w = special.roots_genlaguerre(100, model.r + x - 1)
        rate = u / (model.alpha + seen)
        logs = model.r * np.log(model.alpha) - (model.r + x) * np.log(model.alpha + seen)
        return np.exp(logs) * (w / w.sum() * wanted(rate[None, :])).sum(axis=1)

    p = chance[:, None]
    stays = weight * (1 - chance) ** x
    alive = (stays * over_rates(age, np.ones_like)).sum()
    left = (weight * chance * (1 - chance) ** (x - 1)).sum() if x else 0.0
    whole = alive + left * over_rates(last, np.ones_like).sum()
    later = over_rates(age, lambda rate: -np.expm1(-rate * p * weeks) / p)
    return whole, alive / whole, (stays * later).sum() / whole


def test_the_published_customer():
    found = expected_orders(PUBLISHED, *ONE, weeks=39)[0]
    assert found == pytest.approx(WANTED["expected_39w"], abs=TOLERANCE)
    assert p_alive(PUBLISHED, *ONE)[0] == pytest.approx(WANTED["p_alive"], abs=TOLERANCE)
    assert p_alive(PUBLISHED, 0, 0, 38.86)[0] == WANTED["p_alive_x0"]


@pytest.mark.parametrize(("model", "customer", "weeks"), CASES)
def test_closed_forms_are_the_integrals(model, customer, weeks):
    whole, alive, orders = integrals(model, customer, weeks)
    x = customer[0]
    found = log_likelihood(model, *customer)[0]
    constant = special.gammaln(model.r + x) - special.gammaln(model.r)
    assert found == pytest.approx(np.log(whole) + constant, rel=1e-7)
    assert p_alive(model, *customer)[0] == pytest.approx(alive if x else 1.0, rel=1e-7)
    assert expected_orders(model, *customer, weeks)[0] == pytest.approx(orders, rel=1e-6)


def test_chances_of_a_new_customer_add_up_to_one():
    """P(no repeat order within a year) and the first one's density: all that can happen."""
    none = np.exp(log_likelihood(PUBLISHED, 0, 0, 52)[0])
    when, weight = np.polynomial.legendre.leggauss(200)
    when, weight = 26 * (when + 1), 26 * weight
    r, alpha = PUBLISHED.r, PUBLISHED.alpha
    first = r / alpha * (alpha / (alpha + when)) ** (r + 1)
    assert none + (weight * first).sum() == pytest.approx(1, abs=1e-9)


def test_expectations_grow_with_time_and_stay_finite_for_many_orders():
    weeks = [expected_orders(PUBLISHED, *ONE, weeks=w)[0] for w in (0, 1, 10, 100, 1000)]
    assert weeks[0] == pytest.approx(0, abs=1e-12)
    assert weeks == sorted(weeks)
    heavy = expected_orders(PUBLISHED, [2000, 1, 2000], [400, 1, 10], 401, weeks=52)
    assert 0.85 < heavy[0] / (2000 / 401 * 52) < 0.95
    assert np.isfinite(heavy).all()
    assert p_alive(PUBLISHED, 2000, 10, 401)[0] == pytest.approx(0, abs=1e-12)


def simulated(rng, n, model, weeks):
    """Histories of n customers, order by order."""
    rate, leaves = rng.gamma(model.r, 1 / model.alpha, n), rng.beta(model.a, model.b, n)
    repeats, last, age = np.zeros(n), np.zeros(n), rng.uniform(weeks / 2, weeks, n)
    for k in range(n):
        clock = 0.0
        while True:
            clock += rng.exponential(1 / rate[k])
            if clock > age[k]:
                break
            repeats[k], last[k] = repeats[k] + 1, clock
            if rng.random() < leaves[k]:
                break
    return repeats, last, age


def test_simulated_customers_give_their_model_back():
    truth = Orders(r=0.8, alpha=5.0, a=0.9, b=2.5)
    seen = simulated(np.random.default_rng(41), 5000, truth, 100)
    found = fit(*seen)
    assert found.model.r == pytest.approx(truth.r, rel=0.1)
    assert found.model.alpha == pytest.approx(truth.alpha, rel=0.1)
    share = found.model.a / (found.model.a + found.model.b)
    assert share == pytest.approx(truth.a / (truth.a + truth.b), rel=0.1)
    assert found.likelihood >= log_likelihood(truth, *seen).sum()
    assert found.likelihood == pytest.approx(log_likelihood(found.model, *seen).sum())


def test_simulated_customers_order_as_often_as_expected():
    truth, rng = Orders(r=0.8, alpha=5.0, a=0.9, b=2.5), np.random.default_rng(42)
    n = 20_000
    rate, leaves = rng.gamma(truth.r, 1 / truth.alpha, n), rng.beta(truth.a, truth.b, n)
    first, total = rng.exponential(1 / rate), np.zeros(n)
    clock, alive = first, np.ones(n, dtype=bool)
    while (alive := alive & (clock <= 52)).any():
        total += alive
        alive &= rng.random(n) >= leaves
        clock = clock + rng.exponential(1 / rate)
    expected = expected_orders(truth, 0, 0, 0, weeks=52)[0]
    assert total.mean() == pytest.approx(expected, abs=4 * total.std() / n**0.5)


def test_orders_of_one_day_are_one_and_later_ones_are_not_seen():
    days = [0, 14, 14, 35, 90, 7, 7, 60]
    found = history(
        ["ann", "ann", "ann", "ann", "ann", "bob", "bob", "cy"],
        [DAY + timedelta(days=d) for d in days],
        DAY + timedelta(days=56),
        [10, 20, 30, 40, 1000, 5, 6, 7],
    )
    assert found.customers == ("ann", "bob")
    assert list(found.repeats) == [2, 0]
    assert list(found.last) == [5.0, 0.0]
    assert list(found.age) == [8.0, 7.0]
    assert found.value[0] == pytest.approx((50 + 40) / 2)
    assert np.isnan(found.value[1])


def test_rows_in_any_order_make_the_same_histories():
    rng = np.random.default_rng(43)
    who = rng.integers(0, 40, 300)
    days = [DAY + timedelta(days=int(d)) for d in rng.integers(0, 200, 300)]
    first = history(list(who), days, DAY + timedelta(days=199))
    mixed = rng.permutation(300)
    again = history(list(who[mixed]), [days[k] for k in mixed], DAY + timedelta(days=199))
    columns = [np.column_stack([h.repeats, h.last, h.age]).tolist() for h in (first, again)]
    one, other = (
        dict(zip(found.customers, rows, strict=True))
        for found, rows in zip((first, again), columns, strict=True)
    )
    assert one == other


def test_no_orders_make_no_histories():
    for found in (history([], [], DAY), history(["ann"], [DAY + timedelta(days=1)], DAY)):
        assert (found.customers, len(found.repeats), len(found.value)) == ((), 0, 0)
    (one,) = history(["ann"], [DAY], DAY).age
    assert one == 0


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (([], [], []), "no_rows"),
        (([0], [0], [10]), "no_repeats"),
        (([0] * 400, [0] * 400, [10] * 400), "no_repeats"),
        (([1], [20], [10]), "not_a_history"),
        (([1], [0], [10]), "not_a_history"),
        (([0], [3], [10]), "not_a_history"),
        (([-1], [0], [10]), "not_a_history"),
        (([1], [float("nan")], [10]), "not_a_history"),
        (([1] * 300 + [0] * 300, [5] * 300 + [0] * 300, [10] * 600), "not_found"),
    ],
)
def test_customers_without_a_model_say_why(columns, reason):
    found = fit(*columns)
    assert (found.model, found.reason) == (None, reason)


def test_customers_who_are_all_alike_and_never_leave_have_their_one_rate():
    rng = np.random.default_rng(44)
    age = rng.uniform(20, 60, 2000)
    repeats = rng.poisson(0.3 * age)
    last = np.where(repeats > 0, age * rng.random(2000) ** (1 / np.maximum(repeats, 1)), 0)
    found = fit(repeats, last, age)
    orders = expected_orders(found.model, repeats, last, age, weeks=52)
    assert orders == pytest.approx(np.full(2000, 0.3 * 52), rel=0.15)


def test_no_neighbour_of_the_model_found_is_likelier():
    truth = Orders(r=0.5, alpha=4.0, a=0.7, b=1.9)
    seen = simulated(np.random.default_rng(45), 800, truth, 80)
    found = fit(*seen)
    for name in ("r", "alpha", "a", "b"):
        for step in (0.999, 1.001):
            near = replace(found.model, **{name: getattr(found.model, name) * step})
            assert log_likelihood(near, *seen).sum() < found.likelihood


def test_a_model_is_shown_from_300_customers_and_30_percent_repeaters_on():
    assert shortfall([1] * 299) == "too_few_customers"
    assert shortfall([1] * 90 + [0] * 210) == ""
    assert shortfall([1] * 89 + [0] * 211) == "too_few_repeaters"
    assert shortfall([]) == "too_few_customers"
