"""Making and changing a goal: one form for it and its targets, which works without JavaScript."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.ask.catalog import catalog
from kpilot.core.errors import UserError
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.goals import keeping
from kpilot.web.goals.completion import announce
from kpilot.web.goals.drafting import asked_of
from kpilot.web.goals.forms import GoalForm, initial_of, periods, scope_of
from kpilot.web.goals.history import since
from kpilot.web.goals.lookup import clock, goal_to_edit, today
from kpilot.web.goals.models import Goal, Target
from kpilot.web.goals.notices import tell
from kpilot.web.goals.rights import visible
from kpilot.web.goals.scopes import scope_choices, scope_name
from kpilot.web.goals.starting import start_value
from kpilot.web.goals.target_form import Before, TargetForm
from kpilot.web.goals.target_form import initial_of as initial_of_target
from kpilot.web.goals.views import MAKERS
from kpilot.web.kpis import words
from kpilot.web.people.access import only, person_of
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

MOST_ROWS = 30


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The forms of one request: the goal's and each target's."""

    goal: GoalForm
    rows: Sequence[TargetForm]

    def is_valid(self) -> bool:
        sound = [self.goal.is_valid(), *(row.is_valid() for row in self.rows)]
        return all(sound)


@only(*MAKERS)
def new(request: HttpRequest) -> HttpResponse:
    """A new goal; `parent` in the address puts it under another one."""
    person, opened = person_of(request), project()
    if request.method != "POST":
        parent = _parent(request, person)
        initial: dict[str, Any] = {
            "scope": scope_of(person), "owners": [person.pk], "weight": "1",
            "period": periods(today(opened))[0][0],
        }  # fmt: skip
        if parent:
            initial |= {"parent": str(parent.pk), "period": "own", "start_on": parent.start_on,
                        "last_day": parent.last_day}  # fmt: skip
        form = GoalForm(person=person, project=opened, today=today(opened), initial=initial)
        rows = [_row(opened, person, 0, None)]
        return _page(request, Draft(goal=form, rows=rows), None)
    draft = _read(request, opened, person, None)
    if request.POST.get("action") == "add":
        return _one_more(request, draft, None, person, opened)
    asked = asked_of(draft.goal, draft.rows, opened) if draft.is_valid() else None
    if asked is None:
        return _page(request, draft, None, status=400)
    given = draft.goal.cleaned_data
    owners = list(given["owners"]) or [person]
    goal = keeping.make(
        person, _fields(given), owners, asked, repeats=given["repeats"], times=given["times"]
    )
    _tell_owners(person, goal, [one for one in owners if one != person])
    announce(goal, opened, clock())
    messages.success(request, _("The goal is made."))
    return redirect("goal", pk=goal.pk)


@only(*MAKERS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a goal and its targets; what stood before stays in the history."""
    goal, person, opened = goal_to_edit(request, pk), person_of(request), project()
    if request.method != "POST":
        form = GoalForm(person=person, project=opened, today=today(opened), goal=goal,
                        initial=initial_of(goal))  # fmt: skip
        saved = goal.targets.filter(archived_at=None)
        rows = [_row(opened, person, n, None, target) for n, target in enumerate(saved)]
        if not rows or "add" in request.GET:
            rows.append(_row(opened, person, len(rows), None))
        return _page(request, Draft(goal=form, rows=rows), goal)
    draft = _read(request, opened, person, goal)
    if request.POST.get("action") == "add":
        return _one_more(request, draft, goal, person, opened)
    asked = asked_of(draft.goal, draft.rows, opened) if draft.is_valid() else None
    if asked is None:
        return _page(request, draft, goal, status=400)
    given, before = draft.goal.cleaned_data, set(goal.owners.all())
    try:
        keeping.change(person, goal, _fields(given), given["owners"] or before, asked,
                       version=given["version"] or 0)  # fmt: skip
    except keeping.Overtaken:
        return _overtaken(request, draft, goal, opened)
    except UserError as error:
        draft.goal.add_error("parent", words.say_error(error))
        return _page(request, draft, goal, status=400)
    _tell_owners(person, goal, [one for one in given["owners"] if one not in before | {person}])
    announce(goal, opened, clock())
    messages.success(request, _("Saved."))
    return redirect("goal", pk=goal.pk)


@only(*MAKERS)
def row(request: HttpRequest) -> HttpResponse:
    """One more row for a target, for the page that is open."""
    used = [int(n) for n in request.GET.getlist("row") if n.isdecimal() and len(n) < 5]
    number = max(used, default=-1) + 1
    form = _row(project(), person_of(request), number, None)
    return render(request, "goals/target_row.html", {"row": form, "open": True})


@only(*MAKERS)
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a goal: it is put away and can be brought back."""
    goal = goal_to_edit(request, pk)
    keeping.archive(person_of(request), goal)
    return redirect(f"{reverse('goals')}?undo={goal.pk}")


@only(*MAKERS)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a deleted goal back."""
    goal = goal_to_edit(request, pk, archived=True)
    keeping.restore(person_of(request), goal)
    messages.success(request, _("“%(goal)s” is back.") % {"goal": goal.name})
    return redirect("goal", pk=goal.pk)


def _read(request: HttpRequest, opened: Project, person: Person, goal: Goal | None) -> Draft:
    form = GoalForm(request.POST, person=person, project=opened, today=today(opened), goal=goal)
    numbers = [n for n in request.POST.getlist("row") if n.isdecimal() and len(n) < 5]
    saved = {target.pk: target for target in goal.targets.filter(archived_at=None)} if goal else {}
    rows = []
    before = _before(form, opened) if form.is_valid() else None
    for n in list(dict.fromkeys(numbers))[:MOST_ROWS]:
        pk = str(request.POST.get(f"t{n}-pk", ""))
        rows.append(_row(opened, person, int(n), request.POST,
                         saved.get(int(pk)) if pk.isdecimal() else None, before))  # fmt: skip
    return Draft(goal=form, rows=[row for row in rows if row.saved or _is_filled(row)])


def _before(form: GoalForm, opened: Project) -> Before:
    """Where a KPI stood before the dates of this goal, for its own people unless said."""
    given = form.cleaned_data

    def found(kpi: str, people: str, attribution: str) -> float | None:
        scope_type, _colon, scope_id = (people or ":".join(given["scope"])).partition(":")
        asked = Target(kpi=kpi, scope_type=scope_type, scope_id=scope_id, attribution=attribution)
        return start_value(asked, given["start_on"], given["due_on"], opened)

    return found


def _is_filled(row: TargetForm) -> bool:
    """Whether anything was written into a row: an empty one is no target and no mistake."""
    told = ("name", "kpi", "target", "start", "tasks", "band_low", "band_high", "crm_later")
    return any(str(row.data.get(row.add_prefix(name), "")).strip() for name in told)


def _row(opened: Project, person: Person, number: int, data: Any,  # what was posted
         saved: Target | None = None, before: Before | None = None) -> TargetForm:  # fmt: skip
    scopes = scope_choices(person, opened)
    initial = initial_of_target(saved, opened) if saved else {}
    if saved and (kept := initial["scope"]) and kept not in dict(scopes):
        scopes = [(kept, scope_name(saved.scope_type, saved.scope_id, opened)), *scopes]
    return TargetForm(data, prefix=f"t{number}", project=opened, scopes=scopes, saved=saved,
                      before=before, initial=initial)  # fmt: skip


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    scope_type, scope_id = given["scope"]
    return {
        "name": given["name"], "scope_type": scope_type, "scope_id": scope_id,
        "start_on": given["start_on"], "due_on": given["due_on"], "weight": given["weight"],
        "parent_id": int(given["parent"]) if given["parent"] else None,
        "timing": given["timing"] or "linear", "month_weights": given.get("month_weights") or {},
    }  # fmt: skip


def _one_more(
    request: HttpRequest, draft: Draft, goal: Goal | None, person: Person, opened: Project
) -> HttpResponse:
    """The same form with one more row: how a target is added without JavaScript."""
    number = max((int(row.number) for row in draft.rows), default=-1) + 1
    rows = [*draft.rows, _row(opened, person, number, None)]
    return _page(request, Draft(goal=draft.goal, rows=rows), goal)


def _overtaken(request: HttpRequest, draft: Draft, goal: Goal, opened: Project) -> HttpResponse:
    """Somebody else saved first: both are shown, and saving again keeps what stands in the form."""
    goal.refresh_from_db()
    version = str(request.POST.get("version", ""))
    draft.goal.data = {**request.POST.dict(), "version": str(goal.version)}
    seen = goal.changes.count() - (goal.version - int(version or 0))
    latest = list(goal.changes.order_by("at", "pk").values_list("at", flat=True))
    at: datetime = latest[max(0, seen) - 1] if seen > 0 and latest else goal.made_at
    hers = set(visible(person_of(request)).values_list("pk", flat=True))
    others = since(goal, at, opened, hers)
    return _page(request, draft, goal, status=409, others=others)


def _tell_owners(person: Person, goal: Goal, people: Sequence[Person]) -> None:
    link = reverse("goal", args=[goal.pk])
    tell(people, "goal_given", {"who": str(person), "goal": goal.name}, link)


def _parent(request: HttpRequest, person: Person) -> Goal | None:
    pk = str(request.GET.get("parent", ""))
    return visible(person).filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 9 else None


def _page(
    request: HttpRequest, draft: Draft, goal: Goal | None, *, status: int = 200,
    others: Sequence[object] = (),
) -> HttpResponse:  # fmt: skip
    known = catalog(project())
    rows = draft.rows or [_row(project(), person_of(request), 0, None)]
    return render(request, "goals/form.html", {
        "form": draft.goal, "rows": rows, "goal": goal, "others": others,
        "kpis": sorted((words.named(kpi.names) for kpi in known.values() if not kpi.by),
                       key=folded),
        "now": timezone.now(),
    }, status=status)  # fmt: skip
