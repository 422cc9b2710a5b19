"""When an account becomes a customer, through whom, and when it is one no more (§1, §2.8)."""

from itertools import pairwise

import numpy as np
import pytest

from tests.ask.conftest import won


def order(name: str, account: str, day: str, net: float = 100, **more: object) -> dict[str, object]:
    return {"id": name, "account_id": account, "ordered_on": day, "net_amount": net,
            "status": "paid", **more}  # fmt: skip


def mrr(account: str, *steps: tuple[str, float]) -> list[dict[str, object]]:
    return [{"account_id": account, "from_date": day, "mrr": value} for day, value in steps]


def by_month(made, kpi: str, period: str) -> dict[str, object]:
    return {row.period.key: row.value for row in made.ask(kpi, period=period, grain="month").rows}


def test_a_customer_begins_with_the_earliest_of_win_order_and_recurring_revenue(company):
    made = company()
    made.put("opportunity", won("w", "2026-02-10", account_id="a"),
             won("x", "2026-03-10", account_id="b"))  # fmt: skip
    made.put("order", order("o", "a", "2026-01-15"), order("p", "b", "2026-03-20"))
    made.put("subscription_mrr", *mrr("a", ("2026-03-01", 10)), *mrr("c", ("2026-02-01", 10)))
    made.until("2026-04-01")
    assert by_month(made, "new_customers", "2026-Q1") == {
        "2026-01": 1, "2026-02": 1, "2026-03": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "month"), [("auto", "01"), ("orders", "01"), ("opportunities", "02"), ("mrr", "03")]
)
def test_the_setting_says_what_makes_a_customer(company, source, month):
    made = company(customer_source=source)
    made.put("opportunity", won("w", "2026-02-10", account_id="a"))
    made.put("order", order("o", "a", "2026-01-15"))
    made.put("subscription_mrr", *mrr("a", ("2026-03-01", 10))).until("2026-04-01")
    assert made.value("new_customers", period=f"2026-{month}") == 1
    assert made.value("new_customers", period="2026-Q1") == 1


def test_only_a_win_of_type_new_makes_a_customer_and_a_first_win_without_a_type(company):
    made = (
        company()
        .put(
            "opportunity",
            won("a1", "2026-01-10", account_id="a", type="renewal"),
            won("a2", "2026-02-10", account_id="a"),  # not the first: says nothing
            won("a3", "2026-03-10", account_id="a", type="new"),
            won("b1", "2026-02-10", account_id="b"),
            won("b2", "2026-03-10", account_id="b", type="new"),
            won("c1", "2026-01-12", account_id="c", type="expansion"),
        )
        .until("2026-04-01")
    )
    months = by_month(made, "new_customers", "2026-Q1")
    assert months == {"2026-01": 0, "2026-02": 1, "2026-03": 1}


def test_a_refund_of_the_whole_first_order_moves_the_beginning_to_the_next(company):
    made = company().put(
        "order",
        order("o", "a", "2026-01-15"),
        order("p", "a", "2026-03-05"),
        order("q", "b", "2026-01-20", status="cancelled"),
    )
    made.put(
        "refund", {"id": "r", "order_id": "o", "refunded_on": "2026-03-20", "net_amount": 100}
    ).until("2026-04-01")
    assert by_month(made, "new_customers", "2026-Q1") == {
        "2026-01": 0, "2026-02": 0, "2026-03": 1
    }  # fmt: skip
    assert made.value("new_customers", period="2026-01", as_of="2026-03-19") == 1


def test_a_date_given_by_the_source_is_taken_as_it_is(company):
    made = company()
    made.put("account", {"id": "a", "became_customer_on": "2026-02-20"},
             {"id": "b", "became_customer_on": "2026-09-01"})  # fmt: skip
    made.put("order", order("o", "a", "2026-01-15"), order("p", "b", "2026-03-15"))
    made.until("2026-04-01")
    assert by_month(made, "new_customers", "2026-Q1") == {
        "2026-01": 0, "2026-02": 1, "2026-03": 1
    }  # fmt: skip


def test_a_customer_is_credited_to_who_won_it_and_to_their_team_of_then(company):
    made = company()
    made.put("team", {"id": "north", "name": "North"}, {"id": "south", "name": "South"})
    made.put(
        "agent", {"id": "ann", "name": "Ann", "team_id": "south"}, {"id": "bob", "name": "Bob"}
    )
    made.put("agent_team_history",
             {"agent_id": "ann", "from_date": "2020-01-01", "team_id": "north"},
             {"agent_id": "ann", "from_date": "2026-03-01", "team_id": "south"})  # fmt: skip
    made.put("account", {"id": "a", "owner_id": "bob"}, {"id": "b", "owner_id": "bob"})
    made.put("opportunity", won("w", "2026-02-10", account_id="a", owner_id="ann"))
    made.put("order", order("o", "b", "2026-02-15", owner_id="ann"), order("p", "c", "2026-02-16"))
    made.put("subscription_mrr", *mrr("d", ("2026-02-20", 10))).until("2026-04-01")
    asked = {"period": "2026-02"}
    assert made.values("new_customers", by="agent", **asked) == {"Ann": 2, "(unassigned)": 2}
    teams = made.values("new_customers", by="team", **asked)
    assert (teams["North"], teams["(none)"]) == (2, 2)


def test_a_channel_is_paid_when_it_says_so_or_by_its_name(company):
    made = company().put(
        "channel",
        {"id": "1", "name": "Paid search"}, {"id": "2", "name": "Newsletter", "is_paid": True},
        {"id": "3", "name": "Google", "kind": "ads"}, {"id": "4", "name": "Display"},
        {"id": "5", "name": "Paid social", "is_paid": False}, {"id": "6", "name": "Referral"},
    )  # fmt: skip
    names = "123456"
    made.put("account", *({"id": f"a{n}", "first_channel_id": n} for n in names))
    made.put("order", *(order(f"o{n}", f"a{n}", "2026-01-15") for n in names),
             order("p", "b", "2026-01-20", channel_id="1"))  # fmt: skip
    made.until("2026-02-01")
    assert made.value("new_customers_paid", period="2026-01") == 5
    channels = made.values("new_customers_paid", by="channel", period="2026-01")
    assert {name for name, n in channels.items() if n} == {
        "Paid search", "Newsletter", "Google", "Display"
    }  # fmt: skip
    assert channels["Paid search"] == 2  # the channel of its first order, for want of another


def test_merged_accounts_are_one_customer_and_tests_and_deleted_ones_are_none(company):
    made = company().put(
        "account",
        {"id": "a"},
        {"id": "b", "merged_into_id": "c"},
        {"id": "c", "merged_into_id": "e"},
        {"id": "e", "merged_into_id": "a"},
        {"id": "t", "is_test": True},
        {"id": "d", "deleted_on": "2026-03-20"},
    )
    made.put(
        "order",
        order("o", "a", "2026-02-15"),
        order("p", "b", "2026-01-15"),
        order("q", "t", "2026-01-16"),
        order("r", "d", "2026-01-17"),
        order("s", "a", "2026-03-05"),
    ).until("2026-04-01")
    assert by_month(made, "new_customers", "2026-Q1") == {
        "2026-01": 1, "2026-02": 0, "2026-03": 0
    }  # fmt: skip
    assert made.value("new_customers", period="2026-01", as_of="2026-03-10") == 2


def test_the_first_year_of_the_data_is_flagged_unless_accounts_have_an_age(company):
    made = company().put("account", {"id": "b", "created_at": "2025-05-01 10:00:00"})
    made.put(
        "order",
        order("o", "a", "2025-01-15"),
        order("p", "b", "2025-05-20"),
        order("q", "c", "2026-02-20"),
        order("r", "d", "2025-06-20"),
    ).until("2026-04-01")
    flagged = {
        row.period.key: "left_edge" in row.flags
        for row in made.ask("new_customers", **{"from": "2025-05-01", "to": "2026-04-01"},
                            grain="month").rows
    }  # fmt: skip
    assert flagged["2025-06"]
    assert not flagged["2025-05"]
    assert not flagged["2026-02"]


def test_a_month_of_orders_without_a_new_customer_is_zero_and_outside_the_data_nothing(company):
    made = (
        company()
        .put(
            "order",
            order("o", "a", "2026-01-15"),
            order("p", "a", "2026-02-15"),
        )
        .until("2026-03-01")
    )
    assert made.value("new_customers", period="2026-02") == 0
    (row,) = made.ask("new_customers", period="2025-06").rows
    assert (row.value, row.reason) == (None, "outside_coverage")


def test_without_contracts_a_customer_lasts_a_year_after_the_last_order(company):
    made = (
        company()
        .put(
            "order",
            order("o", "a", "2024-03-10"),
            order("p", "a", "2024-09-10"),
            order("q", "b", "2024-02-10"),
            order("r", "b", "2025-02-10"),
            order("s", "c", "2025-01-05"),
            order("t", "a", "2025-12-01"),
            order("u", "d", "2026-01-10"),
        )
        .until("2026-03-01")
    )
    # a: to 2025-09-10 and again from 2025-12-01; b: 366 days apart in a leap year, so two spells
    assert made.value("customers", period="2025-08") == 3
    assert made.value("customers", period="2025-09") == 2
    assert made.value("lost_customers", period="2025-09") == 1
    assert made.value("lost_customers", period="2025-02") == 1
    assert made.value("reactivated_customers", period="2025-02") == 1
    assert made.value("reactivated_customers", period="2025-12") == 1
    year = {"period": "2025"}
    assert made.value("customers_start", **year) == 2
    assert made.value("customers", **year) == 3
    assert made.value("net_new_customers", **year) == 1


def test_customers_won_for_each_lost_need_a_loss(company):
    made = (
        company()
        .put(
            "subscription_mrr",
            *mrr("a", ("2025-01-01", 10), ("2026-02-10", 0)),
            *mrr("b", ("2026-01-05", 10)),
            *mrr("c", ("2026-02-05", 10)),
            *mrr("d", ("2026-02-06", 10)),
        )
        .until("2026-04-01")
    )
    assert made.value("customer_win_loss", period="2026-02") == 2.0
    (row,) = made.ask("customer_win_loss", period="2026-01").rows
    assert (row.value, row.reason) == (None, "zero_denominator")


def test_customers_are_inactive_after_twice_the_ninetieth_percentile_of_their_gaps(company):
    days = {
        "a": ["2025-01-01", "2025-01-11", "2025-02-10", "2025-12-20"],
        "b": ["2025-03-01", "2025-03-15", "2025-06-01"],
        "c": ["2025-05-01", "2025-11-01", "2025-11-01"],
        "d": ["2025-10-01"], "e": ["2023-06-01"], "f": ["2023-12-01", "2024-06-01"],
    }  # fmt: skip
    made = company().put("order", *(
        order(f"{name}{place}", name, day)
        for name, dates in days.items() for place, day in enumerate(dates)
    )).until("2026-01-01")  # fmt: skip
    end = np.datetime64("2026-01-01")
    seen = {n: sorted({np.datetime64(d) for d in ds if np.datetime64(d) >= end - 730})
            for n, ds in days.items()}  # fmt: skip
    gaps = [int((b - a).astype(int)) for ds in seen.values() for a, b in pairwise(ds)]
    limit = max(30, 2 * np.percentile(gaps, 90))
    silent = [int((end - ds[-1]).astype(int)) for ds in seen.values() if ds]
    (row,) = made.ask("noncontractual_churn", period="2025-12").rows
    assert (row.num, row.den) == (sum(s > limit for s in silent), len(silent))
    assert 0 < row.num < row.den


def test_without_a_second_order_there_is_no_limit_to_silence(company):
    made = company().put("order", order("o", "a", "2025-12-01")).until("2026-01-01")
    (row,) = made.ask("noncontractual_churn", period="2025-12").rows
    assert (row.value, row.excluded) == (None, {"no_limit": 1})
