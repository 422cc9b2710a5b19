"""Figures that models give: curves, rates of few, loyalty, customers without a contract."""

import pytest

from kpilot.core.errors import UserError
from kpilot.core.rights import Reader
from tests.ask.conftest import lost, still_open, won

E04 = [
    won("A", "2026-01-11", created_on="2026-01-01"),
    won("B", "2026-01-25", created_on="2026-01-05"),
    won("C", "2026-02-21", created_on="2026-02-01"),
    won("D", "2026-03-13", created_on="2026-02-01"),
    lost("E", "2026-03-16", created_on="2026-03-01"),
    lost("F", "2026-04-05", created_on="2026-03-01"),
    still_open("G", "2026-05-17"),
    still_open("H", "2026-05-02"),
    still_open("I", "2026-04-22"),
    still_open("J", "2026-04-12"),
]


def test_the_chance_to_have_won_by_each_day_is_that_of_example_e04(company):
    made = company().put("opportunity", *E04).until("2026-07-01")
    wins = made.ask("win_cif", period="2026-06").rows
    assert [(row.dims["elapsed_days"], round(row.value, 9)) for row in wins] == [
        ("10", 0.1), ("20", 0.3), ("40", 0.4),
    ]  # fmt: skip
    assert [(row.num, row.n, row.method) for row in wins] == [
        (1, 10, "bootstrap"), (3, 10, "bootstrap"), (4, 10, "bootstrap")
    ]  # fmt: skip
    assert all(row.lo <= row.value <= row.hi and row.flags == ["low_n"] for row in wins)
    losses = made.ask("win_cif_loss", period="2026-06").rows
    assert [(row.dims["elapsed_days"], round(row.value, 9)) for row in losses] == [
        ("15", 0.1), ("35", 0.2),
    ]  # fmt: skip


def test_a_curve_of_instants_counts_by_whole_days_and_is_that_of_its_period(company):
    made = company().put(
        "opportunity",
        {"id": "a", "status": "won", "created_at": "2026-01-01 12:00",
         "closed_at": "2026-01-03 18:00"},
        {"id": "b", "status": "won", "created_at": "2026-01-01 12:00",
         "closed_at": "2026-01-04 06:00"},
        {"id": "c", "status": "lost", "created_at": "2026-01-01 12:00",
         "closed_at": "2026-01-02 06:00"},
        lost("d", "2026-01-05", created_on="2026-01-06"),
        lost("e", "2026-01-05", created_on="2026-01-01"),
    )  # fmt: skip
    made.put("opportunity", still_open("later", "2027-06-01")).until("2028-01-01")
    (row,) = made.ask("win_cif", period="2026-01").rows
    assert (row.dims["elapsed_days"], row.value) == ("3", pytest.approx(0.5))
    assert (row.num, row.n, row.excluded) == (2, 4, {"negative_duration": 1})
    (nothing,) = made.ask("win_cif", period="2024").rows
    assert (nothing.value, nothing.reason) == (None, "no_rows")


def test_a_curve_of_few_days_comes_in_the_order_of_days_and_by_group(company):
    made = company().put(
        "opportunity",
        *(won(f"w{n}", f"2026-01-{n + 1:02d}", created_on="2026-01-01", owner_id=who)
          for n, who in ((2, "ana"), (10, "ana"), (9, "bob"))),
        still_open("o", "2026-01-01", owner_id="bob"),
    ).until("2026-03-01")  # fmt: skip
    made.put("agent", {"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"})
    days = [row.dims["elapsed_days"] for row in made.ask("win_cif", period="2026-02").rows]
    assert days == ["2", "9", "10"]
    by_agent = made.ask("win_cif", by="agent", period="2026-02").rows
    assert [(r.dims["agent"], r.dims["elapsed_days"], r.value) for r in by_agent] == [
        ("Ana", "2", pytest.approx(0.5)), ("Ana", "10", pytest.approx(1.0)),
        ("Bob", "9", pytest.approx(0.5)),
    ]  # fmt: skip
    mine = made.ask("win_cif", period="2026-02", reader=Reader(agent_ids=frozenset({"bob"})))
    assert [(r.dims["elapsed_days"], r.value) for r in mine.rows] == [("9", pytest.approx(0.5))]


def test_the_share_of_leads_that_became_customers_counts_those_still_undecided(company):
    made = company().put(
        "lead",
        *({"id": f"l{n}", "created_on": "2026-01-01"} for n in range(3)),
        {"id": "young", "created_on": "2026-02-25"},
    )
    made.put("opportunity", won("a", "2026-01-11", lead_id="l0", created_on="2026-01-05"))
    made.until("2026-03-01")
    (row,) = made.ask("time_to_convert_curve", period="2026-02").rows
    assert (row.dims["elapsed_days"], row.value, row.n) == ("10", pytest.approx(1 / 3), 4)


def closings(who, wins, of, month="2026-01"):
    return [
        (won if n < wins else lost)(f"{who}{n}", f"{month}-15", owner_id=who) for n in range(of)
    ]


E19 = {"a": (2, 2), "b": (30, 100), "c": (12, 30), "d": (5, 40), "e": (1, 10)}


@pytest.fixture
def sellers(company):
    made = company().put("agent", *({"id": who, "name": who} for who in (*E19, "idle")))
    for who, (wins, of) in E19.items():
        made.put("opportunity", *closings(who, wins, of))
    made.put("opportunity", won("nobody", "2026-01-20"), won("i", "2025-12-20", owner_id="idle"))
    return made.until("2026-02-01")


def test_rates_of_few_are_drawn_towards_all_as_in_example_e19(sellers):
    rows = {row.dims["agent"]: row for row in sellers.ask("win_rate_eb", period="2026-01").rows}
    expected = {"a": 0.3968357, "b": 0.2977276, "c": 0.3689664, "d": 0.1546545, "e": 0.1868309}
    for who, value in expected.items():
        assert rows[who].value == pytest.approx(value, abs=1e-7)
        assert (rows[who].num, rows[who].den) == E19[who]
        assert rows[who].lo < rows[who].value < rows[who].hi
        assert rows[who].method == "shrinkage"
        assert rows[who].mean == pytest.approx(0.2747253, abs=1e-7)
    assert (rows["idle"].value, rows["idle"].reason) == (None, "zero_denominator")
    assert set(rows) == {*expected, "idle"}


def test_a_salesperson_alone_gets_no_shrunk_rate_but_sees_what_was_counted(sellers):
    alone = Reader(agent_ids=frozenset({"d"}))
    (row,) = sellers.ask("win_rate_eb", period="2026-01", reader=alone).rows
    assert (row.value, row.reason) == (None, "too_few_groups")
    assert (row.partial_value, row.num, row.den) == (0.125, 5, 40)


def test_rates_that_differ_no_more_than_chance_are_one_rate(company):
    made = company()
    for who, wins in (("a", 5), ("b", 5), ("c", 6)):
        made.put("agent", {"id": who, "name": who}).put("opportunity", *closings(who, wins, 20))
    rows = made.until("2026-02-01").ask("win_rate_eb", period="2026-01").rows
    assert [row.value for row in rows] == pytest.approx([16 / 60] * 3)
    assert all("no_difference" in row.flags and row.method == "wilson" for row in rows)


@pytest.mark.parametrize("kpi", ["win_rate_eb", "win_cif"])
def test_a_model_does_not_count_opportunities_in_parts(sellers, kpi):
    sellers.put("opportunity", still_open("dated", "2026-01-02"))
    with pytest.raises(UserError, match="cannot be attributed by"):
        sellers.ask(kpi, period="2026-01", attribution="touch_equal")
    assert sellers.ask(kpi, period="2026-01", attribution="owner_current").rows
