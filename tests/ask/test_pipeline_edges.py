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
    assert (row.value, row.reason, row.den) == (None, "outside_coverage", None)


def test_a_level_is_told_neither_of_days_to_come_nor_of_days_before_the_data(company):
    """Not today's pipeline in every month to come, and no pipeline of nothing before there is
    any: a manager would read a flat year, and a start from zero."""
    made = company().put("opportunity", won("w", "2026-02-10", created_on="2026-01-05"),
                         still_open("o", "2026-02-01", 50))  # fmt: skip
    made.put("activity", {"id": "t", "kind": "task", "due_on": "2026-01-10",
                          "created_on": "2026-01-01", "opportunity_id": "o"})  # fmt: skip
    made.until("2026-03-20")
    for kpi in ("open_pipeline", "open_opportunities", "deal_age", "tasks_overdue"):
        rows = made.ask(kpi, period="2025-12-01/2026-06-01", grain="month").rows
        first, *known, april, may = rows
        assert [row.reason for row in (april, may)] == ["outside_coverage"] * 2, kpi
        assert all(row.value is not None for row in known), kpi
        assert first.reason == "outside_coverage", kpi
    (row,) = made.ask("open_pipeline", period="2026-01", compare="previous").rows
    assert (row.compare.prev, row.compare.reason) == (None, "outside_coverage")
    parts = made.ask("open_pipeline", period="2026-03-01/2026-05-01", grain="month", by="status")
    assert [(row.dims, row.value, row.reason) for row in parts.rows] == [
        ({"status": "open"}, 50, ""), ({"status": "open"}, None, "outside_coverage")]  # fmt: skip


def test_open_opportunities_are_counted_by_age_at_each_moment(company):
    born = ("2026-03-20", "2026-02-18", "2026-02-17", "2025-12-20", "2025-12-19", "2025-09-20")
    made = company().put("opportunity", *(still_open(day, day) for day in born))
    rows = made.until("2026-03-20 12:00:00").ask("deal_age_buckets", period="2026-03").rows
    assert [(row.dims["age_bin"], row.value) for row in rows] == [
        ("0_30", 2), ("31_90", 2), ("91_180", 1), ("over_180", 1)]  # fmt: skip
    rows = made.ask("deal_age_buckets", period="2025-12").rows
    assert [(row.dims["age_bin"], row.value) for row in rows] == [("0_30", 2), ("91_180", 1)]


def test_what_is_due_in_a_quarter_to_come_is_held_against_its_target(company):
    """Nothing was sold in it yet, which is no gap in the data."""
    made = company().put("opportunity", won("a", "2026-02-10", created_on="2026-01-05"),
                         still_open("o", "2026-02-01", 500, expected_close_date="2026-05-01",
                                    probability=0.5))  # fmt: skip
    made.put("target", {"id": "t", "kpi_id": "sales_value", "scope_type": "org",
                        "period": "2026-Q2", "value": 1000})  # fmt: skip
    for end in ("2026-03-20", "2026-04-02"):
        made.until(end)
        assert made.value("pipeline_coverage", period="2026-Q2") == 0.5
        assert made.value("projected_sales", period="2026-Q2") == 250


def test_what_slips_is_worth_what_it_was_at_the_last_day_before(company):
    made = company().put("opportunity", still_open("a", "2026-01-01", 100, currency="USD"),
                         still_open("b", "2026-01-01", 100, currency="GBP"))  # fmt: skip
    made.put("close_date_history", due("a", "2026-02-10"), due("b", "2026-02-10"))
    for day, rate in (("2026-01-31", 0.5), ("2026-02-01", 0.9)):
        made.put("fx_rate", {"from_currency": "USD", "to_currency": "EUR", "date": day,
                             "rate": rate})  # fmt: skip
        made.put("fx_rate", {"from_currency": "EUR", "to_currency": "GBP", "date": day,
                             "rate": 2 * rate})  # fmt: skip
    (row,) = made.until("2026-03-05").ask("slippage_rate_value", period="2026-02").rows
    assert (row.value, row.num, row.den) == (1, 150, 150)  # 100 at 0.5, and 100 at 1 for 1


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
    seen = {"opportunity_id": "d", "origin": "load"}  # by comparing two loads: nobody knows when
    made.put("opportunity", still_open("d", "2026-01-01"))
    made.put(
        "stage_history",
        {"opportunity_id": "d", "stage_id": "s1", "at_on": "2026-01-01"},
        {"opportunity_id": "d", "stage_id": "s2", "at_on": "2026-01-10"},
        {**seen, "stage_id": "s1", "at_on": "2026-02-20"},
        {"opportunity_id": "d", "stage_id": "s2", "at_on": "2026-02-25"},
    )
    made.until("2026-03-05")
    first = made.ask("stage_duration", by="stage", period="2026-01").rows[0]
    assert (first.value, first.n, first.excluded) == (50, 2, {"skipped": 1})  # b is there, c left


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


def test_a_level_in_the_past_stands_in_the_stage_of_its_moment(company):
    """Not in the one of today: what was lost since was in an open stage then."""
    made = company().put("stage", STAGE, {**STAGE, "id": "s2", "name": "Second", "pos": 2})
    made.put("stage", *({**STAGE, "id": kind, "name": kind, "kind": kind, "pos": 9}
                        for kind in ("won", "lost")))  # fmt: skip
    steps = {
        "moved": [("s1", "2026-01-05"), ("s2", "2026-02-10"), ("lost", "2026-03-10")],
        "reopened": [("s1", "2026-01-05"), ("lost", "2026-01-20"), ("s2", "2026-02-10")],
        "late": [("s2", "2026-02-20")],  # nobody knows where it was before
    }
    for name, told in steps.items():
        made.put("opportunity", still_open(name, "2026-01-05", 10, stage_id=told[-1][0]))
        made.put("stage_history", *({"opportunity_id": name, "stage_id": stage, "at_on": on}
                                    for stage, on in told))  # fmt: skip
    made.put("opportunity", won("untold", "2026-03-01", created_on="2026-01-05", stage_id="won"))
    made.put("opportunity", still_open("plain", "2026-01-05", 10, stage_id="s1"))
    made.until("2026-03-20")
    for kpi in ("open_opportunities", "deal_age_buckets"):
        found = {
            month: {row.dim_ids["stage"]: row.num
                    for row in made.ask(kpi, period=month, by="stage").rows if row.num}
            for month in ("2026-01", "2026-02", "2026-03")
        }  # fmt: skip
        assert found == {
            "2026-01": {"s1": 3, "s2": 1, "(none)": 1},
            "2026-02": {"s1": 1, "s2": 3, "(none)": 1},
            "2026-03": {"s1": 1, "s2": 2},
        }, kpi
    rows = made.ask("open_pipeline", period="2026-03", by="stage").rows
    assert [row.dims["stage"] for row in rows] == ["First", "Second"]  # nothing, of what closed
    months = made.ask("open_pipeline", period="2026-Q1", grain="month", by="stage").rows
    assert [row.value for row in months if row.dims["stage"] == "Second"] == [10, 30, 20]
    assert made.value("open_pipeline", period="2026-01", where="stage=First") == 30


def test_what_a_status_wins_beside_the_stages_passes_the_last_of_them_that_day(company):
    """A program without a stage for what is won or lost: its history goes on being open."""
    second = {**STAGE, "id": "s2", "name": "Second", "pos": 2}
    made = company(stage_window_days=60).put("stage", STAGE, second)
    ends = {"won": {"status": "won", "closed_on": "2026-01-21"},
            "lost": {"status": "lost", "closed_on": "2026-01-31"}, "undated": {"status": "won"}}
    for name, end in ends.items():
        made.put("opportunity", {"id": name, "stage_id": "s2", "amount": 10,
                                 "created_on": "2026-01-01", **end})  # fmt: skip
        made.put("stage_history",
                 {"opportunity_id": name, "stage_id": "s1", "at_on": "2026-01-01"},
                 {"opportunity_id": name, "stage_id": "s2", "at_on": "2026-01-11"})  # fmt: skip
    made.until("2026-06-05")

    def parts(kpi, **asked):
        rows = made.ask(kpi, period="2026-01", by="stage", **asked).rows
        return {row.dims["stage"]: (row.num, row.den) for row in rows}

    # of the one without a day nobody knows whether it was in time
    assert parts("stage_conversion") == {"First": (3, 3), "Second": (1, 2)}
    assert parts("stage_conversion_resolved") == {"First": (3, 3), "Second": (2, 3)}
    assert parts("stage_conversion_resolved", as_of="2026-01-20")["Second"] == (1, 1)
    assert made.values("stage_duration", "stage", period="2026-01") == {"First": 10, "Second": 10}
    assert made.values("stage_duration_completed", "stage", period="2026-01") == {
        "First": 10, "Second": 15}  # fmt: skip
