"""A KPI against its target: how much is reached, where it should be today, where it is heading."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core.errors import UserError
from kpilot.core.text import Both, Text
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.cards import cards
from kpilot.web.kpis.state import State
from kpilot.web.kpis.targets import target_of
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table, said
from kpilot.web.widgets.fields import ATTRIBUTION, KPI, PERIOD, WHERE

LABEL = N_("Progress")
HOW_TO_READ = N_(
    "The bar is full when the target is reached. The dark tick is the share of the period that is "
    "over: a bar that ends before it is behind. The hatched part is where it ends if it goes on "
    "like this."
)
GROUP = "figure"
SIZE = (6, 2)
FIELDS = (KPI, PERIOD, WHERE, ATTRIBUTION)


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """Where the figure of the period stands."""
    card = asking(asked, state, project)
    kpi = card.kpi
    made = cards(card.state, project, [kpi.name])[0]
    if made.why_off:
        return said(made.why_off, finding=made.name, links=(card.page(),))
    target = target_of(kpi, card.state, project)
    if target is None:
        raise UserError(
            "There is no target for {kpi} in this period with these filters.",
            kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
            hint=Text("Set one under Targets, or choose a period that has one."),
            code="no_target",
        )
    row = card.rows(compare=None)[0]
    aim = words.figure(target, kpi, row.currency, short=True)
    value = f"{made.number}{made.unit}"
    finding = _("%(name)s: %(value)s of %(target)s") % {
        "name": made.name, "value": value, "target": aim,
    }  # fmt: skip
    bar = made.pace or made.range
    detail = f"{bar.left}, {bar.right}" if bar and bar.right else bar.left if bar else ""
    return Drawing(
        template="widgets/progress.html",
        context={"card": made},
        finding=finding,
        subtitle=words.days(card.state.period),
        summary=f"{finding}. {detail}",
        table=Table(
            columns=[
                Column(label=_("Period")),
                Column(label=made.name, unit=kpi.unit, currency=row.currency),
                Column(label=_("Target"), unit=kpi.unit, currency=row.currency),
            ],
            rows=[(words.days(card.state.period), row.value, target)],
        ),
        links=(card.page(), card.records()),
        file=card.file,
    )
