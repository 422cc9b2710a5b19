"""A KPI over time: thirteen steps, what they are compared with, the unfinished one apart."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core.calendar import Period
from kpilot.core.errors import UserError
from kpilot.project import Project
from kpilot.web.kpis import trend, words
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import BY, COMMON, GRAIN, KPI
from kpilot.web.widgets.lines import several

LABEL = N_("Line")
HOW_TO_READ = N_(
    "Each point is one step of time. Long dashes are the same step a year before, round dots the "
    "target. The band is the 95% interval: what moves inside it may be chance. Short dashes to a "
    "hollow point are a step that is not over."
)
GROUP = "time"
SIZE = (8, 4)
FIELDS = (KPI, replace(BY, needed=False, hint=N_("One line for each of the six largest.")),
          GRAIN, *COMMON)  # fmt: skip


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The trend up to the end of the period."""
    card = asking(asked, state, project)
    if asked.word("by"):
        return several(card)
    found = trend.draw(card.kpi, card.state, project)
    if found is None:
        raise UserError("There are no two steps with a figure yet.", code="no_history")
    return Drawing(
        template="widgets/line.html",
        context={"trend": found.trend},
        finding=found.title,
        subtitle=found.subtitle,
        summary=found.trend.summary,
        table=_table(card, found),
        notes=few_note(any(point.few for point in found.trend.points)),
        chart=found.trend,
        span=Period(start=found.rows[0].period.start, end=found.rows[-1].period.end),
        links=(card.page(),),
        file=found.trend.file,
    )


def few_note(any_few: bool) -> tuple[str, ...]:
    """What is said when some of the figures rest on too little."""
    return (_("Some steps rest on too few to say anything."),) if any_few else ()


def _table(card: Asking, found: trend.Drawn) -> Table:
    kpi, currency = card.kpi, found.trend.currency
    figure = Column(label=words.named(kpi.names), unit=kpi.unit, currency=currency)
    return Table(
        columns=[
            Column(label=_("Period")),
            figure,
            Column(label=_("Lowest likely"), unit=kpi.unit, currency=currency),
            Column(label=_("Highest likely"), unit=kpi.unit, currency=currency),
            Column(label="n", unit="count"),
            Column(label=_("A year before"), unit=kpi.unit, currency=currency),
        ],
        rows=[
            (point.name, point.value, point.low, point.high, row.n, point.before)
            for point, row in zip(found.trend.points, found.rows, strict=True)
        ],
    )
