"""Where the data of one KPI end: the least horizon over what brought its tables (rule G3).

A load's horizon is that of all its files together. Tables last brought by an earlier load than the
rest end earlier, and what rests on them is asked as of there: not shown falling to nothing after.
"""

from datetime import date, datetime

from kpilot.ask.facts import Cutoff, cutoff_at
from kpilot.ask.measurable import filled_fields, requirements
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.tables import TABLES
from kpilot.project import Project

SPANS = """
    SELECT c."table", c.field, min(c.first), max(c.last)
    FROM kp_coverage AS c JOIN kp_load AS l ON l.id = c.load_id
    WHERE l.undone_at IS NULL AND c.last IS NOT NULL GROUP BY 1, 2
"""
CREATED = ("lead", "opportunity")
HORIZONS = """
    SELECT c."table", c.field, max(l.horizon)
    FROM kp_coverage AS c JOIN kp_load AS l ON l.id = c.load_id
    WHERE l.undone_at IS NULL AND c.last IS NOT NULL AND l.horizon IS NOT NULL GROUP BY 1, 2
"""


def own_cutoff(
    project: Project, kpis: Catalog, kpi: Kpi, cut: Cutoff, as_of: datetime | None
) -> Cutoff:
    """`cut`, or the end of what the KPI requires when that comes first and no moment is asked."""
    if as_of is not None:
        return cut
    known, ends = _horizons(project, cut.version), []
    filled = filled_fields(project, cut.version)
    for need in requirements(kpi, kpis, project):
        options = [option for option in need.split("|") if filled.get(option)]
        found = [end for one in options if (end := known.get(one.split(".")[0]))]
        if found:
            ends.append(max(found))
    least = min(ends, default=cut.at)
    return cutoff_at(project, least, cut.horizon, cut.version) if least < cut.at else cut


def ends(project: Project, version: int) -> tuple[date | None, date | None]:
    """The first and the last day on which anything that was loaded happened; None without data."""
    key = ("ends", version)
    if key not in project.memo:
        for old in [k for k in list(project.memo) if k[0] == "ends"]:
            project.memo.pop(old, None)
        spans = [
            (first, last)
            for table, field, first, last in project.engine.query(SPANS)
            if _happened(str(table), str(field))
            and isinstance(first, date)
            and isinstance(last, date)
        ]
        project.memo[key] = (
            min((first for first, _ in spans), default=None),
            max((last for _, last in spans), default=None),
        )
    found: tuple[date | None, date | None] = project.memo[key]
    return found


def _happened(table: str, field: str) -> bool:
    """Whether a date column says when something happened, not when it is planned or due."""
    known = TABLES[table]
    if not known.has(field):
        return False
    return known.field(field).past or (table in CREATED and field == "created_at")


def _horizons(project: Project, version: int) -> dict[str, datetime]:
    """Table → the furthest horizon among the loads in force that brought dates of what happened
    in it; tables without any, as stages and targets, end nowhere."""
    key = ("horizons", version)
    if key not in project.memo:
        for old in [k for k in list(project.memo) if k[0] == "horizons"]:
            project.memo.pop(old, None)
        ends: dict[str, datetime] = {}
        for table, field, end in project.engine.query(HORIZONS):
            known = TABLES[str(table)]
            is_past = known.has(str(field)) and known.field(str(field)).past
            if is_past and isinstance(end, datetime):
                ends[str(table)] = max(end, ends.get(str(table), end))
        project.memo[key] = ends
    found: dict[str, datetime] = project.memo[key]
    return found
