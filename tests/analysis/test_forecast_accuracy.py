"""Forecasts against actuals, and targets met, worked by hand."""

from datetime import date

import numpy as np
import pytest

from kpilot.analysis.forecast_accuracy import (
    Due,
    accuracy,
    attainment,
    standing,
    targets_met,
)
from kpilot.analysis.intervals import wilson


def test_the_errors_are_those_of_numpy() -> None:
    rng = np.random.default_rng(3)
    a, f = rng.uniform(1, 100, 40), rng.uniform(1, 100, 40)
    found = accuracy(zip(a.tolist(), f.tolist(), strict=True))
    assert found.wape == pytest.approx(np.abs(a - f).sum() / a.sum())
    assert found.mape == pytest.approx(np.mean(np.abs(a - f) / a))
    assert found.bias == pytest.approx((f - a).sum() / a.sum())
    assert found.attainment == pytest.approx(a.sum() / f.sum())
    assert (found.n, found.mape_skipped) == (40, 0)


def test_without_actuals_nothing_is_said() -> None:
    found = accuracy([(0, 10), (0, 5)])
    assert (found.wape, found.bias, found.mape, found.mape_skipped) == (None, None, None, 2)
    assert (found.attainment, found.reason) == (0, "zero_denominator")
    assert accuracy([]).reason == "no_value"
    assert accuracy([]).attainment is None


def test_a_pair_without_a_side_is_counted_apart() -> None:
    found = accuracy([(100, 90), (None, 50), (80, None)])
    assert (found.n, found.incomplete) == (1, 2)
    assert found.wape == pytest.approx(0.1)


def test_a_month_of_net_refunds_takes_no_part_in_the_mean_error() -> None:
    found = accuracy([(-50, 10), (100, 100)])
    assert (found.mape, found.mape_skipped) == (0, 1)
    assert found.wape == pytest.approx(60 / 50)


def test_the_last_forecast_made_in_time_stands() -> None:
    made = [
        (date(2025, 12, 1), 90.0),
        (date(2025, 12, 30), 95.0),
        (date(2025, 12, 30), 100.0),
        (date(2026, 1, 1), 120.0),
        (date(2026, 1, 20), 150.0),
    ]
    assert standing(made, date(2026, 1, 1)) == 100
    assert standing(made, date(2026, 1, 1), lead_days=1) == 120
    assert standing(made, date(2025, 11, 1)) is None


def test_a_target_is_met_from_its_own_side() -> None:
    found = targets_met(
        [
            Due(actual=120, target=100),
            Due(actual=99.9, target=100),
            Due(actual=10, target=12, direction="down"),
            Due(actual=5, target=0),
            Due(actual=None, target=10),
            Due(actual=100, target=100),
        ]
    )
    assert (found.num, found.den, found.without_value) == (3, 4, 2)
    assert found.interval == wilson(3, 4)
    none = targets_met([])
    assert (none.value, none.reason, none.interval) == (None, "zero_denominator", None)


def test_attainment_is_one_ratio_of_sums() -> None:
    assert attainment([(120, 100), (40, 100), (60, 50)]) == pytest.approx(0.88)
    assert attainment([(1, 0)]) is None
    assert attainment([(1, None), (2, 3)]) is None
    assert attainment([]) is None
