"""Products shared out over their factors: perfect, symmetric, and by orderings where logs fail."""

from itertools import permutations
from math import log, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.analysis.product import log_mean, shapley, share_out

POSITIVE = st.floats(0.01, 1e5)
ANY = st.floats(-1e3, 1e3)


def by_orders(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Every order walked in full: the definition."""
    added = dict.fromkeys(before, 0.0)
    orders = list(permutations(before))
    for order in orders:
        values = dict(before)
        for name in order:
            start = prod(values.values())
            values[name] = after[name]
            added[name] += (prod(values.values()) - start) / len(orders)
    return added


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_effects_of_positive_factors_add_up_and_turn_round(pairs: list[tuple[float, float]]):
    before = {f"f{n}": a for n, (a, _) in enumerate(pairs)}
    after = {f"f{n}": b for n, (_, b) in enumerate(pairs)}
    found, back = share_out(before, after), share_out(after, before)
    size = max(prod(before.values()), prod(after.values()))
    assert found.method == "lmdi"
    assert sum(found.effects.values()) == pytest.approx(found.change, abs=1e-9 * size)
    for name, effect in found.effects.items():
        assert effect == pytest.approx(-back.effects[name], abs=1e-9 * size)
        assert effect * (after[name] - before[name]) >= 0


@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_shapley_is_the_mean_over_every_order(pairs: list[tuple[float, float]]) -> None:
    before = {f"f{n}": a for n, (a, _) in enumerate(pairs)}
    after = {f"f{n}": b for n, (_, b) in enumerate(pairs)}
    found, expected = shapley(before, after), by_orders(before, after)
    largest = prod(max(1, abs(a), abs(b)) for a, b in pairs)
    for name in before:
        assert found[name] == pytest.approx(expected[name], abs=1e-9 * largest)
    change = prod(after.values()) - prod(before.values())
    assert sum(found.values()) == pytest.approx(change, abs=1e-9 * largest)


def test_a_factor_of_zero_is_shared_out_by_orders() -> None:
    found = share_out({"leads": 100, "rate": 0.0}, {"leads": 120, "rate": 0.1})
    assert found.method == "shapley"
    assert found.effects == pytest.approx({"leads": 1.0, "rate": 11.0})


def test_a_divisor_that_grows_takes_away() -> None:
    before = {"count": 10, "rate": 0.5, "value": 1000, "days": 40}
    after = {"count": 10, "rate": 0.5, "value": 1000, "days": 50}
    found = share_out(before, after, divisors={"days"})
    assert found.change == pytest.approx(100 - 125)
    assert found.effects == pytest.approx({"count": 0, "rate": 0, "value": 0, "days": -25})


def test_the_logarithmic_mean_holds_near_and_far() -> None:
    assert log_mean(3, 3) == 3
    assert log_mean(8, 2) == pytest.approx(6 / log(4))
    assert log_mean(2, 8) == pytest.approx(6 / log(4))
    near = 1 + 1e-12
    assert 1 <= log_mean(near, 1) <= near
    assert log_mean(1e-9, 1e9) == pytest.approx((1e9 - 1e-9) / log(1e18))


@pytest.mark.parametrize(
    ("before", "after", "divisors", "reason"),
    [
        ({}, {}, (), "no_factors"),
        ({"a": 1}, {"b": 1}, (), "missing_factor"),
        ({"a": 1, "b": None}, {"a": 1, "b": 2}, (), "missing_factor"),
        ({"a": float("nan")}, {"a": 1}, (), "missing_factor"),
        ({"a": 1, "c": 0}, {"a": 1, "c": 2}, ("c",), "zero_denominator"),
        (dict.fromkeys("abcdefg", 0), dict.fromkeys("abcdefg", 1), (), "too_many_factors"),
        ({"a": 1e200, "b": 1e200}, {"a": 1, "b": 1}, (), "out_of_range"),
        ({"a": 1e-200, "b": 1e-200}, {"a": 1, "b": 1}, (), "out_of_range"),
    ],
)
def test_what_cannot_be_shared_out_says_why(before, after, divisors, reason) -> None:
    found = share_out(before, after, divisors)
    assert (found.reason, found.change, dict(found.effects)) == (reason, None, {})


def test_six_factors_with_a_zero_are_still_shared_out() -> None:
    found = share_out(dict.fromkeys("abcdef", 0), dict.fromkeys("abcdef", 2))
    assert found.effects == pytest.approx(dict.fromkeys("abcdef", 2**6 / 6))


def test_seven_positive_factors_need_no_orders() -> None:
    found = share_out(dict.fromkeys("abcdefg", 2.0), dict.fromkeys("abcdefg", 3.0))
    assert sum(found.effects.values()) == pytest.approx(3**7 - 2**7)
