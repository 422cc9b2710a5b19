"""A goal that the reader may see: how far it is, how far it should be, and its targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.project import Project
from kpilot.web.goals.standing import Part, standing, visible
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State, utc_now
from kpilot.web.people.models import Person
from kpilot.web.shell.parts import Action, Pace
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import option

LABEL = N_("Goal")
HOW_TO_READ = N_(
    "The bar is full when the goal is reached. The dark tick is the share of its time that is "
    "over, the hatched part where it ends if it goes on like this. Below, each of its targets."
)
GROUP = "people"
SIZE = (4, 3)
SHOWN = 6
FIELDS = (option("goal", N_("Goal"), needed=True),)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One target of the goal."""

    name: str
    share: str
    status: str


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """Where the goal stands now; its own dates, not the board's, are its period."""
    number = asked.options.get("goal", "")
    goal = visible(person).filter(pk=int(number)).first() if number.isdecimal() else None
    if goal is None:
        raise UserError(
            "This goal is not there (any more), or not for you to see.",
            hint=Text("Choose another one, or take the card away."),
            code="no_goal",
        )
    found = standing(goal, project, utc_now())
    language = words.language()
    reached = written.percent(found.display_percent / 100, language, 0)
    until = format_date.day(goal.due_on - timedelta(1), language)
    right = []
    if found.expected is not None and found.status != "achieved":
        share = written.percent(found.expected, language, 0)
        right.append(_("expected %(share)s") % {"share": share})
    if found.projection is not None:
        share = written.percent(found.projection, language, 0)
        right.append(_("projected %(value)s") % {"value": share})
    bar = Pace(
        reached=found.progress * 100,
        left=reached,
        right=" · ".join(right),
        expected=None if found.expected is None else found.expected * 100,
        projected=None if found.projection is None else found.projection * 100,
        done=found.status == "achieved",
    )
    finding = _("%(goal)s: %(share)s reached") % {"goal": goal.name, "share": reached}
    lines = [_line(part) for part in found.parts]
    lines += [
        Line(
            name=below.goal.name,
            share=written.percent(below.display_percent / 100, language, 0),
            status=below.status,
        )
        for below in found.children
        if visible(person).filter(pk=below.goal.pk).exists()
    ]
    return Drawing(
        template="widgets/goal.html",
        context={"bar": bar, "status": found.status, "lines": lines[:SHOWN]},
        finding=finding,
        subtitle=_("until %(day)s") % {"day": until},
        summary=f"{finding}. {bar.right}",
        table=Table(
            columns=[Column(label=_("Target")), Column(label=_("Reached"), unit="ratio")],
            rows=[(part.target.name, part.state.progress) for part in found.parts],
            total=(goal.name, found.progress),
        ),
        notes=_cut(len(lines)),
        links=(Action(label=goal.name, href=reverse("goal", args=[goal.pk])),),
        file=f"goal-{goal.pk}",
    )


def _cut(count: int) -> Sequence[str]:
    if count <= SHOWN:
        return ()
    shown, language = _("%(shown)s of %(all)s are shown."), words.language()
    return (
        shown % {"shown": written.number(SHOWN, language), "all": written.number(count, language)},
    )


def _line(part: Part) -> Line:
    share = written.percent(int(part.state.progress * 100 + 1e-9) / 100, words.language(), 0)
    return Line(name=part.target.name, share=share, status=part.state.status)
