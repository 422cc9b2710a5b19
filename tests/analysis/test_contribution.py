"""Segments of a sum: what each added, as a share of the change and as points of growth."""

import pytest

from kpilot.analysis.contribution import contributions
from kpilot.analysis.growth import cagr, growth


def test_changes_add_up_and_the_largest_comes_first() -> None:
    found = contributions(
        {"north": 100, "south": 80, "west": 5}, {"north": 130, "south": 60, "west": 5}
    )
    assert [p.name for p in found.parts] == ["north", "south", "west"]
    assert sum(p.change for p in found.parts) == found.change == 10
    assert sum(p.share or 0 for p in found.parts) == pytest.approx(1)
    assert sum(p.points or 0 for p in found.parts) == pytest.approx(10 / 185)


def test_what_came_and_what_went_stand_apart() -> None:
    found = contributions({"a": 10, "old": 4, "void": None}, {"a": 12, "new": 7, "old": 0})
    assert [p.name for p in found.of("new")] == ["new"]
    assert [p.name for p in found.of("vanished")] == ["old"]
    assert {p.name for p in found.of("kept")} == {"a", "void"}


def test_no_change_has_no_shares_and_nothing_has_no_growth() -> None:
    still = contributions({"a": 10, "b": 5}, {"a": 5, "b": 10})
    assert [p.share for p in still.parts] == [None, None]
    grown = contributions({"a": 0}, {"a": 5})
    assert (grown.parts[0].points, grown.parts[0].share) == (None, 1.0)
    lost = contributions({"a": -5}, {"a": 5})
    assert lost.parts[0].points is None


def test_no_segments_and_rows_counted_twice_are_said() -> None:
    assert contributions({}, {}).reason == "no_segments"
    refused = contributions({"a": 1}, {"a": 2}, is_additive=False)
    assert (refused.reason, refused.parts) == ("not_additive", ())


def test_growth_from_nothing_or_from_a_loss_is_no_number() -> None:
    assert growth(50, 0).value is None
    assert growth(50, 0).difference == 50
    assert growth(50, -10).reason == "zero_denominator"
    assert growth(None, 10).reason == growth(10, None).reason == "no_value"
    assert growth(90, 120).value == pytest.approx(-0.25)


def test_cagr_needs_both_ends_above_zero_and_some_time() -> None:
    assert cagr(100, 144, 2).value == pytest.approx(0.2)
    assert cagr(200, 100, 3).value == pytest.approx(0.5 ** (1 / 3) - 1)
    assert [cagr(*given).reason for given in ((0, 5, 1), (5, 0, 1), (5, -5, 2))] == [
        "not_positive"
    ] * 3
    assert cagr(1, 2, 0).reason == "no_time"
    assert cagr(None, 2, 1).reason == "no_value"
