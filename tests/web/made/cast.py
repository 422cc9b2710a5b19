"""The project that the web's tests start from: the cast, in the data and at the door.

ann and bob sell in one team, mia manages them, zoe sells elsewhere and must see nothing of it.
"""

from pathlib import Path
from typing import NamedTuple

from kpilot.project import create_project, open_project

PASSWORD = "a long enough phrase"


class Member(NamedTuple):
    """Somebody of the cast, as the people app knows her."""

    name: str
    role: str
    agent_id: str = ""
    team_id: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.com"


CAST = (
    Member("Eve", "administrator"),
    Member("Mia", "manager", "mia", "north"),
    Member("Ann", "agent", "ann"),
    Member("Bob", "agent", "bob"),
    Member("Zoe", "agent", "zoe"),
    Member("Vic", "viewer"),
)
TEAMS = (("company", "Company", None), ("north", "North", "company"),
         ("north-a", "North A", "north"), ("south", "South", "company"))  # fmt: skip
AGENTS = (("ann", "Ann", "north-a"), ("bob", "Bob", "north-a"), ("mia", "Mia", "north"),
          ("zoe", "Zoe", "south"))  # fmt: skip


def make(folder: Path) -> Path:
    """A new project in `folder` whose warehouse knows the cast."""
    create_project(folder, organisation="Lumen")
    project = open_project(folder)
    with project.engine.transaction() as cursor:
        cursor.executemany("INSERT INTO team (id, name, parent_id) VALUES (?, ?, ?)", TEAMS)
        cursor.executemany("INSERT INTO agent (id, name, team_id) VALUES (?, ?, ?)", AGENTS)
    project.close()
    return folder


def add_people() -> None:
    """The cast as people who can sign in, in the database Django is set up for."""
    from kpilot.web.people.models import Person, Setup

    Setup.objects.create()
    for member in CAST:
        person = Person.objects.add(
            email=member.email, name=member.name, role=member.role, password=PASSWORD
        )
        person.agent_id, person.team_id, person.language = member.agent_id, member.team_id, "en"
        person.save()
