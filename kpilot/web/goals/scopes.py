"""The people a goal can be for, by name, as far as somebody may choose them."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kpilot.ask.names import TeamTree, names
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.goals.models import Goal, Scope
from kpilot.web.goals.rights import may_edit, reach_of, visible
from kpilot.web.people.models import Person, Role

Choices = Sequence[tuple[str, str]]


def scope_choices(person: Person, project: Project) -> list[tuple[str, str]]:
    """ "team:north" and its name, for everybody she may make goals for."""
    teams, agents = names(project, "team"), names(project, "agent")
    if person.is_administrator:
        shown_teams, shown_agents = list(teams), list(agents)
        first = [(f"{Scope.ORG}:", _("Everybody"))]
    else:
        reach, first = reach_of(person, project), []
        shown_teams = [team for team in teams if team in reach.managed]
        shown_agents = [agent for agent in agents if agent in reach.agents]
    by_name = [(f"{Scope.TEAM}:{i}", _("Team %(name)s") % {"name": teams[i]}) for i in shown_teams]
    people = [(f"{Scope.AGENT}:{i}", agents[i]) for i in shown_agents]
    return [*first, *sorted(by_name, key=_named), *sorted(people, key=_named)]


def scope_name(scope_type: str, scope_id: str, project: Project) -> str:
    """Whose it is, in words."""
    if scope_type == Scope.ORG:
        return _("everybody")
    found = names(project, "team" if scope_type == Scope.TEAM else "agent", [scope_id])
    name = found.get(scope_id, scope_id)
    return _("team %(name)s") % {"name": name} if scope_type == Scope.TEAM else name


def inside(outer: tuple[str, str], inner: tuple[str, str], project: Project) -> bool:
    """Whether the figures of `inner` may stand in a goal of `outer`: a person's own only in hers,
    so that no goal shows a team what one of it does."""
    if outer == inner:
        return True
    if inner[0] == Scope.AGENT or outer[0] == Scope.AGENT:
        return False
    if outer[0] == Scope.ORG:
        return True
    return inner[0] == Scope.TEAM and inner[1] in TeamTree(project).below(outer[1])


def owner_choices(person: Person, project: Project) -> QuerySet[Person]:
    """Who can be an owner: for administrators everybody but viewers, for managers their people."""
    people = Person.objects.filter(is_active=True).exclude(role=Role.VIEWER).order_by("name")
    if person.is_administrator:
        return people
    mine = Q(pk=person.pk)
    if person.role == Role.MANAGER:
        reach = reach_of(person, project)
        mine |= Q(agent_id__in=reach.agents - {""}) | Q(team_id__in=reach.managed - {""})
    return people.filter(mine)


def parents(person: Person, goal: Goal | None) -> list[Goal]:
    """The goals she may put one under: those she may change, but none below the goal itself."""
    below = descendants(goal) if goal else set()
    return [one for one in visible(person) if one.pk not in below and may_edit(person, one)]


def descendants(goal: Goal) -> set[int]:
    """The goal and every goal below it."""
    found, fresh = {goal.pk}, {goal.pk}
    while fresh:
        below = Goal.objects.filter(parent_id__in=fresh).values_list("pk", flat=True)
        fresh = set(below) - found
        found |= fresh
    return found


def _named(choice: tuple[str, str]) -> str:
    return folded(choice[1])
