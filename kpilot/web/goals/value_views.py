"""Saying where a target stands: a value, a yes, a ticked task."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.core.errors import UserError
from kpilot.web.amounts import alone
from kpilot.web.goals.checklist import offered
from kpilot.web.goals.completion import announce
from kpilot.web.goals.keeping import note
from kpilot.web.goals.lookup import clock, target_to_edit, today
from kpilot.web.goals.models import LONGEST_NAME, Kind, Target, TargetValue
from kpilot.web.goals.views import MAKERS, page_of
from kpilot.web.kpis import words
from kpilot.web.people.access import only, person_of
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

LONGEST_TASK = 200


@only(*MAKERS)
@require_POST
def value(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a target stands now; earlier values stay in its history."""
    target, opened = target_to_edit(request, pk), project()
    problem = _entered(request, target, person_of(request))
    if problem:
        return _again(request, target, problem)
    announce(target.goal, opened, clock())
    messages.success(request, _("Saved."))
    return redirect("goal", pk=target.goal_id)


def _entered(request: HttpRequest, target: Target, person: Person) -> str:
    """Keep what was entered; a sentence when something is wrong with it."""
    if target.kind == Kind.BOOLEAN:
        said = 1.0 if request.POST.get("value") else 0.0
        TargetValue.objects.create(target=target, value=said, on=today(project()), person=person)
        return ""
    if target.kind not in (Kind.NUMBER, Kind.CURRENCY):
        return _("This target takes no values: it is worked out.")
    text = str(request.POST.get("value", "")).strip()
    if not text:
        return _("Say how much.")
    try:
        value = float(alone(text, words.language()).value)
    except UserError as error:
        return words.say_error(error)
    day = _day(str(request.POST.get("on", "")))
    if day is None:
        return _("Say on which day, such as 2026-03-31.")
    if day > today(project()):
        return _("That day is still to come: a value says where it stands by today.")
    currency = str(request.POST.get("currency", "")).strip().upper()
    if currency and not (len(currency) == 3 and currency.isalpha()):
        return _("“%(text)s” is not a currency: write a code such as EUR.") % {"text": currency}
    TargetValue.objects.create(
        target=target, value=value, adds=request.POST.get("how") == "more", on=day,
        currency=currency if target.kind == Kind.CURRENCY else "", person=person,
        note=str(request.POST.get("note", ""))[:200],
    )  # fmt: skip
    return ""


def _day(text: str) -> date | None:
    if not text:
        return today(project())
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@only(*MAKERS)
@require_POST
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Add, tick, move or take off a task of a list."""
    target, person = target_to_edit(request, pk), person_of(request)
    act, which = str(request.POST.get("act", "")), str(request.POST.get("task", ""))
    if act == "add":
        problem = _add(request, target, person)
    else:
        problem = _act(target, person, act, int(which) if which.isdecimal() else 0)
    if problem:
        return _again(request, target, problem)
    announce(target.goal, project(), clock())
    if request.headers.get("HX-Request"):
        return _fragment(request, target)
    return redirect("goal", pk=target.goal_id)


def _add(request: HttpRequest, target: Target, person: Person) -> str:
    text = str(request.POST.get("text", "")).strip()
    if not text:
        return _("Say what is to be done.")
    if len(text) > LONGEST_TASK:
        return _("The task has %(length)s characters: shorten it to %(most)s.") % {
            "length": len(text), "most": LONGEST_TASK}  # fmt: skip
    due = str(request.POST.get("due_on", ""))
    day = _day(due) if due else None
    if due and day is None:
        return _("Say on which day, such as 2026-03-31.")
    target.tasks.create(text=text, due_on=day, place=target.tasks.count())
    note(target.goal, person, "task_added", {}, {"task": text}, target)
    return ""


@transaction.atomic
def _act(target: Target, person: Person, act: str, pk: int) -> str:
    task = target.tasks.filter(pk=pk).first()
    if task is None:
        return _("This task is no longer on the list.")
    called = {"task": task.text} if task.text else {"crm": task.crm_id}
    kind = "task" if task.text else "crm"
    if act in ("done", "open") and not task.crm_id:
        task.done_at = timezone.now() if act == "done" else None
        task.done_by = person if act == "done" else None
        note(target.goal, person, f"task_{act}", {}, called, target)
    elif act in ("off", "back"):
        task.archived_at = timezone.now() if act == "off" else None
        what = f"{kind}_removed" if act == "off" else f"{kind}_back"
        note(target.goal, person, what, {}, called, target)
    elif act in ("up", "down"):
        _swap(target, pk, -1 if act == "up" else 1)
        return ""
    task.save(update_fields=["done_at", "done_by", "archived_at"])
    return ""


def _swap(target: Target, pk: int, by: int) -> None:
    """Put a task before or after its neighbour."""
    kept = list(target.tasks.filter(archived_at=None))
    at = next((n for n, task in enumerate(kept) if task.pk == pk), None)
    if at is None or not 0 <= at + by < len(kept):
        return
    kept[at], kept[at + by] = kept[at + by], kept[at]
    for n, task in enumerate(kept):
        task.place = n
        task.save(update_fields=["place"])


@only(*MAKERS)
def crm(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose tasks of the CRM: they are done when they are done there."""
    target, person, opened = target_to_edit(request, pk), person_of(request), project()
    search = str(request.POST.get("q") or request.GET.get("q") or "").strip()[:LONGEST_NAME]
    shown = offered(target, person, opened, search, clock())
    if request.method == "POST" and target.kind == Kind.TASKS:
        wanted = set(request.POST.getlist("crm"))
        fresh = [one for one in shown if one.id in wanted and not one.chosen]
        for one in fresh:
            target.tasks.create(crm_id=one.id, place=target.tasks.count())
            note(target.goal, person, "crm_added", {}, {"crm": one.id}, target)
        announce(target.goal, opened, clock())
        return redirect("goal", pk=target.goal_id)
    return render(request, "goals/crm.html", {"target": target, "tasks": shown, "search": search})


def _again(request: HttpRequest, target: Target, problem: str) -> HttpResponse:
    """The page of the goal with what is wrong, beside what was typed."""
    found = announce(target.goal, project(), clock())
    context = page_of(found, person_of(request), project())
    typed = {name: str(text) for name, text in request.POST.items()}
    context |= {"problem": problem, "problem_of": target.pk, "typed": typed}
    return render(request, "goals/goal.html", context, status=400)


def _fragment(request: HttpRequest, target: Target) -> HttpResponse:
    """The page anew, of which HTMX takes the progress and the list."""
    found = announce(target.goal, project(), clock())
    return render(request, "goals/goal.html", page_of(found, person_of(request), project()))
