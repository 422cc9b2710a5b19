"""The figures behind KPI-linked targets: asked like any other, for the people of the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpilot.ask import ask, catalog, facts
from kpilot.ask.facts import Cutoff
from kpilot.core.calendar import Period
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter, Query
from kpilot.core.result import Row
from kpilot.core.rights import EVERYTHING
from kpilot.project import Project
from kpilot.web.goals.models import Scope, Target
from kpilot.web.kpis import words
from kpilot.web.kpis.judge import is_flow


@dataclass(frozen=True, kw_only=True)
class Found:
    """A figure, or why there is none."""

    kpi: Kpi | None
    row: Row | None = None
    why: str = ""

    @property
    def value(self) -> float | None:
        return None if self.row is None or self.row.value is None else float(self.row.value)


def filters(scope_type: str, scope_id: str) -> tuple[Filter, ...]:
    """The filter that keeps the rows of these people; none for everybody."""
    if scope_type == Scope.ORG:
        return ()
    return (Filter(dimension=scope_type, values=(scope_id,)),)


def query_of(target: Target, period: Period) -> Query:
    """The question a KPI-linked target asks: a goal's figure is its own, whoever looks."""
    return Query(
        kpis=(target.kpi,),
        reader=EVERYTHING,
        period=period,
        where=filters(target.scope_type, target.scope_id),
        attribution=target.attribution or None,
    )


def span(start_on: date, due_on: date, cut: Cutoff) -> Period | None:
    """[start, min(as_of, due)): what has happened by now; None before the first day."""
    end = min(cut.day, due_on)
    return Period(start=start_on, end=end) if end > start_on else None


def value_of(target: Target, start_on: date, due_on: date, project: Project, cut: Cutoff) -> Found:
    """Where the KPI of a target stands at the cut-off."""
    kpi = catalog(project).get(target.kpi)
    if kpi is None:
        return Found(kpi=None, why="deleted")
    period = span(start_on, due_on, cut)
    if period is None:
        return Found(kpi=kpi)
    try:
        rows = ask(query_of(target, period), project, now=cut.at).rows
    except UserError as error:
        return Found(kpi=kpi, why=words.say_error(error))
    if not rows or kpi.by:
        return Found(kpi=kpi, why="no_rows")
    return Found(kpi=kpi, row=rows[0], why="" if rows[0].value is not None else words.why(rows[0]))


def increments(target: Target, start_on: date, due_on: date, project: Project, cut: Cutoff
               ) -> tuple[float, ...]:  # fmt: skip
    """What each whole day since the start added, for a KPI that adds up."""
    kpi = catalog(project).get(target.kpi)
    end = min(cut.whole, due_on)
    if kpi is None or not is_flow(kpi) or end <= start_on:
        return ()
    daily = by_day(target, Period(start=start_on, end=end), project, cut)
    return tuple(daily.values())


def by_day(target: Target, period: Period, project: Project, cut: Cutoff) -> dict[date, float]:
    """Each day of `period` with what it made; nothing is 0."""
    asked = query_of(target, period).but(grain="day")
    try:
        rows: Sequence[Row] = ask(asked, project, now=cut.at).rows
    except UserError:
        return {}
    return {row.period.start: float(row.value or 0) for row in rows}


def complete_years(kpi: Kpi, project: Project, cut: Cutoff) -> tuple[int, ...]:
    """The calendar years that the data of a KPI covers wholly and that are over."""
    covered = facts.coverage(project, kpi, cut) if kpi.date else None
    if covered is None:
        return ()
    first = (
        covered.first.year
        if covered.first <= date(covered.first.year, 1, 7)
        else (covered.first.year + 1)
    )
    return tuple(range(first, min(cut.whole.year, covered.end.year + 1)))
