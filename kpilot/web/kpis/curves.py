"""KPIs that run along a scale of their own: shares by days gone by, amounts by age."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from kpilot.ask import ask
from kpilot.core import format as written
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.cards import rests_on
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Trend, TrendPoint

SCALES = ("elapsed_days", "age_months", "tenure_years")
STEPS = 60


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The points of a scale as a line and as a table."""

    trend: Trend
    label: str
    table: Sequence[tuple[str, str, str, str]]


def draw(kpi: Kpi, state: State, project: Project) -> Curve | None:
    """The KPI along its scale in the page's period; None for another kind, or without figures."""
    if len(kpi.by) != 1 or kpi.by[0] not in SCALES:
        return None
    scale = kpi.by[0]
    query = state.query.but(kpis=(kpi.name,), grain=None, by=(), compare=None)
    try:
        found = ask(query, project).rows
    except UserError:
        return None
    rows = sorted(
        (row for row in found if scale in row.dim_ids and row.dim_ids[scale].lstrip("-").isdigit()),
        key=lambda row: int(row.dim_ids[scale]),
    )
    known = [row for row in rows if row.value is not None]
    if len(known) < 2:
        return None
    if kpi.is_model and scale == "elapsed_days":
        rows = _evenly(known, scale)
    label = words.dimension_label(scale)
    made = Trend(
        points=[_point(kpi, row, scale) for row in rows],
        unit=kpi.unit,
        summary=_summary(kpi, known, scale),
        currency=rows[-1].currency,
        words={"fact": words.named(kpi.names)}
        | ({"interval": _("95% interval")} if any(row.lo is not None for row in rows) else {}),
        ends={"fact": words.figure(known[-1].value, kpi, known[-1].currency, short=True)},
        file=f"{kpi.name}-{state.period.key}".replace("/", "_"),
    )
    table = [
        (_name(row, scale), words.figure(row.value, kpi, row.currency), words.interval(row),
         rests_on(kpi, row).removeprefix("n = "))
        for row in rows
    ]  # fmt: skip
    return Curve(trend=made, label=label, table=table)


def _evenly(known: Sequence[Row], scale: str) -> list[Row]:
    """A curve that only rises at its rows, read at even steps: the axis has no gaps then."""
    first, last = (int(row.dim_ids[scale]) for row in (known[0], known[-1]))
    step = max(1, -(-(last - first) // STEPS))
    found, place = [], 0
    for day in [*range(first, last, step), last]:
        while place + 1 < len(known) and int(known[place + 1].dim_ids[scale]) <= day:
            place += 1
        found.append(replace(known[place], dim_ids={scale: str(day)}))
    return found


def _name(row: Row, scale: str) -> str:
    number = int(row.dim_ids[scale])
    language = words.language()
    if scale == "tenure_years":
        return f"{written.number(number, language)} {_('years') if number > 1 else _('year')}"
    return written.figure(number, "days" if scale == "elapsed_days" else "months", language)


def _point(kpi: Kpi, row: Row, scale: str) -> TrendPoint:
    value = None if row.value is None else float(row.value)
    detail = [words.why(row)] if row.value is None else [rests_on(kpi, row)]
    if between := words.interval(row):
        detail.insert(0, _("interval %(between)s") % {"between": between})
    return TrendPoint(
        label=written.number(int(row.dim_ids[scale]), words.language()),
        name=_name(row, scale),
        value=value,
        text=words.figure(row.value, kpi, row.currency),
        detail=[line for line in detail if line],
        low=row.lo if value is not None else None,
        high=row.hi if value is not None else None,
        few="low_n" in row.flags,
    )


def _summary(kpi: Kpi, known: Sequence[Row], scale: str) -> str:
    """The two ends of the curve in one sentence."""
    first, last = known[0], known[-1]
    return _("%(name)s: %(first)s at %(start)s, %(last)s at %(end)s") % {
        "name": words.named(kpi.names),
        "first": words.figure(first.value, kpi, first.currency, short=True),
        "last": words.figure(last.value, kpi, last.currency, short=True),
        "start": _name(first, scale),
        "end": _name(last, scale),
    }
