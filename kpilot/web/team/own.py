"""The page of one person: her own, or one of a manager's people."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask.names import names
from kpilot.core.export import csv_lines
from kpilot.project import Project
from kpilot.web.kpis import page, words
from kpilot.web.kpis.bar import bar
from kpilot.web.kpis.state import State
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.team import todo
from kpilot.web.team.desk import Desk, open_desk
from kpilot.web.team.person import of_one, person_page
from kpilot.web.team.todo import Todo
from kpilot.web.team.views import seen_of_others, tabs
from kpilot.web.warehouse import project

LISTS: Mapping[str, Callable[..., Todo]] = {
    "deals": todo.deals, "tasks": todo.tasks, "leads": todo.leads,
}  # fmt: skip


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """The reader's own page, or how to get one."""
    person = person_of(request)
    opened = project()
    if not person.agent_id or person.agent_id not in names(opened, "agent", [person.agent_id]):
        return render(request, "team/no_page.html", {"is_gone": bool(person.agent_id)})
    return _shown(request, opened, person.agent_id, "team-me")


@signed_in
def somebody(request: HttpRequest, agent: str) -> HttpResponse:
    """The page of somebody whose rows the reader may open; of others there is none."""
    return _shown(request, project(), agent, "team-person")


@signed_in
def list_file(request: HttpRequest, agent: str, table: str) -> HttpResponse:
    """One of the lists of a person's page as CSV."""
    opened = project()
    desk, _name = _opened(request, opened, agent)
    if table not in LISTS:
        raise Http404
    state = of_one(agent, desk.filter_of(agent), desk.state)
    made = LISTS[table](state, opened, shown=todo.MOST)
    text = "".join(csv_lines(_heads(table), [one.raw for one in made.items]))
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer


def _heads(table: str) -> Sequence[str]:
    return {
        "deals": [_("Opportunity"), _("Stage"), _("Amount"), _("Currency"), _("Why")],
        "tasks": [_("Task"), _("Due"), _("Days late")],
        "leads": [_("Lead"), _("Came in"), _("Seconds waited")],
    }[table]


def _opened(request: HttpRequest, opened: Project, agent: str) -> tuple[Desk, str]:
    """The reader's desk and the person's name; Http404 alike for one who is not there and one
    whose rows the reader may not open."""
    desk = open_desk(request, opened)
    own = desk.peers.own
    if own is not None and agent not in own:
        raise Http404
    name = names(opened, "agent", [agent]).get(agent)
    if name is None:
        raise Http404
    return desk, name


def _shown(request: HttpRequest, opened: Project, agent: str, view: str) -> HttpResponse:
    desk, name = _opened(request, opened, agent)
    state: State = desk.state
    path = reverse(view, args=[agent] if view == "team-person" else [])
    context: dict[str, Any] = {
        "desk": desk,
        "bar": bar(state, path, opened),
        "problems": [words.say_error(error) for error in state.problems],
        "version": page.version(opened),
        "here": request.get_full_path(),
        "tabs": tabs(desk, view),
        "is_me": agent == desk.person.agent_id,
        "shown": person_page(agent, name, desk.filter_of(agent), state, opened),
        "csv": {kind: state.link(reverse("team-list", args=[agent, kind])) for kind in LISTS},
        "seen": seen_of_others(desk),
    }
    return render(request, "team/person.html", context)
