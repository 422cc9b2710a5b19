"""A card's table as a file: CSV for programs, XLSX for people, each saying what it is about."""

from collections.abc import Sequence
from datetime import UTC

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.exports import csv_file, xlsx_file
from kpilot.web.kpis.state import State
from kpilot.web.widgets.asking import own_state
from kpilot.web.widgets.card import Asked, Column, Drawing, Table

Pairs = Sequence[tuple[str, str]]


def card_file(
    kind: str, title: str, asked: Asked, drawing: Drawing, state: State, project: Project
) -> HttpResponse:
    """The figures of the card that this person sees."""
    table = drawing.table or Table(columns=[Column(label=_("Problem"))], rows=[[drawing.problem]])
    heads = [_head(column) for column in table.columns]
    rows = [list(row) for row in table.rows]
    if table.total:
        rows.append(list(table.total))
    notes = about(title, asked, drawing, state, project)
    if kind == "xlsx":
        return xlsx_file(drawing.file, heads, rows, notes)
    return csv_file(drawing.file, heads, rows, notes)


def about(
    title: str, asked: Asked, drawing: Drawing, state: State, project: Project
) -> Pairs:  # fmt: skip
    """What the figures are: board, card, period, filters, as of."""
    own = own_state(asked, state, project)
    cut = own.cut.at.replace(tzinfo=UTC).astimezone(project.settings.zone)
    pairs = [
        (_("Dashboard"), title),
        (_("Card"), asked.title or drawing.finding),
        (_("What"), drawing.subtitle),
        (_("Period"), f"{own.period.start} – {own.period.end}"),
        (_("As of"), cut.isoformat(timespec="minutes")),
    ]
    for one in own.query.where:
        is_amount = one.dimension == "amount"
        name = _("Amount") if is_amount else words.dimension_label(one.dimension)
        pairs.append((name, f"{one.operator} {', '.join(one.values)}"))
    pairs += [(_("Note"), note) for note in drawing.notes]
    return [(name, said) for name, said in pairs if said]


def _head(column: Column) -> str:
    unit = column.currency if column.unit == "currency" else ""
    return f"{column.label} ({unit})" if unit else str(column.label)
