"""How many opportunities, leads or tasks each person worked on, day by day, week or month."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core import format_date
from kpilot.core.calendar import Grain, Period, ranged
from kpilot.core.result import Row
from kpilot.web.kpis import words
from kpilot.web.shell.parts import Preset
from kpilot.web.team.desk import Desk
from kpilot.web.team.tables import Cell, Column, Table, count, lines, total_line

WHAT = {
    "opportunities": ("tasks_worked_on_opportunities", N_("Opportunities")),
    "leads": ("tasks_worked_on_leads", N_("Leads")),
    "tasks": ("tasks_worked_on", N_("Tasks")),
}
GRAINS: Mapping[Grain, tuple[str | Promise, int]] = {
    "day": (N_("Day"), 14), "week": (N_("Week"), 13), "month": (N_("Month"), 12),
}  # fmt: skip
ON_A_PHONE = 3
STEPS = 5


def what_of(desk: Desk) -> str:
    """Which of the three the reader chose; opportunities unless she did."""
    said = desk.state.said.get("figure", ("",))[0]
    return said if said in WHAT else "opportunities"


def grain_of(desk: Desk) -> Grain:
    """The grain chosen, else one that gives a period a handful of columns."""
    asked = desk.state.query.grain
    if asked is not None and asked in GRAINS:
        return asked
    days = desk.state.period.days
    return "day" if days <= 14 else "week" if days <= 100 else "month"


def choices(desk: Desk, path: str) -> tuple[list[Preset], list[Preset]]:
    """Links to the other things worked on, and to the other grains."""
    what, grain = what_of(desk), grain_of(desk)
    link = desk.state.link
    return (
        [Preset(label=str(label), href=f"{link(path, figure=name, grain=grain)}#worked",
                current=name == what) for name, (_kpi, label) in WHAT.items()],
        [Preset(label=str(label), href=f"{link(path, figure=what, grain=name)}#worked",
                current=name == grain) for name, (label, _most) in GRAINS.items()],
    )  # fmt: skip


def worked(desk: Desk) -> Table:
    """A grid of people and the latest days, weeks or months of the period."""
    what, grain = what_of(desk), grain_of(desk)
    kpi = WHAT[what][0]
    span = _latest(desk, grain)
    found: dict[tuple[str, Period], Row] = {}
    for row in desk.each(kpi, grain=grain, period=span):
        if row.dim_ids:
            found[row.dim_ids["agent"], row.period] = row
    totals = {row.period: row for row in desk.together(kpi, grain=grain, period=span)
              if row.value is not None}  # fmt: skip
    periods = sorted({period for _agent, period in found} | set(totals), key=lambda p: p.start)
    most = max((float(row.value or 0) for row in found.values()), default=0.0)

    def cells(agent: str) -> list[Cell]:
        return [_cell(found.get((agent, period)), most,
                      desk.rows_of(kpi, agent, period=period)) for period in periods]  # fmt: skip

    late = len(periods) - ON_A_PHONE
    return Table(
        name=f"worked-on-{what}",
        title=_("Worked on"),
        columns=[
            Column(label=_short(period, grain), wide=place < late,
                   sub=_("so far") if period.end > desk.state.today.whole else "")
            for place, period in enumerate(periods)
        ],
        lines=lines(desk, cells) if periods else (),
        total=total_line(desk, [count(totals.get(period)) for period in periods])
        if periods else None,
        note=_("Each counts once a column, so columns do not add up."),
    )  # fmt: skip


def _latest(desk: Desk, grain: Grain) -> Period:
    """The page's period as far as there is data, cut to as many columns as can be read."""
    period, most = desk.state.period, GRAINS[grain][1]
    end = min(period.end, desk.state.today.last + timedelta(1))
    days = {"day": 1, "week": 7}.get(grain, 31)
    start = max(period.start, end - timedelta(days * most))
    return ranged(start, max(end, start + timedelta(1)))


def _cell(row: Row | None, most: float, href: str) -> Cell:
    made = count(row, href)
    value = float(made.value or 0)
    heat = 0 if not value else max(1, round(value / most * STEPS))
    return Cell(value=made.value, text=made.text, href=made.href, heat=heat)


def _short(period: Period, grain: Grain) -> str:
    """A column's head: "3 Nov" for a day or the week that begins then, "Nov" for a month."""
    if grain == "month":
        return format_date.period_short(period, words.language())
    return format_date.day(period.start, words.language(), year=False)
