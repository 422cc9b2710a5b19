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
    by_year: dict[int, list[tuple[int, date, date]]] = {}
    for year, period, first, last in rows:
        if (own := _year(str(year))) and isinstance(first, date) and isinstance(last, date):
            spans = by_year.setdefault(own, [])
            spans.append((_number(str(period)), first, last + timedelta(1)))
    months = [
        FiscalMonth(start=start, end=end, year=year, number=number if named else place)
        for year, spans in by_year.items()
        for named in [all(number for number, *_ in spans)]
        for place, (number, start, end) in enumerate(spans, 1)
    ]
    return Fiscal(start_month=usual.start_month, label=usual.label, months=tuple(months))


def _year(name: str) -> int:
    """The year that a fiscal year's name ends with: FY2026, FY26 and 2025/26 → 2026; else 0."""
    found = re.search(r"(\d+)\D*$", name)
    year = int(found[1]) if found else 0
    return year + 2000 if 0 < year < 100 else year


def _number(name: str) -> int:
    """The number of a period: P03, 2026-P03 and P3 FY26 → 3; 0 for one that is a word ("Feb")."""
    own = re.sub(r"FY\W*\d+|\d{4}", "", name, flags=re.IGNORECASE)
    found = re.search(r"(\d+)\D*$", own)
    return int(found[1]) if found else 0
