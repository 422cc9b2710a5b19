"""Which figure of a cohort to show while most of the period asked is too young to tell (rule G13).

A conversion within a window is known only of those who have had the whole window. While less than
80 % of a period has, the latest period of which all has is what can be relied on; beside it stands
the one asked, so far, as something provisional.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import Grain, Period, period_of
from kpilot.core.query import Query
from kpilot.core.result import Row
from kpilot.project import Project

ENOUGH = 0.8
REACH: dict[str, int] = {"day": 400, "week": 60, "month": 24, "quarter": 12, "year": 4}


@dataclass(frozen=True, kw_only=True)
class Matured:
    """The latest wholly mature figure, and the one asked so far (None without such a variant)."""

    row: Row
    so_far: Row | None


def matured(
    query: Query, row: Row, project: Project, *, now: datetime | None = None
) -> Matured | None:
    """What to show instead of `row`, the answer to `query`; None where it can stand by itself.

    Only for a period of a grain and a share of a cohort, most of which is immature.
    """
    grain = query.period.grain if query.period else None
    if grain is None or query.period is None or _is_known(row):
        return None
    span = Period(start=_start(query.period, grain, project), end=query.period.start)
    earlier = ask(query.but(period=span, grain=grain, compare=None, by=()), project, now=now).rows
    whole = [one for one in earlier if not one.excluded.get("immature") and one.den]
    if not whole:
        return None
    variant = f"{row.kpi}_to_date"
    so_far = None
    if variant in catalog(project):
        asked = query.but(kpis=(variant,), grain=None, compare=None, by=())
        so_far = ask(asked, project, now=now).rows[0]
    return Matured(row=whole[-1], so_far=so_far)


def _is_known(row: Row) -> bool:
    young = row.excluded.get("immature", 0)
    return not young or float(row.den or 0) >= ENOUGH * (float(row.den or 0) + young)


def _start(period: Period, grain: Grain, project: Project) -> date:
    """The first day of the periods looked back over."""
    own = fiscal(project)
    day = period.start
    for _ in range(REACH[grain.removeprefix("fiscal_")]):
        day = period_of(day - timedelta(1), grain, own).start
    return day
