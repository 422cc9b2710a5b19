"""KPIs by agent (else channel) and month: what kpilot compiles against SQL written by hand.

Both run over the same materialised facts on the same connection, in turns. `sql/<kpi>.sql` gives
the same figures (checked before anything is timed) and the same columns, written plainly.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from duckdb import DuckDBPyConnection

from benchmarks import company
from benchmarks.catalogue import question
from kpilot.ask import ask, catalog, facts
from kpilot.ask.scans import scan_of, start
from kpilot.ask.windows import batches, periods
from kpilot.core.compile import compile_scan
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.query import Query, fiscal_of
from kpilot.core.result import Row
from kpilot.core.survival_sql import compile_survival
from kpilot.project import Project

SQL = Path(__file__).with_name("sql")
ROUNDS, FEW_ROUNDS, LONG_MS = 7, 3, 300.0
COLD_ROUNDS = 3
ALLOWED_RATIO, ALLOWED_MORE_MS = 1.1, 1.0


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
    statements: int
    figures: int
    ratio: float
    excess: float

    @property
    def is_within(self) -> bool:
        return self.excess <= ALLOWED_MORE_MS


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A KPI whose SQL by hand gave the same figures: its question, and what kpilot ran for it."""

    kpi: str
    by_hand: str
    query: Query
    statements: Sequence[str]
    figures: int


def timings(project: Project) -> Iterator[Timing]:
    """One timing for each `sql/*.sql`, as they are finished."""
    for path in sorted(SQL.glob("*.sql")):
        with project.engine.reading() as cursor:
            yield _timing(project, cursor, checked(project, cursor, path))


def checked(project: Project, cursor: DuckDBPyConnection, path: Path) -> Checked:
    """The question that SQL by hand answers; RuntimeError when kpilot answers otherwise."""
    sql = path.read_text(encoding="utf-8")
    rows = cursor.execute(sql).fetchall()
    names = [column[0] for column in cursor.description or ()]
    dims = tuple(name for name in names if name in DIMENSIONS)
    query = question(path.stem, dims[:1])
    result = ask(query, project, now=company.HORIZON)
    by_hand = [dict(zip(names, row, strict=True)) for row in rows]
    return Checked(
        kpi=path.stem, by_hand=sql, query=query,
        statements=[statement for statement in result.sql if "AS bucket" in statement],
        figures=_agree(path.stem, dims, by_hand, result.rows))


def _timing(project: Project, cursor: DuckDBPyConnection, one: Checked) -> Timing:
    def by_hand() -> None:
        cursor.execute(one.by_hand).fetchall()

    def compiled() -> None:
        for statement in one.statements:
            cursor.execute(statement).fetchall()

    rounds = FEW_ROUNDS if _milliseconds(compiled) > LONG_MS else ROUNDS
    pairs = [(_milliseconds(compiled), _milliseconds(by_hand)) for _ in range(rounds)]
    return Timing(
        kpi=one.kpi, compiled=median(pair[0] for pair in pairs),
        by_hand=median(pair[1] for pair in pairs), compiling=_compiling(project, one.query),
        statements=len(one.statements), figures=one.figures,
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
    together = kpi.is_stock or kpi.is_windowed

    def compile_it() -> None:
        batch = tuple(spans) if together else batches(spans)[0]
        scan = scan_of(asking, [kpi], batch)
        tree = compile_survival(scan) if kpi.measure.kind == "survival" else compile_scan(scan)
        tree.sql(dialect="duckdb")

    return median(_milliseconds(compile_it) for _ in range(COLD_ROUNDS))


def _agree(
    kpi: str, dims: Sequence[str], by_hand: Sequence[dict[str, Any]], rows: Sequence[Row]
) -> int:
    """The number of figures that both gave; RuntimeError when one differs or too few are there."""
    asked = {(row.period.start, *(row.dim_ids.get(name) for name in dims)): row.value
             for row in rows}
    compared, known = 0, [row for row in by_hand if row["value"] is not None]
    for row in known:
        month = row["month"]
        key = (date(month.year, month.month, 1), *(row[name] for name in dims))
        ours, theirs = asked.get(key), row["value"]
        if ours is None:
            continue
        if not isclose(float(ours), float(theirs), rel_tol=1e-6, abs_tol=1e-6):
            raise RuntimeError(f"{kpi} {key}: kpilot {ours}, by hand {theirs}")
        compared += 1
    if compared < 0.5 * len(known):
        raise RuntimeError(f"{kpi}: only {compared} of {len(known)} figures could be compared")
    return compared
