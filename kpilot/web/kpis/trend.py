"""The trend of one KPI: thirteen periods, a year before beside them, the unfinished one apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from django.utils.translation import gettext as _

from kpilot.ask import ask
from kpilot.ask.grains import fine_enough
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import Grain, Period
from kpilot.core.format import Unit
from kpilot.core.kpi import Kpi
from kpilot.core.result import Number, Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.cards import rests_on, run_of
from kpilot.web.kpis.findings import finding
from kpilot.web.kpis.state import State
from kpilot.web.kpis.targets import target_of
from kpilot.web.shell.parts import Trend, TrendPoint

PERIODS = 13
DAY = 86400
CHOICES: tuple[Grain, ...] = ("week", "month", "quarter")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A trend with what stands around it. `rows` are the figures, for the table and the exports."""

    trend: Trend
    title: str
    subtitle: str
    grain: Grain
    span: Period
    rows: Sequence[Row]


def trend_grain(state: State) -> Grain:
    """The steps of the trend: those asked, else those of the period, else months."""
    if state.query.grain:
        return state.query.grain
    grain = state.period.grain
    return grain if grain in ("week", "quarter", "fiscal_quarter") else "month"


def draw(kpi: Kpi, state: State, project: Project) -> Drawn | None:
    """The trend up to the page's period; None when fewer than two periods have a figure."""
    grain = fine_enough(kpi, trend_grain(state))
    span = run_of(state, grain, PERIODS)
    query = state.query.but(kpis=(kpi.name,), by=(), grain=grain, period=span, compare="year")
    rows = _from_first([row for row in ask(query, project).rows if not row.dims or kpi.by])
    if sum(row.value is not None for row in rows) < 2:
        return None
    target = _constant_target(kpi, state, project, rows)
    is_open = rows[-1].partial and rows[-1].value is not None and not kpi.is_stock
    made = Trend(
        points=[_point(kpi, row, state, is_last=row is rows[-1] and is_open) for row in rows],
        unit=kpi.unit,
        summary=_summary(kpi, rows, state),
        currency=rows[-1].currency,
        open=is_open,
        target=None if target is None else float(target),
        words=_strokes(rows, state),
        ends=_ends(kpi, rows, target, is_open=is_open),
        file=f"{kpi.name}-{rows[-1].period.key}".replace("/", "_"),
    )
    title = finding(kpi, rows, state.today.fiscal) or _summary(kpi, rows, state)
    title = title[:1].upper() + title[1:]
    return Drawn(
        trend=made,
        title=title,
        subtitle=" ".join([_subtitle(kpi, grain, made), *_cut(rows[0], state)]),
        grain=grain,
        span=span,
        rows=rows,
    )


def _from_first(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows from the first that has a figure on: the data reaches no further back."""
    first = next((i for i, row in enumerate(rows) if row.value is not None), len(rows))
    return rows[first:]


def _constant_target(
    kpi: Kpi, state: State, project: Project, rows: Sequence[Row]
) -> Number | None:
    """The target of the last period, when the one before has the same or none."""
    last = target_of(kpi, state, project, rows[-1].period)
    if last is None and len(rows) > 1:
        return None
    return last


def _point(kpi: Kpi, row: Row, state: State, *, is_last: bool) -> TrendPoint:
    name = words.period_name(row.period, state.today.fiscal)
    if is_last:
        name = _("%(period)s, unfinished") % {"period": name}
    few = "low_n" in row.flags
    value = None if row.value is None else float(row.value)
    text = words.figure(row.value, kpi, row.currency)
    detail = []
    if row.value is None:
        detail.append(words.why(row))
    else:
        if between := words.interval(row):
            detail.append(_("interval %(between)s") % {"between": between})
        detail.append(rests_on(kpi, row))
        if few:
            detail.append(_("too few to say"))
        if "left_truncated" in row.flags:
            detail.append(words.flag("left_truncated"))
    before = _before(row)
    if before is not None:
        shown = words.figure(before, kpi, row.currency)
        detail.append(_("a year before %(value)s") % {"value": shown})
    return TrendPoint(
        label=format_date.period_short(row.period, words.language()),
        name=name,
        value=value,
        text=text,
        detail=[line for line in detail if line],
        low=row.lo if value is not None else None,
        high=row.hi if value is not None else None,
        before=None if before is None else float(before),
        few=few,
    )


def _before(row: Row) -> Number | None:
    return None if row.compare is None or row.compare.reason else row.compare.prev


def _strokes(rows: Sequence[Row], state: State) -> dict[str, str]:
    strokes = {"fact": _("Actual"), "open": _("Unfinished"), "target": _("Target")}
    if any(_before(row) is not None for row in rows):
        strokes["before"] = _("A year before")
    if any(row.lo is not None for row in rows):
        strokes["interval"] = _("95% interval")
    return strokes


def _ends(
    kpi: Kpi, rows: Sequence[Row], target: Number | None, *, is_open: bool
) -> dict[str, str]:
    last, ends = rows[-1], {}
    if last.value is not None:
        value = words.figure(last.value, kpi, last.currency, short=True)
        ends["fact"] = _("%(value)s to date") % {"value": value} if is_open else value
    before = _before(last)
    if before is not None:
        shown = words.figure(before, kpi, last.currency, short=True)
        ends["before"] = _("A year before %(value)s") % {"value": shown}
    if target is not None:
        shown = words.figure(target, kpi, last.currency, short=True)
        ends["target"] = _("Target %(value)s") % {"value": shown}
    return ends


def _summary(kpi: Kpi, rows: Sequence[Row], state: State) -> str:
    """Neither more nor less than the ends of the range: a sentence that cannot be wrong."""
    known = [row for row in rows if row.value is not None]
    low = min(known, key=lambda row: row.value or 0)
    high = max(known, key=lambda row: row.value or 0)
    return _("%(name)s between %(low)s and %(high)s, from %(start)s to %(end)s") % {
        "name": words.named(kpi.names),
        "low": words.figure(low.value, kpi, low.currency, short=True),
        "high": words.figure(high.value, kpi, high.currency, short=True),
        "start": words.period_name(known[0].period, state.today.fiscal),
        "end": words.period_name(known[-1].period, state.today.fiscal),
    }


def _subtitle(kpi: Kpi, grain: Grain, made: Trend) -> str:
    what = _("%(name)s %(grain)s") % {
        "name": words.named(kpi.names), "grain": words.GRAINS[grain],
    }  # fmt: skip
    start = axis_start(made)
    if not start:
        return _("%(what)s. The axis starts at zero.") % {"what": what}
    shown = _start_words(kpi, start, made.currency)
    return _("%(what)s. The axis starts at %(start)s.") % {"what": what, "start": shown}


def _cut(first: Row, state: State) -> Sequence[str]:
    if "left_truncated" not in first.flags:
        return []
    name = words.period_name(first.period, state.today.fiscal)
    return [_("The data starts in the middle of %(period)s.") % {"period": name}]


def _start_words(kpi: Kpi, start: float, currency: str) -> str:
    if kpi.unit == "ratio":
        return written.percent(start, words.language(), 0)
    return words.figure(start, kpi, currency, short=True)


def axis_start(made: Trend) -> float:
    """Where the chart's axis starts: the front end's rule (charts/axis.ts), said in words."""
    values = [v for p in made.points for v in (p.value, p.low, p.high, p.before) if v is not None]
    values += [made.target] if made.target is not None else []
    high = max([*values, 0.0])
    low = min([*values, 0.0]) if made.unit in ("count", "currency") else min(values)
    rough = ((high - low) or abs(high) or 1) / 4
    step = _clock_step(rough) if made.unit == "seconds" else _round_step(rough, made.unit)
    return floor(low / step) * step


CLOCK = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, DAY)


def _clock_step(rough: float) -> float:
    return next((step for step in CLOCK if step >= rough), DAY * _round_step(rough / DAY, "days"))


def _round_step(rough: float, unit: Unit) -> float:
    power = 10.0 ** floor(log10(rough))
    if unit == "count" and power <= 1:  # there is no half of one
        return next(step for step in (1, 2, 5, 10) if step >= rough)
    return next((s for s in (1, 2, 2.5, 5, 10) if s * power >= rough), 10) * power
