"""The fiscal calendar of a project: by the settings, or its own when one was loaded (rule G2)."""

import re
from datetime import date, timedelta

from kpilot.ask.facts import data_version
from kpilot.core.calendar import Fiscal, FiscalMonth
from kpilot.core.query import fiscal_of
from kpilot.project import Project


def fiscal(project: Project, version: int = -1) -> Fiscal:
    """The calendar that fiscal months, quarters and years follow.

    A loaded calendar (4-4-5 weeks and the like) names each day's fiscal year and period; days it
    does not name follow the settings.

    version  of the data when the caller knows it
    """
    key = ("fiscal", version if version >= 0 else data_version(project), project.settings)
    if key not in project.memo:
        for old in [known for known in list(project.memo) if known[0] == "fiscal"]:
            project.memo.pop(old, None)
        project.memo[key] = _read(project)
    found: Fiscal = project.memo[key]
    return found


def _read(project: Project) -> Fiscal:
    usual = fiscal_of(project.settings)
    rows = project.engine.query(
        "SELECT fiscal_year, fiscal_period, min(date), max(date) FROM calendar_day "
        "WHERE fiscal_year IS NOT NULL AND fiscal_period IS NOT NULL GROUP BY 1, 2 ORDER BY 3"
    )
    months = []
    for year, period, first, last in rows:
        year_number, number = _last_number(year), _last_number(period)
        if year_number and number and isinstance(first, date) and isinstance(last, date):
            months.append(
                FiscalMonth(start=first, end=last + timedelta(1), year=year_number, number=number)
            )
    return Fiscal(start_month=usual.start_month, label=usual.label, months=tuple(months))


def _last_number(text: object) -> int:
    """The number that a name ends with: FY2026 → 2026, P03 → 3, 2026-P03 → 3; 0 without one."""
    found = re.search(r"(\d+)\D*$", str(text))
    return int(found[1]) if found else 0
