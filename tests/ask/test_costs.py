"""What customers cost and are worth (specification §2.9)."""

from datetime import date
from decimal import Decimal

import pytest

from kpilot.core.rights import Reader
from tests.ask.e15_customers import customers
from tests.ask.test_customers import mrr, order
from tests.examples.given import DATA

E15 = next(example for example in DATA["examples"] if example["id"] == "E15")


def cost(name: str, amount: float | None, start: str, end: str | None, **more: object) -> dict:
    return {"id": name, "category": "ads", "function": "marketing", "amount": amount,
            "start_date": start, "end_date": end, **more}  # fmt: skip


def e15(company):
    """The costs of E15, and customers that give the figures it takes for granted."""
    made = company(gross_margin=E15["config"]["gross_margin"])
    table = E15["tables"]["cost"]
    made.put("cost", *(dict(zip(table["cols"], cells, strict=True)) for cells in table["rows"]))
    for name, rows in customers(E15["config"], date.fromisoformat(E15["period"][1])).items():
        made.put(name, *rows)
    return made.until(E15["period"][1])


def test_example_e15_whole(company):
    made, config = e15(company), E15["config"]
    want = {name: value for name, value in E15["expected"].items() if name.count("_") < 3}
    want |= {name: config[name] for name in ("new_customers", "new_customers_paid")}
    want |= {"mrr_new": config["new_mrr"], "arpa": config["arpa_month"],
             "monthly_churn": config["monthly_churn"]}  # fmt: skip
    rows = made.ask(",".join(want), period="/".join(E15["period"])).rows
    assert {row.kpi: float(row.value) for row in rows} == pytest.approx(want, abs=1e-6)
    values = {row.kpi: float(row.value) for row in rows}
    wrong = values["ltv_revenue"] / values["cac"]
    assert wrong == pytest.approx(E15["expected"]["wrong_ltv_cac_on_revenue"], abs=1e-6)


def test_nobody_won_and_nobody_lost_give_no_figure(company):
    (row,) = e15(company).ask("cac", period="2026-02").rows
    assert (row.value, row.reason) == (None, "zero_denominator")
    calm = company(gross_margin=0.8)
    calm.put("subscription_mrr", *mrr("a", ("2025-01-01", 100))).until("2026-04-01")
    for kpi in ("ltv_revenue", "ltv_margin"):
        (row,) = calm.ask(kpi, period="2026-Q1").rows
        assert (row.value, row.reason) == (None, "zero_denominator")
    assert calm.value("ltv_revenue_floor", period="2026-Q1") == 400  # 100 × 12 ÷ 3


def test_a_margin_that_nobody_knows_gives_no_figure(company):
    made = company()
    made.put(
        "subscription_mrr", *mrr("a", ("2025-01-01", 100)),
        *mrr("b", ("2025-01-01", 100), ("2026-02-10", 0)),
    ).until("2026-04-01")  # fmt: skip
    assert made.value("ltv_revenue", period="2026-Q1") > 0
    (row,) = made.ask("ltv_margin", period="2026-Q1").rows
    assert (row.value, row.reason) == (None, "not_measurable")


def test_a_cost_over_a_year_falls_on_its_days_and_adds_up_to_the_last_digit(company):
    made = company().put("cost", cost("k", 1000, "2025-12-01", "2026-12-01")).until("2027-01-01")
    december = made.value("acquisition_cost", period="2025-12")
    assert december == pytest.approx(Decimal(31000) / 365)
    parts = [row.value for row in made.ask("acquisition_cost", **{
        "from": "2025-12-01", "to": "2026-12-01"}, grain="month").rows]  # fmt: skip
    assert sum(parts) == 1000
    assert made.value("acquisition_cost", period="2025") == december


def test_a_cost_without_an_end_falls_on_its_first_day(company):
    made = company().put("cost", cost("k", 70, "2026-01-10", None)).until("2026-02-01")
    assert made.value("acquisition_cost", period="2026-01-10") == 70
    assert made.value("acquisition_cost", period="2026-01") == 70


def test_a_cost_that_ends_before_it_starts_is_left_out_and_counted(company):
    made = (
        company()
        .put(
            "cost",
            cost("k", 70, "2026-01-10", "2026-01-02"),
            cost("m", 30, "2026-01-01", "2026-02-01"),
        )
        .until("2026-02-01")
    )
    for kpi in ("acquisition_cost", "acquisition_cost_paid"):
        (row,) = made.ask(kpi, period="2026-01").rows
        assert (row.value, row.excluded) == (30, {"null_amount": 1})


def test_only_the_days_that_have_passed_are_counted(company):
    made = company().put("cost", cost("k", 310, "2026-01-01", "2026-02-01")).until("2026-02-01")
    (row,) = made.ask("acquisition_cost", period="2026-01", as_of="2026-01-10").rows
    assert (row.value, row.partial) == (100, True)


def test_each_day_of_a_foreign_cost_has_its_own_rate(company):
    made = company().put("cost", cost("k", 310, "2026-01-01", "2026-02-01", currency="USD"))
    made.put(
        "fx_rate",
        {"from_currency": "USD", "to_currency": "EUR", "date": "2025-12-31", "rate": 0.5},
        {"from_currency": "USD", "to_currency": "EUR", "date": "2026-01-11", "rate": 1.0},
    ).until("2026-02-01")
    assert made.value("acquisition_cost", period="2026-01") == 50 + 210


def test_a_cost_without_a_rate_gives_no_figure_and_the_part_that_is_known(company):
    made = (
        company()
        .put(
            "cost",
            cost("k", 310, "2026-01-01", "2026-02-01", currency="USD"),
            cost("m", 31, "2026-01-01", "2026-02-01"),
        )
        .until("2026-02-01")
    )
    (row,) = made.ask("acquisition_cost", period="2026-01").rows
    assert (row.value, row.reason, row.partial_value) == (None, "missing_rate", 31)


def test_costs_can_come_before_the_customers_they_win(company):
    made = company(cac_lag_days=31)
    made.put(
        "cost",
        cost("k", 310, "2026-01-01", "2026-02-01"),
        cost("m", 2800, "2026-02-01", "2026-03-01"),
    )
    made.put("order", order("o", "a", "2026-02-10"), order("p", "b", "2026-02-11")).until(
        "2026-03-01"
    )
    # February has 28 days: shifted by 31 days it takes 1 to 28 January
    assert made.value("cac", period="2026-02") == 140
    assert made.value("acquisition_cost", period="2026-02") == 2800


def test_customer_success_deleted_and_test_costs_win_no_customers(company):
    made = (
        company()
        .put(
            "cost",
            cost("k", 31, "2026-01-01", "2026-02-01"),
            cost("c", 31, "2026-01-01", "2026-02-01", function="cs"),
            cost("t", 31, "2026-01-01", "2026-02-01", is_test=True),
            cost("d", 31, "2026-01-01", "2026-02-01", deleted_on="2026-01-20"),
        )
        .until("2026-02-01")
    )
    assert made.value("acquisition_cost", period="2026-01") == 31


def test_cost_per_customer_by_channel_takes_the_costs_that_carry_one(company):
    made = company().put("channel", {"id": "p", "name": "Paid"}, {"id": "r", "name": "Referral"})
    made.put("campaign", {"id": "spring", "name": "Spring", "channel_id": "p"})
    made.put("account", {"id": "a", "first_channel_id": "p"}, {"id": "b", "first_channel_id": "p"},
             {"id": "c", "first_channel_id": "r"})  # fmt: skip
    made.put("order", *(order(f"o{n}", n, "2026-01-10") for n in "abc"))
    made.put(
        "cost",
        cost("k", 310, "2026-01-01", "2026-02-01", channel_id="p"),
        cost("m", 31, "2026-01-01", "2026-02-01", campaign_id="spring"),
        cost("n", 62, "2026-01-01", "2026-02-01"),
    ).until("2026-02-01")
    costs = made.values("acquisition_cost", by="channel", period="2026-01")
    assert {name: value for name, value in costs.items() if value} == {"Paid": 341, "(none)": 62}
    by_channel = made.values("cac", by="channel", period="2026-01")
    assert by_channel["Paid"] == Decimal("170.5")
    assert float(made.value("cac", period="2026-01")) == pytest.approx(403 / 3)


def test_what_customers_brought_is_compared_at_equal_age(company):
    made = company(gross_margin=0.5)
    made.put(
        "order",
        order("a1", "a", "2026-01-10", 100),
        order("a2", "a", "2026-02-09", 50),
        order("a3", "a", "2026-02-10", 40),
        order("b1", "b", "2026-01-20", 60),
        order("c1", "c", "2026-01-31", 10),
        order("d1", "d", "2026-03-15", 999),
        order("e1", "e", "2020-01-10", 100),
        order("e2", "e", "2024-01-09", 10),
        order("e3", "e", "2024-01-10", 1),
    )
    made.put(
        "refund", {"id": "r", "order_id": "a2", "refunded_on": "2026-03-01", "net_amount": 20}
    ).until("2026-03-25")
    # a month old: 150, 60 and 10; two months old by 25 March: a and b only (c on 31 March)
    for kpi, margin in (("ltv_historical_revenue", 1), ("ltv_historical", 0.5)):
        values = made.values(kpi, by="age_months", period="2026-01")
        assert {age: float(value) for age, value in values.items()} == pytest.approx(
            {"01": 220 / 3 * margin, "02": 230 / 2 * margin}
        )
    old = made.values("ltv_historical_revenue", by="age_months", period="2020-01")
    assert [old[age] for age in ("36", "48", "60")] == [100, 110, 111]


def test_the_margin_of_what_customers_brought_comes_from_order_lines_or_is_unknown(company):
    made = company().put("order", order("o", "a", "2026-01-10", 100)).until("2026-03-25")
    rows = made.ask("ltv_historical", period="2026-01").rows
    assert {(row.value, row.reason) for row in rows} == {(None, "not_measurable")}
    made.put("order_line", {"id": "l", "order_id": "o", "net_amount": 100, "cost": 70}).until(
        "2026-03-25"
    )
    assert {float(row.value) for row in made.ask("ltv_historical", period="2026-01").rows} == {30}


def test_categories_of_costs_that_nobody_entered_are_named(company):
    (row,) = e15(company).ask("cac", period="2026-Q1").rows
    assert [flag for flag in row.flags if flag.endswith("_costs")] == ["no_overhead_costs"]


def test_who_does_not_see_everything_is_shown_no_cost(company):
    made = e15(company)
    reader = Reader(agent_ids=frozenset({"ana"}))
    for kpi in ("acquisition_cost", "acquisition_cost_paid", "cac", "cac_paid"):
        (row,) = made.ask(kpi, period="/".join(E15["period"]), reader=reader).rows
        assert (row.value, row.num, row.reason) == (None, None, "only_whole")
