"""Where a number comes from: its sentence, its formula with the operands, and what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from kpilot.ask import ask, facts
from kpilot.ask.catalog import catalog
from kpilot.ask.records import Records, counted_kpi, records
from kpilot.ask.scans import scan_of, start
from kpilot.ask.windows import periods
from kpilot.core.compile import conditions
from kpilot.core.kpi import Kpi
from kpilot.core.query import Query, fiscal_of
from kpilot.core.result import Result, Row
from kpilot.project import Project

FIRST_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One figure taken apart.

    row       the figure, with num, den, n, interval, flags and exclusions
    steps     rows at each step from "read" (visible at the cut-off, for this reader and these
              filters) over "outside_period" or "closed" to "counted"; they add up
    loads     ids of the loads the counted rows came from
    """

    kpi: Kpi
    row: Row
    result: Result
    steps: Mapping[str, int]
    records: Records
    loads: tuple[int, ...]

    @property
    def sql(self) -> tuple[str, ...]:
        return self.result.sql


def explain(query: Query, project: Project, *, now: datetime | None = None) -> Explanation:
    """The first figure of `query` explained; break-downs are left aside."""
    known = catalog(project)
    kpi = known[query.kpis[0]]
    moment = now or facts.utc_now()
    cut = facts.cutoff(project, query.as_of, moment)
    span = periods(query, cut, fiscal_of(project.settings))[0]
    one = query.but(kpis=(kpi.name,), by=(), grain=None, period=span)
    result = ask(one, project, now=moment)
    counted = counted_kpi(known, kpi)
    asking = start(one.but(kpis=(counted.name,)), project, known, cut)
    scan = scan_of(asking, [counted], [span])
    everything = scan_of(asking, [counted], [])
    counts = scan.source().select(exp.Count(this=exp.Star()))
    for condition in conditions(everything):
        counts = counts.where(condition)
    read = int(asking.run(counts)[0][0])
    behind = records(one, project, now=moment, limit=FIRST_ROWS)
    loads = scan.source().select("load_id").distinct()
    for condition in conditions(scan):
        loads = loads.where(condition)
    row = result.rows[0]
    return Explanation(
        kpi=kpi,
        row=row,
        result=result,
        steps=_steps(read, behind.total, row),
        records=behind,
        loads=tuple(sorted(int(found[0]) for found in asking.run(loads) if found[0] is not None)),
    )


def _steps(read: int, counted: int, row: Row) -> dict[str, int]:
    """Rows read, what was left out by reason, the rest outside the period, and rows counted."""
    excluded = dict(row.excluded)
    elsewhere = max(0, read - counted - sum(excluded.values()))
    return {"read": read, "elsewhere": elsewhere, **excluded, "counted": counted}
