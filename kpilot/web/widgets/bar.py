"""One KPI by a dimension: bars by size for what adds up, points with intervals for rates."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.project import Project
from kpilot.web.kpis import breakdown, words
from kpilot.web.kpis.breakdown import BY_NAME, Parts
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import BY, COMMON, KPI
from kpilot.web.widgets.groups import is_additive, no_figure, no_rows, share_of

LABEL = N_("Bars")
HOW_TO_READ = N_(
    "One row for each group. Bars start at zero, the thin dashed mark is the dates compared. A "
    "rate is a point with its 95% interval, the upright line is all together; where the bands "
    "overlap, the difference may be chance. People stand in the order of their names."
)
GROUP = "parts"
SIZE = (6, 4)
FIELDS = (KPI, BY, *COMMON)


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The groups of the period; a click on one filters the board by it."""
    card = asking(asked, state, project)
    dimension = card.by()
    total = card.rows(compare=None)[0]
    if total.value is None and total.reason:
        raise no_figure(total)
    found = breakdown.take_apart(card.kpi, total, card.state, project, dimension, "", linked=state)
    if not found.rows:
        raise no_rows()
    name = _("%(name)s by %(dimension)s") % {
        "name": words.named(card.kpi.names),
        "dimension": found.label.lower(),
    }
    title = _finding(card, found, dimension) or name
    return Drawing(
        template="widgets/bar.html",
        context={"parts": found},
        finding=title,
        subtitle=f"{name}, {card.days}",
        summary=f"{name}, {card.days}",
        table=_table(card, found, dimension),
        notes=found.notes,
        links=(card.page(), card.records()),
        file=card.file,
    )


def _finding(card: Asking, found: Parts, dimension: str) -> str:
    """The largest part with its share, of what adds up; nobody is ranked."""
    rows = [row for row in found.rows if row.value]
    alike = all(float(row.value or 0) > 0 for row in rows)
    if dimension in BY_NAME or len(rows) < 2 or not alike or not is_additive(card.kpi):
        return ""
    if any("counted_for_each" in row.flags for row in rows):
        return ""
    total = card.rows(compare=None)[0].value
    first = max(rows, key=lambda row: float(row.value or 0))
    if not total or abs(sum(float(r.value or 0) for r in rows) - float(total)) > 0.01:
        return ""
    return _("%(name)s: %(share)s from %(part)s") % {
        "part": words.value_label(dimension, first.dims[dimension]),
        "share": share_of(float(first.value or 0), float(total)),
        "name": words.named(card.kpi.names),
    }


def _table(card: Asking, found: Parts, dimension: str) -> Table:
    kpi, currency = card.kpi, found.rows[0].currency
    return Table(
        columns=[
            Column(label=found.label),
            Column(label=words.named(kpi.names), unit=kpi.unit, currency=currency),
            Column(label=_("Lowest likely"), unit=kpi.unit, currency=currency),
            Column(label=_("Highest likely"), unit=kpi.unit, currency=currency),
            Column(label="n", unit="count"),
            Column(label=_("Before"), unit=kpi.unit, currency=currency),
        ],
        rows=[
            (
                words.value_label(dimension, row.dims[dimension]),
                row.value, row.lo, row.hi, row.n,
                row.compare.prev if row.compare and not row.compare.reason else None,
            )
            for row in found.rows
        ],
    )  # fmt: skip
