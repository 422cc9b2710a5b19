"""When a target is reached: its people are told once, with how far the goal has come."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from kpilot.ask.names import TeamTree
from kpilot.project import Project
from kpilot.web.goals.models import Goal, Scope, Target
from kpilot.web.goals.notices import tell
from kpilot.web.goals.standing import Standing, standings
from kpilot.web.people.models import Person, Role


def announce(goal: Goal, project: Project, now: datetime) -> Standing:
    """Tell of what is newly reached in a goal and the goals above it; where it stands now."""
    line, seen = [goal], {goal.pk}
    while (above := line[-1].parent) is not None and above.pk not in seen:
        line.append(above)
        seen.add(above.pk)
    found = standings(line, project, now)
    for one in line:
        _tell(found[one.pk], project)
    return found[goal.pk]


def announce_all(project: Project, now: datetime) -> Mapping[int, Standing]:
    """The same for every goal, and where each stands by its key.

    Called where a load ends, so that what it has brought about is told at once.
    """
    found = standings(Goal.objects.filter(archived_at=None), project, now)
    for one in found.values():
        _tell(one, project)
    return found


def _tell(found: Standing, project: Project) -> None:
    goal, link = found.goal, reverse("goal", args=[found.goal.pk])
    people = [*goal.owners.all(), *managers_of(goal, project)]
    for part in found.parts:
        is_met = part.state.status == "achieved"
        if _turned(Target, part.target.pk, "met_at", is_met):
            tell(people, "target_met", {"target": part.target.name, "goal": goal.name,
                 "percent": found.display_percent}, link)  # fmt: skip
    if _turned(Goal, goal.pk, "achieved_at", found.status == "achieved"):
        tell(people, "goal_achieved", {"goal": goal.name}, link)


def _turned(rows: type[Goal] | type[Target], pk: int, field: str, is_now: bool) -> bool:
    """Whether something has just come true; of two requests at once, one is told so."""
    row = rows._default_manager.filter(pk=pk)
    if is_now:
        return row.filter(**{field: None}).update(**{field: timezone.now()}) == 1
    row.exclude(**{field: None}).update(**{field: None})
    return False


def managers_of(goal: Goal, project: Project) -> list[Person]:
    """The nearest managers over the goal's people; nobody for a goal of everybody."""
    for team in _teams_over(goal, project):
        found = Person.objects.filter(role=Role.MANAGER, team_id=team, is_active=True)
        if managers := list(found):
            return managers
    return []


def _teams_over(goal: Goal, project: Project) -> Iterable[str]:
    if goal.scope_type == Scope.ORG:
        return []
    team = goal.scope_id
    if goal.scope_type == Scope.AGENT:
        rows = project.engine.query("SELECT team_id FROM agent WHERE id = ?", [goal.scope_id])
        team = str(rows[0][0] or "") if rows else ""
    return [team, *TeamTree(project).above(team)] if team else []
