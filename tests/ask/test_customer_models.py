"""Customers with and without a contract, as models see them: gates, groups, rights."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlglot import exp

from kpilot.analysis import bgnbd, gamma_gamma
from kpilot.analysis.clv import lifetime_values
from kpilot.core.rights import Reader

CDNOW = Path(__file__).parents[2] / "../shared/data/cdnow/cdnow_sample.csv"
COHORT = [1000, 631, 468, 382, 326]  # example E16


def renewing(cohort, start=2020, prefix="k"):
    """MRR of customers who all start on 1 March and leave at renewals, as the counts say."""
    rows = []
    for n in range(cohort[0]):
        account = f"{prefix}{n}"
        rows.append({"account_id": account, "from_date": f"{start}-03-01", "mrr": 10})
        years = sum(n < left for left in cohort[1:])
        if years < len(cohort) - 1:
            rows.append({"account_id": account, "from_date": f"{start + years + 1}-03-01",
                         "mrr": 0})  # fmt: skip
    return rows


def put(made, table, rows):
    """All rows at once: one by one they would take as long as the test."""
    names = (*rows[0], "source", "load_id")
    for first in range(0, len(rows), 500):
        some = rows[first : first + 500]
        marks = exp.values([tuple(exp.Placeholder() for _ in names)] * len(some))
        columns = [exp.to_identifier(name) for name in names]
        into = exp.insert(marks, into=exp.to_table(table, quoted=True), columns=columns)
        values = [value for row in some for value in (*row.values(), "file", 1)]
        made.project.engine.query(into.sql(dialect="duckdb"), values)
    return made


@pytest.fixture
def contract(company):
    made = put(company(), "subscription_mrr", renewing(COHORT))
    return made.until("2024-06-01")


def test_renewals_are_those_that_the_cohort_of_example_e16_leads_one_to_expect(contract):
    rows = contract.ask("retention_sbg", period="2024-05").rows
    assert [row.dims["tenure_years"] for row in rows] == [str(n) for n in range(1, 11)]
    assert [(row.num, row.den) for row in rows[:5]] == [
        (631, 1000), (468, 631), (382, 468), (326, 382), (None, None)
    ]  # fmt: skip
    assert rows[4].value == pytest.approx(0.8739722, abs=1e-3)
    left = contract.ask("retention_sbg_survival", period="2024-05").rows
    assert left[4].value == pytest.approx(0.2844511, abs=1e-3)
    assert (left[3].num, left[3].den, left[3].n) == (326, 1000, 1000)
    for row in (*rows, *left):
        assert row.lo < row.value < row.hi
        assert row.method == "information"
    assert (rows[0].lo, rows[0].hi) == pytest.approx((0.599, 0.658), abs=2e-3)


def test_renewals_are_seen_only_when_their_day_has_come(contract):
    rows = contract.ask("retention_sbg", period="2023-02").rows
    assert [(row.num, row.den) for row in rows[:3]] == [(631, 1000), (468, 631), (None, None)]
    assert {row.reason for row in rows} == {"too_few_customers"}  # two renewals are not three


def test_a_hundred_customers_are_needed(company):
    made = put(company(), "subscription_mrr", renewing([99, 60, 45, 40]))
    rows = made.until("2024-06-01").ask("retention_sbg", period="2024-05").rows
    assert {(row.value, row.reason) for row in rows} == {(None, "too_few_customers")}
    assert (rows[0].num, rows[0].den) == (60, 99)


@pytest.fixture(scope="module")
def orders():
    """Orders of the CDNOW sample, customers dealt out to two sellers."""
    if not CDNOW.exists():
        pytest.skip("the cdnow sample is not beside this checkout")
    with CDNOW.open(newline="", encoding="utf-8") as file:
        return [
            {"id": f"o{n}", "account_id": row["master_id"], "ordered_on": row["date"],
             "net_amount": float(row["amount"]), "owner_id": "ana" if int(row["sample_id"]) % 8
             else "bob"}
            for n, row in enumerate(csv.DictReader(file))
        ]  # fmt: skip


@pytest.fixture
def shop(company, orders):
    made = company(gross_margin=0.3)
    made.put("agent", {"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"})
    return put(made, "order", orders).until("1998-07-01")


def test_who_still_buys_is_what_the_model_says_of_histories_counted_by_hand(shop, orders):
    """Orders of nothing are no orders here, so 2,349 of the 2,357 customers are left."""
    days, last_day = {}, date(1997, 9, 30)
    for row in orders:
        if row["net_amount"] > 0 and row["ordered_on"] <= last_day.isoformat():
            days.setdefault(row["account_id"], set()).add(date.fromisoformat(row["ordered_on"]))
    counted = [
        (len(one) - 1, (max(one) - min(one)).days / 7, (last_day - min(one)).days / 7)
        for one in days.values()
    ]
    columns = list(zip(*counted, strict=True))
    model = bgnbd.fit(*columns).model
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx(
        (0.243, 4.414, 0.793, 2.426), rel=0.01
    )  # as published
    (alive,) = shop.ask("p_alive", period="1997-09").rows
    repeats = [p for x, p in zip(columns[0], bgnbd.p_alive(model, *columns), strict=True) if x]
    assert alive.value == pytest.approx(sum(repeats) / len(repeats), abs=1e-6)
    assert (alive.den, alive.excluded) == (len(repeats), {"no_repeats": 2349 - len(repeats)})
    assert alive.flags == ["short_history"]
    assert (alive.lo, alive.hi) == pytest.approx((0.502, 0.568), abs=0.004)
    (expected,) = shop.ask("expected_orders", period="1997-09").rows
    # 100 refits of simulated customers scatter by 5.1 %
    half = np.log(expected.hi / expected.lo) / 2 / 1.959963984540054
    assert (half, expected.method) == (pytest.approx(0.0513, rel=0.05), "information")
    year = bgnbd.expected_orders(model, *columns, 12 * 30.4375 / 7).sum()
    assert (expected.value, expected.n) == (pytest.approx(float(year), rel=1e-6), 2349)


def test_customers_are_worth_what_both_models_say_and_add_up(shop, orders):
    (total,) = shop.ask("ltv_bgnbd_gg", period="1997-09").rows
    assert (total.n, total.reason) == (2349, "")
    paid = [row for row in orders if row["net_amount"] > 0]
    seen = bgnbd.history(
        [row["account_id"] for row in paid],
        [date.fromisoformat(row["ordered_on"]) for row in paid],
        date(1997, 9, 30),
        [row["net_amount"] for row in paid],
    )
    buying = bgnbd.fit(seen.repeats, seen.last, seen.age).model
    spending = gamma_gamma.fit(seen.repeats, seen.value).model
    counted = lifetime_values(buying, spending, seen, margin=0.3)
    assert total.value == pytest.approx(float(counted.mean()), rel=1e-6)
    by_seller = shop.ask("ltv_bgnbd_gg", by="agent", period="1997-09").rows
    assert sum(row.num for row in by_seller) == pytest.approx(total.num)
    assert all(row.lo < row.value < row.hi for row in (total, *by_seller))
    each = shop.ask("ltv_bgnbd_gg", by="account", period="1997-09").rows
    assert sum(row.lo is not None for row in each) == 400
    assert sum("interval_left_out" in row.flags for row in each) == 2349 - 400
    worth = sorted((row.value for row in each), reverse=True)
    assert (len(worth), sum(worth)) == (2349, pytest.approx(total.num))
    (share,) = shop.ask("ltv_bgnbd_gg_top_share", period="1997-09").rows
    assert share.value == pytest.approx(sum(worth[:235]) / sum(worth))
    assert 0 < share.lo < share.value < share.hi < 1


def test_what_a_customer_is_worth_needs_a_margin(company, orders):
    made = put(company(), "order", orders)
    (row,) = made.until("1998-07-01").ask("ltv_bgnbd_gg", period="1997-09").rows
    assert (row.value, row.reason) == (None, "not_measurable")
    assert "missing:order_line.net_amount" in row.flags


def test_a_seller_of_few_customers_gets_no_model_of_them(shop):
    bob = Reader(agent_ids=frozenset({"bob"}))
    (row,) = shop.ask("p_alive", period="1997-09", reader=bob).rows
    assert (row.value, row.reason) == (None, "too_few_customers")
    assert row.n < 300
    ana = Reader(agent_ids=frozenset({"ana"}))
    (row,) = shop.ask("p_alive", period="1997-09", reader=ana).rows
    assert 0 < row.value < 1


def test_nothing_is_said_of_days_to_come(shop):
    (row,) = shop.ask("p_alive", period="1999-01").rows
    assert (row.value, row.reason) == (None, "outside_coverage")
