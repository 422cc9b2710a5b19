"""What is known of a fact's table once it stands: its rows, the reasons they have, their dates.

It is asked of every fact after every change of the data and for every moment, so its SQL is text
that is put together from pieces written once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
from sqlglot import exp

from kpilot.ask.catalog import additions_to, catalog, is_own
from kpilot.core.expression import filled
from kpilot.core.kpi import Kpi
from kpilot.core.nodes import literal
from kpilot.project import Project
from kpilot.warehouse.sql import Sql, fill, listed, text

CONDITIONS = "conditions"


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The dates a fact's date column spans; `gap` is the usual number of days between rows."""

    first: date
    end: date
    gap: float


def reasons(project: Project, fact: str, table: str) -> tuple[int, dict[str, frozenset[str]]]:
    """How many rows the table has, and for each KPI which exclusions and flags some row has."""
    asked: list[tuple[str, str, Sql]] = []
    for kpi, conditions in _conditions(project, fact).items():
        if not is_own(project, kpi) or _works(project, table, [*conditions.values()]):
            asked += [(kpi, reason, condition) for reason, condition in conditions.items()]
    counted = listed([Sql("COUNT(*)"), *(condition for *_, condition in asked)])
    rows, *found = project.engine.query(
        fill("SELECT {counted} FROM {table}", counted=counted, table=Sql(table)))[0]
    present: dict[str, set[str]] = {}
    for (kpi, reason, _), is_there in zip(asked, found, strict=True):
        if is_there:
            present.setdefault(kpi, set()).add(reason)
    return int(str(rows)), {kpi: frozenset(named) for kpi, named in present.items()}


def measure_values(project: Project) -> dict[str, exp.Expr]:
    """What the placeholders of measures stand for: settings."""
    return {
        name: literal(value) if value != () else literal(("",))
        for name, value in project.settings.placeholders().items()
    }


def _conditions(project: Project, fact: str) -> Mapping[str, Mapping[str, Sql]]:
    """KPI → reason → "some row has it" as SQL; kept until a KPI of the fact changes."""
    place, mark = (CONDITIONS, fact), (additions_to(project, fact), project.settings)
    seen, written = project.memo.get(place, (None, {}))
    if seen != mark:
        values = measure_values(project)
        written = {
            kpi.name: {reason: _any(condition, values) for reason, condition in _said(kpi).items()}
            for kpi in catalog(project).values() if kpi.fact == fact
        }  # fmt: skip
        project.memo[place] = mark, written
    found: Mapping[str, Mapping[str, Sql]] = written
    return found


def _said(kpi: Kpi) -> dict[str, exp.Expr]:
    return {**kpi.excluded, **{flag: exp.column(name) for flag, name in kpi.flags.items()}}


def _any(condition: exp.Expr, values: Mapping[str, exp.Expr]) -> Sql:
    return Sql(exp.func("BOOL_OR", filled(condition, values)).sql(dialect="duckdb"))


def _works(project: Project, table: str, conditions: list[Sql]) -> bool:
    """Whether the conditions of an own KPI can be worked out: a wrong one must not take the KPIs
    beside it down. Asking for the KPI itself says what is wrong."""
    asked = listed([*conditions, Sql("1")])
    try:
        project.engine.query(
            fill("SELECT {asked} FROM {table}", asked=asked, table=Sql(table)))
    except duckdb.Error:
        return False
    return True


DATES = """
    WITH days AS (SELECT DISTINCT {column} AS day FROM {table} {more}),
    gaps AS (SELECT day, day - LAG(day) OVER (ORDER BY day) AS gap FROM days WHERE day IS NOT NULL)
    SELECT MIN(day), MAX(day), MEDIAN(gap) FROM gaps
"""
CLOSINGS = """
    UNION
    SELECT coalesce(h.at_on, CAST(h.at AT TIME ZONE 'UTC' AT TIME ZONE {tz} AS DATE))
    FROM stage_history AS h JOIN stage AS s ON s.id = h.stage_id
    WHERE s.kind <> 'open' AND h.origin = 'source'
"""


def coverage(project: Project, table: str, column: str) -> Coverage | None:
    """First and last date and usual gap of a date column; closings that were undone by a
    reopening are in the data too, so they widen what is covered."""
    is_closing = column in ("closed_on", "sold_on")
    more = fill(CLOSINGS, tz=text(project.settings.tz)) if is_closing else Sql("")
    sql = fill(DATES, column=column, table=Sql(table), more=more)
    first, last, gap = project.engine.query(sql)[0]
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    end = min(last, date.max - timedelta(1)) + timedelta(1)
    return Coverage(first=first, end=end, gap=float(str(gap or 1)))
