"""Credit shared between people (rule G16) and amounts between products (G17), from rows."""

import pytest

from kpilot.ask.records import records
from kpilot.core.errors import UserError
from kpilot.core.rights import EVERYTHING, Reader
from tests.ask.conftest import Company, won

QUARTER = {"period": "2026-Q1", "as_of": "2026-04-01T00:00:00+00:00"}


@pytest.fixture
def e09(company) -> Company:
    made = company()
    for name in ("ana", "bob", "cy"):
        made.put("agent", {"id": name, "name": name})
    made.put(
        "opportunity",
        {"id": "P1", "status": "won", "closed_at": "2026-02-15 12:00:00", "amount": 1000},
        {"id": "P2", "status": "lost", "closed_at": "2026-02-20 12:00:00", "amount": 700},
        {"id": "P3", "status": "won", "closed_at": "2026-03-01 12:00:00", "amount": 500},
    )
    for deal, at, agent in (
        ("P1", "2026-01-01 09:00:00", "ana"),
        ("P1", "2026-02-01 09:00:00", "bob"),
        ("P1", "2026-03-01 09:00:00", "cy"),
        ("P2", "2026-01-05 09:00:00", "bob"),
        ("P3", "2026-01-06 09:00:00", "ana"),
    ):
        made.put("owner_history", {"opportunity_id": deal, "at": at, "agent_id": agent})
    made.put("activity", {"id": "a1", "opportunity_id": "P2", "agent_id": "ana", "kind": "call",
                          "completed_at": "2026-02-05 10:00:00"})  # fmt: skip
    made.put(
        "opportunity_split",
        {"opportunity_id": "P1", "agent_id": "ana", "weight": 0.4},
        {"opportunity_id": "P1", "agent_id": "bob", "weight": 0.6},
    )
    return made.until("2026-04-01 00:00:00")


def shares(
    made: Company, mode: str, kpi: str = "win_rate", **words: object
) -> dict[str, list[float]]:
    rows = made.ask(kpi, by="agent", attribution=mode, **{**QUARTER, **words}).rows
    return {row.dims["agent"]: [row.num, row.den] for row in rows if row.den or row.num}


def test_e09_who_is_credited_depends_on_the_mode(e09: Company):
    assert shares(e09, "owner_at_event") == {"ana": [1, 1], "bob": [1, 2]}
    assert shares(e09, "owner_current") == {"ana": [1, 1], "bob": [0, 1], "cy": [1, 1]}
    assert shares(e09, "touched") == {"ana": [2, 3], "bob": [1, 2]}
    assert shares(e09, "touch_equal") == {"ana": [1.5, 2.0], "bob": [0.5, 1.0]}
    split = e09.values("sales_value", "agent", attribution="split", **QUARTER)
    assert split == {"ana": pytest.approx(900), "bob": pytest.approx(600)}


def test_whoever_touched_counts_each_time_and_the_total_once(e09: Company):
    (total,) = e09.ask("win_rate", attribution="touched", **QUARTER).rows
    assert (total.num, total.den) == (2, 3)
    rows = e09.ask("win_rate", by="agent", attribution="touched", **QUARTER).rows
    assert all("counted_for_each" in row.flags for row in rows)


def test_a_filter_keeps_what_the_person_touched(e09: Company):
    (row,) = e09.ask("win_rate", attribution="touched", where="agent=ana", **QUARTER).rows
    assert (row.num, row.den) == (2, 3)
    (row,) = e09.ask("win_rate", attribution="touch_equal", where="agent=bob", **QUARTER).rows
    assert (row.num, row.den) == (pytest.approx(0.5), pytest.approx(1.0))
    (row,) = e09.ask("win_rate", attribution="touched", where="agent=ana,bob", **QUARTER).rows
    assert (row.num, row.den) == (2, 3)


def test_a_reader_is_shown_what_her_people_touched_and_nothing_of_others(e09: Company):
    reader = Reader(agent_ids=frozenset({"bob"}))
    rows = e09.ask("win_rate", by="agent", attribution="touched", reader=reader, **QUARTER).rows
    assert {row.dims["agent"]: [row.num, row.den] for row in rows} == {"bob": [1, 2]}
    (row,) = e09.ask("sales_value", attribution="split", reader=reader, **QUARTER).rows
    assert row.value == pytest.approx(600)


def test_the_records_behind_shared_credit_are_shown_without_the_names_of_colleagues(e09: Company):
    bob = Reader(agent_ids=frozenset({"bob"}))
    shared = (("touched", "win_rate", ["P1", "P2"]), ("split", "sales_value", ["P1"]))
    for mode, kpi, seen in shared:
        for reader, where in ((bob, []), (EVERYTHING, ["agent=bob"])):
            asked = e09.ask(kpi, attribution=mode, reader=reader, where=where, **QUARTER).query
            found = records(asked, e09.project)
            assert sorted(row["id"] for row in found.rows) == seen
            assert "agent" not in found.columns
            by_agent = records(asked.but(by=("agent",)), e09.project)
            assert {row["agent"] for row in by_agent.rows} == {"bob"}


def test_people_of_one_team_touch_for_it_once(e09: Company):
    e09.put("team", {"id": "T", "name": "T"})
    e09.project.engine.query("UPDATE agent SET team_id = 'T'")
    e09.until("2026-04-01 00:00:00")
    rows = e09.ask("win_rate", by="team", attribution="touched", **QUARTER).rows
    assert {row.dims["team"]: [row.num, row.den] for row in rows} == {"T": [2, 3]}


def test_what_a_queue_does_takes_nobodys_part(e09: Company):
    e09.put("agent", {"id": "bot", "name": "bot", "kind": "system"})
    e09.put("activity", {"id": "a2", "opportunity_id": "P3", "agent_id": "bot", "kind": "email",
                         "completed_at": "2026-02-06 10:00:00"})  # fmt: skip
    assert shares(e09, "touch_equal") == {"ana": [1.5, 2.0], "bob": [0.5, 1.0]}
    for who, day in (("bot", "2026-02-20"), ("bob", "2026-03-05")):  # P3 was won on 1 March
        e09.put("owner_history", {"opportunity_id": "P3", "agent_id": who, "at_on": day})
    e09.until("2026-04-01 00:00:00")
    assert shares(e09, "owner_at_event") == {"bob": [2, 3]}  # who took it from the queue


def test_medians_and_counts_are_not_split(e09: Company):
    e09.project.engine.query("UPDATE opportunity SET created_at = TIMESTAMP '2026-01-01'")
    e09.until("2026-04-01 00:00:00")
    with pytest.raises(UserError) as refused:
        e09.ask("sales_cycle_days", by="agent", attribution="touch_equal", **QUARTER)
    assert refused.value.code == "no_attribution"
    with pytest.raises(UserError):
        e09.ask("win_rate", by="agent", attribution="split", **QUARTER)


def test_shares_that_do_not_add_up_to_one_are_not_used(e09: Company):
    e09.put("opportunity_split", {"opportunity_id": "P3", "agent_id": "bob", "weight": 0.5})
    split = e09.values("sales_value", "agent", attribution="split", **QUARTER)
    assert split == {"ana": pytest.approx(900), "bob": pytest.approx(600)}


def test_lines_of_a_merged_opportunity_are_those_of_the_other(company):
    made = company()
    for name in ("x", "y"):
        made.put("product", {"id": name, "name": name})
    made.put("opportunity", won("kept", "2026-02-15", amount=100, product_id="x"),
             {**won("twin", "2026-02-15", amount=100), "merged_into_id": "kept"},
             {**won("old", "2026-02-15", amount=100), "merged_into_id": "twin"},
             {**won("here", "2026-02-15", amount=100), "merged_into_id": "there"},
             {**won("there", "2026-02-15", amount=100), "merged_into_id": "here"})  # fmt: skip
    made.put(
        "opportunity_line",
        {"id": "l1", "opportunity_id": "kept", "product_id": "x", "net_amount": 30},
        {"id": "l2", "opportunity_id": "twin", "product_id": "y", "net_amount": 70},
        {"id": "l3", "opportunity_id": "old", "product_id": "y", "net_amount": 20},
        {"id": "l4", "opportunity_id": "here", "product_id": "y", "net_amount": 500},
    )
    made.until("2026-04-01 00:00:00")
    assert made.values("sales_value", "product", **QUARTER) == {
        "x": pytest.approx(25), "y": pytest.approx(75),
    }  # fmt: skip
    assert made.values("sales_count", "product", **QUARTER) == {"x": 1, "y": 1}
    assert made.value("sales_count", **QUARTER) == 1


def test_products_of_several_lines_share_the_amount_and_each_has_the_count(company):
    made = company()
    made.put("product", {"id": "x", "name": "X"}, {"id": "y", "name": "Y"})
    made.put(
        "opportunity", won("A", "2026-01-10", 1000), won("B", "2026-01-11", 300, product_id="x")
    )
    made.put(
        "opportunity_line",
        {"id": "1", "opportunity_id": "A", "product_id": "x", "net_amount": 300},
        {"id": "2", "opportunity_id": "A", "product_id": "y", "net_amount": 500},
        {"id": "3", "opportunity_id": "A", "product_id": "y", "net_amount": 200},
    )
    made.until("2026-02-01 00:00:00")
    words = {"period": "2026-01"}
    assert made.values("sales_value", "product", **words) == {
        "X": pytest.approx(600), "Y": pytest.approx(700)
    }  # fmt: skip
    assert made.values("sales_count", "product", **words) == {"X": 2, "Y": 1}
    assert made.value("sales_count", **words) == 2
    assert made.value("sales_value", where="product=X", **words) == pytest.approx(600)
    assert made.value("sales_count", where="product=X,Y", **words) == 2
    asked = made.ask("sales_value", where="product=X", **words).query
    assert sorted(row["id"] for row in records(asked, made.project).rows) == ["A", "B"]


def test_lines_without_amounts_share_alike_however_many_are_of_one_product(company):
    made = company()
    made.put("product", {"id": "x", "name": "X"}, {"id": "y", "name": "Y"})
    made.put("opportunity", won("A", "2026-01-10", 90))
    made.put(
        "opportunity_line",
        {"id": "1", "opportunity_id": "A", "product_id": "x", "net_amount": 0},
        {"id": "2", "opportunity_id": "A", "product_id": "y", "net_amount": 0},
        {"id": "3", "opportunity_id": "A", "product_id": "y", "net_amount": None},
    )
    made.until("2026-02-01 00:00:00")
    assert made.values("sales_value", "product", period="2026-01") == {
        "X": pytest.approx(30), "Y": pytest.approx(60)
    }  # fmt: skip
