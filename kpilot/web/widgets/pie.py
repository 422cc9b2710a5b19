"""The parts of a whole as a pie or a ring: six at most, and only where parts add up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.breakdown import BY_NAME
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import BY, COMMON, KPI, option
from kpilot.web.widgets.groups import (
    Part,
    adds_up,
    grouped,
    in_order,
    is_additive,
    largest,
    no_rows,
    not_additive,
    one_sign,
    order_note,
    share_of,
)

SHAPES: Mapping[str, str | Promise] = {"donut": N_("Ring"), "pie": N_("Pie")}
LABEL = N_("Pie or ring")
HOW_TO_READ = N_(
    "The whole circle is the figure of the period, each slice the share of one group. The five "
    "largest have a colour of their own, the others are taken together."
)
GROUP = "parts"
SIZE = (4, 4)
FIELDS = (KPI, BY, option("shape", N_("Shape"), SHAPES), *COMMON)
PARTS = 6


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A slice in percent of the circle: where it starts, how long it is."""

    part: Part
    start: float
    length: float
    value: str
    share: str


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The shares of the period's whole."""
    card = asking(asked, state, project)
    dimension = card.by()
    if not is_additive(card.kpi):
        raise not_additive(card.kpi)
    rows = grouped(card, dimension)
    one_sign(card.kpi, rows)
    parts, _left = largest(card, rows, dimension, PARTS)
    if not parts:
        raise no_rows()
    adds_up(card, rows)
    kpi, currency = card.kpi, rows[0].currency
    whole = sum(part.value for part in parts)
    slices = _slices(parts, whole, lambda value: words.figure(value, kpi, currency, short=True))
    label, name = words.dimension_label(dimension), words.named(kpi.names)
    what = _("%(name)s by %(dimension)s") % {"name": name, "dimension": label.lower()}
    first = slices[0]
    said = [f"{one.part.label} {one.share}" for one in slices]
    return Drawing(
        template="widgets/pie.html",
        context={
            "slices": slices,
            "shape": card.option("shape", SHAPES),
            "whole": words.figure(whole, kpi, currency, short=True),
        },
        finding=_("%(name)s: %(share)s from %(part)s")
        % {"part": first.part.label, "share": first.share, "name": name}
        if first.part.identity and dimension not in BY_NAME
        else what,
        subtitle=f"{what}, {card.days}",
        summary=f"{what}{_(': ')}{', '.join(said)}",
        table=Table(
            columns=[
                Column(label=label),
                Column(label=name, unit=kpi.unit, currency=currency),
                Column(label=_("Share"), unit="ratio"),
                Column(label="n", unit="count"),
            ],
            rows=[
                (words.value_label(dimension, row.dims[dimension]), row.value,
                 float(row.value or 0) / whole, row.n)
                for row in in_order(rows, dimension) if row.value
            ],
            total=(_("Total"), whole, 1.0, sum(row.n for row in rows)),
        ),
        notes=order_note(dimension),
        links=(card.page(), card.records()),
        file=card.file,
    )  # fmt: skip


def _slices(parts: Sequence[Part], whole: float, text: Callable[[float], str]) -> Sequence[Slice]:
    found, start = [], 0.0
    gap = 0.4 if len(parts) > 1 else 0.0
    for part in parts:
        length = part.value / whole * 100
        found.append(
            Slice(part=part, start=-start, length=max(0.0, length - gap), value=text(part.value),
                  share=share_of(part.value, whole))
        )  # fmt: skip
        start += length
    return found
