"""Intervals against published or independently computed figures."""

from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from kpilot.analysis.intervals import garwood, quantile, ratio_of_sums, weighted_total, wilson


def test_wilson_gives_the_specified_interval():
    assert wilson(3, 5) == pytest.approx((0.2307243, 0.8823792), abs=1e-6)
    assert wilson(0, 0) is None
    assert wilson(0, 10) == pytest.approx((0.0, 0.277533), abs=1e-6)


@pytest.mark.parametrize("count", [0, 1, 7, 212, 5000])
def test_garwood_is_the_exact_poisson_interval(count):
    low, high = garwood(count)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2)


def test_a_mean_of_many_has_the_normal_interval():
    values = np.random.default_rng(1).lognormal(3, 1, 500)
    low, high = ratio_of_sums(values, np.ones(500))
    half = NormalDist().inv_cdf(0.975) * values.std(ddof=1) / 500**0.5
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half))


def test_a_mean_of_few_is_resampled_and_always_the_same():
    first = ratio_of_sums([100, 200, 300, 900], [1, 1, 1, 1])
    assert first == ratio_of_sums([100, 200, 300, 900], [1, 1, 1, 1])
    assert first is not None
    assert first[0] < 375 < first[1]
    assert ratio_of_sums([5], [1]) is None


@pytest.mark.parametrize("n", [40, 400])
def test_the_interval_of_a_median_covers_it_about_95_times_in_100(n):
    rng = np.random.default_rng(2)
    runs = [quantile(rng.exponential(10, n), 0.5) for _ in range(120)]
    covered = sum(low <= 10 * np.log(2) <= high for low, high in runs)
    assert covered >= 106


def test_the_weighted_pipeline_is_open_by_its_chances_only():
    assert weighted_total([100, 50], [1.0, 1.0]) == (150, 150)
    low, high = weighted_total([100], [0.5])
    assert high - 50 == pytest.approx(1.959964 * 50)
    assert low == pytest.approx(100 - high)


@pytest.mark.parametrize("n", [2, 3, 57, 199])
def test_few_values_are_resampled_as_if_each_resample_were_written_out(n):
    rng = np.random.default_rng(n)
    y, x = rng.lognormal(8, 1, n), rng.integers(0, 3, n).astype(float)
    x[0] = 1
    drawn = np.random.default_rng(12345).integers(0, n, size=(2000, n))
    is_something = x[drawn].sum(axis=1) > 0
    ratios = (y[drawn].sum(axis=1) / np.maximum(x[drawn].sum(axis=1), 1))[is_something]
    assert ratio_of_sums(y, x) == pytest.approx(np.quantile(ratios, [0.025, 0.975]))
    for p in (0.5, 0.9, 1.0):
        plain = np.quantile(np.quantile(np.sort(y)[drawn], p, axis=1), [0.025, 0.975])
        assert quantile(y, p) == pytest.approx(plain)
