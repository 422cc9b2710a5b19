"""The published figures of the CDNOW sample, from its orders: BG/NBD and Gamma-Gamma."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kpilot.analysis import bgnbd, gamma_gamma
from kpilot.analysis.clv import lifetime_values, rank

FILES = Path(__file__).parents[1] / "../shared/data/cdnow"
LAST_DAY = date(1997, 9, 30)  # of the 39 weeks that the published models are fitted on
END = date(1998, 6, 30)


@pytest.fixture(scope="module")
def orders():
    """(customer, day, value) of each order."""
    if not FILES.exists():
        pytest.skip("the cdnow sample is not beside this checkout")
    with (FILES / "cdnow_sample.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            (row["master_id"], date.fromisoformat(row["date"]), float(row["amount"]))
            for row in csv.DictReader(file)
        ]
    return [list(column) for column in zip(*rows, strict=True)]


@pytest.fixture(scope="module")
def seen(orders):
    customers, days, values = orders
    return bgnbd.history(customers, days, LAST_DAY, values)


@pytest.fixture(scope="module")
def model(seen):
    return bgnbd.fit(seen.repeats, seen.last, seen.age)


@pytest.fixture(scope="module")
def spend(seen):
    return gamma_gamma.fit(seen.repeats, seen.value)


def test_the_customers(seen):
    assert (len(seen.customers), int((seen.repeats > 0).sum())) == (2357, 946)
    assert bgnbd.shortfall(seen.repeats) == ""
    assert seen.age.max() == pytest.approx(38.857, abs=1e-3)


def test_orders(model):
    found = model.model
    assert (found.r, found.alpha) == pytest.approx((0.2426, 4.4136), abs=1e-4)
    assert (found.a, found.b) == pytest.approx((0.7929, 2.4259), abs=1e-4)
    assert model.likelihood == pytest.approx(-9582.43, abs=0.005)


def test_values(seen, spend):
    found = spend.model
    assert (found.p, found.q, found.v) == pytest.approx((6.2496, 3.7442, 15.4435), abs=2e-4)
    assert spend.customers == 946
    assert not gamma_gamma.too_related(gamma_gamma.correlation(seen.repeats, seen.value))


def test_the_39_weeks_that_followed_are_forecast(orders, seen, model):
    """Of the 1,882 orders that came the model, which knows of none, expects 12 % too few."""
    customers, days, _ = orders
    after = {
        (customer, day)
        for customer, day in zip(customers, days, strict=True)
        if LAST_DAY < day <= END
    }
    expected = bgnbd.expected_orders(model.model, seen.repeats, seen.last, seen.age, weeks=39)
    assert len(after) == 1882
    assert expected.sum() == pytest.approx(len(after), rel=0.13)
    came = dict.fromkeys(seen.customers, 0)
    for customer, _ in after:
        came[customer] += 1
    together = np.corrcoef(expected, [came[customer] for customer in seen.customers])[0, 1]
    assert together > 0.6


def test_the_best_tenth_brings_most(seen, model, spend):
    worth = lifetime_values(model.model, spend.model, seen, margin=0.3)
    found = rank(worth)
    assert found.best == 236
    assert 0.4 < found.share < 0.7
    alive = bgnbd.p_alive(model.model, seen.repeats, seen.last, seen.age)
    assert ((alive > 0) & (alive <= 1)).all()
    assert np.isfinite(worth).all()
