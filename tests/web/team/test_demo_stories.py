"""The hare and the tortoise planted in the made-up company are what a manager is told of, and on
the same company without stories she is told nothing of the kind."""

from datetime import date
from pathlib import Path

import pytest

from kpilot.demo import stories
from kpilot.demo.rows import rows
from kpilot.demo.views import text
from kpilot.project import Project
from kpilot.warehouse.sql import fill, listed
from kpilot.web.people.models import Person, Role
from kpilot.web.team.desk import Desk
from kpilot.web.team.keeping import change_rules
from kpilot.web.team.loyalty import loyalty
from kpilot.web.team.peers import EVERYBODY, members, peers

TABLES = ("team", "agent", "account", "pipeline", "stage", "opportunity", "subscription_mrr",
          "order")  # fmt: skip
LOAD = """
    INSERT INTO {table} (source, load_id, {names})
    SELECT 'file', 1, {names} FROM read_csv(?, delim = ';', all_varchar = true, nullstr = '')
"""
TODAY = date(2026, 11, 20)


def filled(project: Project, *, told: bool) -> Project:
    """The project with the tables of the demo that the view needs, loaded as they truly are."""
    made = rows(2026, TODAY, stories=told)
    for table in TABLES:
        if table not in made:
            continue
        project.engine.query(fill("DELETE FROM {table}", table=table))
        columns = made[table]
        file: Path = project.incoming / f"{table}.csv"
        cells = zip(*(text(column) for column in columns.values()), strict=True)
        lines = [";".join(columns), *(";".join(row) for row in cells)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        project.engine.query(fill(LOAD, table=table, names=listed(columns)), [str(file)])
        file.unlink()
    project.engine.query("INSERT INTO kp_load (id, horizon) VALUES (1, '2026-11-20 18:00:00')")
    project.engine.query("UPDATE kp_version SET n = n + 1")
    return project


def said_to(person: Person, project: Project, team: str) -> Desk:
    """The desk of `person` at the end of the demo."""
    from kpilot.core.rights import EVERYTHING
    from kpilot.web.kpis.state import read_state, utc_now

    state = read_state({}, project, EVERYTHING, kpis=("activities_done",), now=utc_now())
    seen = peers(person, project)
    return Desk(
        person=person, project=project, state=state, team=team, team_name="Quervane", teams={},
        peers=seen, circle=seen.circle(project, members(project, team), "x"),
    )  # fmt: skip


@pytest.mark.parametrize("told", [True, False])
def test_the_hare_and_the_tortoise(house: Path, told: bool) -> None:
    from kpilot.web.warehouse import project

    opened = filled(project(), told=told)
    eve = Person.objects.get(email="eve@example.com")
    shown = loyalty(said_to(eve, opened, EVERYBODY))
    hares = [one for one in shown.sentences if "the hare" in one]
    tortoises = [one for one in shown.sentences if "the tortoise" in one]
    if not told:
        assert not hares
        assert not tortoises
        return
    assert [one.startswith(stories.HARE) for one in hares] == [True]
    assert [one.startswith(stories.TORTOISE) for one in tortoises] == [True]
    assert shown.plot is not None
    assert {dot.name for dot in shown.plot.dots if dot.is_sure} >= {stories.HARE, stories.TORTOISE}
    assert "people, " in shown.together
    hare = opened.engine.query("SELECT id, team_id FROM agent WHERE name = ?", [stories.HARE])
    (agent, team), *_ = hare
    _agents_see_their_own(opened, str(agent), str(team))


def _agents_see_their_own(opened: Project, agent: str, team: str) -> None:
    """Under pseudonyms a figure over two years would tell who is who: it shows the totals only."""
    lucas = Person.objects.add(email="lucas@example.com", name="Lucas", role=Role.AGENT)
    lucas.agent_id = agent
    lucas.save()
    eve = Person.objects.get(email="eve@example.com")
    change_rules(eve, 0, peer_view="pseudonyms", smallest_group=3)
    shown = loyalty(said_to(lucas, opened, team))
    assert shown.sentences == ()
    assert shown.plot is None
    assert shown.table is not None
    assert [line.label for line in shown.table.lines] == [stories.HARE]
    assert shown.table.total is not None
