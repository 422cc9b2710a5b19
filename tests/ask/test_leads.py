"""Leads: who counts as one, how soon they are answered, when they are qualified (E10)."""

import pytest

from tests.examples.given import EXAMPLES

E10 = EXAMPLES["E10"]


def lead(id_, created_at, **more):
    return {"id": id_, "created_at": created_at, **more}


def call(id_, lead_id, at, **more):
    """An outbound call by a person."""
    return {"id": id_, "kind": "call", "direction": "out", "lead_id": lead_id, "at": at, **more}


def of(table):
    """The rows of a table of the example."""
    return [dict(zip(table["cols"], row, strict=True)) for row in table["rows"]]


def test_e10_leads_are_counted_once_and_answered_by_people(company):
    made = company(lead_dedupe_days=E10["config"]["lead_dedupe_days"])
    made.put("lead", *of(E10["tables"]["lead"])).put("activity", *of(E10["tables"]["activity"]))
    made.until(E10["as_of"])
    words = {"as_of": E10["as_of"], "period": "/".join(E10["period"])}
    want = E10["expected"]
    assert made.value("new_leads", **words) == want["new_leads"]
    (rate,) = made.ask("lead_response_5min_rate", **words).rows
    assert (rate.value, rate.num, rate.den) == tuple(want["lead_response_5min_rate"].values())
    assert rate.excluded == {"immature": 1}
    assert made.value("lead_response_p50", **words) == want["lead_response_p50"]["value_s"]
    (slow,) = made.ask("lead_response_p90", **words).rows
    assert (slow.value, slow.reason) == (None, want["lead_response_p90"]["reason"])
    rows = made.project.engine.query("SELECT response_seconds, is_answered FROM facts.lead")
    assert survival(rows) == [pytest.approx(step) for step in want["km_survival"]]


def survival(rows):
    """Kaplan–Meier by hand: [duration, share still waiting] at every answer."""
    share, steps = 1.0, []
    for moment in sorted({seconds for seconds, ended in rows if ended}):
        waiting = sum(1 for seconds, _ in rows if seconds >= moment)
        ended = sum(1 for seconds, answered in rows if answered and seconds == moment)
        share *= 1 - ended / waiting
        steps.append([moment, share])
    return steps


def test_deleted_test_and_merged_leads_do_not_count(company):
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00"),
        lead("b", "2026-01-02 10:00:00", deleted_at="2026-01-20 00:00:00"),
        lead("c", "2026-01-03 10:00:00", is_test=True),
        lead("d", "2026-01-04 10:00:00", merged_into_id="a"),
    )
    made.until("2026-02-01")
    assert made.value("new_leads", period="2026-01") == 1
    assert made.value("new_leads", period="2026-01", as_of="2026-01-15") == 2


def test_a_deleted_lead_is_nobodys_anchor(company):
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00", email="x@y.fr", deleted_at="2026-01-02 00:00:00"),
        lead("b", "2026-01-20 10:00:00", email="x@y.fr"),
        lead("c", "2026-02-05 10:00:00", email="x@y.fr"),
    )
    made.until("2026-03-01")
    assert [made.value("new_leads", period=month) for month in ("2026-01", "2026-02")] == [1, 0]


def test_activities_of_a_merged_lead_and_of_a_duplicate_answer_the_anchor(company):
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00", email="x@y.fr"),
        lead("b", "2026-01-01 11:00:00", email="x@y.fr"),
        lead("c", "2026-01-02 10:00:00"),
        lead("d", "2026-01-02 11:00:00", merged_into_id="e"),
        lead("e", "2026-01-02 11:00:00", merged_into_id="c"),
    )
    made.put(
        "activity", call("1", "b", "2026-01-01 10:02:00"), call("2", "d", "2026-01-02 10:04:00")
    )
    made.until("2026-02-01")
    assert made.value("new_leads", period="2026-01") == 2
    assert made.value("lead_response_5min_rate", period="2026-01") == 1.0
    assert made.value("leads_contacted", period="2026-01") == 2


def test_leads_merged_in_a_circle_are_dropped(company):
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00"),
        lead("b", "2026-01-02 10:00:00", merged_into_id="c"),
        lead("c", "2026-01-02 10:00:00", merged_into_id="b"),
    )
    assert made.until("2026-02-01").value("new_leads", period="2026-01") == 1


def test_a_lead_counts_on_its_local_date(company):
    made = company(tz="Europe/Paris").put("lead", lead("a", "2026-03-31 22:30:00"))
    made.put("lead", {"id": "b", "created_on": "2026-03-31"}).until("2026-05-01")
    assert made.value("new_leads", period="2026-03") == 1
    assert made.value("new_leads", period="2026-04") == 1


def test_a_lead_without_creation_date_counts_from_its_first_status_or_contact(company):
    made = company().put("lead_status", {"id": "new", "name": "New", "is_qualified": False})
    made.put("lead", {"id": "a"}, {"id": "b", "first_contact_on": "2026-01-05"}, {"id": "c"})
    made.put("lead", lead("d", "2026-01-07 10:00:00"))
    made.put(
        "lead_status_history", {"lead_id": "a", "at": "2026-01-04 10:00:00", "status_id": "new"}
    ).until("2026-02-01")
    (row,) = made.ask("new_leads", period="2026-01").rows
    assert (row.value, row.excluded) == (3, {"no_created_at": 1})
    assert "created_at_proxy" in row.flags


def test_new_leads_belong_to_their_first_human_owner(company):
    made = company().put("agent", *({"id": a, "name": a} for a in ("ana", "bob")))
    made.put("agent", {"id": "q", "name": "Queue", "kind": "queue"})
    made.put(
        "lead",
        lead("a", "2026-01-01 10:00:00", owner_id="bob"),
        lead("b", "2026-01-02 10:00:00", owner_id="bob"),
    )
    made.put(
        "lead_owner_history",
        {"lead_id": "a", "at": "2026-01-01 10:00:00", "agent_id": "q"},
        {"lead_id": "a", "at": "2026-01-03 10:00:00", "agent_id": "ana"},
        {"lead_id": "a", "at": "2026-01-09 10:00:00", "agent_id": "bob"},
    ).until("2026-02-01")
    assert made.values("new_leads", by="agent", period="2026-01") == {"ana": 1, "bob": 1}
    current = made.values("new_leads", by="agent", period="2026-01", attribution="owner_current")
    assert current["bob"] == 2


def test_the_owner_when_it_was_qualified_has_the_qualified_lead(company):
    made = with_statuses(company()).put("agent", *({"id": a, "name": a} for a in ("ana", "bob")))
    made.put("lead", lead("a", "2026-01-01 10:00:00"))
    made.put(
        "lead_owner_history",
        {"lead_id": "a", "at": "2026-01-01 10:00:00", "agent_id": "ana"},
        {"lead_id": "a", "at": "2026-01-05 10:00:00", "agent_id": "bob"},
    )
    made.put("lead_status_history", *history("a", new="2026-01-01", qualified="2026-01-04"))
    made.until("2026-02-01")
    assert made.values("qualified_leads", by="agent", period="2026-01") == {"ana": 1}


def with_statuses(made):
    return made.put(
        "lead_status",
        {"id": "new", "name": "New", "is_qualified": False, "is_disqualified": False},
        {"id": "qualified", "name": "Qualified", "is_qualified": True, "is_disqualified": False},
        {"id": "lost", "name": "Lost", "is_qualified": False, "is_disqualified": True},
    )


def history(lead_id, **steps):
    return [
        {"lead_id": lead_id, "at": f"{day} 10:30:00", "status_id": status}
        for status, day in steps.items()
    ]


def test_a_lead_is_qualified_once_at_its_first_time_even_if_set_aside_later(company):
    made = with_statuses(company()).put(
        "lead", *(lead(name, "2026-01-02 10:00:00") for name in "abcd")
    )
    made.put(
        "lead_status_history",
        *history("a", new="2026-01-02", qualified="2026-01-10", lost="2026-02-10"),
        *history("b", new="2026-01-02", lost="2026-01-05"),
        *history("c", new="2026-01-02", qualified="2026-02-03"),
        {"lead_id": "c", "at": "2026-02-20 10:00:00", "status_id": "qualified"},
        # first seen long after its creation: when it was qualified is not known
        *history("d", qualified="2026-01-20"),
    ).until("2026-03-01")
    assert [made.value("qualified_leads", period=m) for m in ("2026-01", "2026-02")] == [1, 1]
    aside = [made.value("disqualified_after_qualified", period=m) for m in ("2026-01", "2026-02")]
    assert aside == [1, 0]
    early = made.value("disqualified_after_qualified", period="2026-01", as_of="2026-02-05")
    assert early == 0


def test_a_qualification_date_of_the_lead_stands_in_for_the_history(company):
    made = with_statuses(company()).put(
        "lead",
        lead("a", "2026-01-02 10:00:00", qualified_on="2026-01-20"),
        lead("b", "2025-12-02 10:00:00", qualified_on="2026-02-20"),
    )
    made.until("2026-02-01")
    assert made.value("qualified_leads", period="2026-01") == 1
    assert made.value("qualified_leads", period="2025-12") == 0  # a lead came, none was qualified


def test_what_comes_before_the_lead_from_machines_or_from_the_lead_is_no_answer(company):
    made = company().put("lead", lead("a", "2026-01-01 10:00:00"))
    made.put(
        "activity",
        call("1", "a", "2026-01-01 09:00:00"),
        call("2", "a", "2026-01-01 10:01:00", is_automated=True),
        call("3", "a", "2026-01-01 10:02:00", direction="in"),
        call("4", "a", "2026-01-01 10:03:00", status="cancelled"),
        call("5", "a", "2026-01-01 10:04:00", status="planned"),
        call("6", "a", "2026-01-01 10:05:00", deleted_at="2026-01-02 00:00:00"),
        call("7", "a", "2026-01-01 10:10:00", status="done"),
    ).until("2026-02-01")
    assert made.value("lead_response_p50", period="2026-01") == 600
    assert made.value("lead_response_5min_rate", period="2026-01") == 0.0


def test_an_answer_after_the_cutoff_is_not_seen(company):
    made = company().put("lead", lead("a", "2026-01-01 10:00:00"))
    made.put("activity", call("1", "a", "2026-01-05 10:00:00")).until("2026-02-01")
    assert made.value("lead_response_p50", period="2026-01") == 4 * 86400
    (row,) = made.ask("lead_response_p50", period="2026-01", as_of="2026-01-03").rows
    assert (row.value, row.reason) == (None, "quantile_not_reached")


def test_a_lead_set_aside_untouched_is_watched_until_then(company):
    made = with_statuses(company()).put(
        "lead", *(lead(name, "2026-01-01 10:00:00") for name in "abc")
    )
    made.put("lead_status_history", *history("a", new="2026-01-01", lost="2026-01-02"))
    made.put(
        "activity", call("1", "a", "2026-01-09 10:00:00"), call("2", "b", "2026-01-04 10:00:00")
    )
    made.until("2026-02-01")
    # a leaves after 24.5 h; of b and c one is answered after 3 days: S = 1/2
    assert made.value("lead_response_p50", period="2026-01") == 3 * 86400
    assert made.ask("lead_response_p50", period="2026-01").rows[0].n == 3


def test_without_times_a_response_is_not_known_and_said_so(company):
    made = company().put(
        "lead",
        {"id": "a", "created_on": "2026-01-01"},
        lead("b", "2026-01-01 10:00:00"),
        lead("c", "2026-01-01 10:00:00"),
    )
    made.put(
        "activity", call("1", "b", None, at_on="2026-01-01"), call("2", "c", "2026-01-01 10:01:00")
    ).until("2026-02-01")
    (row,) = made.ask("lead_response_5min_rate", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (1, 1, {"no_time": 2})


def test_a_response_over_the_night_clocks_change_is_elapsed_time(company):
    made = company(tz="Europe/Paris").put("lead", lead("a", "2026-03-28 23:00:00"))
    made.put("activity", call("1", "a", "2026-03-29 07:00:00")).until("2026-04-05")
    assert made.value("lead_response_p50", period="2026-03") == 8 * 3600


def test_leads_contacted_are_distinct_and_belong_to_who_had_them_then(company):
    made = company().put("agent", *({"id": a, "name": a} for a in ("ana", "bob", "cy")))
    made.put(
        "lead",
        lead("a", "2026-01-01 10:00:00"),
        lead("b", "2026-01-01 10:00:00", owner_id="bob"),
    )
    made.put(
        "lead_owner_history",
        {"lead_id": "a", "at": "2026-01-01 10:00:00", "agent_id": "ana"},
        {"lead_id": "a", "at": "2026-01-14 10:00:00", "agent_id": "bob"},
    )
    made.put(
        "activity",
        call("1", "a", "2026-01-06 10:00:00", agent_id="cy"),
        call("2", "a", "2026-01-13 10:00:00", agent_id="cy", status="no_show"),
        call("3", "a", "2026-01-14 10:00:00", agent_id="cy"),
        call("4", "b", "2026-01-14 11:00:00", agent_id="cy"),
        call("5", "b", "2026-01-15 11:00:00", agent_id="cy", is_automated=True),
        call("6", None, "2026-01-14 12:00:00", agent_id="cy"),
    ).until("2026-02-01")
    assert made.value("leads_contacted", period="2026-01") == 2
    weeks = made.ask("leads_contacted", period="2026-01-05/2026-01-19", grain="week").rows
    assert [row.value for row in weeks] == [1, 2]
    assert made.values("leads_contacted", by="agent", period="2026-01") == {"ana": 1, "bob": 2}


@pytest.mark.parametrize(
    ("kpi", "missing"),
    [
        ("new_leads", "lead.created_at"),
        ("lead_response_p50", "activity.direction"),
        ("leads_contacted", "activity.lead_id"),
        ("lead_to_opp", "opportunity.lead_id|lead.converted_at|lead.converted_opportunity_id"),
        ("lead_to_meeting", "activity.created_at"),
    ],
)
def test_what_is_missing_is_named(company, kpi, missing):
    made = company().put("lead", {"id": "a"}).put("activity", {"id": "1", "kind": "call"})
    (row,) = made.until("2026-02-01").ask(kpi, period="2026-01").rows
    assert (row.value, row.reason) == (None, "not_measurable")
    assert f"missing:{missing}" in row.flags


def test_in_opening_hours_nights_and_days_off_do_not_count(company):
    made = company(tz="Europe/Paris").put("agent", {"id": "ana", "name": "ana", "team_id": "n"})
    made.put("team", {"id": "n", "name": "North"})
    for day in "12345":
        for start, end in (("09:00", "12:00"), ("14:00", "18:00")):
            made.put("business_hours", {"weekday": day, "from_time": start, "to_time": end})
        made.put("business_hours", {"team_id": "n", "weekday": day, "from_time": "08:00",
                                    "to_time": "20:00"})  # fmt: skip
    made.put("calendar_day", {"date": "2026-01-12", "is_working": False})
    made.put(
        "lead",
        lead("a", "2026-01-09 16:30:00"),  # Friday 17:30 in Paris, answered Tuesday 14:10
        lead("b", "2026-01-09 16:30:00", owner_id="ana"),
        lead("c", "2026-01-06 11:30:00"),  # Tuesday 12:30, at lunch, answered 13:30
    )
    made.put(
        "activity",
        call("1", "a", "2026-01-13 13:10:00"),
        call("2", "b", "2026-01-13 13:10:00"),
        call("3", "c", "2026-01-06 12:30:00"),
    ).until("2026-02-01")
    for name, hours in {"2026-01-06": 0, "2026-01-09": 0.5 + 3 + 1 / 6}.items():
        assert made.value("lead_response_p50_bh", period=name) == pytest.approx(hours * 3600)
    # ana's team is open from 8 to 20 h: 2.5 h on Friday and 6 h 10 on Tuesday
    assert made.value("lead_response_p90_bh", period="2026-01-09") == 31_200
