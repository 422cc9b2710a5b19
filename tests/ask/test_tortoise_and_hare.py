"""Salespeople by how fast they close and by who stays, from opportunities and orders or revenue."""

from datetime import date, timedelta

import pytest

from kpilot.core.rights import Reader
from tests.ask.conftest import won

# Example E19: cycles of the last two years; customers old enough to judge, and those who stayed.
SELLERS = {
    "hare": ([10, 12, 14], 10, 4),
    "tortoise": ([60, 70, 90], 8, 7),
    "third": ([30, 40, 50], 6, 4),
    "rookie": ([], 2, 2),
}
LONG_AGO, LATELY = date(2023, 1, 10), date(2026, 5, 1)


def rows_of_sellers():
    deals, orders = [], [{"id": "first", "account_id": "x", "ordered_on": "2022-01-01"}]
    for who, (cycles, customers, kept) in SELLERS.items():
        for n, days in enumerate(cycles):
            begun = LATELY - timedelta(days)
            deals.append(won(f"{who}-{n}", LATELY.isoformat(), created_on=begun.isoformat(),
                             owner_id=who))  # fmt: skip
        for n in range(customers):
            account = f"{who}-c{n}"
            deals.append(won(f"{account}-win", LONG_AGO.isoformat(), created_on="2022-12-01",
                             owner_id=who, account_id=account))  # fmt: skip
            silent = timedelta(365 if n < kept else 180)
            orders.append({"id": account, "account_id": account, "net_amount": 100,
                           "ordered_on": (LONG_AGO + silent).isoformat()})  # fmt: skip
    return deals, orders


@pytest.fixture
def race(company):
    deals, orders = rows_of_sellers()
    made = company().put("agent", *({"id": who, "name": who} for who in SELLERS))
    made.put("opportunity", *deals).put("order", *orders)
    return made.until("2026-06-15")


def test_salespeople_stand_where_example_e19_puts_them(race):
    rows = {row.dims["agent"]: row for row in race.ask("cycle_vs_retention", period="2026-06").rows}
    assert {who: row.flags[0] for who, row in rows.items()} == {
        "hare": "hare", "tortoise": "tortoise", "third": "star", "rookie": "insufficient",
    }  # fmt: skip
    for who, (_, customers, kept) in SELLERS.items():
        assert (rows[who].num, rows[who].den, rows[who].n) == (kept, customers, customers)
        assert rows[who].value == pytest.approx(kept / customers)
    assert [rows[who].mean for who in SELLERS] == [12.0, 70.0, 40.0, None]
    assert all("confident" not in row.flags for row in rows.values())  # 4 of 10 is no proof
    (team,) = race.ask("cycle_vs_retention_correlation", period="2026-06").rows
    assert (team.num, team.den, team.mean) == (17, 26, 40.0)
    assert team.num / team.den == pytest.approx(0.6538462, abs=1e-7)
    assert (team.value, team.reason) == (None, "correlation_too_few")


def test_a_customer_is_judged_a_year_after_the_win_and_not_before(race):
    (hare,) = [r for r in race.ask("cycle_vs_retention", period="2023-12").rows
               if r.dims["agent"] == "hare"]  # fmt: skip
    assert (hare.value, hare.reason, hare.excluded) == (None, "zero_denominator", {"immature": 10})
    assert hare.mean == 40.0  # from 1 December to 10 January


def test_loyalty_of_few_is_drawn_towards_all(race):
    rows = {r.dims["agent"]: r
            for r in race.ask("cycle_vs_retention_shrunk", period="2026-06").rows}  # fmt: skip
    counted = {who: kept / of for who, (_, of, kept) in SELLERS.items()}
    assert counted["hare"] < rows["hare"].value <= 17 / 26 <= rows["rookie"].value < 1
    assert rows["hare"].lo < rows["hare"].value < rows["hare"].hi


def test_first_year_revenue_is_of_the_customers_whose_year_is_over(company):
    made = company().put("agent", {"id": "ana", "name": "Ana"})
    made.put(
        "opportunity",
        won("a", "2025-01-10", account_id="k1", owner_id="ana"),
        won("again", "2025-03-10", account_id="k1", owner_id="ana"),
        won("b", "2025-02-10", account_id="k2", owner_id="ana"),
        won("young", "2026-01-10", account_id="k3", owner_id="ana"),
    )
    made.put("order", *(
        {"id": f"o{n}", "account_id": account, "ordered_on": day, "net_amount": amount}
        for n, (account, day, amount) in enumerate((
            ("k0", "2024-01-01", 1), ("k1", "2025-01-10", 100), ("k1", "2026-01-09", 50),
            ("k1", "2026-01-10", 900), ("k2", "2025-01-01", 7), ("k3", "2026-01-10", 400),
        ))
    )).until("2026-06-01")  # fmt: skip
    (row,) = made.ask("cycle_vs_retention_revenue", period="2026-05").rows
    assert (row.num, row.den, row.value, row.excluded) == (150, 2, 75, {"immature": 1})


def test_with_recurring_revenue_a_customer_stays_while_it_runs(company):
    made = company().put("agent", {"id": "ana", "name": "Ana"})
    for n, lasts in enumerate((400, 365, 364, 30)):
        start, account = date(2024, 3, 1), f"k{n}"
        made.put("opportunity", won(account, "2024-03-01", created_on="2024-02-01",
                                    account_id=account, owner_id="ana"))  # fmt: skip
        made.put(
            "subscription_mrr",
            {"account_id": account, "from_date": start.isoformat(), "mrr": 10},
            {"account_id": account, "from_date": (start + timedelta(lasts)).isoformat(), "mrr": 0},
        )
    (row,) = made.until("2026-01-01").ask("cycle_vs_retention", period="2025-12").rows
    assert (row.num, row.den, row.reason) == (
        2,
        4,
        "",
    )  # in force at the last instant before day 365


def test_customers_older_than_the_data_they_are_judged_by_are_left_out(company):
    made = company().put("agent", {"id": "ana", "name": "Ana"})
    made.put("opportunity", won("old", "2020-01-01", created_on="2019-01-01", account_id="k1",
                                owner_id="ana"),
             won("new", "2024-01-01", account_id="k2", owner_id="ana"))  # fmt: skip
    made.put("order", {"id": "o", "account_id": "k2", "ordered_on": "2024-01-02"},
             {"id": "p", "account_id": "k2", "ordered_on": "2024-12-01"})  # fmt: skip
    (row,) = made.until("2025-06-01").ask("cycle_vs_retention", period="2025-05").rows
    assert (row.num, row.den, row.excluded) == (1, 1, {"outside_coverage": 1})


def test_a_reader_sees_her_own_people_and_is_held_against_them_only(race):
    mine = Reader(agent_ids=frozenset({"hare"}))
    (row,) = race.ask("cycle_vs_retention", period="2026-06", reader=mine).rows
    assert (row.dims["agent"], row.flags) == ("hare", ["star", "no_owner_history"])


def test_speed_and_loyalty_of_eight_are_ranked(company):
    made = company()
    deals, orders = [], [{"id": "first", "account_id": "x", "ordered_on": "2022-01-01"}]
    for n in range(8):
        who = f"s{n}"
        made.put("agent", {"id": who, "name": who})
        begun = LONG_AGO.replace(year=2025) - timedelta(10 * (n + 1))
        for c in range(10):
            account = f"{who}-{c}"
            deals.append(won(account, "2025-01-10", created_on=begun.isoformat(), owner_id=who,
                             account_id=account))  # fmt: skip
            if c <= n:
                orders.append({"id": account, "account_id": account, "ordered_on": "2025-11-01"})
    made.put("opportunity", *deals).put("order", *orders).until("2026-06-15")
    (row,) = made.ask("cycle_vs_retention_correlation", period="2026-05").rows
    assert (row.value, row.n, row.flags) == (1.0, 8, ["significant"])
    places = made.ask("cycle_vs_retention", period="2026-05").rows
    assert [row.flags for row in places][:2] == [
        ["hare", "confident", "no_owner_history"], ["hare", "no_owner_history"]
    ]  # fmt: skip
