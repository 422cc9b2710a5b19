"""The bar above every page of figures: period, comparison, filters. Each choice is a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import catalog
from kpilot.core import format_date
from kpilot.core.calendar import Comparison, like_for_like
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.query import Filter
from kpilot.project import Project
from kpilot.web.kpis import presets, words
from kpilot.web.kpis.attributions import choices
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Chip, PeriodChoice, Preset

FILTERABLE = tuple(name for name in DIMENSIONS if name not in ("currency",))


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What the bar shows. `filters` is the address of the page that adds one, `reset` that of
    the page without any choice."""

    period: PeriodChoice
    compared: str
    compares: Sequence[Preset]
    attributed: str
    modes: Sequence[Preset]
    chips: Sequence[Chip]
    filters: str
    reset: str


def bar(state: State, path: str, project: Project, kpi: str = "") -> Bar:
    """The bar of the page at `path`; `kpi` decides which dimensions can be filtered by."""
    chosen = bool(set(state.said) - {"by", "grain"})
    one = catalog(project).get(kpi)
    modes = choices(one, state, project, path) if one else ()
    return Bar(
        period=_period(state, path, project),
        compared=_compared(state),
        compares=_compares(state, path),
        attributed=next((mode.label for mode in modes if mode.current), ""),
        modes=modes,
        chips=[*_chips(state, path), *_moment(state, path)],
        filters=state.link(reverse("filters"), back=path, figure=kpi),
        reset=path if chosen else "",
    )


def _period(state: State, path: str, project: Project) -> PeriodChoice:
    period, today = state.period, state.today
    name = presets.label(state.preset, today) if state.preset else ""
    shown = words.days(state.counted)
    named = words.period_name(period, today.fiscal)
    return PeriodChoice(
        name=name or named,
        days=shown if name or named != shown else "",
        presets=[
            Preset(
                label=presets.label(word, today),
                href=state.link(path, period=word),
                current=word == state.preset,
            )
            for word in presets.words(today.fiscal)
        ],
        start=str(period.start),
        end=str(period.end - timedelta(1)),
        kept=[
            (word, value)
            for word, values in state.said.items()
            if word not in ("period", "from", "to", "until", "page", "only", "sort")
            for value in values
        ],
        note=_("Weeks start on Monday · %(zone)s · data to %(day)s")
        % {
            "zone": project.settings.tz,
            "day": format_date.day(today.last, words.language()),
        },
    )


def _compared(state: State) -> str:
    """What the figures are held against, by its days; "" for nothing."""
    if state.query.compare is None:
        return ""
    return _days(state, state.query.compare)


def _days(state: State, mode: str) -> str:
    comparison: Comparison = "year" if mode == "year" else "previous"
    _this, base = like_for_like(
        state.period, comparison, state.today.whole, state.today.fiscal
    )
    if base.start >= base.end:
        return words.period_name(base, state.today.fiscal)
    return words.days(base, year=not words.same_year(base, state.period))


def _compares(state: State, path: str) -> Sequence[Preset]:
    now = state.query.compare
    return [
        Preset(
            label=_("Previous period: %(days)s") % {"days": _days(state, "previous")},
            href=state.link(path, compare="previous"),
            current=now == "previous",
        ),
        Preset(
            label=_("A year before: %(days)s") % {"days": _days(state, "year")},
            href=state.link(path, compare="year"),
            current=now == "year",
        ),
        Preset(
            label=_("Nothing"), href=state.link(path, compare="none"), current=now is None
        ),
    ]


def _chips(state: State, path: str) -> Sequence[Chip]:
    return [
        Chip(
            name=_name(one),
            value=", ".join(words.value_label(one.dimension, value) for value in one.values),
            clear=state.link_without(path, one),
        )
        for one in state.query.where
    ]


def _name(one: Filter) -> str:
    if one.dimension == "amount":
        return f"{_('Amount')} {one.operator}"
    label = words.dimension_label(one.dimension)
    return _("%(name)s, except") % {"name": label} if one.operator == "!=" else label


def _moment(state: State, path: str) -> Sequence[Chip]:
    """Looking back at an earlier moment is said as loudly as a filter."""
    if state.query.as_of is None:
        return []
    local = state.query.as_of.replace(tzinfo=UTC) - timedelta(microseconds=1)
    return [
        Chip(
            name=_("As of"),
            value=format_date.day(local, words.language()),
            clear=state.link(path, as_of=None),
        )
    ]
