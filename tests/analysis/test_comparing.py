"""More than chance: the difference of two estimates, and a row that rises or falls."""

import pytest

from kpilot.analysis.comparing import Estimate, differ, difference, direction
from kpilot.analysis.intervals import wilson


def share(won: int, of: int) -> Estimate:
    low, high = wilson(won, of) or (0.0, 1.0)
    return Estimate(value=won / of, low=low, high=high)


def test_the_difference_of_two_shares_is_newcombes() -> None:
    """Newcombe 1998, table II, method 10: 56/70 and 48/80."""
    assert difference(share(56, 70), share(48, 80)) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_shares_whose_difference_may_be_nothing_do_not_differ() -> None:
    assert not differ(share(58, 131), share(67, 140))
    assert differ(share(511, 651), share(406, 768))


def test_a_row_that_rises_is_said_to_rise() -> None:
    assert direction([1, 2, 3, 4, 6, 7]) == 1
    assert direction([9, 8, 8, 6, 5, 3]) == -1


def test_nothing_is_said_of_noise_of_ties_or_of_short_rows() -> None:
    assert direction([5, 3, 6, 4, 5, 4, 6, 3]) == 0
    assert direction([4, 4, 4, 4, 4, 4]) == 0
    assert direction([1, 2, 3, 4, 5]) == 0
