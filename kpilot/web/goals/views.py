"""The pages of goals to read: the list, one goal, the notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.analysis.goal import Status
from kpilot.project import Project
from kpilot.web.goals import notices, shown
from kpilot.web.goals.checklist import Checklist, checklist
from kpilot.web.goals.completion import announce, announce_all
from kpilot.web.goals.history import history
from kpilot.web.goals.lookup import clock, goal_to_read, today
from kpilot.web.goals.models import Goal, Kind, Scope
from kpilot.web.goals.rights import may_edit, reach_of, seen_by, visible
from kpilot.web.goals.scopes import scope_name
from kpilot.web.goals.standing import Part, Standing
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person, Role
from kpilot.web.shell.parts import Pace
from kpilot.web.warehouse import project

ORDER: tuple[Status, ...] = (
    "off_track", "at_risk", "on_track", "no_data", "not_started", "achieved", "missed"
)  # fmt: skip
MAKERS = (Role.ADMINISTRATOR, Role.MANAGER, Role.AGENT)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One goal of the list; `line` says its people, days and parts."""

    found: Standing
    bar: Pace
    who: str
    dates: str
    line: str

    @property
    def percent(self) -> str:
        return shown.percent(self.found.display_percent)

    @property
    def goal(self) -> Goal:
        return self.found.goal


@signed_in
def goals(request: HttpRequest) -> HttpResponse:
    """Every goal she may see, those that need somebody first."""
    person, opened, now = person_of(request), project(), clock()
    found = announce_all(opened, now)
    known = list(visible(person).prefetch_related("owners"))
    who = str(request.GET.get("who", "all"))
    kept = [goal for goal in known if _is_of(goal, who, person, opened)]
    rows = [row_of(found[goal.pk], opened) for goal in kept]
    groups = [(status, [row for row in rows if row.found.status == status]) for status in ORDER]
    undo = str(request.GET.get("undo", ""))
    gone = seen_by(person, Goal.objects.exclude(archived_at=None))
    archived = gone.filter(pk=int(undo)).first() if undo.isdecimal() and len(undo) < 9 else None
    return render(request, "goals/goals.html", {
        "groups": [(status, listed) for status, listed in groups if listed],
        "total": len(known), "who": who if who in ("mine", "team") else "all",
        "may_make": person.role in MAKERS, "unread": notices.unread(person),
        "archived": archived if archived and may_edit(person, archived) else None,
    })  # fmt: skip


def row_of(found: Standing, opened: Project) -> Row:
    """A goal as a list shows it."""
    return Row(
        found=found, bar=shown.bar_of(found), dates=shown.dates(found.goal),
        who=scope_name(found.goal.scope_type, found.goal.scope_id, opened),
        line=shown.made_of(found),
    )  # fmt: skip


def _is_of(goal: Goal, who: str, person: Person, opened: Project) -> bool:
    """Whether a goal is hers, or her team's."""
    owned = person in goal.owners.all()
    own = goal.scope_type == Scope.AGENT and goal.scope_id == person.agent_id != ""
    if who == "mine":
        return owned or own
    if who == "team":
        reach = reach_of(person, opened)
        return goal.scope_type == Scope.TEAM and (
            person.role in (Role.ADMINISTRATOR, Role.VIEWER) or goal.scope_id in reach.teams
        )
    return True


@signed_in
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """One goal: how far, its targets, the goals below it, and all that happened to it."""
    one, person, opened, now = goal_to_read(request, pk), person_of(request), project(), clock()
    found = announce(one, opened, now)
    return render(request, "goals/goal.html", page_of(found, person, opened))


def page_of(found: Standing, person: Person, opened: Project) -> dict[str, object]:
    """What the page of a goal shows this person."""
    one = found.goal
    seen = set(visible(person).values_list("pk", flat=True))
    lines = [(shown.line_of(part, one, opened, person), _list_of(part, person, opened))
             for part in found.parts]  # fmt: skip
    return {
        "goal": one, "found": found, "bar": shown.bar_of(found), "lines": lines,
        "days": shown.days_words(found), "made_of": shown.made_of(found),
        "finding": shown.finding(found), "dates": shown.dates(one),
        "who": scope_name(one.scope_type, one.scope_id, opened),
        "owners": [str(person_) for person_ in one.owners.all()],
        "above": one.parent if one.parent_id in seen else None,
        "children": [row_of(child, opened) for child in found.children if child.goal.pk in seen],
        "unseen": sum(child.goal.pk not in seen for child in found.children),
        "history": history(one, opened, seen), "may_edit": may_edit(person, one),
        "at_risk_from": shown.at_risk_from(one), "today": today(opened),
        "last_day": found.cut - timedelta(1), "percent": shown.percent(found.display_percent),
        "is_late": found.cut < today(opened), "series": _series(one, seen),
    }  # fmt: skip


def _list_of(part: Part, person: Person, opened: Project) -> Checklist | None:
    if part.target.kind != Kind.TASKS:
        return None
    return checklist(part.target, person, opened, clock())


def _series(one: Goal, seen: set[int]) -> Sequence[tuple[Goal, str, bool]]:
    """The goals made together with this one, each with its days."""
    if one.series is None:
        return ()
    together = Goal.objects.filter(series=one.series, archived_at=None).order_by("start_on")
    return [(other, shown.dates(other), other.pk == one.pk) for other in together
            if other.pk in seen]  # fmt: skip


@signed_in
def notice_list(request: HttpRequest) -> HttpResponse:
    """What she was told, the latest first."""
    person = person_of(request)
    announce_all(project(), clock())
    return render(request, "goals/notices.html", {
        "notices": notices.notices_of(person), "unread": notices.unread(person),
        "title": _("Notices"),
    })  # fmt: skip


@signed_in
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """One of her notices is read, or all."""
    which = str(request.POST.get("notice", ""))
    notices.mark_read(person_of(request), int(which) if which.isdecimal() else None)
    return redirect("goal-notices")
