"""The analyses reproduce the worked examples of the specification."""

from copy import deepcopy

import pytest

from kpilot.analysis import growth
from tests.analysis import worked
from tests.examples.given import EXAMPLES


@pytest.mark.parametrize("name", sorted(worked.ANALYSES))
def test_an_analysis_gives_what_its_example_expects(name: str) -> None:
    worked.check(EXAMPLES[name])


@pytest.mark.parametrize("name", sorted(worked.ANALYSES))
def test_an_example_with_another_answer_is_refused(name: str) -> None:
    other = deepcopy(EXAMPLES[name])
    spoilt = other["expected"]
    while isinstance(next(iter(spoilt.values())), dict):
        spoilt = next(iter(spoilt.values()))
    key = next(iter(spoilt))
    spoilt[key] = not spoilt[key] if isinstance(spoilt[key], bool) else f"{spoilt[key]}?"
    with pytest.raises(AssertionError):
        worked.check(other)


def test_growth_and_cagr_are_those_of_the_example() -> None:
    for found, expected in worked.growths(EXAMPLES["E07"]).values():
        assert found == (None if expected is None else pytest.approx(expected))


def test_growth_says_the_plain_difference_beside_the_rate_and_alone_without_one() -> None:
    told = growth.cagr(100, 144, 2), growth.growth(50, 40), growth.growth(50, -10)
    assert [round(one.value, 9) if one.value else one.value for one in told] == [0.2, 0.25, None]
    assert [one.difference for one in told] == [44, 10, 60]
    shrunk = [growth.cagr(*ends, 3) for ends in ((0, 50), (100, 0))]
    assert [(one.value, one.difference, one.reason) for one in shrunk] == [
        (None, 50, "not_positive"), (None, -100, "not_positive")]  # fmt: skip
