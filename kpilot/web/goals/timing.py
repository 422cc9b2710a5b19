"""How much of a goal's time is over, evenly, by working days or by season."""

from datetime import date, timedelta

from kpilot.analysis import pace
from kpilot.ask import catalog
from kpilot.ask.facts import Cutoff
from kpilot.core.calendar import Period
from kpilot.project import Project
from kpilot.web.goals.figures import by_day, complete_years
from kpilot.web.goals.models import Goal, Kind, Target, Timing
from kpilot.web.kpis.judge import is_flow

USUAL_KPI = "sales_value"
SATURDAY = 5


def elapsed(
    goal: Goal, cut: date, project: Project, data: Cutoff, target: Target | None = None
) -> tuple[float | None, bool]:
    """(the share of the goal's time that is over on `cut`, whether its timing could be used).

    A season that nobody knows gives way to even days. The season of a KPI-linked target is that of
    its own KPI, any other's that of the sales of everybody.
    """
    start, due = goal.start_on, goal.due_on
    if goal.timing == Timing.LINEAR:
        return pace.linear(start, due, cut), True
    weights = _weights(goal, project, data, target)
    share = pace.weighted(start, due, cut, weights)
    return (share, True) if share is not None else (pace.linear(start, due, cut), False)


def _weights(goal: Goal, project: Project, data: Cutoff, target: Target | None) -> pace.Weights:
    start, due = goal.start_on, goal.due_on
    if goal.timing == Timing.MONTHS:
        months = {str(month): float(weight) for month, weight in goal.month_weights.items()}
        return pace.of_months(months, start, due)
    if goal.timing == Timing.WORKING:
        return pace.of_working_days(working_days(project, start, due), start, due)
    said = _season_said(project)
    if all(day in said for day in pace.days_of(start, due)):
        return said
    return _past(goal, project, data, target)


def working_days(project: Project, start: date, due: date) -> set[date]:
    """The working days of the loaded calendar; where it says nothing, Monday to Friday."""
    rows = project.engine.query(
        "SELECT date, is_working FROM calendar_day WHERE is_working IS NOT NULL "
        "AND date >= ? AND date < ?", [start, due]
    )  # fmt: skip
    said = {day: bool(works) for day, works in rows}
    days = (start + timedelta(n) for n in range((due - start).days))
    return {day for day in days if said.get(day, day.weekday() < SATURDAY)}


def _season_said(project: Project) -> dict[date, float]:
    rows = project.engine.query(
        "SELECT date, season_weight FROM calendar_day WHERE season_weight IS NOT NULL"
    )
    return {day: float(str(weight)) for day, weight in rows if isinstance(day, date)}


def _past(goal: Goal, project: Project, data: Cutoff, target: Target | None) -> dict[date, float]:
    """The daily shares of complete past years, worked out once for a version of the data."""
    known = catalog(project)
    asked = target if target and target.kind == Kind.KPI and target.kpi in known else None
    if asked is None or not is_flow(known[asked.kpi]):
        asked = Target(kpi=USUAL_KPI)
    kpi = known[asked.kpi]
    years = complete_years(kpi, project, data)
    if not years:
        return {}
    place = ("goal-season", data.version, asked.kpi, asked.scope_type, asked.scope_id, years)
    if place not in project.memo:
        for old in [key for key in list(project.memo) if key[0] == "goal-season"
                    and key[1] != data.version]:  # fmt: skip
            project.memo.pop(old, None)
        whole = Period(start=date(years[0], 1, 1), end=date(years[-1] + 1, 1, 1))
        project.memo[place] = by_day(asked, whole, project, data)
    return pace.of_past_years(project.memo[place], years, goal.start_on, goal.due_on)
