"""The published figures of the CDNOW sample, from its orders: BG/NBD and Gamma-Gamma."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from kpilot.analysis import bgnbd, gamma_gamma
from kpilot.analysis.clv import lifetime_values, rank
from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.load import load
from kpilot.project import create_project, open_project

FILES = Path(__file__).parents[1] / "../shared/data/cdnow"
LAST_DAY = date(1997, 9, 30)  # of the 39 weeks that the published models are fitted on
END = date(1998, 6, 30)
NOW = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
MARGIN = 0.3


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
    worth = lifetime_values(model.model, spend.model, seen, margin=MARGIN)
    found = rank(worth)
    assert found.best == 236
    assert 0.4 < found.share < 0.7
    alive = bgnbd.p_alive(model.model, seen.repeats, seen.last, seen.age)
    assert ((alive > 0) & (alive <= 1)).all()
    assert np.isfinite(worth).all()


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The sample loaded from its file; what is asked is asked of the first 39 weeks."""
    if not FILES.exists():
        pytest.skip("the cdnow sample is not beside this checkout")
    folder = tmp_path_factory.mktemp("cdnow") / "p"
    project = open_project(create_project(folder, tz="UTC", gross_margin=MARGIN))
    load([FILES], project, who="test", now=NOW, yes=True)

    def row(kpi, period="1997-01-01/1997-10-01"):
        query = Query.from_params(
            {"kpi": [kpi], "period": [period]},
            reader=EVERYTHING, catalog=catalog(project), settings=project.settings,
        )  # fmt: skip
        (one,) = ask(query, project, now=NOW).rows
        return one

    yield row
    project.close()


@pytest.fixture(scope="module")
def paid(orders):
    """Customers as kpilot sees them: an order of nothing is no order (specification §2.5)."""
    rows = [row for row in zip(*orders, strict=True) if row[2] > 0]
    customers, days, values = (list(column) for column in zip(*rows, strict=True))
    return bgnbd.history(customers, days, LAST_DAY, values)


def test_the_file_loaded_answers_what_the_models_say(asked, paid):
    found = bgnbd.fit(paid.repeats, paid.last, paid.age).model
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx(
        (0.243, 4.414, 0.793, 2.426), rel=0.01
    )  # the published ones, of all orders
    repeats = paid.repeats > 0
    alive = bgnbd.p_alive(found, paid.repeats, paid.last, paid.age)[repeats]
    row = asked("p_alive")
    assert row.value == pytest.approx(float(alive.mean()), abs=1e-6)
    assert (row.den, row.excluded) == (int(repeats.sum()), {"no_repeats": int((~repeats).sum())})
    year = bgnbd.expected_orders(found, paid.repeats, paid.last, paid.age, 12 * 30.4375 / 7)
    row = asked("expected_orders")
    assert (row.value, row.n) == (pytest.approx(float(year.sum()), rel=1e-6), len(paid.customers))
    spending = gamma_gamma.fit(paid.repeats, paid.value).model
    assert (spending.p, spending.q, spending.v) == pytest.approx((6.25, 3.74, 15.44), rel=0.01)
    worth = lifetime_values(found, spending, paid, margin=MARGIN)
    row = asked("ltv_bgnbd_gg")
    assert row.value == pytest.approx(float(worth.mean()), rel=1e-6)
    best = sorted(worth, reverse=True)[: rank(worth).best]
    share = asked("ltv_bgnbd_gg_top_share")
    assert share.value == pytest.approx(float(sum(best) / worth.sum()), abs=1e-6)


def test_the_file_loaded_answers_counts_and_sums(asked, orders):
    rows = [row for row in zip(*orders, strict=True) if row[2] > 0]
    inside = [row for row in rows if row[1] <= LAST_DAY]
    assert float(asked("net_revenue").value) == pytest.approx(sum(value for *_, value in inside))
    per_customer = asked("orders_per_customer")
    assert (per_customer.num, per_customer.den) == (len(inside), len({row[0] for row in inside}))
    assert asked("net_revenue", "1998-08").reason == "outside_coverage"
