"""Cohorts: of what began in a month, how much had come through after 30, 60, 90 … days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core import format as written
from kpilot.core.calendar import Period
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.cards import run_of
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import ATTRIBUTION, KPI, PERIOD, WHERE
from kpilot.web.widgets.groups import no_figure, no_rows

FITTING = ("win_rate_cohort_to_date", "repurchase_rate_cohort_to_date")
LABEL = N_("Cohort grid")
HOW_TO_READ = N_(
    "One row for what began in a month, one column for the days gone by since: the share that had "
    "come through by then. Read a row from left to right to see it ripen, a column downwards to "
    "compare months at the same age. Hatched cells are not ripe: not all of the month has had its "
    "days."
)
GROUP = "pipeline"
SIZE = (8, 5)
FIELDS = (
    replace(
        KPI,
        fits=lambda kpi: kpi.name in FITTING,
        unfit=N_("A cohort grid takes a rate “to date” of what began in a month."),
    ),
    PERIOD,
    WHERE,
    ATTRIBUTION,
)
COHORTS, STEPS, STEP, FEW, SHADES = 12, 12, 30, 30, 7


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cohort at one age; `value` None where it is not ripe."""

    value: float | None
    text: str
    shade: int
    ripe: bool


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One month: how many began, and their shares by age."""

    name: str
    size: int
    count: str
    few: bool
    cells: Sequence[Cell]


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """Twelve months up to the end of the period."""
    card = asking(asked, state, project)
    span = run_of(card.state, "month", COHORTS)
    rows = card.rows(by=("elapsed_months",), grain="month", period=span, compare=None)
    if rows and rows[0].reason and not any(row.dim_ids for row in rows):
        raise no_figure(rows[0])
    whole = card.state.today.whole
    sums = {one: _sums(rows, one) for one in sorted({r.period for r in rows}, key=_start)}
    sums = {one: found for one, found in sums.items() if found[1]}
    if not sums:
        raise no_rows()
    steps = _steps(sums, whole)
    fiscal = card.state.today.fiscal
    most = max(
        (v for one, found in sums.items() for v in _shares(one, found, steps, whole) if v),
        default=0.0,
    )
    grid = [
        _cohort(words.period_name(one, fiscal), _shares(one, found, steps, whole), found[1], most)
        for one, found in sums.items()
    ]
    name = words.named(card.kpi.names)
    heads = [written.figure((i + 1) * STEP, "days", words.language()) for i in range(steps)]
    return Drawing(
        template="widgets/cohort.html",
        context={"grid": grid, "heads": [(i + 1) * STEP for i in range(steps)]},
        finding=name,
        subtitle=_("%(name)s by month of the start and days since, %(start)s to %(end)s") % {
            "name": name, "start": grid[0].name, "end": grid[-1].name,
        },
        summary=_summary(name, grid, heads),
        table=Table(
            columns=[
                Column(label=_("Began in")),
                Column(label="n", unit="count"),
                *(Column(label=head, unit="ratio") for head in heads),
            ],
            rows=[(one.name, one.size, *(cell.value for cell in one.cells)) for one in grid],
        ),
        notes=_notes(grid),
        links=(card.page(),),
        file=card.file,
    )  # fmt: skip


def _notes(grid: Sequence[Cohort]) -> Sequence[str]:
    notes = []
    if any(not cell.ripe for one in grid for cell in one.cells):
        notes.append(_("Hatched: not ripe yet."))
    if any(one.few for one in grid):
        notes.append(_("In grey: months of fewer than thirty, too few to say."))
    return notes


Sums = tuple[Mapping[int, float], int]


def _start(period: Period) -> date:
    return period.start


def _sums(rows: Sequence[Row], period: Period) -> Sums:
    """What came through in each stretch of thirty days, and the size of the whole cohort."""
    came: dict[int, float] = {}
    size = 0
    for row in rows:
        if row.period != period or not row.dim_ids:
            continue
        size += int(row.den or 0)
        stretch = row.dim_ids["elapsed_months"]
        if stretch.isdecimal():
            came[int(stretch)] = float(row.num or 0)
    return came, size


def _steps(sums: Mapping[Period, Sums], whole: date) -> int:
    """As many ages as any cohort is ripe for, twelve at most, one at least."""
    ages = [(whole - one.end).days // STEP for one in sums]
    return max(1, min(STEPS, max(ages)))


def _shares(period: Period, found: Sums, steps: int, whole: date) -> Sequence[float | None]:
    """The share come through by each age; None where the last day of the month lacks days."""
    came, size = found
    shares: list[float | None] = []
    together = 0.0
    for step in range(steps):
        together += came.get(step, 0.0)
        is_ripe = period.end + timedelta((step + 1) * STEP) <= whole
        shares.append(together / size if is_ripe else None)
    return shares


def _cohort(name: str, shares: Sequence[float | None], size: int, most: float) -> Cohort:
    few = size < FEW
    return Cohort(
        name=name,
        size=size,
        count=written.number(size, words.language()),
        few=few,
        cells=[_cell(share, most, few=few) for share in shares],
    )


def _cell(share: float | None, most: float, *, few: bool) -> Cell:
    if share is None:
        return Cell(value=None, text=_("not ripe yet"), shade=0, ripe=False)
    shade = max(1, min(SHADES, round(share / most * SHADES))) if share and most and not few else 0
    text = written.percent(share, words.language(), 0)
    return Cell(value=share, text=text, shade=shade, ripe=True)


def _summary(name: str, grid: Sequence[Cohort], heads: Sequence[str]) -> str:
    """The first age of the first and of the last cohort that are ripe for it."""
    ripe = [one for one in grid if one.cells[0].ripe]
    if not ripe:
        return name
    return _("%(name)s after %(age)s: %(first)s in %(start)s, %(last)s in %(end)s") % {
        "name": name, "age": heads[0], "first": ripe[0].cells[0].text, "start": ripe[0].name,
        "last": ripe[-1].cells[0].text, "end": ripe[-1].name,
    }  # fmt: skip
