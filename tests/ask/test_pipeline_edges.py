"""Pipelines where something is not known: no creation, no group, a period that has yet to begin."""

from kpilot.core.rights import Reader
from tests.ask.conftest import still_open, won

STAGE = {"id": "s1", "name": "First", "pipeline_id": "p", "pos": 1, "kind": "open"}


def due(deal: str, day: str, on: str = "2026-01-01") -> dict[str, str]:
    return {"opportunity_id": deal, "at_on": on, "expected_close_date": day}


def test_a_deal_without_creation_slips_like_any_other(company):
    made = company().put("opportunity", {"id": "a", "status": "open", "amount": 10})
    made.put("close_date_history", due("a", "2026-02-10")).until("2026-03-05")
    (row,) = made.ask("slippage_rate", period="2026-02").rows
    assert (row.num, row.den) == (1, 1)


def test_nothing_slips_out_of_a_period_that_has_yet_to_begin(company):
    made = company().put("opportunity", still_open("a", "2026-01-01"))
    made.put("close_date_history", due("a", "2026-04-10")).until("2026-03-05")
    (row,) = made.ask("slippage_rate", period="2026-04").rows
    assert (row.value, row.reason, row.den) == (None, "zero_denominator", 0)


def test_what_slips_is_worth_what_it_was_at_the_last_day_before(company):
    made = company().put("opportunity", still_open("a", "2026-01-01", 100, currency="USD"))
    made.put("close_date_history", due("a", "2026-02-10"))
    for day, rate in (("2026-01-31", 0.5), ("2026-02-01", 0.9)):
        made.put("fx_rate", {"from_currency": "USD", "to_currency": "EUR", "date": day,
                             "rate": rate})  # fmt: skip
    (row,) = made.until("2026-03-05").ask("slippage_rate_value", period="2026-02").rows
    assert (row.value, row.num, row.den) == (1, 50, 50)


def test_a_rate_of_nothing_is_no_rate(company):
    made = company().put("opportunity", still_open("a", "2026-01-01", 100, currency="USD"))
    for day, rate in (("2026-03-01", 0.5), ("2026-03-02", 0), ("2026-03-03", -2)):
        made.put("fx_rate", {"from_currency": "USD", "to_currency": "EUR", "date": day,
                             "rate": rate})  # fmt: skip
    assert made.until("2026-03-05").value("open_pipeline", period="2026-03") == 50


def test_a_first_row_that_came_late_or_says_nothing_new_is_no_movement(company):
    made = company().put("stage", STAGE, {**STAGE, "id": "s2", "pos": 2})
    made.put("opportunity", *(still_open(name, "2026-01-01") for name in "abc"))
    made.put(
        "stage_history",
        {"opportunity_id": "a", "stage_id": "s1", "at_on": "2026-02-20"},  # a truncated history
        {"opportunity_id": "b", "stage_id": "s1", "at_on": "2026-01-01"},
        {"opportunity_id": "b", "stage_id": "s1", "at_on": "2026-02-20"},  # the same stage again
        {"opportunity_id": "c", "stage_id": "s1", "at_on": "2026-01-01"},
        {"opportunity_id": "c", "stage_id": "s2", "at_on": "2026-02-20"},
    )
    (row,) = made.until("2026-03-05").ask("stalled_rate", period="2026-03").rows
    assert (row.num, row.den) == (2, 3)


def test_who_sees_nothing_projects_nothing_by_person(company):
    made = company().put("agent", {"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"})
    made.put("opportunity", won("a", "2026-03-02", owner_id="ana"),
             still_open("b", "2026-01-01", owner_id="ana", probability=0.5,
                        expected_close_date="2026-03-20"))  # fmt: skip
    made.until("2026-03-05")
    bob = Reader(agent_ids=frozenset({"bob"}))
    (row,) = made.ask("projected_sales", period="2026-03", by="agent", reader=bob).rows
    assert (row.value, row.dim_ids) == (0, {})
    assert made.values("projected_sales", by="agent", period="2026-03")["Ana"] == 150
