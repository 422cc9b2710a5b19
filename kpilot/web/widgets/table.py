"""Several KPIs side by side, one row for each group; the last row is each KPI's own total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core import format as written
from kpilot.core.dimensions import NONE, UNASSIGNED
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.breakdown import BY_NAME
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import BY, COMMON, KPIS, option
from kpilot.web.widgets.groups import name_order, no_rows, order_note

ORDERS: Mapping[str, str | Promise] = {
    "": N_("By the first KPI, largest first; people by name"),
    "name": N_("By name"),
}
LABEL = N_("Table of KPIs")
HOW_TO_READ = N_(
    "One row for each group, one column for each KPI. The last row is the figure of all together, "
    "counted anew: a total rate is never the mean of the rates above it."
)
GROUP = "parts"
SIZE = (8, 4)
FIELDS = (KPIS, BY, option("order", N_("Order"), ORDERS), *COMMON)
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure as it is shown; `raw` sorts it."""

    text: str
    raw: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One group: its name, the board filtered by it, its figures."""

    label: str
    href: str
    cells: Sequence[Cell]


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The groups of the period, fifty at most."""
    card = asking(asked, state, project)
    dimension = card.by()
    figures, lacking = _figures(card, dimension)
    names = {i: row.dims[dimension] for found in figures.values() for i, row in found.items()}
    if not names:
        raise UserError(lacking[0], code="no_figure") if lacking else no_rows()
    ids = _ordered(card, dimension, figures, names)
    shown = ids[:SHOWN]
    notes = list(lacking)
    if len(ids) > SHOWN:
        notes.append(_("%(shown)s of %(all)s are shown.") % {
            "shown": written.number(SHOWN, words.language()),
            "all": written.number(len(ids), words.language()),
        })  # fmt: skip
    notes += order_note(dimension)
    totals = {row.kpi: row for row in card.rows(compare=None) if not row.dims}
    label = words.dimension_label(dimension)
    what = _("%(name)s by %(dimension)s") % {
        "name": ", ".join(words.named(kpi.names) for kpi in card.kpis),
        "dimension": label.lower(),
    }
    return Drawing(
        template="widgets/table.html",
        context={
            "label": label,
            "heads": [card.page(kpi) for kpi in card.kpis],
            "lines": [_line(card, dimension, i, names[i], figures) for i in shown],
            "totals": [_cell(kpi, totals.get(kpi.name)) for kpi in card.kpis],
        },
        finding=what,
        subtitle=card.days,
        summary=f"{what}, {card.days}",
        table=_table(card, dimension, label, ids, names, figures, totals),
        notes=notes,
        links=tuple(card.records(kpi) for kpi in card.kpis[:1]),
        file=card.file_for(card.kpi.name, dimension),
    )


Figures = Mapping[str, Mapping[str, Row]]


def _figures(card: Asking, dimension: str) -> tuple[Figures, Sequence[str]]:
    """KPI → group → row, and what is said of KPIs that have no such rows."""
    figures: dict[str, dict[str, Row]] = {}
    lacking = []
    for kpi in card.kpis:
        try:
            rows = card.rows(kpis=(kpi.name,), by=(dimension,), compare=None)
        except UserError as error:
            lacking.append(words.say_error(error))
            continue
        here = {row.dim_ids[dimension]: row for row in rows if dimension in row.dim_ids}
        figures[kpi.name] = {i: row for i, row in here.items() if row.n or row.value is not None}
        if not here and rows and rows[0].reason:
            lacking.append(f"{words.named(kpi.names)}{_(': ')}{words.why(rows[0])}")
    return figures, lacking


def _ordered(
    card: Asking, dimension: str, figures: Figures, names: Mapping[str, str]
) -> Sequence[str]:
    """People by name; others by the first KPI, those without a figure last."""
    by_name = sorted(names, key=lambda i: name_order(names[i]))
    if dimension in BY_NAME or card.option("order", ORDERS) == "name":
        return by_name
    first = figures.get(card.kpi.name, {})

    def size(identity: str) -> tuple[bool, float]:
        row = first.get(identity)
        known = row is not None and row.value is not None
        return not known, -float(row.value or 0) if row else 0.0

    return sorted(by_name, key=size)


def _line(card: Asking, dimension: str, identity: str, name: str, figures: Figures) -> Line:
    value = identity if identity in (NONE, UNASSIGNED) else name
    return Line(
        label=words.value_label(dimension, name),
        href=card.board.link_with("", Filter(dimension=dimension, values=(value,))),
        cells=[_cell(kpi, figures.get(kpi.name, {}).get(identity)) for kpi in card.kpis],
    )


def _cell(kpi: Kpi, row: Row | None) -> Cell:
    if row is None or row.value is None:
        return Cell(text=written.missing(words.language()), raw="")
    if "low_n" in row.flags:
        return Cell(text=_("too few to say"), raw="")
    text = words.figure(row.value, kpi, row.currency, short=True)
    return Cell(text=text, raw=repr(float(row.value)))


def _table(
    card: Asking,
    dimension: str,
    label: str,
    ids: Sequence[str],
    names: Mapping[str, str],
    figures: Figures,
    totals: Mapping[str, Row],
) -> Table:
    currency = card.project.settings.currency

    def value(row: Row | None) -> object:
        return None if row is None else row.value

    return Table(
        columns=[
            Column(label=label),
            *(
                Column(label=words.named(k.names), unit=k.unit, currency=currency)
                for k in card.kpis
            ),
        ],
        rows=[
            (
                words.value_label(dimension, names[i]),
                *(value(figures.get(kpi.name, {}).get(i)) for kpi in card.kpis),
            )
            for i in ids
        ],
        total=(_("All together"), *(value(totals.get(kpi.name)) for kpi in card.kpis)),
    )
