"""The goal or target of an address, as far as the person who asks may have it."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from kpilot.core.query import local_date
from kpilot.project import Project
from kpilot.web.goals.models import Goal, Target
from kpilot.web.goals.rights import may_edit, seen_by, visible
from kpilot.web.kpis.state import utc_now
from kpilot.web.people.access import person_of

__all__ = ["clock", "goal_to_edit", "goal_to_read", "target_to_edit", "today"]


def clock() -> datetime:
    """The clock, naive UTC."""
    return utc_now()


def today(project: Project) -> date:
    """Today in the organisation's zone."""
    return local_date(timezone.now().replace(tzinfo=None), project.settings)


def goal_to_read(request: HttpRequest, pk: int) -> Goal:
    """A goal she may see; to her there is no other."""
    goal = visible(person_of(request)).filter(pk=pk).select_related("parent").first()
    if goal is None:
        raise Http404
    return goal


def goal_to_edit(request: HttpRequest, pk: int, *, archived: bool = False) -> Goal:
    """A goal she may change; one that she only sees is refused, others are not there."""
    person = person_of(request)
    known = Goal.objects.all() if archived else Goal.objects.filter(archived_at=None)
    goal = seen_by(person, known).filter(pk=pk).first()
    if goal is None:
        raise Http404
    if not may_edit(person, goal):
        raise PermissionDenied
    return goal


def target_to_edit(request: HttpRequest, pk: int) -> Target:
    """A target of a goal she may change."""
    target = Target.objects.filter(pk=pk, archived_at=None).select_related("goal").first()
    if target is None:
        raise Http404
    target.goal = goal_to_edit(request, target.goal_id)
    return target
