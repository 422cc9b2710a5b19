"""Leads that wait for a first answer, what is worked on, and another delay for answering them."""

from datetime import UTC, datetime

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.ask.records import records
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING

NOW = datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def lead(id_, at, **more):
    return {"id": id_, "name": id_, "created_at": at, "owner_id": "ana", **more}


def call(id_, at, **more):
    return {"id": id_, "kind": "call", "direction": "out", "status": "done", "at": at,
            "agent_id": "ana", **more}  # fmt: skip


def leads(company):
    """a answered after 4 minutes, b after 40, c waits, d and e are set aside, f is converted,
    g was written to by a machine only and waits, h called us and waits."""
    made = company().put("agent", {"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"})
    made.put("lead_status", {"id": "new", "name": "new"},
             {"id": "out", "name": "out", "is_disqualified": True})  # fmt: skip
    made.put(
        "lead",
        lead("a", "2026-01-05 09:00:00"),
        lead("b", "2026-01-05 09:30:00"),
        lead("c", "2026-01-06 14:00:00"),
        lead("d", "2026-01-06 15:00:00", status_id="out"),
        lead("e", "2026-01-07 15:00:00", disqualify_reason="spam"),
        lead("f", "2026-01-08 15:00:00", converted_at="2026-01-09 15:00:00"),
        lead("g", "2026-01-09 15:00:00", owner_id="bob"),
        lead("h", "2026-01-10 15:00:00", status_id="new"),
    )
    made.put(
        "activity",
        call("1", "2026-01-05 09:04:00", lead_id="a"),
        call("2", "2026-01-05 10:10:00", lead_id="b"),
        call("3", "2026-01-09 15:01:00", lead_id="g", is_automated=True),
        call("4", "2026-01-10 15:01:00", lead_id="h", direction="in"),
        call("5", "2026-01-20 10:00:00", opportunity_id="o1"),
        call("6", "2026-01-21 10:00:00", opportunity_id="o1", agent_id="bob"),
        call("7", "2026-01-22 10:00:00", opportunity_id="o2"),
    )
    made.put("opportunity", *({"id": i, "name": i, "status": "open", "owner_id": "ana",
                               "created_on": "2026-01-02"} for i in ("o1", "o2")))  # fmt: skip
    return made.until("2026-02-01")


def question(made, kpi):
    return Query.from_params(
        {"kpi": [kpi], "period": ["2026-01"]},
        reader=EVERYTHING,
        catalog=catalog(made.project),
        settings=made.project.settings,
    )


def test_a_lead_waits_until_a_person_reaches_out_or_nobody_has_to(company):
    made = leads(company)
    assert made.value("leads_waiting", period="2026-01") == 3
    assert made.values("leads_waiting", by="agent", period="2026-01") == {"Ana": 2, "Bob": 1}
    query = question(made, "leads_waiting")
    found = records(query, made.project, now=NOW, only="numerator", also=("created_at",))
    assert [row["id"] for row in found.rows] == ["h", "g", "c"]
    assert found.rows[-1]["created_at"] == datetime.fromisoformat("2026-01-06 14:00:00")


def test_leads_by_the_hour_they_come_in(company):
    found = leads(company).values("new_leads", by="hour", period="2026-01")
    assert {hour: n for hour, n in found.items() if n} == {"09": 2, "14": 1, "15": 5}


def test_another_delay_for_answering_is_for_one_question_only(company):
    made = leads(company)
    query = question(made, "lead_response_5min_rate")
    hour = ask(query, made.project, now=NOW, sla_seconds=3600).rows[0]
    usual = ask(query, made.project, now=NOW).rows[0]
    assert (hour.num, hour.den) == (2, 8)
    assert (usual.num, usual.den) == (1, 8)


def test_what_is_worked_on_twice_is_one_thing_for_each_who_did(company):
    made = leads(company)
    name = "tasks_worked_on_opportunities"
    assert made.value(name, period="2026-01") == 2
    assert made.values(name, by="agent", period="2026-01") == {"Ana": 2, "Bob": 1}
    assert made.value("tasks_worked_on_leads", period="2026-01") == 3  # a, b and h


def test_work_on_what_was_deleted_is_work_on_nothing(company):
    made = leads(company)
    made.put("opportunity", {"id": "gone", "created_on": "2026-01-02", "status": "open",
                             "deleted_at": "2026-01-30 10:00:00"})  # fmt: skip
    made.put("activity", call("8", "2026-01-22 11:00:00", opportunity_id="gone"))
    made.until("2026-02-01")
    assert made.value("tasks_worked_on_opportunities", period="2026-01") == 2
    assert made.value("activities_done", period="2026-01") == 7
