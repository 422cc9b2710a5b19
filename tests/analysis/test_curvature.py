"""How sure a fitted figure is, against closed forms."""

import numpy as np
import pytest

from kpilot.analysis.curvature import covariance, interval, spread, together


def test_the_logarithm_of_a_poisson_mean_scatters_by_one_over_the_count():
    at, n = np.log([2.5]), 40
    found = covariance(lambda logs: np.exp(logs) - 2.5, at, n)
    assert found[0, 0] == pytest.approx(1 / (2.5 * n), rel=1e-6)
    error = spread(lambda logs: 3 * np.exp(logs), at, found, "log")  # three times as many
    assert error[0] == pytest.approx(0.1, rel=1e-6)
    assert interval(7.5, error[0], "log") == pytest.approx(
        (7.5 * np.exp(-0.1959963985), 7.5 * np.exp(0.1959963985))
    )


def test_a_parameter_at_its_bound_counts_as_known_and_no_top_gives_none():
    def slope(logs):
        return np.array([logs[0], -5.0])

    assert covariance(slope, np.zeros(2), 10, [True, False]).tolist() == pytest.approx(
        np.array([[0.1, 0], [0, 0]])
    )
    assert covariance(lambda logs: -logs, np.zeros(2), 10) is None
    assert covariance(slope, np.zeros(2), 10, [False, False]) is None


def test_two_models_scatter_apart_and_a_share_stays_a_share():
    both = together(np.array([[0.04]]), np.array([[0.09]]))
    error = spread(lambda logs: np.array([np.exp(logs.sum())]), np.zeros(2), both, "log")
    assert error[0] == pytest.approx(np.sqrt(0.13), rel=1e-6)
    low, high = interval(0.95, 1.0, "odds")
    assert (low, high) == (pytest.approx(19 / (19 + 7.09907), rel=1e-4), pytest.approx(
        19 * 7.09907 / (1 + 19 * 7.09907), rel=1e-4))  # fmt: skip
    assert interval(0.0, 1.0, "log") is None
    assert interval(0.5, float("nan"), "odds") is None
