"""Every fact built and every KPI asked once, in a process of its own: cold, warm and kept.

Cold is the first question after a load, in the order of the catalogue, its facts built before it
and timed apart; warm the same question with the facts there and its result forgotten; kept the
same question again. Run by `python -m benchmarks`, which reads what is printed.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from benchmarks import company, memory
from kpilot.ask import RESULTS, ask, catalog, facts
from kpilot.ask.catalog import Fact
from kpilot.ask.catalog import facts as known_facts
from kpilot.core.calendar import Period, ranged
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.kpi import Kpi
from kpilot.core.query import Query
from kpilot.core.result import Result
from kpilot.core.rights import EVERYTHING
from kpilot.project import Project, create_project, open_project

MEMORY = "4GB"
PERIOD = ranged(company.START, company.TODAY + timedelta(1))
YEAR = ranged(date(company.TODAY.year, 1, 1), company.TODAY + timedelta(1))
# without agents, or a curve for each group and month, which nobody reads by agent
BY_CHANNEL = frozenset(
    {"call_abandonment_rate", "acquisition_cost", "acquisition_cost_paid", "retention_sbg",
     "time_to_convert_curve", "ltv_historical", "ltv_historical_revenue"}
)  # fmt: skip
IN_TOTAL = frozenset(
    {"forecast_attainment", "forecast_bias", "forecast_mape", "forecast_wape", "win_cif",
     "win_cif_loss"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Built:
    """A fact as a table: its rows, and the seconds by the clock and of the processor it took."""

    fact: str
    rows: int
    seconds: float
    processor: float


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A KPI by one dimension and month: seconds by the clock, processor seconds of the warm one."""

    kpi: str
    by: str
    kind: str
    cold: float
    warm: float
    kept: float
    processor: float
    figures: int


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All of it for a company of `n` opportunities; peak in bytes, all but the database's cache."""

    n: int
    facts: tuple[Built, ...]
    asked: tuple[Asked, ...]
    peak: int

    def seconds(self, what: str) -> float:
        """The whole catalogue's seconds: `cold` with the facts, `warm` or `kept`."""
        building = sum(one.seconds for one in self.facts) if what == "cold" else 0.0
        return building + sum(float(getattr(one, what)) for one in self.asked)


def measured(folder: Path, n: int) -> Measured:
    """Make a company of `n` opportunities in `folder`, then ask everything, each in a process."""
    fill(folder, n)
    used = _in_a_process("ask", folder, n)
    said = json.loads(used.said)
    return Measured(n=n, facts=tuple(Built(**one) for one in said["facts"]),
                    asked=tuple(Asked(**one) for one in said["asked"]), peak=used.peak)


def fill(folder: Path, n: int) -> None:
    """Make a company of `n` opportunities in `folder`."""
    _in_a_process("fill", folder, n)


def _in_a_process(what: str, folder: Path, n: int) -> memory.Usage:
    command = [sys.executable, "-m", "benchmarks.catalogue", what, str(folder), str(n)]
    return memory.run(command, folder=Path(__file__).parents[1])


def question(kpi: str, by: Sequence[str], period: Period = PERIOD) -> Query:
    """The KPI by dimensions and month over a period: all three years of the company unless said."""
    return Query(kpis=(kpi,), reader=EVERYTHING, period=period, grain="month", by=tuple(by))


def dimension(project: Project, kpi: Kpi) -> tuple[str, ...]:
    """By agent where a KPI has one, else by channel; in total where that is all there is."""
    if kpi.name in BY_CHANNEL:
        return ("channel",)
    columns = known_facts(project)[kpi.fact].columns if kpi.fact else None
    if kpi.name in IN_TOTAL:
        return ()
    if columns is None:
        return ("agent",)
    for name in ("agent", "channel", "segment"):
        column = DIMENSIONS[name].column.format(agent=kpi.agent)
        if column in columns and name not in kpi.not_by:
            return (name,)
    return ()


def built(project: Project) -> Iterator[Built]:
    """Every stored fact, those it reads first."""
    known, cut = known_facts(project), facts.cutoff(project, None, company.HORIZON)
    done: set[str] = set()

    def build(fact: Fact) -> Iterator[Built]:
        for name in fact.reads:
            if name not in done:
                yield from build(known[name])
        if fact.name not in done and not fact.is_windowed:
            done.add(fact.name)
            begun, used = perf_counter(), _processor()
            rows = facts.fact_table(project, fact.name, cut).rows
            yield Built(fact=fact.name, rows=rows, seconds=perf_counter() - begun,
                        processor=_processor() - used)

    for fact in known.values():
        yield from build(fact)


def _asked(project: Project, kpi: Kpi) -> Asked:
    """One KPI three times, over the last year."""
    query = question(kpi.name, dimension(project, kpi), YEAR)
    cold, _ = _timed(query, project)
    project.memo.pop(RESULTS, None)
    used = _processor()
    warm, result = _timed(query, project)
    used = _processor() - used
    kept, _ = _timed(query, project)
    kind = f"{kpi.measure.kind}, by window" if kpi.is_windowed else kpi.measure.kind
    return Asked(kpi=kpi.name, by=", ".join(query.by), kind=kind, cold=cold, warm=warm, kept=kept,
                 processor=used, figures=sum(row.value is not None for row in result.rows))


def _timed(query: Query, project: Project) -> tuple[float, Result]:
    begun = perf_counter()
    result = ask(query, project, now=company.HORIZON)
    return perf_counter() - begun, result


def _processor() -> float:
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def company_of(n: int, folder: Path) -> Project:
    """A project with a company of `n` opportunities, open."""
    project = open_project(create_project(folder, memory_limit=MEMORY))
    with closing(company.make(n)) as made:
        company.fill(project, made)
    return project


def _ask(folder: Path) -> None:
    project = open_project(folder)
    facts_built = [asdict(one) for one in built(project)]
    asked = [asdict(_asked(project, kpi)) for kpi in catalog(project).values()]
    print(json.dumps({"facts": facts_built, "asked": asked}))
    project.close()


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        company_of(int(sys.argv[3]), Path(sys.argv[2])).close()
    else:
        _ask(Path(sys.argv[2]))
