"""A KPI over time by a dimension: one line for each of the six groups that rest on most."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from kpilot.core import format as written
from kpilot.core.calendar import Period
from kpilot.core.result import Row
from kpilot.web.kpis import breakdown, words
from kpilot.web.kpis.breakdown import BY_NAME
from kpilot.web.kpis.cards import run_of
from kpilot.web.kpis.trend import PERIODS, trend_grain
from kpilot.web.widgets.asking import Asking
from kpilot.web.widgets.card import Column, Drawing, Table
from kpilot.web.widgets.groups import COLOURS, named, nothing
from kpilot.web.widgets.series import Series, chart

Groups = Mapping[str, Mapping[Period, Row]]


def several(card: Asking) -> Drawing:
    """The lines up to the end of the period; people by name, others by how much they rest on."""
    kpi, dimension = card.kpi, card.by()
    grain = trend_grain(card.state)
    span = run_of(card.state, grain, PERIODS)
    rows = card.rows(by=(dimension,), grain=grain, period=span, compare=None)
    groups: dict[str, dict[Period, Row]] = {}
    for row in rows:
        if dimension in row.dim_ids and (row.n or row.value):
            groups.setdefault(row.dim_ids[dimension], {})[row.period] = row
    if not groups:
        raise nothing(rows)
    periods = sorted({row.period for row in rows}, key=lambda one: one.start)
    shown = _shown(groups, dimension)
    made = [
        _series(card, groups[identity], periods, dimension, colour)
        for identity, colour in zip(shown, COLOURS, strict=False)
    ]
    first = next(iter(groups[shown[0]].values()))
    last = [row for steps in groups.values() for row in steps.values() if row.period == periods[-1]]
    is_open = any(row.partial for row in last) and not kpi.is_stock
    what = _("%(name)s %(grain)s, by %(dimension)s") % {
        "name": words.named(kpi.names),
        "grain": words.GRAINS[grain],
        "dimension": words.dimension_label(dimension).lower(),
    }
    return Drawing(
        template="widgets/line.html",
        context={"parts": [_key(card, groups[i], dimension, one) for i, one in _with(shown, made)]},
        finding=what,
        subtitle=_("%(start)s to %(end)s") % {
            "start": words.period_name(periods[0], card.state.today.fiscal),
            "end": words.period_name(periods[-1], card.state.today.fiscal),
        },
        summary=_summary(card, what, made, first.currency),
        table=_table(card, made, periods, first.currency),
        notes=_notes(groups, shown, made),
        chart=chart("lines", kpi, periods, made, card.state, currency=first.currency,
                    is_open=is_open),
        span=Period(start=periods[0].start, end=periods[-1].end),
        links=(card.page(), card.records()),
        file=card.file,
    )  # fmt: skip


def _with(shown: Sequence[str], made: Sequence[Series]) -> Sequence[tuple[str, Series]]:
    return list(zip(shown, made, strict=True))


def _series(
    card: Asking,
    steps: Mapping[Period, Row],
    periods: Sequence[Period],
    dimension: str,
    colour: str,
) -> Series:
    rows = [steps.get(one) for one in periods]
    return Series(
        name=named(card, next(iter(steps.values())), dimension),
        colour=colour,
        values=[None if r is None or r.value is None else float(r.value) for r in rows],
        few=[r is not None and "low_n" in r.flags for r in rows],
    )


def _key(
    card: Asking, steps: Mapping[Period, Row], dimension: str, one: Series
) -> Mapping[str, str]:
    row = next(iter(steps.values()))
    href = breakdown.href(row, card.board, dimension, "")
    return {"name": one.name, "colour": one.colour, "href": href}


def _summary(card: Asking, what: str, made: Sequence[Series], currency: str) -> str:
    """The last figure of each line."""
    said = []
    for one in made:
        known = [value for value in one.values if value is not None]
        if known:
            said.append(f"{one.name} {words.figure(known[-1], card.kpi, currency, short=True)}")
    return f"{what}{_(': ')}{', '.join(said)}"


def _notes(groups: Groups, shown: Sequence[str], made: Sequence[Series]) -> Sequence[str]:
    notes = []
    if len(groups) > len(shown):
        notes.append(_("%(shown)s of %(all)s are shown.") % {
            "shown": written.number(len(shown), words.language()),
            "all": written.number(len(groups), words.language()),
        })  # fmt: skip
    if any(few for one in made for few in one.few):
        notes.append(_("Hollow points rest on too few to say anything."))
    return notes


def _table(card: Asking, made: Sequence[Series], periods: Sequence[Period], money: str) -> Table:
    unit = card.kpi.unit
    return Table(
        columns=[
            Column(label=_("Period")),
            *(Column(label=one.name, unit=unit, currency=money) for one in made),
        ],
        rows=[
            (words.period_name(one, card.state.today.fiscal), *(o.values[i] for o in made))
            for i, one in enumerate(periods)
        ],
    )


def _shown(groups: Groups, dimension: str) -> Sequence[str]:
    """The ids of the six groups that rest on most rows, people in the order of their names."""
    most = sorted(groups, key=lambda i: -sum(row.n for row in groups[i].values()))[: len(COLOURS)]
    if dimension in BY_NAME:
        return [i for i in groups if i in most]
    return most
