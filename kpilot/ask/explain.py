"""Where a number comes from: its sentence, its formula with the operands, and what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot import exp

from kpilot.ask import ask, facts
from kpilot.ask.catalog import catalog
from kpilot.ask.chances import LOOKBACK, rests_on_chances
from kpilot.ask.definitions import Definition, history
from kpilot.ask.fiscal import fiscal
from kpilot.ask.formulas import shifted_period
from kpilot.ask.hidden import SIGNS
from kpilot.ask.horizon import own_cutoff
from kpilot.ask.records import Records, counted_kpi, records
from kpilot.ask.scans import Asking, scan_of, start
from kpilot.ask.windows import periods
from kpilot.core.calendar import Period, ranged
from kpilot.core.chance_words import trusted
from kpilot.core.compile import conditions
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Query
from kpilot.core.result import Result, Row
from kpilot.core.text import Both
from kpilot.project import Project

FIRST_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One figure taken apart.

    row          the figure, with num, den, n, interval, flags and exclusions
    operands     the figures that a formula is made of, each over its own period
    counted      the KPI whose rows are shown: itself, or the first that a formula is made of
    steps        rows at each step from "read" (visible at the cut-off, for this reader and these
                 filters) over "elsewhere" to "counted"; they add up; empty without rows of its own
    loads        ids of the loads the counted rows came from
    definitions  every version of its definition here, the one in force last
    chances      where the chances it weighs by come from and how they fared, if it weighs by any
    """

    kpi: Kpi
    row: Row
    result: Result
    operands: tuple[Row, ...]
    counted: Kpi | None
    steps: Mapping[str, int]
    records: Records | None
    loads: tuple[int, ...]
    definitions: tuple[Definition, ...]
    chances: Both | None = None

    @property
    def sql(self) -> tuple[str, ...]:
        return self.result.sql


def explain(query: Query, project: Project, *, now: datetime | None = None) -> Explanation:
    """The first figure of `query` explained; break-downs are left aside."""
    known = catalog(project)
    kpi = known[query.kpis[0]]
    moment = now or facts.utc_now()
    cut = own_cutoff(project, known, kpi, facts.cutoff(project, query.as_of, moment), query.as_of)
    span = periods(query, cut, fiscal(project))[0]
    one = query.but(kpis=(kpi.name,), by=(), grain=None, period=span)
    result = ask(one, project, now=moment)
    asking = start(one, project, known, cut)
    counted = _counted(known, kpi)
    behind: Records | None = None
    steps: dict[str, int] = {}
    loads: tuple[int, ...] = ()
    if counted is not None:
        asked = one.but(kpis=(counted.name,), period=_own_period(asking, kpi, counted, span))
        behind = records(asked, project, now=moment, limit=FIRST_ROWS)
        row = result.rows[0] if counted is kpi else ask(asked, project, now=moment).rows[0]
        read, loads = _read(replace(asking, query=asked), counted)
        steps = _steps(read, behind.total, row)
    return Explanation(
        kpi=kpi,
        row=result.rows[0],
        result=result,
        operands=_operands(asking, kpi, span, moment),
        counted=counted,
        steps=steps,
        records=behind,
        loads=loads,
        definitions=tuple(history(project, kpi, moment)),
        chances=_chances(asking, span, moment) if rests_on_chances(kpi, known) else None,
    )


def _chances(asking: Asking, span: Period, moment: datetime) -> Both:
    end = min(span.end, asking.cut.whole)
    year = ranged(end - LOOKBACK, end)
    asked = asking.query.but(period=year, compare=None, attribution=None)
    brier, wins = (
        ask(asked.but(kpis=(name,)), asking.project, now=moment).rows[0]
        for name in ("probability_brier", "win_rate")
    )
    return trusted(asking.project.settings.prob_source, brier, wins)


def _counted(known: Mapping[str, Kpi], kpi: Kpi) -> Kpi | None:
    try:
        return counted_kpi(known, kpi)
    except UserError:
        return None


def _own_period(asking: Asking, kpi: Kpi, counted: Kpi, span: Period) -> Period:
    """The days the rows are of: another stretch where the KPI or the formula says so."""
    return shifted_period(asking, span, kpi.over or kpi.measure.over.get(counted.name, ""))


def _operands(asking: Asking, kpi: Kpi, span: Period, moment: datetime) -> tuple[Row, ...]:
    found = []
    for name in kpi.measure.operands:
        period = shifted_period(asking, span, kpi.measure.over.get(name, ""))
        asked = asking.query.but(kpis=(name,), period=period, compare=None)
        found += ask(asked, asking.project, now=moment).rows[:1]
    return tuple(found)


def _read(asking: Asking, counted: Kpi) -> tuple[int, tuple[int, ...]]:
    """How many rows of the fact this reader and these filters see, and the loads behind those of
    the period."""
    span = asking.query.period
    if span is None:
        raise ValueError("an explanation is of one period")
    scan = scan_of(asking, [counted], [span])
    everything = scan if counted.is_windowed else scan_of(asking, [counted], [])
    counts = everything.source().select(exp.Count(this=exp.Star()))
    for condition in conditions(everything):
        counts = counts.where(condition)
    loads = scan.source().select("load_id").distinct()
    for condition in conditions(scan):
        loads = loads.where(condition)
    read = int(asking.run(counts)[0][0])
    return read, tuple(sorted(int(row[0]) for row in asking.run(loads) if row[0] is not None))


def _steps(read: int, counted: int, row: Row) -> dict[str, int]:
    """Rows read, what was left out by reason, the rest outside the period, and rows counted."""
    excluded = dict(row.excluded)
    read += sum(excluded.get(sign, 0) for sign in SIGNS)  # rows that no cut-off shows
    elsewhere = max(0, read - counted - sum(excluded.values()))
    return {"read": read, "elsewhere": elsewhere, **excluded, "counted": counted}
