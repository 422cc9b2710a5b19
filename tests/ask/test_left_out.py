"""What is left out of a figure is the reason when nothing is left, and never passed over."""

import pytest

from tests.ask.conftest import lost, still_open, won

ORDERS = [
    {"id": "r1", "account_id": "k", "status": "paid", "currency": "USD", "net_amount": 100,
     "ordered_on": "2023-02-01"},
]  # fmt: skip


@pytest.mark.parametrize("kpi", ["aov", "value_per_customer"])
def test_orders_of_which_none_has_a_rate_lack_a_rate_not_a_divisor(company, kpi):
    made = company().put("account", {"id": "k", "name": "K"}).put("order", *ORDERS)
    (row,) = made.until("2024-01-01").ask(kpi, period="2023").rows
    assert (row.value, row.reason) == (None, "missing_rate")


def test_a_median_is_not_that_of_the_sales_that_have_a_rate(company):
    made = company().put(
        "opportunity", won("a", "2026-01-10", 300), won("b", "2026-01-11", 50, currency="USD")
    )
    (row,) = made.until("2026-02-01").ask("avg_deal_size_median", period="2026-01").rows
    assert (row.value, row.reason, row.partial_value) == (None, "missing_rate", 300)
    assert row.excluded == {"missing_rate": 1}


def test_nobody_is_kept_or_lost_while_the_period_runs(company):
    made = company().put("account", {"id": "k", "name": "K"})
    made.put("order", {**ORDERS[0], "currency": "EUR"})
    made.put("order", {**ORDERS[0], "id": "r2", "currency": "EUR", "ordered_on": "2024-02-01"})
    made.until("2024-06-01")
    (row,) = made.ask("customer_retention_noncontractual", period="2024").rows
    assert (row.value, row.reason) == (None, "not_over")


def test_a_deal_closed_since_as_a_duplicate_was_never_open(company):
    due = {"expected_close_date": "2026-01-20"}
    twin = {"close_reason": "duplicate", "created_on": "2026-01-02", **due}
    made = company(void_reasons=("duplicate",)).put(
        "opportunity",
        still_open("a", "2026-01-02", 10, probability=0.5, **due),
        lost("b", "2026-03-01", 20, created_on="2026-01-02", probability=0.5, **due),
        lost("c", "2026-03-01", 40, probability=0.5, **twin),
    )
    made.until("2026-04-01")
    expected = {"open_opportunities": 2, "open_pipeline": 30, "weighted_pipeline": 15,
                "due_pipeline": 30, "due_pipeline_past": 30, "stalled_rate": 0}  # fmt: skip
    made.put("activity", {"id": "t", "kind": "call", "opportunity_id": "a",
                          "completed_at": "2026-01-03 10:00:00", "status": "done"})
    assert {kpi: made.value(kpi, period="2026-01") for kpi in expected} == expected
    (row,) = made.ask("stalled_rate", period="2026-01").rows
    assert row.den == 2


@pytest.mark.parametrize(("period", "is_fresh"), [("2026-01", False), ("2026-08", True)])
def test_a_rate_to_date_of_a_fresh_cohort_says_so(company, period, is_fresh):
    made = company().put(
        "opportunity",
        won("a", "2026-02-01", created_on="2026-01-05"),
        still_open("b", "2026-08-05"),
    )
    (row,) = made.until("2026-09-01").ask("win_rate_cohort_to_date", period=period).rows
    assert ("immature" in row.flags) == is_fresh


def test_twelve_months_are_twelve_in_a_leap_year_too(company):
    made = company().put("account", {"id": "k", "name": "K"}, {"id": "m", "name": "M"})
    made.put(
        "subscription_mrr",
        {"account_id": "k", "from_date": "2022-01-01", "mrr": 100},
        {"account_id": "m", "from_date": "2023-03-02", "mrr": 50},
        {"account_id": "m", "from_date": "2023-06-01", "mrr": 0},
    )
    made.until("2024-03-02")  # a year from 2 March 2023, 366 days
    (row,) = made.ask("grr_year", period="2024-03-01/2024-03-02").rows
    assert row.value == 1


def test_revenue_that_does_not_change_needs_no_rate_to_say_so(company):
    made = company(fx_max_stale_days=7).put("account", {"id": "k", "name": "K"})
    money = {"account_id": "k", "currency": "USD"}
    made.put("subscription_mrr", {**money, "from_date": "2023-06-01", "mrr": 100},
             {**money, "from_date": "2023-08-01", "mrr": 250},
             {**money, "from_date": "2023-09-01", "mrr": 100}).until("2024-03-02")  # fmt: skip
    assert made.value("mrr_contraction", period="2023-Q3") == 0
