"""Every first KPI by agent and month: what kpilot compiles against SQL written by hand.

Both run over the same materialised facts on the same connection, in turns. `sql/<kpi>.sql` gives
the same figures (checked before anything is timed) and the same columns, written plainly.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from math import isclose
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks import company
from kpilot.ask import RESULTS, ask, catalog, facts
from kpilot.ask.scans import scan_of, start
from kpilot.ask.windows import batches, periods
from kpilot.core.calendar import ranged
from kpilot.core.compile import compile_scan
from kpilot.core.query import Query, fiscal_of
from kpilot.core.result import Row
from kpilot.core.rights import EVERYTHING
from kpilot.core.survival_sql import compile_survival
from kpilot.project import Project, create_project, open_project

SQL = Path(__file__).with_name("sql")
ROUNDS = 11
COLD_ROUNDS = 3
MEMORY = "4GB"
ALLOWED_RATIO, ALLOWED_MORE_MS = 1.1, 1.0
PERIOD = ranged(company.START, company.TODAY + timedelta(1))


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Medians in milliseconds for one KPI; `statements` that kpilot ran, `figures` compared.

    ratio and excess are medians over the rounds, whose two sides ran one after the other, so that
    other work on the machine weighs on both: compiled ÷ by hand, and what is beyond the allowance.
    """

    kpi: str
    compiled: float
    by_hand: float
    compiling: float
    whole: float
    statements: int
    figures: int
    ratio: float
    excess: float

    @property
    def is_within(self) -> bool:
        return self.excess <= ALLOWED_MORE_MS


@contextmanager
def filled(n: int) -> Iterator[tuple[Project, float]]:
    """A project with `n` opportunities, and the seconds its facts took to build."""
    with TemporaryDirectory() as folder:
        project = open_project(create_project(Path(folder) / "project", memory_limit=MEMORY))
        try:
            made = company.make(n)
            company.fill(project, made)
            made.close()
            begun = perf_counter()
            cut = facts.cutoff(project, None, company.HORIZON)
            for name in ("opportunity", "sale", "stage_passage"):
                facts.fact_table(project, name, cut)
            yield project, perf_counter() - begun
        finally:
            project.close()


def timings(project: Project) -> Iterator[Timing]:
    """One timing for each `sql/*.sql`, as they are finished."""
    for path in sorted(SQL.glob("*.sql")):
        yield _timing(project, path.stem, path.read_text(encoding="utf-8"))


def _timing(project: Project, kpi: str, sql: str) -> Timing:
    query = Query(kpis=(kpi,), reader=EVERYTHING, period=PERIOD, grain="month", by=("agent",))
    result = ask(query, project, now=company.HORIZON)
    statements = [statement for statement in result.sql if "AS bucket" in statement]
    cursor = project.engine.cursor()

    def by_hand() -> list[tuple[Any, ...]]:
        return cursor.execute(sql).fetchall()

    def compiled() -> None:
        for statement in statements:
            cursor.execute(statement).fetchall()

    names = [column[0] for column in cursor.execute(sql).description or ()]
    figures = _agree(kpi, [dict(zip(names, row, strict=True)) for row in by_hand()], result.rows)
    compiled()
    pairs = [(_milliseconds(compiled), _milliseconds(by_hand)) for _ in range(ROUNDS)]
    cursor.close()
    return Timing(
        kpi=kpi, compiled=median(pair[0] for pair in pairs),
        by_hand=median(pair[1] for pair in pairs), compiling=_compiling(project, query),
        whole=_whole(project, query), statements=len(statements), figures=figures,
        ratio=median(ours / theirs for ours, theirs in pairs),
        excess=median(ours - ALLOWED_RATIO * theirs for ours, theirs in pairs))


def _milliseconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000


def _compiling(project: Project, query: Query) -> float:
    """From the query to the text of its (first) scan, without running it."""
    known = catalog(project)
    kpi = known[query.kpis[0]]
    if kpi.is_formula:
        kpi = known[kpi.measure.of]
    cut = facts.cutoff(project, None, company.HORIZON)
    spans = periods(query, cut, fiscal_of(project.settings))
    asking = start(query, project, known, cut)

    def compile_it() -> None:
        batch = tuple(spans) if kpi.is_stock else batches(spans)[0]
        scan = scan_of(asking, [kpi], batch)
        tree = compile_survival(scan) if kpi.measure.kind == "survival" else compile_scan(scan)
        tree.sql(dialect="duckdb")

    return median(_milliseconds(compile_it) for _ in range(ROUNDS))


def _whole(project: Project, query: Query) -> float:
    """All of ask() with nothing of this question remembered: names, intervals, gaps, objects."""
    def forgetful() -> None:
        project.memo.pop(RESULTS, None)
        ask(query, project, now=company.HORIZON)

    return median(_milliseconds(forgetful) for _ in range(COLD_ROUNDS))


def _agree(kpi: str, by_hand: Sequence[dict[str, Any]], rows: Sequence[Row]) -> int:
    """The number of figures that both gave; RuntimeError when one differs or too few are there."""
    asked = {(row.period.start, row.dim_ids["agent"], row.dim_ids.get("stage")): row.value
             for row in rows}
    compared, known = 0, [row for row in by_hand if row["value"] is not None]
    for row in known:
        month = row["month"]
        key = (date(month.year, month.month, 1), row["agent"], row.get("stage"))
        ours, theirs = asked.get(key), row["value"]
        if ours is None:
            continue
        if not isclose(float(ours), float(theirs), rel_tol=1e-6, abs_tol=1e-6):
            raise RuntimeError(f"{kpi} {key}: kpilot {ours}, by hand {theirs}")
        compared += 1
    if compared < 0.5 * len(known):
        raise RuntimeError(f"{kpi}: only {compared} of {len(known)} figures could be compared")
    return compared
