"""Recurring revenue: what is in force, what changed, who stayed (specification §2.8)."""

from decimal import Decimal

import pytest

from kpilot.core.rights import Reader
from tests.examples.given import DATA

E14 = next(example for example in DATA["examples"] if example["id"] == "E14")
MOVES = ("new", "reactivation", "expansion", "contraction", "churn")


def paying(account: str, *steps: tuple[str, float], **more: object) -> list[dict[str, object]]:
    """Rows of recurring revenue of one account: (from, per month) each."""
    return [{"account_id": account, "from_date": day, "mrr": mrr, **more} for day, mrr in steps]


def test_example_e14_whole(company):
    made, want = company(**E14["config"]), dict(E14["expected"])
    for account, day, mrr in E14["tables"]["subscription_mrr"]["rows"]:
        made.put("subscription_mrr", *paying(account, (day, mrr)))
    made.until(E14["period"][1])
    want |= {f"mrr_{move}": value for move, value in want.pop("movements").items()}
    want |= {"mrr": want.pop("mrr_end"), "customers": want.pop("customers_end")}
    ratios = {kpi: value for kpi, value in want.items() if isinstance(value, dict)}
    plain = {kpi: value for kpi, value in want.items() if kpi not in ratios}
    rows = made.ask(",".join(want), period="/".join(E14["period"]), as_of=E14["as_of"]).rows
    got = {row.kpi: row for row in rows}
    assert {kpi: float(got[kpi].value) for kpi in plain} == pytest.approx(plain, abs=1e-6)
    assert [(got[kpi].num, got[kpi].den) for kpi in ratios] == [
        (one["num"], one["den"]) for one in ratios.values()
    ]
    assert [got[kpi].value for kpi in ratios] == pytest.approx(
        [one["value"] for one in ratios.values()], abs=1e-6
    )


@pytest.mark.parametrize(("back", "lost", "kept"), [("2026-03-03", 0, 1.0), ("2026-03-04", 1, 0.0)])
def test_a_pause_of_thirty_days_is_no_loss_and_of_thirty_one_is(company, back, lost, kept):
    made = company().put(
        "subscription_mrr", *paying("a", ("2025-01-01", 100), ("2026-02-01", 0), (back, 100))
    )
    made.until("2026-06-01")
    assert made.value("lost_customers", period="2026-02") == lost
    assert made.value("reactivated_customers", period="2026-03") == lost
    assert made.value("customer_retention_rate", period="2026-02") == kept
    assert made.value("mrr", period="2026-02") == 0


def test_a_pause_that_has_not_closed_is_a_loss_until_it_does(company):
    made = company().put(
        "subscription_mrr",
        *paying("a", ("2025-01-01", 100), ("2026-01-20", 0), ("2026-02-10", 100)),
    )
    made.until("2026-06-01")
    assert made.value("customers", period="2026-01", as_of="2026-02-05") == 0
    assert made.value("lost_customers", period="2026-01", as_of="2026-02-05") == 1
    assert made.value("customers", period="2026-01", as_of="2026-02-10") == 1
    assert made.value("lost_customers", period="2026-01", as_of="2026-02-10") == 0


def test_who_comes_and_goes_within_the_period_moves_no_revenue_but_is_won_and_lost(company):
    made = company().put(
        "subscription_mrr",
        *paying("a", ("2025-01-01", 100)),
        *paying("b", ("2026-02-02", 90), ("2026-03-15", 0)),
    )
    made.until("2026-06-01")
    asked = {"period": "2026-Q1"}
    assert [made.value(f"mrr_{move}", **asked) for move in MOVES] == [0, 0, 0, 0, 0]
    assert made.value("new_customers", **asked) == made.value("lost_customers", **asked) == 1
    assert made.value("mrr_new", period="2026-02") == 90
    assert made.value("mrr_churn", period="2026-03") == 90


def test_two_subscriptions_of_one_customer_net_out(company):
    made = company().put(
        "subscription",
        *({"id": name, "account_id": "a", "started_at": "2025-01-01"} for name in ("s", "t")),
    )
    made.put(
        "subscription_mrr",
        *(
            {"subscription_id": "s", "from_date": day, "mrr": mrr}
            for day, mrr in (("2025-01-01", 100), ("2026-02-01", 60))
        ),
        *(
            {"subscription_id": "t", "from_date": day, "mrr": mrr}
            for day, mrr in (("2025-01-01", 50), ("2026-02-01", 80))
        ),
    ).until("2026-06-01")
    (row,) = made.ask("grr", period="2026-02").rows
    assert (row.num, row.den) == (140, 150)  # per subscription it would be 110
    assert made.value("mrr_contraction", period="2026-02") == 10
    assert made.value("mrr_expansion", period="2026-02") == 0


def test_revenue_ends_with_its_subscription_and_leaves_with_a_deleted_one(company):
    made = company().put(
        "subscription",
        {"id": "s", "account_id": "a", "started_at": "2025-01-01", "ended_on": "2026-02-10"},
        {"id": "t", "account_id": "b", "started_at": "2025-01-01", "deleted_on": "2026-03-01"},
    )
    made.put(
        "subscription_mrr",
        {"subscription_id": "s", "from_date": "2025-01-01", "mrr": 100},
        {"subscription_id": "t", "from_date": "2025-01-01", "mrr": 70},
    ).until("2026-06-01")
    assert made.value("mrr", period="2026-01") == 100
    assert made.value("mrr", period="2026-01", as_of="2026-01-31") == 170
    assert made.value("mrr", period="2026-02") == 0
    assert made.value("lost_customers", period="2026-02") == 1


def test_currencies_move_revenue_apart_from_customers(company):
    made = company().put(
        "subscription_mrr",
        *paying("a", ("2025-01-01", 100), currency="USD"),
        *paying("a", ("2025-01-01", 10), ("2026-01-15", 30), subscription_id="own"),
        *paying("b", ("2026-01-10", 200), currency="USD"),
    )
    made.put(
        "fx_rate",
        {"from_currency": "USD", "to_currency": "EUR", "date": "2025-12-20", "rate": 0.8},
        {"from_currency": "USD", "to_currency": "EUR", "date": "2026-01-20", "rate": 0.9},
    ).until("2026-02-10")
    asked = {"period": "2026-01"}
    assert made.value("mrr_start", **asked) == 90  # 100 × 0.8 + 10
    assert made.value("mrr", **asked) == 300  # 300 × 0.9 + 30
    assert made.value("mrr_expansion", **asked) == 20
    assert made.value("mrr_new", **asked) == 160  # at the rate of the start
    assert made.value("mrr_fx_effect", **asked) == 30  # 300 × 0.1
    assert made.value("mrr_movements", **asked) == 180
    assert made.value("nrr", **asked) == pytest.approx(110 / 90)


def test_a_missing_rate_voids_what_it_touches_and_nothing_else(company):
    made = (
        company()
        .put(
            "subscription_mrr",
            *paying("a", ("2025-01-01", 100), currency="USD"),
            *paying("b", ("2026-01-10", 50)),
        )
        .until("2026-02-10")
    )
    (row,) = made.ask("mrr", period="2026-01").rows
    assert (row.value, row.reason, row.partial_value) == (None, "missing_rate", Decimal(50))
    assert row.excluded == {"missing_rate": 1}
    for kpi in ("grr", "nrr", "mrr_fx_effect"):
        (row,) = made.ask(kpi, period="2026-01").rows
        assert row.value is None
    assert made.value("mrr_new", period="2026-01") == 50
    assert made.value("mrr_churn", period="2026-01") == 0
    assert made.value("customer_retention_rate", period="2026-01") == 1.0


def test_without_a_rate_a_fall_is_still_no_rise(company):
    steps = [("2025-01-01", 100), ("2026-01-10", 80)]
    made = company().put("subscription_mrr", *paying("a", *steps, currency="USD"))
    made.put("subscription_mrr", *paying("b", ("2025-01-01", 10), ("2026-01-10", 15)))
    made.until("2026-02-10")
    assert made.value("mrr_expansion", period="2026-01") == 5
    (row,) = made.ask("mrr_contraction", period="2026-01").rows
    assert (row.value, row.reason) == (None, "missing_rate")
    steps = [("2025-01-01", 100), ("2026-01-10", 130)]  # one currency falls, another rises
    made.put("subscription_mrr", *paying("a", *steps, currency="CHF", subscription_id="s"))
    rows = made.ask("mrr_expansion,mrr_contraction", period="2026-01").rows
    assert {(row.value, row.reason) for row in rows} == {(None, "missing_rate")}


def test_in_mid_period_the_end_is_the_cut_off(company):
    made = (
        company()
        .put(
            "subscription_mrr",
            *paying("a", ("2025-01-01", 100), ("2026-01-10", 150), ("2026-01-20", 0)),
        )
        .until("2026-02-01")
    )
    (row,) = made.ask("mrr", period="2026-01", as_of="2026-01-15").rows
    assert (row.value, row.partial) == (150, True)
    assert made.value("mrr_expansion", period="2026-01", as_of="2026-01-15") == 50
    assert made.value("mrr_churn", period="2026-01") == 100


def test_without_losses_there_is_no_quick_ratio(company):
    made = company().put("subscription_mrr", *paying("a", ("2026-01-10", 100))).until("2026-02-01")
    (row,) = made.ask("saas_quick_ratio", period="2026-01").rows
    assert (row.value, row.reason) == (None, "zero_denominator")
    (row,) = made.ask("grr", period="2026-01").rows
    assert (row.value, row.reason) == (None, "zero_denominator")


def test_revenue_stays_in_force_after_its_last_change_and_is_unknown_before_the_first(company):
    made = company().put("subscription_mrr", *paying("a", ("2026-01-10", 100))).until("2026-09-01")
    assert made.value("mrr", period="2026-08") == 100
    (row,) = made.ask("mrr", period="2025-06").rows
    assert (row.value, row.reason) == (None, "outside_coverage")


def test_without_recurring_revenue_nothing_is_said_of_retention(company):
    made = (
        company()
        .put("order", {"id": "o", "account_id": "a", "ordered_on": "2026-01-05", "net_amount": 10})
        .until("2026-02-01")
    )
    for kpi in ("customer_retention_rate", "nrr", "mrr", "arpa", "monthly_churn", "ltv_revenue"):
        (row,) = made.ask(kpi, period="2026-01").rows
        assert (row.value, row.reason) == (None, "not_measurable")
        assert "missing:subscription_mrr.mrr" in row.flags


def test_revenue_is_broken_down_by_segment_and_by_who_won_the_customer(company):
    made = company().put(
        "account", {"id": "a", "segment": "large"}, {"id": "b", "segment": "small"}
    )
    made.put("agent", {"id": "ann", "name": "Ann"}, {"id": "bob", "name": "Bob"})
    made.put(
        "opportunity",
        {
            "id": "w",
            "account_id": "a",
            "status": "won",
            "closed_on": "2024-12-30",
            "amount": 1,
            "owner_id": "ann",
        },
    )
    made.put(
        "subscription_mrr", *paying("a", ("2025-01-01", 100)), *paying("b", ("2025-01-01", 40))
    ).until("2026-02-01")
    assert made.values("mrr", by="segment", period="2026-01") == {"large": 100, "small": 40}
    assert made.values("mrr", by="agent", period="2026-01") == {"Ann": 100, "(unassigned)": 40}


def test_the_churn_of_twelve_months_counts_each_month(company):
    made = (
        company()
        .put(
            "subscription_mrr",
            *paying("a", ("2024-01-01", 100)),
            *paying("b", ("2024-01-01", 100), ("2025-06-10", 0)),
            *paying("c", ("2025-03-02", 100), ("2025-03-20", 0)),
        )
        .until("2026-02-20")
    )
    # months February 2025 to January 2026: a starts 12, b starts 5 (February to June), c none
    (row,) = made.ask("monthly_churn", period="2026-01").rows
    assert (row.num, row.den) == (1, 17)
    (row,) = made.ask("monthly_churn", period="2026-02").rows  # only whole months count
    assert (row.num, row.den) == (1, 17)


def test_new_revenue_at_the_beginning_of_the_data_is_flagged(company):
    made = (
        company()
        .put(
            "subscription_mrr",
            *paying("a", ("2025-01-01", 100)),
            *paying("b", ("2025-06-05", 100)),
            *paying("c", ("2026-02-05", 100)),
        )
        .until("2026-04-01")
    )
    (row,) = made.ask("mrr_new", period="2025-06").rows
    assert "left_edge" in row.flags
    (row,) = made.ask("mrr_new", period="2026-02").rows
    assert "left_edge" not in row.flags


def test_retention_is_usually_read_over_the_twelve_months_before(company):
    made = (
        company()
        .put(
            "subscription_mrr",
            *paying("a", ("2024-06-01", 100), ("2025-08-01", 70), ("2026-01-10", 90)),
            *paying("b", ("2025-04-01", 500)),
        )
        .until("2026-03-01")
    )
    assert made.value("nrr_year", period="2026-02") == pytest.approx(0.9)
    assert made.value("grr_year", period="2026-01") == pytest.approx(0.9)
    assert made.value("nrr", period="2026-02") == 1.0


def test_people_see_the_recurring_revenue_of_the_customers_they_won(company):
    made = company().put("account", {"id": "a", "owner_id": "ann"}, {"id": "b", "owner_id": "bob"})
    made.put(
        "subscription_mrr", *paying("a", ("2025-01-01", 100)), *paying("b", ("2025-01-01", 40))
    ).until("2026-02-01")
    reader = Reader(agent_ids=frozenset({"bob"}))
    assert made.value("mrr", period="2026-01", reader=reader) == 40
    assert made.value("customers", period="2026-01", reader=reader) == 1
