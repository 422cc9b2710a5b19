"""Points: what is open by its value and age, or two KPIs by a dimension against each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.ask import catalog
from kpilot.ask.records import records
from kpilot.core import format as written
from kpilot.core.errors import UserError
from kpilot.core.format import Unit
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.cards import rests_on
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.shell.parts import Action
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import BY, COMMON, KPI, option
from kpilot.web.widgets.groups import no_rows

SHOWS: Mapping[str, str | Promise] = {
    "open": N_("Open opportunities by value and age"),
    "kpis": N_("Two KPIs, one point for each group"),
}
LABEL = N_("Scatter")
HOW_TO_READ = N_(
    "Each point is one opportunity, or one group. To the right is older (or more of the first "
    "KPI), higher is worth more (or more of the second). A hollow point rests on too few to say "
    "anything."
)
GROUP = "parts"
SIZE = (6, 4)
FIELDS = (
    option("show", N_("Points"), SHOWS),
    replace(KPI, label=N_("KPIs"), needed=False, many=2, hint=N_("Two, for groups.")),
    replace(BY, needed=False, hint=N_("For two KPIs.")),
    *COMMON,
)
MOST = 300
OPEN = "open_pipeline"


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The points of now, or of the period."""
    card = asking(asked, state, project)
    return _groups(card) if card.option("show", SHOWS) == "kpis" else _open(card)


def _open(card: Asking) -> Drawing:
    """The largest open opportunities the reader may see."""
    kpi = catalog(card.project)[OPEN]
    query = card.state.query.but(kpis=(kpi.name,), by=(), grain=None, compare=None)
    found = records(query, card.project, sort="value", limit=MOST)
    today = card.last_day
    known = [row for row in found.rows if row["value"] is not None and _age(row, today) is not None]
    if not known:
        raise no_rows()
    currency = card.project.settings.currency
    language = words.language()
    notes = []
    if found.total > len(known):
        notes.append(_("The %(shown)s largest of %(all)s are shown.") % {
            "shown": written.number(len(known), language),
            "all": written.number(found.total, language),
        })  # fmt: skip
    oldest = max(known, key=lambda row: _age(row, today) or 0)
    age, value = _("Age in days"), words.named(kpi.names)
    return Drawing(
        template="widgets/scatter.html",
        finding=str(SHOWS["open"]),
        subtitle=_("Across: age in days. Upwards: amount."),
        summary=_("%(n)s open opportunities; the oldest, %(name)s, is %(days)s old.") % {
            "n": written.number(len(known), language),
            "name": oldest["name"] or oldest["id"],
            "days": written.figure(_age(oldest, today) or 0, "days", language),
        },
        table=Table(
            columns=[
                Column(label=_("Opportunity")),
                Column(label=age, unit="count"),
                Column(label=value, unit="currency", currency=currency),
                Column(label=words.dimension_label("stage")),
                Column(label=words.dimension_label("agent")),
            ],
            rows=[
                (row["name"] or row["id"], _age(row, today), row["value"], row.get("stage"),
                 row.get("agent"))
                for row in known
            ],
        ),
        notes=notes,
        chart=_chart(
            [_opportunity(row, today, currency) for row in known],
            (age, "count", ""), (value, "currency", currency),
        ),
        links=(
            Action(label=_("Records"), href=card.state.link(reverse("records", args=[OPEN]))),
        ),
        file="open-opportunities",
    )  # fmt: skip


def _opportunity(row: Mapping[str, Any], today: date, currency: str) -> Mapping[str, Any]:
    """The point of an open opportunity."""
    language = words.language()
    return {
        "x": _age(row, today),
        "y": float(row["value"]),
        "text": str(row["name"] or row["id"]),
        "detail": [
            written.money_short(row["value"], currency, language),
            written.figure(_age(row, today) or 0, "days", language),
            *(str(row[one]) for one in ("stage", "agent") if row.get(one)),
        ],
        "few": False,
    }


def _age(row: Mapping[str, Any], today: date) -> int | None:
    created = row.get("created_on")
    return (today - created).days if isinstance(created, date) else None


def _groups(card: Asking) -> Drawing:
    """One point for each group that has both figures."""
    if len(card.kpis) != 2:
        raise UserError("Choose two KPIs.", code="two_kpis")
    dimension = card.by()
    across, up = card.kpis
    pairs: dict[str, dict[str, Row]] = {}
    for row in card.rows(by=(dimension,), compare=None):
        if dimension in row.dim_ids and row.value is not None:
            pairs.setdefault(row.dim_ids[dimension], {})[row.kpi] = row
    both = [(pair[across.name], pair[up.name]) for pair in pairs.values() if len(pair) == 2]
    if not both:
        raise no_rows()
    points = [_pair(card, dimension, x, y) for x, y in both]
    names = words.named(across.names), words.named(up.names)
    what = _("%(up)s against %(across)s, by %(dimension)s") % {
        "across": names[0],
        "up": names[1],
        "dimension": words.dimension_label(dimension).lower(),
    }
    money = both[0][0].currency, both[0][1].currency
    notes = [_("Hollow points rest on too few to say anything.")]
    return Drawing(
        template="widgets/scatter.html",
        finding=what,
        subtitle=f"{card.days}. "
        + _("Across: %(across)s. Upwards: %(up)s.") % {"across": names[0], "up": names[1]},
        summary=f"{what}{_(': ')}"
        + _("%(n)s points") % {"n": written.number(len(both), words.language())},
        table=Table(
            columns=[
                Column(label=words.dimension_label(dimension)),
                Column(label=names[0], unit=across.unit, currency=money[0]),
                Column(label=names[1], unit=up.unit, currency=money[1]),
            ],
            rows=sorted((words.value_label(dimension, x.dims[dimension]), x.value, y.value)
                        for x, y in both),
        ),
        notes=notes if any(point["few"] for point in points) else (),
        chart=_chart(points, (names[0], across.unit, money[0]), (names[1], up.unit, money[1])),
        links=(card.page(across), card.page(up)),
        file=f"{across.name}-{up.name}",
    )  # fmt: skip


def _pair(card: Asking, dimension: str, x: Row, y: Row) -> Mapping[str, Any]:
    """The point of a group: both figures, and what they rest on."""
    across, up = card.kpis
    return {
        "x": float(x.value or 0),
        "y": float(y.value or 0),
        "text": words.value_label(dimension, x.dims[dimension]),
        "detail": [
            f"{words.named(k.names)}{_(': ')}{words.figure(r.value, k, r.currency, short=True)}"
            f" {rests_on(k, r)}"
            for k, r in ((across, x), (up, y))
        ],
        "few": "low_n" in (*x.flags, *y.flags),
    }


Axis = tuple[str, Unit, str]


def _chart(points: Sequence[Mapping[str, Any]], across: Axis, up: Axis) -> Mapping[str, Any]:
    def axis(one: Axis) -> Mapping[str, str]:
        return {"name": one[0], "unit": one[1], "currency": one[2]}

    return {"kind": "scatter", "x": axis(across), "y": axis(up), "points": points}
