"""Where a KPI stood before a goal begins: the start of a target on a level or a rate."""

from datetime import date

from kpilot.ask import ask, catalog, facts
from kpilot.core.calendar import Fiscal, Period, earlier
from kpilot.core.errors import UserError
from kpilot.project import Project
from kpilot.web.goals.figures import query_of
from kpilot.web.goals.models import Target
from kpilot.web.kpis.judge import is_flow


def start_value(target: Target, start_on: date, due_on: date, project: Project) -> float | None:
    """0 for what adds up; else the value of the same length of time just before the goal starts."""
    kpi = catalog(project).get(target.kpi)
    if kpi is None:
        return None
    if is_flow(kpi):
        return 0.0
    before = earlier(Period(start=start_on, end=due_on), "previous", Fiscal())
    cut = facts.cutoff(project, None, facts.utc_now())
    if before.end > cut.day:
        length = before.end - before.start
        before = Period(start=cut.day - length, end=cut.day)
    try:
        rows = ask(query_of(target, before), project).rows
    except UserError:
        return None
    return None if not rows or rows[0].value is None else float(rows[0].value)
