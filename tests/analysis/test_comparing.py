"""More than chance: the difference of two estimates, and a row that rises or falls."""

import pytest

from kpilot.analysis.comparing import (
    Estimate,
    differ,
    difference,
    direction,
    discoveries,
    two_sided,
    z_between,
)
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
    assert direction([1, 1, 1, 2, 2, 3]) == 1  # by the variance that knows of ties, 4.0 %
    assert direction([3, 3, 3, 2, 2, 2]) == 0


def test_z_is_beyond_its_limit_exactly_when_two_estimates_differ() -> None:
    for one, other in (((56, 70), (48, 80)), ((58, 131), (67, 140)), ((406, 768), (511, 651))):
        z = z_between(share(*one), share(*other))
        assert z is not None
        assert (abs(z) > 1.96) == differ(share(*one), share(*other))
        assert (z > 0) == (one[0] / one[1] > other[0] / other[1])
    still = Estimate(value=1.0, low=1.0, high=1.0)
    assert z_between(still, still) is None


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    """Their 1995 example at 5 %: of fifteen p, the four smallest stand out."""
    chances = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
               0.4262, 0.5719, 0.6528, 0.7590, 1.0)  # fmt: skip
    named = {f"h{number}": p for number, p in enumerate(chances, 1)}
    assert discoveries(named, rate=0.05) == ("h1", "h2", "h3", "h4")
    assert discoveries({}) == ()


def test_two_sided_is_five_percent_at_1_96() -> None:
    assert two_sided(-1.959964) == pytest.approx(0.05, abs=1e-6)
    assert two_sided(0) == 1
