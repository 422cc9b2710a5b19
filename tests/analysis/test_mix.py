"""Rate and mix: worked by hand, exact for any segments, and quiet on what can't be split."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.analysis.mix import Segment, mix_z, split

COUNTS = st.integers(0, 400)


def segment(name: str, num0: float, den0: float, num1: float, den1: float) -> Segment:
    return Segment(name=name, num_before=num0, den_before=den0, num_after=num1, den_after=den1)


@st.composite
def companies(draw: st.DrawFn) -> list[Segment]:
    made = []
    for place in range(draw(st.integers(1, 6))):
        den0, den1 = draw(COUNTS), draw(COUNTS)
        num0, num1 = draw(st.integers(0, den0)), draw(st.integers(0, den1))
        made.append(segment(f"s{place}", num0, den0, num1, den1))
    return made


@given(companies())
@settings(max_examples=150, deadline=None)
def test_rate_and_mix_add_up_to_the_change(segments: list[Segment]) -> None:
    found = split(segments)
    dens = np.array([(s.den_before, s.den_after) for s in segments]).sum(axis=0)
    if not dens.all():
        assert (found.change, found.reason) == (None, "zero_denominator")
        return
    nums = np.array([(s.num_before, s.num_after) for s in segments]).sum(axis=0)
    change = nums[1] / dens[1] - nums[0] / dens[0]
    assert found.change == pytest.approx(change, abs=1e-12)
    assert sum(e.rate + e.mix for e in found.effects) == pytest.approx(change, abs=1e-12)
    assert (found.rate or 0) + (found.mix or 0) == pytest.approx(change, abs=1e-12)


@given(companies())
@settings(max_examples=60, deadline=None)
def test_time_turned_round_turns_every_effect_round(segments: list[Segment]) -> None:
    back = [segment(s.name, s.num_after, s.den_after, s.num_before, s.den_before) for s in segments]
    one, other = split(segments), split(back)
    for here, there in zip(one.effects, other.effects, strict=True):
        assert here.rate == pytest.approx(-there.rate, abs=1e-12)
        assert here.mix == pytest.approx(-there.mix, abs=1e-12)
    assert one.is_simpson == other.is_simpson


def test_the_rate_effect_is_the_mean_over_both_orders_of_change() -> None:
    """Shapley of two factors, worked apart: weights then ratios, ratios then weights."""
    weights, ratios = [(0.5, 0.2), (0.5, 0.8)], [(0.4, 0.6), (0.1, 0.3)]
    orders = []
    for order in permutations(("weight", "ratio")):
        done: set[str] = set()
        for factor in order:
            before = sum(
                w["weight" in done] * r["ratio" in done]
                for w, r in zip(weights, ratios, strict=True)
            )
            done.add(factor)
            after = sum(
                w["weight" in done] * r["ratio" in done]
                for w, r in zip(weights, ratios, strict=True)
            )
            if factor == "ratio":
                orders.append(after - before)
    found = split([segment("a", 20, 50, 12, 20), segment("b", 5, 50, 24, 80)])
    assert found.rate == pytest.approx(sum(orders) / 2)


def test_a_segment_that_comes_or_goes_is_all_mix() -> None:
    found = split([segment("kept", 5, 10, 5, 10), segment("new", 0, 0, 9, 10)])
    new = next(e for e in found.effects if e.name == "new")
    assert (new.rate, new.before, new.after) == (0, None, 0.9)
    assert found.rate == 0
    assert found.mix == pytest.approx(0.2)
    assert not found.is_simpson


def test_a_segment_empty_twice_is_left_out() -> None:
    found = split([segment("a", 5, 10, 6, 10), segment("none", 0, 0, 0, 0)])
    assert [e.name for e in found.effects] == ["a"]


def test_one_segment_has_no_mix() -> None:
    found = split([segment("all", 5, 10, 8, 10)])
    assert (found.rate, found.mix) == (pytest.approx(0.3), 0)
    assert not found.is_mix_dominated


def test_simpson_needs_every_segment_to_move_strictly() -> None:
    moved = [segment("a", 80, 100, 43, 50), segment("b", 10, 50, 33, 150)]
    assert split(moved).is_simpson
    still = [segment("a", 80, 100, 40, 50), segment("b", 10, 50, 33, 150)]
    assert not split(still).is_simpson
    assert split(still).is_mix_dominated


def test_both_pulling_one_way_is_no_domination() -> None:
    found = split([segment("a", 80, 100, 820, 1000), segment("b", 10, 50, 11, 50)])
    assert (found.mix or 0) > (found.rate or 0) > 0
    assert not found.is_mix_dominated


@pytest.mark.parametrize(
    ("segments", "reason"),
    [
        ([], "zero_denominator"),
        ([segment("a", 1, 2, 0, 0)], "zero_denominator"),
        ([segment("a", 1, -2, 1, 2)], "negative_denominator"),
        ([segment("a", 1, 0, 1, 2), segment("b", 1, 2, 1, 2)], "numerator_without_denominator"),
        ([segment("a", float("nan"), 2, 1, 2)], "not_a_number"),
    ],
)
def test_what_cannot_be_split_says_why(segments: list[Segment], reason: str) -> None:
    found = split(segments)
    assert (found.reason, found.change, found.effects) == (reason, None, ())


def test_a_money_ratio_with_losses_still_adds_up() -> None:
    found = split([segment("a", -50, 10, 20, 5), segment("b", 30, 10, 40, 20)])
    assert (found.rate or 0) + (found.mix or 0) == pytest.approx(60 / 25 - (-20 / 20))


def test_how_sure_a_mix_is_worked_by_hand() -> None:
    """Rates 0.8 and 0.2, weights from 50/50 to 30/70 of 100: the mix is −0.2 · 0.6 = −0.12.

    Mean weights 0.4 and 0.6 give a middle of 0.44 and a spread of 0.4·0.36² + 0.6·0.24² = 0.0864;
    over 100 and 100 rows the deviation is √(0.0864 · 0.02).
    """
    found = mix_z([segment("a", 40, 50, 24, 30), segment("b", 10, 50, 14, 70)])
    assert found == pytest.approx(-0.12 / (0.0864 * 0.02) ** 0.5)


def test_a_mix_that_chance_alone_moves_is_within_its_deviations() -> None:
    rng = np.random.default_rng(5)
    rates, weights = np.array([0.1, 0.3, 0.6]), np.array([0.5, 0.3, 0.2])
    seen = []
    for _ in range(400):
        before, after = rng.multinomial(300, weights), rng.multinomial(200, weights)
        seen.append(mix_z([
            segment(str(i), *map(float, (rng.binomial(b, r), b, rng.binomial(a, r), a)))
            for i, (b, a, r) in enumerate(zip(before, after, rates, strict=True))
        ]))  # fmt: skip
    beyond = sum(abs(z or 0) > 1.96 for z in seen) / len(seen)
    assert 0.02 <= beyond <= 0.09


def test_segments_that_do_not_differ_have_no_mix_to_test() -> None:
    assert mix_z([segment("a", 5, 10, 5, 10), segment("b", 10, 20, 20, 40)]) is None
    assert mix_z([segment("a", 5, 10, 5, 10)]) is None
    assert mix_z([]) is None
