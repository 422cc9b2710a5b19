"""One KPI by one dimension: rates as dots with intervals, amounts and counts as bars.

People and teams stand in the order of their names, never ranked; what rests on too little is
hatched and says so instead of a figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, log10

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.ask import ask
from kpilot.core import format as written
from kpilot.core.dimensions import NONE, UNASSIGNED
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter
from kpilot.core.result import Row
from kpilot.core.words import VALUES
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.cards import rests_on
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Bar, Forest, ForestRow, Range

BY_NAME = ("agent", "team", "team_parent", "team_top")
BARS, DOTS = 12, 30
CLOCK = (  # seconds
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
)
LONGEST = 2  # times the largest named group, what the bar of all others may be
SHORT_DAYS = 120


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A figure taken apart: `forest` or `bars`, with notes below.

    rows     all the figures; is_thin  most rest on too little, a longer period would say more
    """

    label: str
    forest: Forest | None
    bars: Sequence[Bar]
    notes: Sequence[str]
    rows: Sequence[Row]
    is_thin: bool = False


def take_apart(
    kpi: Kpi, total: Row, state: State, project: Project, dimension: str, path: str,
    linked: State | None = None,
) -> Parts:  # fmt: skip
    """The KPI in the page's period by `dimension`; UserError when its rows don't have it.

    linked  the state that links filter, when it is not the one asked
    """
    compare = None if kpi.is_model else state.query.compare
    query = state.query.but(kpis=(kpi.name,), grain=None, by=(dimension,), compare=compare)
    rows = [row for row in ask(query, project).rows
            if _says_something(row) and dimension in row.dim_ids]  # fmt: skip
    order = list(VALUES.get(dimension, ()))
    rows.sort(key=lambda row: _place(order, row.dims[dimension]))
    label = words.dimension_label(dimension)
    if not rows:
        return Parts(label=label, forest=None, bars=(), notes=(), rows=())
    if kpi.measure.kind == "sum":
        bars, notes = _bars(kpi, rows, linked or state, dimension, path)
        return Parts(label=label, forest=None, bars=bars, notes=notes, rows=rows)
    forest, notes = _forest(kpi, total, rows, linked or state, dimension, path)
    few = sum("low_n" in row.flags for row in rows)
    return Parts(
        label=label, forest=forest, bars=(), notes=notes, rows=rows,
        is_thin=few * 2 > len(rows) and state.period.days <= SHORT_DAYS,
    )  # fmt: skip


def _place(order: Sequence[str], value: str) -> int:
    """Where a value with an order of its own stands; the others stay as they are."""
    return order.index(value) if value in order else len(order)


def _says_something(row: Row) -> bool:
    return bool(row.n) or row.value is not None


def href(row: Row, state: State, dimension: str, path: str) -> str:
    """The page cross-filtered to the row's group."""
    identity, name = row.dim_ids[dimension], row.dims[dimension]
    value = identity if identity in (NONE, UNASSIGNED) else name
    return state.link_with(path, Filter(dimension=dimension, values=(value,)))


def _name(row: Row, dimension: str) -> str:
    return words.value_label(dimension, row.dims[dimension])


def _bars(
    kpi: Kpi, rows: Sequence[Row], state: State, dimension: str, path: str
) -> tuple[Sequence[Bar], Sequence[str]]:
    shown, rest = list(rows), []
    if dimension not in BY_NAME and dimension not in VALUES:  # these have an order of their own
        shown.sort(key=lambda row: -(row.value or 0))
    if len(shown) > BARS and dimension not in BY_NAME:
        shown, rest = shown[: BARS - 1], shown[BARS - 1 :]
    bars = [_bar(kpi, row, state, dimension, path) for row in shown]
    notes = []
    if rest:
        bars.append(_others(kpi, rest))
        largest, all_others = bars[0].value or 0.0, bars[-1].value or 0.0
        if all_others > LONGEST * largest:
            bars[-1] = replace(bars[-1], value=None)
            notes.append(_("The others have no bar: it would leave no room for the named ones."))
    if dimension in BY_NAME:
        notes.append(_("In the order of names: nobody is ranked."))
    if any("counted_for_each" in row.flags for row in rows):
        notes.append(words.flag("counted_for_each"))
    if any(bar.before is not None for bar in bars):
        notes.append(_("Dashed mark: the dates compared."))
    return bars, notes


def _bar(kpi: Kpi, row: Row, state: State, dimension: str, path: str) -> Bar:
    before = None
    if row.compare and not row.compare.reason and row.compare.prev is not None:
        before = float(row.compare.prev)
    note = rests_on(kpi, row) if kpi.unit == "currency" else ""
    return Bar(
        label=_name(row, dimension),
        value=None if row.value is None else float(row.value),
        text=words.figure(row.value, kpi, row.currency, short=True),
        note=note,
        href=href(row, state, dimension, path),
        before=before,
    )


def _others(kpi: Kpi, rows: Sequence[Row]) -> Bar:
    value = sum(float(row.value or 0) for row in rows)
    count = written.number(len(rows), words.language())
    return Bar(
        label=ngettext("%(n)s other", "%(n)s others", len(rows)) % {"n": count},
        value=value,
        text=words.figure(value, kpi, rows[0].currency, short=True),
        other=True,
    )


def _forest(
    kpi: Kpi, total: Row, rows: Sequence[Row], state: State, dimension: str, path: str
) -> tuple[Forest | None, Sequence[str]]:
    shown = list(rows)
    if len(shown) > DOTS:
        kept = {id(row) for row in sorted(shown, key=lambda row: -row.n)[:DOTS]}
        shown = [row for row in shown if id(row) in kept]
    drawn = [row for row in shown if row.value is not None]
    if not drawn:
        return None, [words.why(rows[0])]
    axis, ticks = _axis(kpi, total, drawn)
    mean = 1.0 if _is_attainment(kpi) else None if total.value is None else float(total.value)
    forest = Forest(
        rows=[_dot(kpi, row, state, dimension, path, mean, axis) for row in shown],
        ticks=ticks,
        axis=axis,
        label=_("%(name)s by %(dimension)s") % {
            "name": words.named(kpi.names), "dimension": words.dimension_label(dimension).lower(),
        },
    )  # fmt: skip
    return forest, _notes(kpi, total, rows, shown)


def _dot(
    kpi: Kpi, row: Row, state: State, dimension: str, path: str, mean: float | None,
    axis: tuple[float, float],
) -> ForestRow:  # fmt: skip
    few = "low_n" in row.flags
    marks = None
    if row.value is not None:
        marks = Range(
            value=float(row.value), low=row.lo, high=row.hi, mean=mean, few=few, axis=axis
        )
    text = _("too few to say") if few else words.figure(row.value, kpi, row.currency, short=True)
    return ForestRow(
        label=_name(row, dimension),
        range=marks,
        text=text,
        note=rests_on(kpi, row),
        href=href(row, state, dimension, path),
    )


def _axis(
    kpi: Kpi, total: Row, rows: Sequence[Row]
) -> tuple[tuple[float, float], Sequence[tuple[float, str]]]:
    """A common scale with at most six round ticks, the unit on the last."""
    sound = [row for row in rows if "low_n" not in row.flags] or rows
    together = 1.0 if _is_attainment(kpi) else float(total.value or rows[0].value or 0)
    values = [*(float(row.value or 0) for row in rows), together]
    ends = [end for row in sound for end in (row.lo, row.hi) if end is not None]
    low, high = min([*values, *ends]), max([*values, *ends])
    step = nice_step((high - low) or abs(high) or 1, kpi.unit)
    start = (low // step) * step
    count = int(-(-(high - start) // step)) or 1
    ticks = [start + step * i for i in range(count + 1)]
    return (ticks[0], ticks[-1]), list(zip(ticks, _labels(kpi, total, ticks), strict=True))


def _labels(kpi: Kpi, total: Row, ticks: Sequence[float]) -> Sequence[str]:
    """The ticks in words, the unit on the last only."""
    language = words.language()
    if kpi.unit == "ratio":
        numbers = [written.decimal(tick * 100, language, 1, strip=True) for tick in ticks]
        return [*numbers[:-1], written.percent(ticks[-1], language, 0)]
    if kpi.unit == "days":
        numbers = [written.decimal(tick, language, 1, strip=True) for tick in ticks]
        return [*numbers[:-1], words.figure(ticks[-1], kpi, "", short=True)]
    return [words.figure(tick, kpi, total.currency, short=True) for tick in ticks]


def _is_attainment(kpi: Kpi) -> bool:
    """People are held against their own target, never against each other."""
    return kpi.measure.kind == "attainment"


def nice_step(width: float, unit: str, steps: int = 5) -> float:
    """A round step that cuts `width` into about `steps`; minutes and hours are round by clocks."""
    rough = width / steps
    if unit == "seconds" and rough <= CLOCK[-1]:
        return next(float(step) for step in CLOCK if step >= rough)
    if unit == "seconds":
        return CLOCK[-1] * nice_step(width / CLOCK[-1], "days", steps)
    power = 10.0 ** floor(log10(rough))
    return next((s * power for s in (1, 2, 5, 10) if s * power >= rough), 10 * power)


def _notes(kpi: Kpi, total: Row, rows: Sequence[Row], shown: Sequence[Row]) -> Sequence[str]:
    notes = []
    if _is_attainment(kpi):
        notes.append(_("Upright line: everyone's own target, reached."))
    elif total.value is not None:
        value = words.figure(total.value, kpi, total.currency, short=True)
        notes.append(_("Upright line: all together, %(value)s.") % {"value": value})
    if any(row.lo is not None for row in shown):
        notes.append(_("Band: 95% interval."))
    if shown and set(shown[0].dims) & set(BY_NAME):
        notes.append(_("In the order of names: nobody is ranked."))
    if any("counted_for_each" in row.flags for row in shown):
        notes.append(words.flag("counted_for_each"))
    if any("low_n" in row.flags for row in shown):
        notes.append(_("Hatched: too few to say."))
    hidden = len(rows) - len(shown)
    if hidden:
        count = written.number(hidden, words.language())
        text = ngettext(
            "%(n)s smaller one is left out.", "%(n)s smaller ones are left out.", hidden
        )
        notes.append(text % {"n": count})
    return notes
