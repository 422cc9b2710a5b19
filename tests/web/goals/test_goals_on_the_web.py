"""Goals made, changed and entered through their forms: what is wrong is said, nothing is lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kpilot.web.goals.models import Change, Goal, Notice, Target
from kpilot.web.goals.standing import standing
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

Visit = Callable[[str], Client]
Read = Callable[..., str]
TODAY = datetime.now(UTC).date()
START, LAST = TODAY - timedelta(50), TODAY + timedelta(49)


def form(*targets: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The fields of a form that can be sent: 100 days, half of them over."""
    fields: dict[str, Any] = {
        "name": "A good quarter", "scope": "team:north", "period": "own", "weight": "1",
        "start_on": str(START), "last_day": str(LAST), "timing": "linear", "repeats": "",
        "row": [], "action": "save",
    }  # fmt: skip
    for n, target in enumerate(targets):
        fields["row"].append(str(n))
        fields |= {f"t{n}-{name}": value for name, value in {"kind": "number", **target}.items()}
    return fields | changed


def send(client: Client, fields: dict[str, Any], path: str = "/goals/new/") -> tuple[int, str]:
    answer = client.post(path, fields)
    text = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    return answer.status_code, text.replace("&#x27;", "'").replace("&quot;", '"')


NUMBER = {"name": "Visits", "target": "100"}
MONEY = {"kind": "currency", "name": "Renewals", "target": "7.2k", "currency": "EUR"}
TRUTH = {"kind": "boolean", "name": "Contract signed"}
TASKS = {"kind": "tasks", "name": "Plan", "tasks": "One\nTwo\n\nThree"}
KPI = {"kind": "kpi", "kpi": "Sales value", "target": "400 000"}


def test_a_goal_with_each_type_of_target(visit: Visit, read: Read) -> None:
    status, _text = send(visit("mia"), form(NUMBER, MONEY, TRUTH, TASKS, KPI))
    assert status == 302
    goal = Goal.objects.get()
    assert (goal.start_on, goal.last_day) == (START, LAST)
    assert [owner.name for owner in goal.owners.all()] == ["Mia"]
    found = standing(goal, project(), datetime.now(UTC).replace(tzinfo=None))
    by_kind = {part.target.kind: part for part in found.parts}
    # Ann and Bob sell for 1,000 a day each since the first day; the last one may not be over.
    sold = by_kind["kpi"].current.asked.current
    assert sold in (100_000, 102_000)
    assert by_kind["tasks"].current.asked.tasks_total == 3
    assert by_kind["currency"].target.target == 7200
    in_french = read("bob", f"/goals/{goal.pk}/", language="fr")
    assert "Chiffre d'affaires signé" in in_french.split('id="history"')[0]
    page = read("ann", f"/goals/{goal.pk}/")
    assert "€100k" in page or "€102k" in page
    assert "0 / 3" in page
    assert "Enter a value" not in page  # Ann reads it


def test_what_is_entered_moves_the_goal_and_tells_its_people_once(visit: Visit) -> None:
    mia = visit("mia")
    send(mia, form(NUMBER, TASKS))
    visits, plan = Target.objects.all()
    mia.post(f"/goals/targets/{visits.pk}/value/", {"value": "40", "on": str(START)})
    mia.post(f"/goals/targets/{visits.pk}/value/", {"value": "60", "how": "more", "on": str(TODAY)})
    told = Notice.objects.get(kind="target_met")
    assert (told.person.name, told.args["target"], told.args["percent"]) == ("Mia", "Visits", "50")
    for task in plan.tasks.all():
        mia.post(f"/goals/targets/{plan.pk}/tasks/", {"act": "done", "task": task.pk})
    kinds = sorted(Notice.objects.values_list("kind", flat=True))
    assert kinds == ["goal_achieved", "target_met", "target_met"]
    assert "“Visits” is reached. The goal “A good quarter” stands at 50 %." in (
        mia.get("/goals/notices/").content.decode())  # fmt: skip
    assert "3 new notices" in mia.get("/goals/").content.decode()
    mia.post("/goals/notices/read/")
    assert not Notice.objects.filter(read_at=None).exists()


def test_the_old_value_and_the_old_period_stay_in_the_history(visit: Visit, read: Read) -> None:
    mia = visit("mia")
    send(mia, form(NUMBER))
    goal, target = Goal.objects.get(), Target.objects.get()
    mia.post(f"/goals/targets/{target.pk}/value/", {"value": "12", "note": "by phone"})
    later = form({**NUMBER, "target": "120", "pk": target.pk}, version=1,
                 last_day=str(LAST + timedelta(30)))  # fmt: skip
    assert send(mia, later, f"/goals/{goal.pk}/edit/")[0] == 302
    target.refresh_from_db()
    send(mia, form(TRUTH, name="Papers"))
    papers = read("mia", f"/goals/{Goal.objects.get(name='Papers').pk}/", language="fr")
    assert "Contract signed" in papers
    assert "Point de départ" not in papers.split('id="history"')[1], "yes or no is no number"
    Person.objects.filter(email="mia@example.com").update(language="en")
    assert target.target == 120
    changes = {change.what: change for change in Change.objects.filter(goal=goal)}
    assert changes["target_changed"].before == {"target": 100.0}
    assert changes["goal_changed"].before == {"due_on": str(LAST + timedelta(1))}
    page = read("mia", f"/goals/{goal.pk}/")
    assert "changed the target “Visits”" in page
    assert "by phone" in page


WRONG = [
    (form(NUMBER, last_day=str(START - timedelta(1))), "It ends before it starts"),
    (form({**NUMBER, "target": "0"}), "A target of zero is reached before anybody begins"),
    (form({**NUMBER, "agg": "level", "start": "4", "target": "4"}), "The target equals the start"),
    (form({**NUMBER, "target": "many"}), "“many” is not a number."),
    (form({**NUMBER, "weight": "0"}), "With a weight of 0 it would count for nothing"),
    (form({**NUMBER, "agg": "level"}), "A level needs a start"),
    (form({**TASKS, "tasks": " \n"}), "The list is empty: write at least one task."),
    (form({**KPI, "kpi": "Win rat"}), "There is no KPI “Win rat”"),
    (form({**KPI, "kpi": ""}), "Say which KPI."),
    (form({**KPI, "scope": "team:south"}), "Select a valid choice"),
    (form(NUMBER, name="x" * 400), "The name has 400 characters: shorten it to 120."),
    (form({**NUMBER, "name": "y" * 400}), "The name has 400 characters: shorten it to 120."),
    (form(NUMBER, scope="org:"), "Select a valid choice"),
    (form(NUMBER, repeats="month", times="1"), "Say how many times in all, from 2 to 24."),
    (form(NUMBER, timing="months", months="1 2"), "write as many numbers"),
    (form({**KPI, "kpi": "Win rate", "target": "+5 %"}), "of a rate can be read in two ways"),
]  # fmt: skip


def test_bad_input_is_told_and_kept(visit: Visit) -> None:
    mia = visit("mia")
    for fields, said in WRONG:
        status, text = send(mia, fields)
        assert (status, said if said in text else "") == (400, said)
        assert fields["name"] in text
        typed = [fields[key] for key in ("t0-name", "t0-target", "t0-kpi") if fields.get(key)]
        assert all(str(one) in text for one in typed), said
    assert not Goal.objects.exists()


def test_five_percent_of_a_rate_is_what_she_chooses(visit: Visit) -> None:
    mia = visit("mia")
    rate = {**KPI, "kpi": "Win rate", "target": "+5 %", "start": "40"}
    _status, text = send(mia, form(rate))
    assert "42.0%" in text
    assert "45.0%" in text
    send(mia, form({**rate, "reading": "points"}))
    assert Target.objects.get().target == pytest.approx(0.45)


def test_a_rate_starts_where_it_stood_before(visit: Visit) -> None:
    send(visit("mia"), form({**KPI, "kpi": "win_rate", "target": "70"}))
    target = Target.objects.get()
    # One won a day and one lost every second day: two of three.
    assert target.start == pytest.approx(2 / 3, abs=0.01)
    assert (target.agg, target.direction) == ("level", "up")


def test_repeating_makes_one_for_each_period(visit: Visit) -> None:
    fields = form(NUMBER, period=f"{TODAY:%Y-%m}", repeats="month", times="3")
    send(visit("mia"), fields)
    found = list(Goal.objects.order_by("start_on"))
    assert len(found) == 3
    assert [one.due_on for one in found][:-1] == [one.start_on for one in found][1:]
    assert all(one.targets.get().target == 100 for one in found)
    assert len({one.series for one in found}) == 1


def test_the_second_of_two_sees_both(visit: Visit) -> None:
    send(visit("eve"), form(NUMBER))
    goal, target = Goal.objects.get(), Target.objects.get()
    hers = form({**NUMBER, "pk": target.pk}, name="Eve's words", version=1)
    his = form({**NUMBER, "pk": target.pk}, name="Mia's words", version=1)
    assert send(visit("eve"), hers, f"/goals/{goal.pk}/edit/")[0] == 302
    status, text = send(visit("mia"), his, f"/goals/{goal.pk}/edit/")
    assert status == 409
    assert "Mia's words" in text
    assert "Eve's words" in text
    assert "made the goal" not in text
    assert send(visit("mia"), his | {"version": 2}, f"/goals/{goal.pk}/edit/")[0] == 302
    goal.refresh_from_db()
    assert goal.name == "Mia's words"
    assert Change.objects.filter(goal=goal, before__name="Eve's words").exists()


def test_adding_a_row_without_a_script_keeps_what_was_typed(visit: Visit) -> None:
    status, text = send(visit("mia"), form({**NUMBER, "target": "soon"}, action="add"))
    assert status == 200
    assert 'value="soon"' in text
    assert 'name="t1-name"' in text
    assert not Goal.objects.exists()


def goal_of(scope_type: str, scope_id: str, name: str, owner: str = "eve", **more: Any) -> Goal:
    goal = Goal.objects.create(
        name=name, scope_type=scope_type, scope_id=scope_id, start_on=START,
        due_on=LAST + timedelta(1), **more,
    )  # fmt: skip
    goal.owners.add(Person.objects.get(email=f"{owner}@example.com"))
    Target.objects.create(goal=goal, name=f"{name} target", start=0, target=10)
    return goal


def test_who_sees_and_who_changes_which_goal(visit: Visit) -> None:
    visit("eve")
    whole = goal_of("org", "", "Whole")
    north = goal_of("team", "north", "North goal", parent=whole)
    goal_of("team", "south", "South goal", parent=whole)
    anns = goal_of("agent", "ann", "Own of Ann", "ann", parent=north)
    goal_of("agent", "zoe", "Own of Zoe", "zoe")
    seen = {
        who: {goal.name for goal in Goal.objects.all()
              if visit(who).get(f"/goals/{goal.pk}/").status_code == 200}
        for who in ("eve", "vic", "mia", "ann", "bob", "zoe")
    }  # fmt: skip
    everything = {"Whole", "North goal", "South goal", "Own of Ann", "Own of Zoe"}
    assert seen == {
        "eve": everything, "vic": everything, "mia": {"Whole", "North goal", "Own of Ann"},
        "ann": {"Whole", "North goal", "Own of Ann"}, "bob": {"Whole", "North goal"},
        "zoe": {"Whole", "South goal", "Own of Zoe"},
    }  # fmt: skip
    for path in ("/goals/", "/goals/tree/", "/goals/tree/?as=list"):
        text = visit("bob").get(path).content.decode()
        assert "North goal" in text
        assert "South" not in text
        assert "Own of" not in text
    statuses = {who: visit(who).get(f"/goals/{north.pk}/edit/").status_code
                for who in ("eve", "mia", "ann", "vic", "zoe")}  # fmt: skip
    assert statuses == {"eve": 200, "mia": 200, "ann": 403, "vic": 403, "zoe": 404}
    assert visit("ann").get(f"/goals/{anns.pk}/edit/").status_code == 200
    assert "One more goal below counts in it" in (
        visit("bob").get(f"/goals/{north.pk}/").content.decode())  # fmt: skip
    target = anns.targets.get()
    assert visit("bob").post(f"/goals/targets/{target.pk}/value/", {"value": 3}).status_code == 404
    assert visit("ann").post(f"/goals/{anns.pk}/move/", {"to": whole.pk}).status_code == 403


def test_a_salesperson_makes_goals_for_herself_alone(visit: Visit) -> None:
    own = form({**KPI, "target": "60 000"}, scope="agent:ann")
    assert send(visit("ann"), own)[0] == 302
    assert Goal.objects.get().scope_id == "ann"
    for scope in ("agent:bob", "team:north", "org:"):
        assert send(visit("ann"), form(KPI, scope=scope))[0] == 400
    others = form({**KPI, "scope": "agent:bob"}, scope="agent:ann")
    assert send(visit("ann"), others)[0] == 400


def test_a_goal_moves_but_never_under_itself(visit: Visit) -> None:
    visit("eve")
    top, below = goal_of("org", "", "Top"), goal_of("org", "", "Below")
    eve = visit("eve")
    assert eve.post(f"/goals/{below.pk}/move/", {"to": top.pk}).status_code == 302
    answer = eve.post(f"/goals/{top.pk}/move/", {"to": below.pk})
    assert answer.status_code == 400
    assert "“Top” cannot be part of itself" in answer.content.decode()
    eve.post(f"/goals/{below.pk}/child/", {"name": "Leaf"})
    assert Goal.objects.get(name="Leaf").parent == below
    assert eve.post(f"/goals/{below.pk}/rename/", {"name": "z" * 400}).status_code == 400
    eve.post(f"/goals/{below.pk}/rename/", {"name": "Middle"})
    below.refresh_from_db()
    assert (below.name, below.parent) == ("Middle", top)


def test_a_deleted_goal_comes_back_with_all_it_had(visit: Visit) -> None:
    eve = visit("eve")
    goal = goal_of("org", "", "Gone")
    answer = eve.post(f"/goals/{goal.pk}/delete/", follow=True)
    assert "“Gone” is deleted" in answer.content.decode()
    assert eve.get(f"/goals/{goal.pk}/").status_code == 404
    eve.post(f"/goals/{goal.pk}/restore/")
    assert "Gone target" in eve.get(f"/goals/{goal.pk}/").content.decode()


def test_tasks_of_the_crm_are_chosen_by_those_who_see_them(visit: Visit, read: Read) -> None:
    mia = visit("mia")
    send(mia, form({**TASKS, "tasks": "", "crm_later": "on"}))
    target = Target.objects.get()
    offered = mia.get(f"/goals/targets/{target.pk}/crm/").content.decode()
    assert "Call Vauban" in offered
    assert "secret" not in offered
    assert "Dropped" not in offered
    mia.post(f"/goals/targets/{target.pk}/crm/", {"crm": ["k1", "k2", "k3", "k4"]})
    found = standing(target.goal, project(), datetime.now(UTC).replace(tzinfo=None)).parts[0]
    asked = found.current.asked
    assert (asked.tasks_done, asked.tasks_total, asked.tasks_overdue) == (1, 3, 1)
    anns = read("ann", f"/goals/{target.goal_id}/")
    assert "Call Vauban" in anns
    assert "Visit the plant" not in anns  # Bob's
    assert "A task of the CRM that is not yours to see" in anns


def test_a_deleted_kpi_is_said_and_the_rest_stands(visit: Visit, read: Read) -> None:
    visit("eve")
    goal = goal_of("org", "", "Old")
    Target.objects.create(goal=goal, kind="kpi", name="Lost one", kpi="my_own_kpi", target=5)
    page = read("eve", f"/goals/{goal.pk}/")
    assert "The KPI “my_own_kpi” is no longer in the catalogue" in page
    assert "Old target" in page


def test_a_value_that_cannot_be_is_kept_in_its_field(visit: Visit) -> None:
    mia = visit("mia")
    send(mia, form(NUMBER))
    target = Target.objects.get()
    day = date.max.isoformat()
    for given, said in (({"value": "a lot"}, "“a lot” is not a number."),
                        ({"value": "5", "on": day}, "That day is still to come")):  # fmt: skip
        status, text = send(mia, {"on": str(TODAY), **given}, f"/goals/targets/{target.pk}/value/")
        assert status == 400
        assert said in text
        assert f'value="{given["value"]}"' in text
    assert not target.values.exists()
