"""Orders net of refunds, their mean and margin, and the customers who buy again."""

from decimal import Decimal

import pytest

from tests.examples.given import DATA

E13 = next(example for example in DATA["examples"] if example["id"] == "E13")


def order(
    id_: str, on: str, amount: float | None = 100, account: str = "A", **more: object
) -> dict:
    """A paid order; `on` may be a moment."""
    moment = {"ordered_at": on} if ":" in on else {"ordered_on": on}
    return {"id": id_, "account_id": account, "status": "paid", "net_amount": amount,
            **moment, **more}  # fmt: skip


def refund(id_: str, of: str, on: str, amount: float, **more: object) -> dict:
    """A refund of an order, known to the day."""
    return {"id": id_, "order_id": of, "refunded_on": on, "net_amount": amount, **more}


def line(id_: str, of: str, amount: float, **more: object) -> dict:
    """A line of an order."""
    return {"id": id_, "order_id": of, "net_amount": amount, **more}


def test_e13_whole(company):
    made = company()
    for table, content in E13["tables"].items():
        rows = (dict(zip(content["cols"], cells, strict=True)) for cells in content["rows"])
        made.put(table, *rows)
    made.until("2026-05-02")
    for seen in E13["expected"]:
        words = {"period": "/".join(E13["period"]), "as_of": seen["as_of"]}
        assert made.value("net_revenue", **words) == seen["net_revenue"]
        for kpi in [name for name in seen if name not in ("as_of", "net_revenue")]:
            (row,) = made.ask(kpi, **words).rows
            want = seen[kpi]
            assert (float(row.value), row.num, row.den) == (
                pytest.approx(want["value"], abs=1e-6), want["num"], want["den"]
            ), kpi  # fmt: skip
    assert {name for seen in E13["expected"] for name in seen} == {*E13["kpis"], "as_of"}


def test_a_refund_stands_at_its_own_date_in_revenue_and_at_its_order_in_the_mean(company):
    made = company().put("order", order("a", "2026-01-10", 100), order("b", "2026-01-20", 300))
    made.put("refund", refund("r", "b", "2026-02-05", 50)).until("2026-04-01")
    revenue = made.ask("net_revenue", period="2026-01-01/2026-03-01", grain="month").rows
    assert [row.value for row in revenue] == [400, -50]
    assert made.value("aov", period="2026-01") == Decimal(175)
    assert made.value("aov", period="2026-01", as_of="2026-02-04") == Decimal(200)
    whole = {"period": "2026-01-01/2026-03-01"}
    seen = [made.value("net_revenue", as_of=f"2026-02-0{day}", **whole) for day in (4, 5)]
    assert seen == [400, 350]
    assert made.value("aov", period="2026-02") is None


def test_a_refund_after_the_cut_off_is_not_seen(company):
    made = company(tz="Europe/Paris").put("order", order("a", "2026-01-10", 100))
    late = {"id": "r", "order_id": "a", "net_amount": 40, "refunded_at": "2026-01-31 22:59"}
    made.put("refund", late).until("2026-03-01")  # a minute before midnight in Paris
    assert made.value("net_revenue", period="2026-01", as_of="2026-01-31T22:59:00Z") == 100
    assert made.value("net_revenue", period="2026-01", as_of="2026-01-31T22:59:01Z") == 60
    assert made.value("net_revenue", period="2026-01") == 60


def test_a_full_refund_leaves_no_order_and_no_customer_but_its_revenue_stays(company):
    made = company(sales_source="orders").put(
        "order", order("a", "2026-01-10", 100), order("b", "2026-01-11", 80, "B")
    )
    made.put("refund", refund("r", "b", "2026-02-02", 80))
    made.put("order", order("credit note", "2026-01-12", -30, "B")).until("2026-04-01")
    assert made.value("net_revenue", period="2026-01") == 150
    assert made.value("orders_per_customer", period="2026-01") == 1.0
    (row,) = made.ask("value_per_customer", period="2026-01").rows
    assert (row.value, row.num, row.den) == (Decimal(100), 100, 1)
    assert made.value("sales_count", period="2026-01") == 1
    assert made.value("sales_value", period="2026-01") == 70


def test_cancelled_draft_deleted_and_test_orders_leave_with_their_refunds(company):
    made = company().put(
        "order",
        order("a", "2026-01-10", 100),
        order("b", "2026-01-10", 1000, status="cancelled"),
        order("c", "2026-01-10", 1000, status="draft"),
        order("d", "2026-01-10", 1000, is_test=True),
        order("e", "2026-01-10", 1000, merged_into_id="a"),
        order("f", "2026-01-10", 10, deleted_at="2026-01-20 00:00"),
    )
    made.put(
        "refund",
        refund("r", "b", "2026-01-12", 500),
        refund("s", "a", "2026-01-12", 30, deleted_at="2026-01-15 00:00"),
    ).until("2026-03-01")
    assert made.value("net_revenue", period="2026-01") == 100
    assert made.value("net_revenue", period="2026-01", as_of="2026-01-18") == 110
    assert made.value("net_revenue", period="2026-01", as_of="2026-01-14") == 80


def test_orders_are_worth_their_lines_when_they_have_no_amount_and_neither_is_counted(company):
    made = company().put(
        "order", order("a", "2026-01-10", None), order("b", "2026-01-11", 50),
        order("c", "2026-01-12", None),
    )  # fmt: skip
    made.put("order_line", line("l1", "a", 70), line("l2", "a", 30), line("l3", "b", 999))
    made.put("order_line", line("l4", "a", 500, deleted_at="2026-01-11 00:00"))
    made.until("2026-03-01")
    (row,) = made.ask("net_revenue", period="2026-01").rows
    assert (row.value, row.n, row.excluded) == (150, 3, {"null_amount": 1})
    (row,) = made.ask("aov", period="2026-01").rows
    assert (row.value, row.den, row.excluded) == (Decimal(75), 2, {"null_amount": 1})
    assert made.value("orders_per_customer", period="2026-01") == 3.0


def test_each_amount_is_converted_at_its_own_date(company):
    made = company(fx_max_stale_days=40).put(
        "fx_rate",
        {"from_currency": "USD", "to_currency": "EUR", "date": "2026-01-01", "rate": 0.9},
        {"from_currency": "USD", "to_currency": "EUR", "date": "2026-02-01", "rate": 0.8},
        {"from_currency": "EUR", "to_currency": "GBP", "date": "2026-01-01", "rate": 0.5},
        {"from_currency": "EUR", "to_currency": "GBP", "date": "2026-02-01", "rate": 2},
    )
    made.put("order", order("a", "2026-01-10", 100, currency="USD"), order("b", "2026-01-11", 10))
    made.put("order", order("c", "2026-01-31", 10, currency="GBP"))
    made.put("refund", refund("r", "a", "2026-02-01", 20), refund("s", "c", "2026-02-01", 10))
    made.until("2026-03-01")
    assert made.value("net_revenue", period="2026-01") == 90 + 10 + 20
    assert made.value("net_revenue", period="2026-02") == -16 - 5
    assert made.value("aov", period="2026-01") == Decimal(41)  # (80 × 0.9 + 10) / 2


def test_a_refund_in_another_currency_is_converted_into_its_orders(company):
    made = company().put(
        "fx_rate", {"from_currency": "USD", "to_currency": "EUR", "date": "2026-01-09", "rate": 0.5}
    )
    made.put("order", order("a", "2026-01-10", 100), order("b", "2026-01-10", 100))
    made.put(
        "refund",
        refund("r", "a", "2026-01-12", 200, currency="USD"),
        refund("s", "b", "2026-01-12", 10, currency="GBP"),
    ).until("2026-02-01")
    (row,) = made.ask("aov", period="2026-01").rows  # of a nothing is left; b lacks a rate
    assert (row.value, row.reason, row.excluded) == (None, "missing_rate", {"missing_rate": 1})
    (row,) = made.ask("net_revenue", period="2026-01").rows
    assert (row.reason, row.partial_value) == ("missing_rate", 100)


def test_without_a_rate_there_is_no_sum_but_what_is_known_of_it(company):
    made = company().put(
        "order", order("a", "2026-01-10"), order("b", "2026-01-11", currency="GBP")
    )
    made.until("2026-02-01")
    for kpi in ("net_revenue", "aov", "value_per_customer"):
        (row,) = made.ask(kpi, period="2026-01").rows
        assert (row.value, row.reason, row.partial_value) == (None, "missing_rate", 100)
        assert row.excluded == {"missing_rate": 1}
    assert made.value("orders_per_customer", period="2026-01") == 2.0


def test_an_order_at_night_is_on_the_local_day_and_a_date_is_never_shifted(company):
    made = company(tz="America/New_York").put(
        "order", order("a", "2026-02-01 03:00", 10), order("b", "2026-02-01", 1)
    )
    made.until("2026-03-01 05:00")
    assert made.value("net_revenue", period="2026-01") == 10
    assert made.value("net_revenue", period="2026-02") == 1


def test_two_orders_on_one_day_make_a_repeat_and_a_second_purchase(company):
    made = company().put(
        "order",
        order("a", "2026-01-10"), order("b", "2026-01-10"),
        order("c", "2026-01-15", account="C"), order("d", "2026-04-15", account="C"),
        order("e", "2026-01-20", account="E"), order("f", "2026-04-19", account="E"),
        order("g", "2026-03-01", account="G"),
    ).until("2026-05-01")  # fmt: skip
    (row,) = made.ask("repeat_purchase_rate", period="2026-01").rows
    assert (row.num, row.den) == (1, 3)
    (row,) = made.ask("repeat_purchase_rate", period="2026-01-15/2026-04-15").rows
    assert (row.num, row.den) == (0, 3)  # C's second order is on the first day after
    (row,) = made.ask("repurchase_rate_cohort", period="2026-01").rows
    assert (row.num, row.den) == (2, 3)  # C comes back after exactly 90 days: too late
    (row,) = made.ask("repurchase_rate_cohort_to_date", period="2026-01").rows
    assert (row.num, row.den) == (3, 3)
    (row,) = made.ask("repurchase_rate_cohort", period="2026-03").rows
    assert (row.reason, row.excluded) == ("zero_denominator", {"immature": 1})


def test_a_first_order_that_is_paid_back_is_no_first_order(company):
    made = company().put("order", order("a", "2025-12-10"), order("b", "2026-01-10"))
    made.put("refund", refund("r", "a", "2026-02-01", 100)).until("2026-06-01")
    words = {"period": "2026-01"}
    assert made.value("returning_customer_share", **words) == 0.0
    assert made.value("returning_customer_share", **words, as_of="2026-01-31") == 1.0
    assert made.value("repurchase_rate_cohort", period="2025-12") is None
    assert made.value("repurchase_rate_cohort", **words) == 0.0


def test_periods_side_by_side_do_not_know_of_each_other(company):
    made = company().put(
        "order",
        order("a", "2026-01-10"), order("b", "2026-02-10"),
        order("c", "2026-01-11", account="B"),
        order("d", "2026-03-03", account="C"), order("e", "2026-03-04", account="C"),
    ).until("2026-04-01")  # fmt: skip
    words = {"period": "2026-01-01/2026-04-01", "grain": "month"}
    found = {
        kpi: [(row.num, row.den) for row in made.ask(kpi, **words).rows]
        for kpi in ("repeat_purchase_rate", "returning_customer_share",
                    "customer_retention_noncontractual", "orders_per_customer")
    }  # fmt: skip
    assert found["repeat_purchase_rate"] == [(0, 2), (0, 1), (1, 1)]
    assert found["returning_customer_share"] == [(0, 2), (1, 1), (0, 1)]
    assert found["customer_retention_noncontractual"][1:] == [(1, 2), (0, 1)]
    assert found["orders_per_customer"] == [(2, 2), (1, 1), (2, 1)]
    (whole,) = made.ask("orders_per_customer", period="2026-01-01/2026-04-01").rows
    assert (whole.num, whole.den) == (5, 3)  # customers of months do not add up


def test_nobody_is_lost_in_a_period_that_is_not_over(company):
    made = company().put("order", order("a", "2026-01-10"), order("b", "2026-02-10", account="B"))
    made.until("2026-02-15")
    (row,) = made.ask("customer_retention_noncontractual", period="2026-02").rows
    assert (row.value, row.reason, row.excluded) == (None, "not_over", {"not_over": 1})


def test_shares_near_the_start_of_the_data_say_so_unless_customers_have_an_age(company):
    made = company().put("order", order("a", "2025-06-10"), order("b", "2026-01-10"))
    made.until("2026-02-01")
    assert "left_edge" in made.ask("returning_customer_share", period="2026-01").rows[0].flags
    made.put("account", {"id": "A", "name": "A", "created_on": "2025-06-01"})
    assert "left_edge" not in made.ask("returning_customer_share", period="2026-01").rows[0].flags


def test_a_margin_is_a_ratio_of_sums_over_lines_whose_cost_is_known(company):
    made = company().put("product", {"id": "p", "name": "P", "unit_cost": 7})
    made.put("order", order("a", "2026-01-10", 300), order("b", "2026-01-11", 50, status="draft"))
    made.put(
        "order_line",
        line("l1", "a", 100, cost=60),
        line("l2", "a", 50, product_id="p", qty=2),  # 2 × 7
        line("l3", "a", 150, product_id="p"),  # no quantity, no cost
        line("l4", "b", 50, cost=1),
    ).until("2026-02-01")
    (row,) = made.ask("gross_margin", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (76, 150, {"null_amount": 1})
    assert row.value == pytest.approx(76 / 150)
    found = made.values("gross_margin", by="product", period="2026-01")
    assert found == {"P": pytest.approx(36 / 50), "(none)": pytest.approx(0.4)}


def test_the_cost_of_a_line_is_in_its_money_and_that_of_a_product_in_the_companys(company):
    made = company().put("product", {"id": "p", "name": "P", "unit_cost": 4})
    made.put(
        "fx_rate", {"from_currency": "USD", "to_currency": "EUR", "date": "2026-01-09", "rate": 0.5}
    )
    made.put("order", order("a", "2026-01-10", 350, currency="USD"))
    made.put(
        "order_line",
        line("l1", "a", 250, product_id="p", qty=2, currency="USD"),  # 125 − 8
        line("l2", "a", 100, cost=60, currency="USD"),  # 50 − 30
    ).until("2026-02-01")
    (row,) = made.ask("gross_margin", period="2026-01").rows
    assert (row.num, row.den) == (137, 175)


def test_a_margin_is_not_given_when_few_lines_have_a_cost(company):
    made = company().put("order", order("a", "2026-01-10", 300))
    made.put("order_line", *(line(f"l{i}", "a", 10, cost=5 if i < 15 else None) for i in range(20)))
    (row,) = made.until("2026-02-01").ask("gross_margin", period="2026-01").rows
    assert (row.value, row.reason, row.partial_value) == (None, "amount_coverage", 0.5)


def test_orders_by_the_team_of_their_day_and_customers_by_their_first_order(company):
    made = company().put("team", {"id": "t1", "name": "One"}, {"id": "t2", "name": "Two"})
    made.put("agent", {"id": "ann", "name": "Ann", "team_id": "t2"}, {"id": "bob", "name": "Bob"})
    made.put(
        "agent_team_history",
        {"agent_id": "ann", "from_date": "2025-01-01", "team_id": "t1"},
        {"agent_id": "ann", "from_date": "2026-01-15", "team_id": "t2"},
    )
    made.put("channel", {"id": "web", "name": "Web"}, {"id": "shop", "name": "Shop"})
    made.put("account", {"id": "A", "name": "A", "first_channel_id": "web", "segment": "SMB"})
    made.put(
        "order",
        order("a", "2026-01-10", 100, owner_id="ann", channel_id="shop"),
        order("b", "2026-01-20", 200, owner_id="bob"),
        order("c", "2026-01-21", 300, owner_id="ann"),
    ).until("2026-02-01")
    words = {"period": "2026-01"}
    teams = made.values("net_revenue", by="team", **words)
    assert teams == {"One": 100, "Two": 300, "(none)": 200}
    assert made.values("net_revenue", by="channel", **words) == {"Shop": 100, "Web": 500}
    assert made.values("orders_per_customer", by="agent", **words) == {"Ann": 2.0, "Bob": 1.0}
    assert made.values("repeat_purchase_rate", by="agent", **words) == {"Ann": 1.0}
    assert made.values("repeat_purchase_rate", by="channel", **words) == {"Web": 1.0}


def test_revenue_by_product_follows_the_lines_and_a_refund_its_order(company):
    made = company().put("product", {"id": "p", "name": "P"}, {"id": "q", "name": "Q"})
    made.put("order", order("1", "2026-01-10", 200), order("2", "2026-01-11", 10))
    made.put(
        "order_line",
        line("l1", "1", 70, product_id="p"),
        line("l2", "1", 30, product_id="q"),
        line("l3", "2", 10),
    )
    made.put("refund", refund("2", "1", "2026-01-15", 20)).until("2026-02-01")
    found = made.values("net_revenue", by="product", period="2026-01")
    assert {name: float(value) for name, value in found.items()} == pytest.approx(
        {"P": 126, "Q": 54, "(none)": 10}
    )
    assert made.value("net_revenue", period="2026-01") == 190
