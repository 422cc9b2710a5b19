"""Who sees a goal and who may change it.

The progress of a goal is open to everybody it concerns; a person's own goal to her, her managers,
administrators and viewers. The records behind a figure stay behind each reader's own rights.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kpilot.ask.names import TeamTree
from kpilot.project import Project
from kpilot.web.goals.models import Goal, Scope
from kpilot.web.people.models import Person, Role
from kpilot.web.reader import reader_of
from kpilot.web.warehouse import project


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The teams and people of the data that somebody stands in, under or over.

    teams   those whose goals she sees; managed  those she answers for; agents  likewise (None: all)
    """

    teams: frozenset[str]
    managed: frozenset[str]
    agents: frozenset[str]


def visible(person: Person) -> QuerySet[Goal]:
    """The goals she may see, archived ones left out."""
    return seen_by(person, Goal.objects.filter(archived_at=None))


def seen_by(person: Person, goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """Those of `goals` that she may see."""
    if person.role in (Role.ADMINISTRATOR, Role.VIEWER):
        return goals
    reach = reach_of(person, project())
    return goals.filter(
        Q(scope_type=Scope.ORG)
        | Q(scope_type=Scope.TEAM, scope_id__in=reach.teams)
        | Q(scope_type=Scope.AGENT, scope_id__in=reach.agents)
        | Q(pk__in=Goal.owners.through.objects.filter(person_id=person.pk).values("goal_id"))
    )


def reach_of(person: Person, opened: Project) -> Reach:
    """The teams above her, those she manages with all below, and the people she answers for."""
    tree, own = TeamTree(opened), _team_of(person, opened)
    managed: set[str] = set()
    if person.role == Role.MANAGER and person.team_id:
        managed = set(tree.below(person.team_id))
    teams = set(managed)
    for team in (own, person.team_id):
        if team:
            teams |= {team, *tree.above(team)}
    agents = reader_of(person, opened).agent_ids or frozenset()
    return Reach(teams=frozenset(teams), managed=frozenset(managed), agents=agents)


def _team_of(person: Person, opened: Project) -> str:
    """The team of the salesperson she is in the data."""
    if not person.agent_id:
        return ""
    rows = opened.engine.query("SELECT team_id FROM agent WHERE id = ?", [person.agent_id])
    return str(rows[0][0] or "") if rows else ""


def may_edit(person: Person, goal: Goal) -> bool:
    """Whether she may change it: its owners, the managers of its people, administrators."""
    if person.role == Role.VIEWER:
        return False
    if person.is_administrator or goal.owners.filter(pk=person.pk).exists():
        return True
    return may_make(person, goal.scope_type, goal.scope_id)


def may_make(person: Person, scope_type: str, scope_id: str) -> bool:
    """Whether she may make goals for these people."""
    if person.is_administrator:
        return True
    if person.role == Role.VIEWER or scope_type == Scope.ORG:
        return False
    reach = reach_of(person, project())
    return scope_id in (reach.managed if scope_type == Scope.TEAM else reach.agents)


def may_open_records(person: Person, scope_type: str, scope_id: str) -> bool:
    """Whether the rows behind a figure of these people are hers to see."""
    if person.role in (Role.ADMINISTRATOR, Role.VIEWER):
        return True
    return scope_type != Scope.ORG and may_make(person, scope_type, scope_id)
