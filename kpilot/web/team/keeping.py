"""Rules in force, and how they are changed without losing those before."""

from typing import TypeVar

from django.db import IntegrityError, transaction

from kpilot.ask.names import TeamTree
from kpilot.project import Project
from kpilot.web.people.models import Person
from kpilot.web.team.models import Rules, TeamRules

Row = TypeVar("Row", Rules, TeamRules)


class ChangedMeanwhile(Exception):
    """Somebody else changed the same rules after these were read."""


def rules() -> Rules:
    """What holds for everybody; the defaults, with version 0, until somebody says otherwise."""
    return Rules.objects.first() or Rules(version=0)


def team_rules(team_id: str) -> TeamRules:
    """What a team has chosen; the defaults, with version 0, until it does."""
    found = TeamRules.objects.filter(team_id=team_id).first()
    return found or TeamRules(team_id=team_id, version=0)


def change_rules(
    person: Person, read_version: int, *, peer_view: str, smallest_group: int
) -> Rules:
    """New rules for everybody; ChangedMeanwhile when those read are no longer in force."""
    now = rules()
    if now.version != read_version:
        raise ChangedMeanwhile
    if (now.peer_view, now.smallest_group) == (peer_view, smallest_group):
        return now
    made = Rules(
        version=now.version + 1,
        peer_view=peer_view,
        smallest_group=smallest_group,
        made_by=person,
    )
    return _added(made)


def change_team_rules(
    person: Person, team_id: str, read_version: int, *, leaderboard: bool, sla_seconds: int | None
) -> TeamRules:
    """New rules of a team; ChangedMeanwhile when those read are no longer in force."""
    now = team_rules(team_id)
    if now.version != read_version:
        raise ChangedMeanwhile
    if (now.leaderboard, now.sla_seconds) == (leaderboard, sla_seconds):
        return now
    made = TeamRules(
        team_id=team_id,
        version=now.version + 1,
        leaderboard=leaderboard,
        sla_seconds=sla_seconds,
        made_by=person,
    )
    return _added(made)


def _added(row: Row) -> Row:
    """The key of versions decides between two who save at the same moment."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ChangedMeanwhile from error
    return row


def sla_seconds(team_id: str, project: Project) -> int:
    """Within how many seconds a team's leads should be answered: as it says, else the nearest team
    above it that does, else the project's setting."""
    return _sla([team_id, *TeamTree(project).above(team_id)] if team_id else [], project)


def sla_above(team_id: str, project: Project) -> int:
    """What holds for a team that says nothing itself."""
    return _sla(TeamTree(project).above(team_id), project)


def _sla(chain: list[str], project: Project) -> int:
    said = {
        row.team_id: row.sla_seconds
        for row in reversed(TeamRules.objects.filter(team_id__in=chain))
    }
    own = (said.get(team) for team in chain)
    return next((seconds for seconds in own if seconds), project.settings.sla_seconds)
