"""What a figure is made of over time: columns of six layers and the others, largest below."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core.calendar import Period
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.breakdown import BY_NAME
from kpilot.web.kpis.cards import run_of
from kpilot.web.kpis.state import State
from kpilot.web.kpis.trend import trend_grain
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import BY, COMMON, GRAIN, KPI
from kpilot.web.widgets.groups import (
    COLOURS,
    Part,
    is_additive,
    largest,
    no_rows,
    not_additive,
    nothing,
    one_sign,
    order_note,
    share_of,
)
from kpilot.web.widgets.series import Series, chart

LABEL = N_("Stacked columns")
HOW_TO_READ = N_(
    "Each column is one step of time, each layer the part of one group: six at most, the largest "
    "at the bottom, what is left on top. A hatched column is not over."
)
GROUP = "time"
SIZE = (8, 4)
FIELDS = (KPI, BY, GRAIN, *COMMON)
STEPS = 12
LAYERS = len(COLOURS) + 1


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """Twelve steps up to the end of the period."""
    card = asking(asked, state, project)
    dimension, kpi = card.by(), card.kpi
    if not is_additive(kpi):
        raise not_additive(kpi)
    grain = trend_grain(card.state)
    span = run_of(card.state, grain, STEPS)
    rows = card.rows(by=(dimension,), grain=grain, period=span, compare=None)
    known = [row for row in rows if dimension in row.dim_ids and row.value is not None]
    if not known:
        raise nothing(rows)
    one_sign(kpi, known)
    parts, left = largest(card, _together(known, dimension), dimension, LAYERS)
    if not parts:
        raise no_rows()
    periods = sorted({row.period for row in rows}, key=lambda one: one.start)
    layers = _layers(parts, left, known, periods, dimension)
    is_open = any(row.partial for row in known if row.period == periods[-1]) and not kpi.is_stock
    whole = [sum(layer.values[i] or 0 for layer in layers) for i in range(len(periods))]
    label, name = words.dimension_label(dimension), words.named(kpi.names)
    what = _("%(name)s %(grain)s, by %(dimension)s") % {
        "name": name,
        "grain": words.GRAINS[grain],
        "dimension": label.lower(),
    }
    return Drawing(
        template="widgets/stacked.html",
        context={"parts": parts, "is_open": is_open},
        finding=_finding(card, parts, sum(whole), dimension) or what,
        subtitle=_("%(what)s, %(start)s to %(end)s") % {
            "what": what,
            "start": words.period_name(periods[0], card.state.today.fiscal),
            "end": words.period_name(periods[-1], card.state.today.fiscal),
        },
        summary=_summary(card, what, periods, whole, known[0].currency),
        table=_table(card, label, layers, periods, whole, known[0].currency),
        notes=_notes(known, dimension),
        chart=chart("stacked", kpi, periods, layers, card.state, currency=known[0].currency,
                    is_open=is_open, whole=whole),
        span=Period(start=periods[0].start, end=periods[-1].end),
        links=(card.page(), card.records()),
        file=card.file,
    )  # fmt: skip


def _together(rows: Sequence[Row], dimension: str) -> Sequence[Row]:
    """One row for each group, with its sum over the steps."""
    sums: dict[str, Row] = {}
    for row in rows:
        identity = row.dim_ids[dimension]
        before = sums.get(identity)
        value = float(row.value or 0) + (float(before.value or 0) if before else 0.0)
        sums[identity] = Row(
            kpi=row.kpi, period=row.period, dims=row.dims, dim_ids=row.dim_ids, value=value,
            unit=row.unit, currency=row.currency,
        )  # fmt: skip
    return list(sums.values())


def _layers(
    parts: Sequence[Part],
    left: frozenset[str],
    rows: Sequence[Row],
    periods: Sequence[Period],
    dimension: str,
) -> Sequence[Series]:
    figures: dict[str, dict[Period, float]] = {}
    for row in rows:
        identity = "" if row.dim_ids[dimension] in left else row.dim_ids[dimension]
        steps = figures.setdefault(identity, {})
        steps[row.period] = steps.get(row.period, 0.0) + float(row.value or 0)
    nothing: Mapping[Period, float] = {}
    return [
        Series(
            name=part.label,
            colour=part.colour,
            values=[figures.get(part.identity, nothing).get(one) for one in periods],
        )
        for part in parts
    ]


def _finding(card: Asking, parts: Sequence[Part], whole: float, dimension: str) -> str:
    if dimension in BY_NAME or len(parts) < 2 or not parts[0].identity or card.kpi.is_stock:
        return ""
    return _("%(name)s: %(share)s from %(part)s") % {
        "part": parts[0].label,
        "share": share_of(parts[0].value, whole),
        "name": words.named(card.kpi.names),
    }


def _summary(
    card: Asking, what: str, periods: Sequence[Period], whole: Sequence[float], currency: str
) -> str:
    ends = [words.figure(value, card.kpi, currency, short=True) for value in (whole[0], whole[-1])]
    names = [words.period_name(one, card.state.today.fiscal) for one in (periods[0], periods[-1])]
    return _("%(name)s: %(first)s at %(start)s, %(last)s at %(end)s") % {
        "name": what, "first": ends[0], "last": ends[1], "start": names[0], "end": names[1],
    }  # fmt: skip


def _notes(rows: Sequence[Row], dimension: str) -> Sequence[str]:
    if any("counted_for_each" in row.flags for row in rows):
        return [*order_note(dimension), words.flag("counted_for_each")]
    return order_note(dimension)


def _table(
    card: Asking,
    label: str,
    layers: Sequence[Series],
    periods: Sequence[Period],
    whole: Sequence[float],
    currency: str,
) -> Table:
    unit = card.kpi.unit
    return Table(
        columns=[
            Column(label=_("Period")),
            *(Column(label=layer.name, unit=unit, currency=currency) for layer in layers),
            Column(label=_("Total"), unit=unit, currency=currency),
        ],
        rows=[
            (words.period_name(one, card.state.today.fiscal), *(o.values[i] for o in layers), total)
            for i, (one, total) in enumerate(zip(periods, whole, strict=True))
        ],
    )
