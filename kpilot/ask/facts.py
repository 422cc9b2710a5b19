"""Facts as tables: each fact's SELECT is run once for a version of the data and a cut-off.

The usual cut-off (the horizon of the data) is kept in a file beside the warehouse, another moment
in memory. Local dates are computed here, once, and never at query time.
"""

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlglot import exp

from kpilot.ask import described
from kpilot.ask.catalog import Fact, additions_to, catalog, facts, filled_fact
from kpilot.ask.described import Coverage
from kpilot.ask.kept import kept
from kpilot.core.kpi import Kpi
from kpilot.core.nodes import literal
from kpilot.core.query import local_date, midnight
from kpilot.core.windows_sql import WINDOW
from kpilot.project import Project

KEPT_MOMENTS = 3
_BUILDING = threading.RLock()


@dataclass(frozen=True, kw_only=True)
class FactTable:
    """A fact as a table that can be scanned.

    present   KPI → its exclusions and flags that some row has
    coverage  date column → its coverage
    """

    name: str
    table: str
    present: dict[str, frozenset[str]]
    coverage: dict[str, Coverage]
    rows: int


@dataclass(frozen=True, kw_only=True)
class Cutoff:
    """As of when: an exclusive instant (naive UTC) and the dates that follow from it.

    day     a date-only value d is visible when d < day
    whole   the first day that has not wholly passed, for like-for-like comparisons
    horizon where the data ends, None without data; `version` is the version of the data
    """

    at: datetime
    day: date
    whole: date
    horizon: datetime | None
    version: int

    @property
    def is_horizon(self) -> bool:
        return self.at == self.horizon


def data_version(project: Project) -> int:
    """The number that every committed change of the data raises."""
    return int(kept(project, "SELECT max(n) FROM kp_version")[0][0] or 0)


def cutoff(project: Project, as_of: datetime | None, now: datetime) -> Cutoff:
    """The cut-off of a query: the one asked, or the earlier of now and the horizon.

    The horizon is the furthest one among the loads in force; a KPI may end before (own_cutoff).
    """
    (version, end), *_ = kept(
        project,
        "SELECT (SELECT max(n) FROM kp_version), "
        "(SELECT max(horizon) FROM kp_load WHERE undone_at IS NULL)",
    )
    horizon = end if isinstance(end, datetime) else None
    return cutoff_at(project, as_of or min(now, horizon or now), horizon, int(str(version or 0)))


def cutoff_at(project: Project, at: datetime, horizon: datetime | None, version: int) -> Cutoff:
    """The cut-off at one moment (naive UTC, exclusive)."""
    local = local_date(at, project.settings)
    at_midnight = midnight(local, project.settings) == at
    return Cutoff(
        at=at,
        day=local if at_midnight else local + timedelta(1),
        whole=local,
        horizon=horizon,
        version=version,
    )


def fact_table(project: Project, name: str, cut: Cutoff) -> FactTable:
    """The fact `name` as it stood at the cut-off, built when it is not there yet."""
    key = ("fact", name, cut.version, cut.at, project.settings, additions_to(project, name),
           project.engine.openings)
    found: FactTable | None = project.memo.get(key)
    if found is None:
        with _BUILDING:
            found = project.memo.get(key)
            if found is None:
                found = project.memo[key] = _build(project, name, cut, key)
                _forget(project)
    return found


def _build(project: Project, name: str, cut: Cutoff, key: tuple[object, ...]) -> FactTable:
    fact = facts(project)[name]
    below = {other: fact_table(project, other, cut).table for other in fact.reads}
    sql = filled_fact(fact, _values(project, cut), below)
    mark = hashlib.sha256(repr((key[:5], sql)).encode()).hexdigest()[:16]
    if cut.is_horizon and not _is_overtaken(project, cut):
        table = f"facts.main.{name}"
        if not _is_built(project, name, mark):
            _create(project, table, sql)
            _mark(project, name, mark)
    else:
        table = f"moments.main.{name}_{mark}"
        _create(project, table, sql)
    return _described(project, fact, table)


def _is_overtaken(project: Project, cut: Cutoff) -> bool:
    """Whether a later version of the data was asked meanwhile: its tables stay as they are."""
    return any(key[0] == "fact" and key[2] > cut.version for key in list(project.memo))


def fact_text(project: Project, name: str, cut: Cutoff) -> str:
    """A windowed fact's SELECT for a cut-off, reading the relation WINDOW."""
    fact = facts(project)[name]
    below = {other: fact_table(project, other, cut).table for other in fact.reads}
    return filled_fact(fact, _values(project, cut), {**below, "window": WINDOW})


def _create(project: Project, table: str, sql: str) -> None:
    project.engine.query(f"CREATE OR REPLACE TABLE {table} AS {sql}")


def _is_built(project: Project, name: str, mark: str) -> bool:
    project.engine.query("CREATE TABLE IF NOT EXISTS facts.main.built (name TEXT, mark TEXT)")
    known = project.engine.query(
        "SELECT 1 FROM facts.main.built WHERE name = ? AND mark = ?", [name, mark]
    )
    return bool(known)


def _mark(project: Project, name: str, mark: str) -> None:
    project.engine.query("DELETE FROM facts.main.built WHERE name = ?", [name])
    project.engine.query("INSERT INTO facts.main.built VALUES (?, ?)", [name, mark])


def _forget(project: Project) -> None:
    """Drop the oldest tables in memory, and what is known of earlier versions of the data."""
    keys = [key for key in list(project.memo) if key[0] == "fact"]
    moments = [key for key in keys if project.memo[key].table.startswith("moments.")]
    kept = list(dict.fromkeys(key[2:4] for key in moments))[-KEPT_MOMENTS:]
    for key in [key for key in moments if key[2:4] not in kept]:
        table = project.memo.pop(key).table
        project.engine.query(f"DROP TABLE IF EXISTS {table}")
    newest = max(key[2] for key in keys)
    for key in [key for key in keys if key[2] < newest and key not in moments]:
        project.memo.pop(key, None)


def _values(project: Project, cut: Cutoff) -> dict[str, exp.Expr]:
    """What the placeholders of facts stand for."""
    settings = project.settings
    last = cut.at - timedelta(microseconds=1)
    return {
        **described.measure_values(project),
        "as_of": literal(cut.at),
        "as_of_day": literal(cut.day),
        "as_of_date": literal(cut.whole),
        "last_day": literal(local_date(last, settings)),
        "fx_days": literal(settings.fx_max_stale_days + 1),
        "void_reasons": literal(tuple(r.strip().lower() for r in settings.void_reasons) or ("",)),
    }


def _described(project: Project, fact: Fact, table: str) -> FactTable:
    rows, present = described.reasons(project, fact.name, table)
    dates = sorted({k.date for k in catalog(project).values() if k.fact == fact.name and k.date})
    found = {column: described.coverage(project, table, column) for column in dates}
    return FactTable(
        name=fact.name,
        table=table,
        present=present,
        coverage={column: span for column, span in found.items() if span},
        rows=rows,
    )


def coverage(project: Project, kpi: Kpi, cut: Cutoff) -> Coverage | None:
    """The dates the KPI's attribution field spans in all the data loaded, whatever the cut-off."""
    if cut.horizon and not cut.is_horizon:
        cut = cutoff_at(project, cut.horizon, cut.horizon, cut.version)
    named, own = kpi.coverage, None
    if kpi.date == "sold_on" and project.settings.sales_source == "won_opps":
        named = "opportunity.closed_on"  # losses are closed too
    if not kpi.is_windowed:
        own = fact_table(project, kpi.fact, cut).coverage.get(kpi.date)
    fact, _, column = named.partition(".")
    whole = _covered(project, fact, column, cut) if fact else None
    if own is None or whole is None:
        return own or whole
    first, end = min(own.first, whole.first), max(own.end, whole.end)
    return Coverage(first=first, end=end, gap=whole.gap)


def _covered(project: Project, fact: str, column: str, cut: Cutoff) -> Coverage | None:
    table = fact_table(project, fact, cut)
    if column not in table.coverage:
        found = described.coverage(project, table.table, column)
        if found is None:
            return None
        table.coverage[column] = found
    return table.coverage[column]


def utc_now() -> datetime:
    """The clock, read at the outermost surface only: naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
