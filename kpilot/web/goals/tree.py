"""The goals as a tree, drawn and edited: moved, renamed, given new branches."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.core.errors import UserError
from kpilot.project import Project
from kpilot.web.goals import keeping
from kpilot.web.goals.forms import checked_name
from kpilot.web.goals.lookup import clock, goal_to_edit
from kpilot.web.goals.models import Goal
from kpilot.web.goals.rights import may_edit, visible
from kpilot.web.goals.scopes import descendants
from kpilot.web.goals.standing import standings
from kpilot.web.goals.views import MAKERS, Row, row_of
from kpilot.web.kpis import words
from kpilot.web.people.access import only, person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project


@dataclass(frozen=True, kw_only=True)
class Node:
    """A goal in the tree, with where it may be moved to."""

    row: Row
    children: Sequence["Node"]
    may_edit: bool
    places: Sequence[Goal]


@signed_in
def tree(request: HttpRequest) -> HttpResponse:
    """All goals she sees as a tree, drawn (the mind map) or as an indented list."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, problem: str = "", pk: int = 0,
          typed: str = "") -> HttpResponse:  # fmt: skip
    person, opened = person_of(request), project()
    is_list = (request.GET.get("as") or request.POST.get("as")) == "list"
    return render(request, "goals/tree.html", {
        "nodes": forest(person, opened), "as_list": is_list, "problem": problem, "problem_of": pk,
        "typed": typed, "may_make": person.role in MAKERS,
    }, status=status)  # fmt: skip


def forest(person: Person, opened: Project) -> list[Node]:
    """The trees of the goals she sees; a goal whose parent she does not see is a root."""
    seen = {goal.pk: goal for goal in visible(person)}
    found = standings(seen.values(), opened, clock())
    editable = {pk for pk, goal in seen.items() if may_edit(person, goal)}
    below: dict[int, list[Goal]] = {}
    for goal in seen.values():
        parent = goal.parent_id if goal.parent_id in seen else 0
        below.setdefault(parent or 0, []).append(goal)

    def node(goal: Goal, over: frozenset[int]) -> Node:
        mine = goal.pk in editable
        under = descendants(goal) if mine else set()
        return Node(
            row=row_of(found[goal.pk], opened),
            children=[node(one, over | {one.pk}) for one in below.get(goal.pk, ())
                      if one.pk not in over],
            may_edit=mine,
            places=[seen[pk] for pk in seen if pk in editable and pk not in under
                    and pk != goal.parent_id] if mine else (),
        )  # fmt: skip

    return [node(goal, frozenset({goal.pk})) for goal in below.get(0, ())]


@only(*MAKERS)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a goal under another one, or at the top."""
    goal, to = goal_to_edit(request, pk), str(request.POST.get("to", ""))
    if to and not (to.isdecimal() and len(to) < 9):
        raise Http404
    parent = goal_to_edit(request, int(to)) if to else None
    try:
        keeping.move(person_of(request), goal, parent)
    except UserError as error:
        return _page(request, 400, words.say_error(error), pk)
    said = _("“%(goal)s” is now part of “%(parent)s”.") if parent else (
        _("“%(goal)s” now stands on its own."))  # fmt: skip
    messages.success(request, said % {"goal": goal.name, "parent": parent.name if parent else ""})
    return _back(request, pk)


@only(*MAKERS)
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for a goal."""
    goal, typed = goal_to_edit(request, pk), str(request.POST.get("name", ""))
    try:
        keeping.rename(person_of(request), goal, checked_name(typed))
    except ValidationError as error:
        return _page(request, 400, error.messages[0], pk, typed)
    return _back(request, pk)


@only(*MAKERS)
@require_POST
def child(request: HttpRequest, pk: int) -> HttpResponse:
    """A new goal below this one, for the same people and days; its targets come later."""
    goal, person, typed = goal_to_edit(request, pk), person_of(request), ""
    typed = str(request.POST.get("name", ""))
    try:
        name = checked_name(typed)
    except ValidationError as error:
        return _page(request, 400, error.messages[0], pk, typed)
    fields = {
        "name": name, "scope_type": goal.scope_type, "scope_id": goal.scope_id,
        "start_on": goal.start_on, "due_on": goal.due_on, "parent_id": goal.pk,
        "timing": goal.timing, "month_weights": goal.month_weights,
    }  # fmt: skip
    made = keeping.make(person, fields, [person], ())
    messages.success(request, _("“%(goal)s” is added; give it targets on its page.") % {
        "goal": made.name})  # fmt: skip
    return _back(request, made.pk)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    as_list = "?as=list" if request.POST.get("as") == "list" else ""
    return redirect(f"{reverse('goal-tree')}{as_list}#goal-{pk}")
