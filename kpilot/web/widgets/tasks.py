"""Tasks past their due date: one's own, or those of everybody one may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.utils.translation import ngettext

from kpilot.ask import catalog
from kpilot.ask.records import records
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.query import Filter
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.shell.parts import Action
from kpilot.web.widgets.asking import asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import PERIOD, WHERE, option
from kpilot.web.widgets.groups import no_figure

WHOSE: Mapping[str, str | Promise] = {
    "mine": N_("Those of who reads the board"),
    "all": N_("Those of everybody the reader may see"),
}
KPI = "tasks_overdue"
LABEL = N_("Task list")
HOW_TO_READ = N_(
    "Open tasks whose due date has passed at the end of the period, or now if it is not over; the "
    "longest overdue first."
)
GROUP = "people"
SIZE = (5, 4)
FIELDS = (option("whose", N_("Whose tasks"), WHOSE), PERIOD, WHERE)
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task as the list shows it."""

    name: str
    due: str
    late: str
    who: str


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The tasks that are late, the oldest twelve by name and all of them counted."""
    card = asking(asked, state, project)
    kpi = catalog(project)[KPI]
    is_mine = card.option("whose", WHOSE) == "mine" and bool(person.agent_id)
    where = [one for one in card.state.query.where if not (is_mine and one.dimension == "agent")]
    if is_mine:
        where.append(Filter(dimension="agent", values=(person.agent_id,)))
    query = card.state.query.but(kpis=(KPI,), by=(), grain=None, compare=None, where=tuple(where))
    row = card.rows(kpis=(KPI,), where=tuple(where), compare=None)[0]
    if row.value is None and row.reason != "no_rows":
        raise no_figure(row)
    found = records(query, project, sort="due_on", descending=False, limit=SHOWN)
    language = words.language()
    today = card.last_day

    def task(one: Mapping[str, Any]) -> Task:
        days = (today - one["due_on"]).days
        return Task(
            name=str(one["name"] or one["id"]),
            due=format_date.day(one["due_on"], language),
            late=_("%(days)s late") % {"days": written.figure(days, "days", language)}
            if days else _("not done on its day"),
            who="" if is_mine else words.value_label("agent", str(one.get("agent") or "")),
        )

    count = written.number(found.total, language)
    title = ngettext("%(n)s task is overdue", "%(n)s tasks are overdue", found.total) % {"n": count}
    notes = []
    if found.total > len(found.rows):
        notes.append(_("The %(shown)s oldest of %(all)s are shown.") % {
            "shown": written.number(len(found.rows), language), "all": count,
        })  # fmt: skip
    conditions = [str(one) for one in where]
    return Drawing(
        template="widgets/tasks.html",
        context={"tasks": [task(one) for one in found.rows]},
        finding=title if found.total else _("No task is overdue"),
        subtitle=str(WHOSE["mine" if is_mine else "all"]),
        summary=title,
        table=Table(
            columns=[
                Column(label=_("Task")),
                Column(label=_("Due"), unit="date"),
                Column(label=words.dimension_label("agent")),
            ],
            rows=[(o["name"] or o["id"], o["due_on"], o.get("agent")) for o in found.rows],
        ),
        notes=notes,
        links=(
            Action(label=_("Records"),
                   href=card.state.link(reverse("records", args=[kpi.name]), where=conditions)),
        ),
        file=kpi.name,
    )  # fmt: skip
