"""From a person to the rows she may see: one function, used by every page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpilot.core.rights import EVERYTHING
from kpilot.project import Project
from kpilot.web.people.models import Person
from kpilot.web.reader import missing_link, reader_of
from kpilot.web.warehouse import project


@pytest.fixture
def opened(house: Path) -> Iterator[Project]:
    return project()


def person(name: str) -> Person:
    return Person.objects.get(email=f"{name}@example.com")


@pytest.mark.parametrize("name", ["eve", "vic"])
def test_administrators_and_viewers_see_every_row(name: str, opened: Project) -> None:
    assert reader_of(person(name), opened) == EVERYTHING


@pytest.mark.parametrize("name", ["ann", "bob", "zoe"])
def test_an_agent_sees_her_own_rows_alone(name: str, opened: Project) -> None:
    assert reader_of(person(name), opened).agent_ids == {name}


def test_a_manager_sees_her_team_the_teams_below_and_herself(opened: Project) -> None:
    assert reader_of(person("mia"), opened).agent_ids == {"ann", "bob", "mia"}


def test_a_manager_of_the_company_sees_all_of_its_teams(opened: Project) -> None:
    mia = person("mia")
    mia.team_id = "company"
    assert reader_of(mia, opened).agent_ids == {"ann", "bob", "mia", "zoe"}


def test_teams_that_contain_each_other_do_not_go_round_for_ever(opened: Project) -> None:
    opened.engine.query("UPDATE team SET parent_id = 'north-a' WHERE id = 'north'")
    assert reader_of(person("mia"), opened).agent_ids == {"ann", "bob", "mia"}


@pytest.mark.parametrize(("name", "link"), [("ann", "agent"), ("mia", "team")])
def test_without_her_link_to_the_data_somebody_sees_nothing_and_the_page_says_why(
    name: str, link: str, opened: Project
) -> None:
    somebody = person(name)
    somebody.agent_id = somebody.team_id = ""
    assert reader_of(somebody, opened).agent_ids == frozenset()
    assert missing_link(somebody) == link
