"""A card as pages and programs get it: drawn for one person, with its table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from kpilot.ask import catalog
from kpilot.project import Project
from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.placing import Placed
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project
from kpilot.web.widgets.card import Drawing, Table
from kpilot.web.widgets.found import draw, kinds


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One card on the page: its place, its name, its addresses; `drawing` when it is drawn.

    lazy  is loaded when it is scrolled to
    """

    card: Placed
    label: str
    href: str
    drawing: Drawing | None = None
    lazy: bool = False
    csv: str = ""
    xlsx: str = ""

    @property
    def identity(self) -> str:
        return f"card-{self.card.key}"

    @property
    def place(self) -> str:
        """The classes that put it on the grid."""
        card = self.card
        return f"x{card.x + 1} w{card.w} h{card.h}"


def shown(
    board: Board, card: Placed, state: State, *, drawing: Drawing | None = None, lazy: bool = False
) -> Shown:
    """The card with its addresses under the page's words."""
    args = [board.ref, card.key]
    return Shown(
        card=card,
        label=label(card),
        href=state.link(reverse("dashboard-card", args=args)),
        csv=state.link(reverse("dashboard-card-file", args=[*args, "csv"])),
        xlsx=state.link(reverse("dashboard-card-file", args=[*args, "xlsx"])),
        drawing=drawing,
        lazy=lazy,
    )


def drawn(board: Board, card: Placed, state: State, opened: Project, person: Person) -> Shown:
    """The card with its figures."""
    return shown(board, card, state, drawing=draw(card.asked, state, opened, person))


def label(card: Placed) -> str:
    """What a card is called where its finding is not known: its title, else its kind and KPIs."""
    kind, known = kinds().get(card.asked.widget), catalog(project())
    named = str(kind.label) if kind else card.asked.widget
    kpis = card.asked.words.get("kpi", ())
    called = [words.named(known[one].names) if one in known else one for one in kpis]
    about = card.asked.title or ", ".join(called)
    return f"{named} – {about}" if about else named


def as_data(shown: Shown) -> Mapping[str, Any]:
    """The card for programs."""
    drawing = shown.drawing
    if drawing is None:
        return {"key": shown.card.key}
    return {
        "key": shown.card.key,
        "widget": shown.card.asked.widget,
        "title": shown.card.asked.title or drawing.finding,
        "finding": drawing.finding,
        "subtitle": drawing.subtitle,
        "notes": list(drawing.notes),
        "own": list(drawing.own),
        "problem": drawing.problem or None,
        "table": _table(drawing.table) if drawing.table else None,
    }


def _table(table: Table) -> Mapping[str, Any]:
    return {
        "columns": [
            {"label": str(column.label), "unit": column.unit, "currency": column.currency}
            for column in table.columns
        ],
        "rows": [list(row) for row in table.rows],
        "total": list(table.total) if table.total else None,
    }
