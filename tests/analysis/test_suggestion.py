"""A target suggested from the past: a little better, and reached before."""

import pytest

from kpilot.analysis.suggestion import suggest


def test_a_value_that_a_quarter_of_the_months_reached_is_suggested() -> None:
    """Of twelve months the three best are 15, 14 and 13; the median of the last three is 12."""
    made = suggest([10, 11, 15, 12, 9, 14, 10, 13, 11, 11, 12, 12], "up")
    assert made is not None
    assert (made.value, made.lately, made.reached, made.periods) == (13.0, 12, 3, 12)


def test_never_more_than_a_tenth_better() -> None:
    made = suggest([100, 300, 300, 300, 300, 100, 100, 100], "up")
    assert made is not None
    assert made.value == 110
    assert made.reached == 4


def test_lower_is_better_for_durations() -> None:
    made = suggest([30, 30, 28, 29, 30, 29.5, 30, 30], "down")
    assert made is not None
    assert made.value == 29
    assert made.reached == 2


def test_a_best_time_is_held_not_beaten() -> None:
    made = suggest([10, 10, 10, 10, 10, 20, 20, 20], "up")
    assert made is not None
    assert made.value == made.lately == 20


@pytest.mark.parametrize("values", [[1, 2, 3, 4, 5], [0] * 12, [-3] * 8])
def test_nothing_to_build_on_gives_nothing(values: list[float]) -> None:
    assert suggest(values, "up") is None


def test_three_figures_are_to_the_easier_side() -> None:
    more, less = suggest([1234.6] * 8, "up"), suggest([1234.4] * 8, "down")
    assert (more and more.value, less and less.value) == (1230, 1240)


def test_counts_are_whole() -> None:
    made = suggest([7, 8, 7, 8, 7, 7, 8, 7], "up", is_count=True)
    assert made is not None
    assert made.value == 8
