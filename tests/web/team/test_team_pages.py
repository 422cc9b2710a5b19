"""The team's tables with figures worked out by hand from `make_team`."""

from collections.abc import Callable

from django.test import Client

from kpilot.web.people.models import Person
from kpilot.web.team.keeping import change_team_rules, sla_seconds, team_rules
from kpilot.web.warehouse import project

Visit = Callable[[str], Client]
Read = Callable[..., str]
Lines = Callable[..., dict[str, list[str]]]
NOVEMBER = "period=2024-11"


def mia() -> Person:
    return Person.objects.get(email="mia@example.com")


def test_completed_by_person_and_kind_beside_the_sales(lines: Lines) -> None:
    found = lines("mia", "completed", words=NOVEMBER)
    heads = found["Salesperson"]
    assert heads == ["Task", "Call", "E-mail", "All activities", "Tasks on time", "Sales won"]
    # Ann: one task, three calls, two answers; one of her two tasks was in time; one won.
    assert found["Ann"] == ["1", "3", "2", "6", "0.5", "1"]
    assert found["Bob"] == ["0", "1", "1", "2", "0.0", "1"]
    assert found["Eli"][:4] == ["0", "0", "0", "0"]
    assert found["North A together"] == ["1", "4", "4", "9", "0.25", "3"]
    assert "Zoe" not in found


def test_what_was_worked_on_week_by_week(lines: Lines, read: Read) -> None:
    found = lines("mia", "worked-on", words=f"{NOVEMBER}&grain=week&figure=opportunities")
    by_week = dict(zip(found["Salesperson"], zip(found["Ann"], found["Bob"],
                   found["North A together"], strict=True), strict=True))  # fmt: skip
    # Ann called on two deals in the week of the 4th, on one of them again in that of the 11th.
    assert by_week["4 Nov"] == ("2", "0", "2")
    assert by_week["11 Nov"] == ("1", "1", "2")
    leads = lines("mia", "worked-on", words=f"{NOVEMBER}&grain=month&figure=leads")
    assert (leads["Ann"], leads["Bob"]) == (["2"], ["1"])
    assert "Opportunities" in read("mia", f"/team/?{NOVEMBER}&grain=day")


def test_who_could_use_a_hand_is_said_as_help_and_leads_to_the_records(
    lines: Lines, read: Read, visit: Visit
) -> None:
    found = lines("mia", "waiting")
    assert (found["Ann"], found["Bob"], found["Dan"]) == (["1", "1"], ["2", "1"], ["0", "0"])
    assert found["North A together"] == ["3", "2"]
    text = read("mia", "/team/of/north-a/")
    assert "3 tasks are past their due date, 2 leads wait for a first answer." in text
    assert "Nothing waits for: Çat, Dan, Eli." in text
    assert text.index(">Ann<") < text.index(">Bob<")
    href = text.split("2 tasks are past their due date")[0].rsplit('href="', 1)[1].split('"')[0]
    rows = read("mia", href.replace("&amp;", "&"))
    assert "bob late" in rows
    assert "ann late" not in rows


def test_leads_answered_within_the_delay_of_the_team(lines: Lines, read: Read) -> None:
    table = "response-by-person"
    found = lines("mia", table, words=NOVEMBER)
    assert found["Salesperson"] == ["Leads", "Within 5 min", "Median", "Waiting"]
    assert [found["Ann"][0], found["Ann"][3]] == ["3", "1"]
    assert float(found["Ann"][1]) == 1 / 3
    change_team_rules(mia(), "north", 0, leaderboard=False, sla_seconds=3600)
    assert sla_seconds("north-a", project()) == 3600
    found = lines("mia", table, words=NOVEMBER)
    assert found["Salesperson"][1] == "Within 60 min"
    assert float(found["Ann"][1]) == 2 / 3
    hours = lines("mia", "response-by-hour", words=NOVEMBER)
    assert hours["10:00"][0] == "2"  # l1 and l3 came in at nine UTC, ten in Paris
    waiting = lines("mia", "leads-waiting")
    assert list(waiting)[1:3] == ["l3", "l4"]
    assert waiting["l3"][0] == str(33 * 3600)  # from the 19th at nine to the 20th at eighteen
    assert waiting["l3"][2] == "Ann"
    newest = read("mia", "/team/of/north-a/response/?sort=-created_at")
    assert newest.index(">l4<") < newest.index(">l3<")
    assert "Too few leads to say how soon they are answered." in newest
    assert "are answered within too few" not in newest


def test_no_leaderboard_unless_the_team_asked_and_then_a_fair_one(read: Read) -> None:
    path = "/team/of/north-a/?period=2024"
    assert "Leaderboard" not in read("mia", path)
    assert "Leaderboard" not in read("eve", path)
    change_team_rules(mia(), "north-a", 0, leaderboard=True, sla_seconds=None)
    text = read("mia", path)
    target, rate = (part.split("</table>")[0] for part in text.split('class="leaders"')[1:])
    # Own targets: Ann and Bob reached theirs, Dan 12 of 40 and clearly less; Cat's two are too few.
    assert places(target) == [("1", "Ann"), ("1", "Bob"), ("3", "Dan"), ("–", "Çat")]
    assert (
        places(rate)
        == [("1", "Ann"), ("1", "Bob"), ("3", "Dan"), ("–", "Çat"), ("–", "Eli")][
            : len(places(rate))
        ]
    )
    assert "100%" not in rate.split("Çat")[1]


def places(table: str) -> list[tuple[str, str]]:
    import re

    rows = re.findall(r'<td class="place">(.*?)</td><th scope="row"><a[^>]*>(\w+)</a>', table)
    return [(re.sub(r"<[^>]+>|without a place", "", place), name) for place, name in rows]


def test_a_persons_own_page_says_what_went_well_and_what_waits(read: Read) -> None:
    text = read("ann", "/team/me/?period=2024")
    assert "20 sales won, worth €20k" in text
    assert "ann past its date" in text
    assert "was expected on 1 Nov 2024" in text
    assert "ann in time" not in text.split('id="deals"')[1].split("</section>")[0]
    assert "ann late" in text
    assert "was due on 11 Nov 2024" in text
    assert ">l3<" in text
    assert "Achieved" in text
    same = read("mia", "/team/people/ann/?period=2024")
    assert "20 sales won, worth €20k" in same
    deals = read("ann", "/team/people/ann/deals.csv")
    assert "ann past its date,Talk,900" in deals


def test_rules_are_added_to_and_nobody_overwrites_anybody(visit: Visit, read: Read) -> None:
    eve, path = visit("eve"), "/team/rules/"
    given = {"peer_view": "names", "smallest_group": "4", "version": "0"}
    assert eve.post(path, given).status_code == 302
    late = eve.post(path, {**given, "peer_view": "self", "smallest_group": "9"})
    assert late.status_code == 409
    text = late.content.decode()
    assert "changed this while you were here" in text
    assert 'value="9"' in text
    assert "by name" in read("ann", "/team/")
    small = eve.post(path, {"peer_view": "self", "smallest_group": "2", "version": "1"})
    assert small.status_code == 400
    assert 'value="2"' in small.content.decode()
    boss = visit("mia")
    assert boss.post(path, {**given, "version": "1"}).status_code == 403
    own = {"leaderboard": "on", "minutes": "30", "version": "0"}
    assert boss.post("/team/rules/north-a/", own).status_code == 302
    assert (team_rules("north-a").leaderboard, team_rules("north-a").sla_seconds) == (True, 1800)
    assert boss.post("/team/rules/south/", own).status_code == 404
    assert boss.post("/team/rules/north-a/", {**own, "minutes": "0", "version": "1"}
                     ).status_code == 400  # fmt: skip


def test_what_is_missing_is_said_with_where_it_is_in_the_crm(read: Read) -> None:
    engine = project().engine
    engine.query("DELETE FROM activity")
    engine.query("UPDATE kp_version SET n = n + 1")
    text = read("mia", "/team/of/north-a/")
    assert "Tasks overdue" in text
    assert "Due (Activities)" in text
    assert "Where they are in the CRM" in text
    assert text.count("Tasks overdue</b>") == 1, "a KPI is named once, with all it lacks"
    assert "Salesforce" in text
    assert "Missing: " in read("ann", "/team/me/")


def test_no_link_no_such_team_and_nobody_in_it(visit: Visit, read: Read) -> None:
    Person.objects.filter(email="bob@example.com").update(agent_id="")
    assert "not linked to a salesperson" in read("bob", "/team/")
    assert "not linked to a salesperson" in read("bob", "/team/me/")
    assert "There is no team “nowhere”" in read("eve", "/team/of/nowhere/", 404)
    assert "Nobody sells in" not in read("eve", "/team/of/south/")
    project().engine.query("UPDATE agent SET team_id = NULL WHERE id = 'zoe'")
    assert "Nobody sells in South at present." in read("eve", "/team/of/south/")
    project().engine.query("DELETE FROM agent")
    project().engine.query("DELETE FROM team")
    assert "Nothing is loaded yet" in read("eve", "/team/")
    assert read("eve", "/team/?period=soon")
