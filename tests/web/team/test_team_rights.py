"""What each of the cast sees of others, whatever the administrator's rule and the address."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from kpilot.web.people.models import Person
from kpilot.web.team.keeping import change_rules, change_team_rules, rules
from kpilot.web.team.peers import peers
from kpilot.web.warehouse import project

Visit = Callable[[str], Client]
Read = Callable[..., str]
Lines = Callable[..., dict[str, list[str]]]
TABLES = ("completed", "worked-on", "waiting", "response-by-person", "response-by-hour",
          "leads-waiting", "speed-and-loyalty")  # fmt: skip
WORDS = (
    "", "?period=2024", "?period=2024&figure=leads&grain=month", "?where=agent=Bob",
    "?where=agent=Zoe", "?where=account=x&period=2024", "?by=agent", "?where=team=South",
)  # fmt: skip
MODES = ("self", "aggregate", "pseudonyms", "names")
OTHERS = ("Bob", "Çat", "Dan", "Eli")


def put(mode: str, smallest: int = 5) -> None:
    eve = Person.objects.get(email="eve@example.com")
    change_rules(eve, rules().version, peer_view=mode, smallest_group=smallest)
    boss = Person.objects.get(email="mia@example.com")
    change_team_rules(boss, "north-a", 0, leaderboard=True, sla_seconds=None)


def everything(client: Client) -> str:
    """Every page and file of North A, links and tooltips included."""
    paths = ["/team/", "/team/me/", "/team/people/ann/"]
    paths += [f"/team/of/north-a/{page}" for page in ("", "response/", "loyalty/")]
    paths = [path + words for path in paths for words in WORDS[:2]] + [
        f"/team/{words}" for words in WORDS]  # fmt: skip
    paths += [f"/team/of/north-a/{table}.csv?period=2024" for table in TABLES]
    paths += [f"/team/people/ann/{kind}.csv" for kind in ("deals", "tasks", "leads")]
    found = []
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in (200, 404), path
        text = answer.content.decode()
        for said in ("Bob", "Zoe", "South"):
            if f"={said}" in path:  # what stands in the address may be said back
                text = text.replace(said, "")
        found.append(text)
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", "\n".join(found))


@pytest.mark.parametrize("mode", MODES)
def test_ann_sees_of_others_what_the_rule_says_and_nothing_of_zoe(visit: Visit, mode: str) -> None:
    put(mode)
    text = everything(visit("ann"))
    assert ("Bob" in text) == (mode == "names")
    assert ("Colleague A" in text) == (mode == "pseudonyms")
    assert ("North A together" in text) == (mode != "self")
    for trace in ("Zoe", "zoe", "secret", "South", "77777", "77,777"):
        assert trace not in text, trace
    for link in ("/team/people/bob", "bob late", "bob plain", ">l4<"):
        assert link not in text, link
    if mode == "names":
        assert all(name in text for name in OTHERS)


def test_nothing_of_zoe_reaches_the_manager_of_others(visit: Visit) -> None:
    put("names")
    text = everything(visit("mia"))
    assert all(name in text for name in ("Ann", *OTHERS))
    assert not any(trace in text for trace in ("Zoe", "secret", "South"))


def test_viewers_and_administrators_see_everybody_by_name(read: Read) -> None:
    put("self")
    for name in ("vic", "eve"):
        text = read(name, "/team/?period=2024")
        assert all(somebody in text for somebody in ("Ann", "Bob", "Zoe"))


def test_pages_of_others_are_as_if_they_were_not_there(visit: Visit) -> None:
    put("names")
    ann = visit("ann")
    for path in ("/team/people/bob/", "/team/people/zoe/", "/team/people/nobody/",
                 "/team/people/bob/deals.csv", "/team/of/south/", "/team/of/north/",
                 "/team/of/south/completed.csv", "/team/of/*/completed.csv"):  # fmt: skip
        assert ann.get(path).status_code == 404, path
    mia = visit("mia")
    assert mia.get("/team/people/bob/").status_code == 200
    for path in ("/team/people/zoe/", "/team/of/south/", "/team/of/south/waiting.csv"):
        assert mia.get(path).status_code == 404, path
    assert visit("vic").get("/team/people/zoe/").status_code == 200


def test_totals_are_of_the_whole_team_and_no_filter_singles_anybody_out(
    lines: Lines, read: Read
) -> None:
    put("aggregate")
    whole = lines("mia", "completed", words="period=2024-11")["North A together"]
    for words in ("", "&where=agent=Bob", "&where=account=x", "&where=status=won"):
        found = lines("ann", "completed", words=f"period=2024-11{words}")
        assert found["North A together"] == whole
        assert found["Ann"] == ["1", "3", "2", "6", "0.5", "1"]
        assert "Bob" not in found
    assert "could single out a colleague" in read("ann", "/team/?where=agent=Bob")


@pytest.mark.parametrize("mode", ["aggregate", "pseudonyms"])
def test_a_team_that_is_too_small_shows_neither_totals_nor_pseudonyms(
    visit: Visit, mode: str
) -> None:
    put(mode, smallest=6)
    text = everything(visit("ann"))
    assert "together" not in text
    assert "Colleague" not in text
    assert "The team has 5 people." in text


def test_pseudonyms_hold_for_a_period_and_cannot_be_followed_into_another(lines: Lines) -> None:
    put("pseudonyms")
    first = lines("ann", "completed", words="period=2024")
    assert first == lines("ann", "completed", words="period=2024")
    assert [name for name in first if name.startswith("Colleague")] == [
        f"Colleague {letter}" for letter in "ABCD"]  # fmt: skip
    assert list(lines("ann", "waiting"))[1:3] == ["Ann", "North A together"]
    ann = peers(Person.objects.get(email="ann@example.com"), project())
    group = ("ann", "bob", "cat", "dan", "eli")
    dealt = [tuple(ann.circle(project(), group, f"north-a {n}").masked) for n in range(12)]
    assert len(set(dealt)) > 3
    assert "bob" not in ann.circle(project(), group, "x").opened


def test_the_notice_says_what_is_shown_to_whom(read: Read) -> None:
    assert "their team's totals" in read("ann", "/team/")  # the rule nobody has changed
    put("self")
    assert "nothing of their colleagues" in read("mia", "/team/")
