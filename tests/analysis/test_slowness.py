"""Stages that take longer than before, told from those that only seem to."""

import numpy as np
import pytest
from scipy import stats

from kpilot.analysis.slowness import Stays, slowness


def stays(days: np.ndarray, cut: float) -> Stays:
    """Stays seen until `cut` days."""
    return Stays(days=np.minimum(days, cut).tolist(), has_left=(days <= cut).tolist())


def drawn(mean: float, n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).exponential(mean, n)


def test_a_stage_that_takes_twice_as_long_is_slower_although_many_have_not_left() -> None:
    now, past = drawn(20, 80, 1), drawn(10, 600, 2)
    (found,) = slowness({"s": (stays(now, 15), stays(past, 15))})
    assert found.status == "slower"
    assert found.observed < found.expected
    (back,) = slowness({"s": (stays(past, 15), stays(now, 15))})
    assert back.status == "faster"


def test_the_test_is_scipys() -> None:
    now, past = stays(drawn(12, 60, 3), 20), stays(drawn(10, 200, 4), 20)
    sides = [
        stats.CensoredData(
            uncensored=[d for d, left in zip(s.days, s.has_left, strict=True) if left],
            right=[d for d, left in zip(s.days, s.has_left, strict=True) if not left],
        )
        for s in (now, past)
    ]
    (found,) = slowness({"s": (now, past)})
    assert found.p == pytest.approx(stats.logrank(*sides).pvalue, rel=1e-6)


def test_more_stages_ask_for_more_evidence() -> None:
    pair = (stays(drawn(17, 60, 5), 30), stays(drawn(10, 400, 6), 30))
    (alone,) = slowness({"s": pair})
    assert 0.0001 < (alone.p or 0) < 0.05
    (among,) = slowness({"s": pair}, stage_count=1000)
    assert (alone.status, among.status) == ("slower", "same")


def test_without_stays_or_exits_nothing_is_said() -> None:
    none = Stays(days=[], has_left=[])
    some = Stays(days=[3.0, 5.0], has_left=[True, False])
    waiting = Stays(days=[3.0, 5.0], has_left=[False, False])
    found = slowness({"a": (none, none), "b": (none, some), "c": (waiting, waiting)})
    assert [(f.status, f.reason) for f in found] == [
        ("insufficient", "no_rows"),
        ("insufficient", "one_group"),
        ("insufficient", "no_events"),
    ]
    assert slowness({}) == ()
