"""The heart of the page: it finds what is planted in a company, and says nothing without it.

Each company goes through the same load as anyone's files, and the page's own context is read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from kpilot.analysis.alert import Alert
from kpilot.ask import catalog
from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.rights import EVERYTHING, Reader
from kpilot.demo import stories
from kpilot.project import Project
from kpilot.web.kpis.cards import first_kpis
from kpilot.web.kpis.state import read_state
from kpilot.web.monday.declines import Decline
from kpilot.web.monday.fallen import Fall, fall_of
from kpilot.web.monday.views import content
from kpilot.web.people.models import Person, Role
from kpilot.web.reader import reader_of

Company = Callable[..., Project]
SEED = 7  # not that of the demo
NOW = datetime(2024, 11, 21, 9, tzinfo=UTC).replace(tzinfo=None)
FINDING = "Win rate down, yet every channel does better: it is the mix that changed."
pytestmark = pytest.mark.django_db


def page(project: Project, role: str = Role.ADMINISTRATOR, **links: str) -> dict[str, Any]:
    """What the page says to somebody in that role."""
    person = Person(pk=1, name="Eve Test", email="eve@example.com", role=role, **links)
    names = list(first_kpis(project))
    reader: Reader = reader_of(person, project)
    state = read_state({}, project, reader, kpis=names, now=NOW)
    return content(person, state, project, names)


def sentences(said: dict[str, Any]) -> str:
    """Everything that claims something, as one text."""
    story, neck = said["story"], said["neck"]
    parts = [said["opening"].sentence, story.finding if story else ""]
    return " ".join(parts) + str(neck)


def test_every_planted_story_is_found(company: Company) -> None:
    said = page(company(SEED, told=True))
    neck, story = said["neck"], said["story"]
    assert neck.stage == "Proposal → Negotiation"
    assert [step.hot for step in neck.steps] == [False, False, True, False]
    assert neck.lost.startswith("€")
    assert "Fewer deals get past the stage “Proposal”" in said["opening"].sentence

    assert story.finding == FINDING
    assert "period=2024-Q3" in story.href
    assert "by=channel" in story.href
    assert {row.tone for row in story.rows[:-1]} == {"up"}
    assert story.rows[-1].tone == "down"
    assert all(name in story.note for name in ("Paid search", "Social ads"))

    also = [one.label for one in said["also"]]
    assert any(text.startswith(f"{stories.HARE} closes in") for text in also)
    assert any(text.startswith(f"{stories.TORTOISE} takes") for text in also)
    assert any(text.startswith(f"{stories.AHEAD_TEAM}: ") for text in also)
    assert any(text.startswith(f"{stories.BEHIND_TEAM}: ") for text in also)
    assert any(stories.BEHIND_TEAM in one.title for one in said["todo"]) or len(said["todo"]) == 4


def test_two_of_two_is_not_praised(company: Company) -> None:
    said = page(company(SEED, told=True))
    assert stories.ROOKIE not in sentences(said)
    assert not any(stories.ROOKIE in one.label for one in said["also"])


def test_nothing_of_the_kind_is_said_without_stories(company: Company) -> None:
    said = page(company(SEED, told=False))
    assert said["story"] is None
    assert said["also"] == []
    assert said["tested"]
    assert said["neck"].stage == ""
    assert said["neck"].steady == "No stage deviates from its own history."
    assert not any(step.hot for step in said["neck"].steps)
    for word in ("Fewer deals", "mix", "chance", "behind the pace"):
        assert word not in said["opening"].sentence
    assert not any(one.key.startswith(("stage:", "mix:", "team:")) for one in said["todo"])


def test_names_stand_only_before_those_who_manage_them(company: Company) -> None:
    project = company(SEED, told=True)
    lyon = dict(project.engine.query("SELECT name, id FROM team"))[stories.AHEAD_TEAM]
    members = {name for (name,) in project.engine.query(
        "SELECT name FROM agent WHERE team_id = ?", [lyon])}  # fmt: skip
    own = sorted(project.engine.query(
        "SELECT id, name FROM agent WHERE team_id = ? AND active_to IS NULL", [lyon]))  # fmt: skip
    everyone = {name for (name,) in project.engine.query("SELECT name FROM agent")}

    def named(said: dict[str, object]) -> set[str]:
        texts = [one.name for one in said["people"]] + [one.agent for one in said["deals"]]
        texts += [one.title for one in said["todo"]] + [one.label for one in said["also"]]
        return {name for name in everyone if any(name in text for text in texts)}

    manager = page(project, Role.MANAGER, team_id=lyon)
    assert manager["help"] is not None
    assert named(manager) <= members
    agent_id, name = own[0]
    agent = page(project, Role.AGENT, agent_id=agent_id)
    assert named(agent) <= {name}
    assert agent["help"].is_own
    assert [one.name for one in agent["people"]] == [name]
    viewer = page(project, Role.VIEWER)
    assert viewer["help"] is None
    assert not viewer["people"]
    assert not any(stories.HARE in one.label for one in viewer["also"])


OCTOBER = """CREATE TABLE october AS SELECT opportunity_id FROM stage_history AS h
    JOIN stage AS s ON s.id = h.stage_id AND s.kind = 'won'
    WHERE h.at >= '2024-10-01' AND h.at < '2024-11-01'"""
SMALLER = """UPDATE opportunity SET amount = amount / 20 WHERE id IN (FROM october);
    UPDATE amount_history SET amount = amount / 20 WHERE opportunity_id IN (FROM october)"""
LARGER = SMALLER.replace("/", "*")
LOST = """UPDATE opportunity SET is_test = TRUE WHERE channel_id = 'C1' AND id IN (FROM october)"""
FOUND = LOST.replace("TRUE", "FALSE")


@contextmanager
def changed(project: Project, made: str, undone: str) -> Iterator[None]:
    """The company while a change of its October sales holds."""
    def carry_out(sql: str) -> None:
        with project.engine.transaction() as cursor:
            for one in sql.split(";"):
                cursor.execute(one)
            cursor.execute("UPDATE kp_version SET n = n + 1")

    carry_out(f"{OCTOBER};{made}")
    try:
        yield
    finally:
        carry_out(f"{undone};DROP TABLE october")


def test_a_fall_says_what_made_it_and_where_it_is(company: Company) -> None:
    project = company(7, told=False)
    october = parse_period("2024-10", Fiscal())
    decline = Decline(kpi=catalog(project)["sales_value"], period=october, value=0, usual=0,
                      alert=Alert(level="strong"), is_season=True, currency="EUR")  # fmt: skip

    def fall() -> Fall | None:
        state = read_state({}, project, EVERYTHING, kpis=["sales_value"], now=NOW)
        return fall_of(decline, state, project)

    assert fall() is None  # October was no worse than a year before

    with changed(project, SMALLER, LARGER):
        (told,) = [one.label for one in page(project)["also"] if one.label.startswith("Sales")]
    assert "Against October 2023, smaller deals won weigh most: −€" in told
    assert "in all" not in told  # every part of the business fell alike

    with changed(project, LOST, FOUND):
        found = fall()
    assert found is not None
    assert (found.dimension, found.part, found.factor) == ("channel", "Referrals", "rate")
    assert found.part_change < found.change < 0
