"""Activities, meetings, tasks and notifications: what is done, by whom, and what is late."""

import pytest


def done(id_, at, **more):
    """A call that was made."""
    return {"id": id_, "kind": "call", "at": at, "status": "done", **more}


def meeting(id_, created_at, **more):
    return {"id": id_, "kind": "meeting", "created_at": created_at, **more}


def task(id_, **more):
    return {"id": id_, "kind": "task", "created_at": "2026-01-01 09:00:00", **more}


def people(made):
    return made.put("agent", *({"id": a, "name": a} for a in ("ana", "bob")))


def test_done_is_said_or_completed_and_counts_when_it_was_completed(company):
    made = (
        company()
        .put(
            "activity",
            done("a", "2026-01-05 10:00:00"),
            done("b", "2026-01-30 10:00:00", completed_at="2026-02-02 10:00:00"),
            done("c", "2026-01-06 10:00:00", status="planned"),
            done("d", "2026-01-07 10:00:00", status="cancelled"),
            done("e", "2026-01-08 10:00:00", status="no_show", kind="meeting"),
            done("f", "2026-01-09 10:00:00", status=None),
            done("g", "2026-01-09 10:00:00", status=None, completed_on="2026-01-31"),
            done("h", "2026-01-10 10:00:00", is_automated=True),
            done("i", "2026-01-10 10:00:00", deleted_at="2026-01-11 10:00:00"),
            done("j", "2026-01-10 10:00:00", is_test=True),
        )
        .until("2026-03-01")
    )
    (row,) = made.ask("activities_done", period="2026-01").rows
    assert (row.value, row.excluded) == (2, {"automated": 1})  # a and g
    assert made.value("activities_done", period="2026-02") == 1
    assert made.value("activities_done", period="2026-01", as_of="2026-01-10") == 2  # a and i


def test_a_source_without_status_means_its_past_activities(company):
    made = (
        company()
        .put(
            "activity",
            {"id": "a", "kind": "call", "at": "2026-01-05 10:00:00"},
            {"id": "b", "kind": "call", "at": "2026-03-05 10:00:00"},
            {"id": "c", "kind": "task", "at": "2026-01-06 10:00:00"},
            {"id": "d", "kind": "call", "at": "2026-01-07 10:00:00", "source": "crm"},
            {
                "id": "e",
                "kind": "call",
                "at": "2026-01-08 10:00:00",
                "source": "crm",
                "status": "done",
            },
        )
        .until("2026-02-01")
    )
    assert made.value("activities_done", period="2026-01") == 2


def test_only_the_kinds_chosen_count(company):
    made = company(activity_kinds=["call", "meeting"]).put(
        "activity",
        *(done(kind, "2026-01-05 10:00:00", kind=kind) for kind in ("call", "email", "meeting")),
    )
    assert made.until("2026-02-01").value("activities_done", period="2026-01") == 2


def test_activities_belong_to_who_acted_and_to_the_team_of_that_day(company):
    made = people(company()).put("team", *({"id": t, "name": t} for t in ("north", "south")))
    made.put(
        "agent_team_history",
        {"agent_id": "ana", "from_date": "2025-01-01", "team_id": "north"},
        {"agent_id": "ana", "from_date": "2026-01-15", "team_id": "south"},
    )
    made.put(
        "activity",
        done("a", "2026-01-05 10:00:00", agent_id="ana"),
        done("b", "2026-01-20 10:00:00", agent_id="ana"),
        done("c", "2026-01-21 10:00:00", agent_id="ana"),
        done("d", "2026-01-21 10:00:00"),
    ).until("2026-02-01")
    by_team = made.values("activities_done", by="team", period="2026-01")
    assert {name: n for name, n in by_team.items() if n} == {"north": 1, "south": 2, "(none)": 1}
    by_agent = made.values("activities_done", by="agent", period="2026-01")
    assert (by_agent["ana"], by_agent["(unassigned)"]) == (3, 1)


def test_the_local_day_of_an_activity_is_its_day(company):
    made = company(tz="Europe/Paris").put("activity", done("a", "2026-03-31 22:30:00"))
    made.put("activity", done("b", "2026-03-31 21:30:00")).until("2026-05-01")
    assert [made.value("activities_done", period=m) for m in ("2026-03", "2026-04")] == [1, 1]


def test_a_meeting_cancelled_and_booked_again_within_a_day_counts_once(company):
    made = people(company()).put(
        "lead",
        {"id": "L", "created_at": "2026-01-01 09:00:00"},
        {"id": "M", "created_at": "2026-01-01 09:00:00"},
    )
    made.put(
        "activity",
        meeting("a", "2026-01-05 10:00:00", lead_id="L", status="cancelled", created_by_id="ana"),
        meeting("b", "2026-01-06 09:59:59", lead_id="L", status="cancelled", created_by_id="bob"),
        meeting("c", "2026-01-07 09:59:59", lead_id="L", status="planned", agent_id="ana"),
        meeting("d", "2026-01-07 11:00:00", lead_id="L", status="planned", agent_id="bob"),
        meeting("e", "2026-01-05 11:00:00", lead_id="M", status="planned", agent_id="bob"),
        meeting("f", "2026-01-05 12:00:00", status="cancelled"),
        meeting("g", "2026-01-05 13:00:00", status="planned"),
    ).until("2026-02-01")
    (row,) = made.ask("meetings_booked", period="2026-01").rows
    # b replaces a; c comes exactly a day after b; d and e are others; f and g have no lead
    assert (row.value, row.excluded) == (6, {"rebooked": 1})
    by_agent = made.values("meetings_booked", by="agent", period="2026-01")
    assert by_agent == {"ana": 2, "bob": 2, "(unassigned)": 2}


def test_meetings_held_against_those_nobody_came_to(company):
    made = (
        company()
        .put(
            "activity",
            meeting("a", "2026-01-01 10:00:00", at="2026-01-10 10:00:00", status="done"),
            meeting("b", "2026-01-01 10:00:00", at="2026-01-11 10:00:00", status="no_show"),
            meeting("c", "2026-01-01 10:00:00", at="2026-01-12 10:00:00", status="cancelled"),
            meeting("d", "2026-01-01 10:00:00", at="2026-01-13 10:00:00", status="done"),
            meeting("e", "2026-01-01 10:00:00", at="2026-02-13 10:00:00", status="planned"),
        )
        .until("2026-02-01")
    )
    assert made.value("meetings_held", period="2026-01") == 2
    (row,) = made.ask("meeting_show_rate", period="2026-01").rows
    assert (row.num, row.den) == (2, 3)
    (early,) = made.ask("meeting_show_rate", period="2026-01", as_of="2026-01-12").rows
    assert (early.num, early.den) == (1, 2)


def test_activities_per_win_count_what_led_to_the_wins_of_the_period(company):
    made = company().put(
        "opportunity",
        {"id": "o", "status": "won", "closed_at": "2026-01-20 10:00:00"},
        {"id": "p", "status": "won", "closed_on": "2026-01-21"},
        {"id": "q", "status": "lost", "closed_at": "2026-01-22 10:00:00"},
        {"id": "r", "status": "won", "closed_at": "2026-02-10 10:00:00"},
        {"id": "first", "merged_into_id": "second"},
        {"id": "second", "merged_into_id": "o"},
    )
    made.put(
        "activity",
        done("1", "2025-12-10 10:00:00", opportunity_id="o"),
        done("2", "2026-01-20 10:00:00", opportunity_id="first"),
        done("3", "2026-01-20 10:00:01", opportunity_id="o"),
        done("4", "2026-01-21 18:00:00", opportunity_id="p"),
        done("5", "2026-01-05 10:00:00", opportunity_id="q"),
        done("6", "2026-01-05 10:00:00", opportunity_id="p", is_automated=True),
        done("7", "2026-01-06 10:00:00"),
    ).until("2026-03-01")
    (row,) = made.ask("activities_per_win", period="2026-01").rows
    assert (row.value, row.num, row.den) == (1.5, 3, 2)  # 1, 2 and 4 for o and p
    assert made.value("activities_per_win", period="2026-02") == 0.0
    (full,) = made.ask("activities_per_win_full", period="2026-01").rows
    assert (full.value, full.num, full.den) == (2.5, 5, 2)  # 2, 3, 4, 5 and 7


def test_tasks_are_completed_once_by_their_assignee(company):
    made = (
        people(company())
        .put(
            "activity",
            task("a", completed_at="2026-01-05 10:00:00", agent_id="ana"),
            task("b", completed_on="2026-01-31", agent_id="bob"),
            task("c", completed_at="2026-02-01 00:00:00", agent_id="bob"),
            task("d", completed_at="2026-01-06 10:00:00", status="cancelled", agent_id="bob"),
            task("e", status="done", agent_id="bob"),
            {"id": "f", "kind": "call", "completed_at": "2026-01-06 10:00:00"},
        )
        .until("2026-03-01")
    )
    assert made.values("tasks_completed", by="agent", period="2026-01") == {"ana": 1, "bob": 1}


def test_tasks_worked_on_are_different_ones_by_who_did_something(company):
    made = people(company()).put(
        "activity",
        task("a", agent_id="ana", completed_at="2026-01-20 10:00:00"),
        task("b", agent_id="ana"),
        task("c", agent_id="ana"),
        task("z", agent_id="ana", deleted_at="2026-01-21 00:00:00"),
    )
    made.put(
        "task_event",
        *(
            {"task_id": one, "agent_id": who, "at": at, "kind": kind}
            for one, who, at, kind in (
                ("a", "ana", "2026-01-06 10:00:00", "comment"),
                ("a", "ana", "2026-01-07 10:00:00", "time"),
                ("a", "bob", "2026-01-14 10:00:00", "status"),
                ("b", "bob", "2026-01-15 10:00:00", "comment"),
                ("c", "bob", "2026-01-16 10:00:00", "assigned"),
                ("z", "bob", "2026-01-16 10:00:00", "comment"),
            )
        ),
    ).until("2026-02-01")
    assert made.value("tasks_worked_on", period="2026-01") == 2
    assert made.values("tasks_worked_on", by="agent", period="2026-01") == {"ana": 1, "bob": 2}
    weeks = made.ask("tasks_worked_on", period="2026-01-05/2026-01-26", grain="week").rows
    assert [row.value for row in weeks] == [1, 2, 1]


def late(company, **settings):
    """a late since 10 January, b done late on the 20th, c due on the 31st, d done in time."""
    return (
        company(**settings)
        .put(
            "activity",
            task("a", due_at="2026-01-10 10:00:00"),
            task("b", due_at="2026-01-12 10:00:00", completed_at="2026-01-20 10:00:00"),
            task("c", due_on="2026-01-31"),
            task("d", due_on="2026-01-15", completed_at="2026-01-15 18:00:00"),
            task("e", due_at="2026-01-10 10:00:00", status="cancelled"),
            task("f", due_at="2026-01-10 10:00:00", status="done"),
            task("g", due_at="2026-02-10 10:00:00", completed_on="2026-02-11"),
            task("h", due_at="2026-03-20 10:00:00"),
        )
        .until("2026-03-01")
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"period": "2026-01"}, 2),  # a, and c, whose day is over at the end of January
        ({"period": "2026-01-01/2026-01-31"}, 1),  # the 31st has not begun
        ({"period": "2026-01-01/2026-01-16"}, 2),  # a and b
        ({"period": "2026-02"}, 2),
        ({"period": "2026-01", "as_of": "2026-01-10T10:00:00+00:00"}, 0),  # due this moment
        ({"period": "2026-01", "as_of": "2026-01-10T10:00:01+00:00"}, 1),
        ({"period": "2026-01", "as_of": "2026-01-31T12:00:00+00:00"}, 1),  # c is due today
    ],
)
def test_tasks_overdue_at_the_end_of_a_period_or_now(company, words, expected):
    assert late(company).value("tasks_overdue", **words) == expected


def test_tasks_overdue_are_a_level_of_each_month(company):
    rows = late(company).ask("tasks_overdue", period="2025-12-01/2026-03-01", grain="month").rows
    assert [row.value for row in rows] == [None, 2, 2]  # the first task is of January


def test_tasks_done_on_time_of_those_due_in_the_period(company):
    made = late(company)
    (row,) = made.ask("task_on_time_rate", period="2026-01").rows
    # due in January: a and c late, b done late, d on its day; f at an unknown time
    assert (row.num, row.den, row.excluded) == (1, 4, {"no_closed_at": 1})
    assert made.value("task_on_time_rate", period="2026-02") == 0.0  # g a day late
    (ahead,) = made.ask("task_on_time_rate", period="2026-03").rows
    assert (ahead.value, ahead.reason) == (None, "zero_denominator")
    (then,) = made.ask("task_on_time_rate", period="2026-01", as_of="2026-01-17").rows
    assert (then.num, then.den) == (1, 3)  # a and b late then, c not yet


def test_a_task_due_on_a_local_day_is_late_when_that_day_is_over(company):
    made = company(tz="Europe/Paris").put("activity", task("a", due_on="2026-03-29"))
    made.until("2026-05-01")
    seen = [
        made.value("tasks_overdue", period="2026-03", as_of=as_of)
        for as_of in ("2026-03-29T21:59:59+00:00", "2026-03-29T22:00:00+00:00")
    ]
    assert seen == [0, 1]


def test_notifications_pending_only_where_the_source_has_them(company):
    made = people(company()).put("activity", task("a", due_at="2026-01-10 10:00:00"))
    (none,) = made.until("2026-03-01").ask("notifications_pending", period="2026-01").rows
    assert (none.value, none.reason, none.flags) == (
        None,
        "not_measurable",
        ["missing:notification.at"],
    )
    made.put(
        "notification",
        {"id": "1", "agent_id": "ana", "at": "2026-01-05 10:00:00"},
        {
            "id": "2",
            "agent_id": "ana",
            "at": "2026-01-06 10:00:00",
            "read_at": "2026-02-03 10:00:00",
        },
        {
            "id": "3",
            "agent_id": "bob",
            "at": "2026-01-07 10:00:00",
            "read_at": "2026-01-08 10:00:00",
        },
        {"id": "4", "agent_id": "bob", "at": "2026-02-07 10:00:00"},
    ).until("2026-03-01")
    rows = made.ask("notifications_pending", period="2026-01-01/2026-03-01", grain="month").rows
    assert [row.value for row in rows] == [2, 2]
    by_agent = made.values("notifications_pending", by="agent", period="2026-01")
    assert by_agent["ana"] == 2


@pytest.mark.parametrize(
    ("kpi", "missing"),
    [
        ("activities_done", "activity.completed_at|activity.at"),
        ("meetings_booked", "activity.created_at"),
        ("meetings_held", "activity.status"),
        ("tasks_overdue", "activity.due_at"),
        ("tasks_completed", "activity.completed_at"),
        ("tasks_worked_on", "task_event.at"),
        ("activities_per_win", "activity.opportunity_id"),
    ],
)
def test_a_field_that_is_not_there_is_named(company, kpi, missing):
    made = company().put("activity", {"id": "1", "kind": "task"})
    made.put("opportunity", {"id": "o", "status": "won", "closed_on": "2026-01-05"})
    (row,) = made.until("2026-02-01").ask(kpi, period="2026-01").rows
    assert (row.value, row.reason) == (None, "not_measurable")
    assert f"missing:{missing}" in row.flags


def test_cancelling_a_task_is_work_on_it_and_completes_nothing(company):
    made = people(company()).put(
        "activity",
        task("a", status="cancelled", due_on="2026-01-03", agent_id="ana"),
        task("b", status="cancelled", completed_on="2026-01-12", due_on="2026-01-03"),
        task("c", status="done", completed_on="2026-01-20", due_on="2026-01-21", agent_id="ana"),
    )
    made.put("task_event", {"task_id": "a", "agent_id": "bob", "kind": "status",
                            "at": "2026-01-10 10:00:00"}).until("2026-02-01")  # fmt: skip
    expected = {"tasks_worked_on": 2, "tasks_completed": 1, "tasks_overdue": 0}
    assert {kpi: made.value(kpi, period="2026-01") for kpi in expected} == expected
    assert made.value("task_on_time_rate", period="2026-01") == 1.0
