"""The targets that stand: as the figures use them, with where each comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpilot.ask.catalog import catalog
from kpilot.ask.facts import cutoff, data_version, utc_now
from kpilot.ask.scans import start
from kpilot.ask.targets import every_target
from kpilot.core.calendar import Period
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.project import Project

Cell = tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A target as it stands; `is_own` when it was set in kpilot, not in a file."""

    value: Decimal
    is_own: bool


def on_record(project: Project) -> Mapping[Cell, Standing]:
    """(KPI, scope type, scope, period) → the target that counts there.

    Whole months are called by their calendar names, whatever they are called in the data.
    """
    version = data_version(project)
    key = ("targets on record", version)
    if key not in project.memo:
        for old in [k for k in list(project.memo) if k[0] == key[0]]:
            project.memo.pop(old, None)
        project.memo[key] = _read(project)
    found: Mapping[Cell, Standing] = project.memo[key]
    return found


def _read(project: Project) -> Mapping[Cell, Standing]:
    known = catalog(project)
    query = Query(kpis=("sales_value",), reader=EVERYTHING)
    asking = start(query, project, known, cutoff(project, None, utc_now()))
    found: dict[Cell, Standing] = {}
    for target in every_target(asking):
        if target.value is None:
            continue
        cell = (target.kpi, target.scope_type, target.scope_id, key_of(target.period))
        value = target.value.normalize()
        before = found.get(cell)  # two rows of a file for one cell add up, as they do in figures
        found[cell] = Standing(
            value=value + before.value if before else value, is_own=target.is_own
        )
    return found


def key_of(period: Period) -> str:
    """The name of a period in the grid: a calendar month's own, whatever calendar it is of."""
    start, end = period.start, period.end
    if start.day == 1 and end.day == 1 and (end.year * 12 + end.month) - (
        start.year * 12 + start.month
    ) == 1:  # fmt: skip
        return f"{start:%Y-%m}"
    return period.key
