"""What a KPI was in its last complete periods, for some people: what an aim is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpilot.ask import ask, catalog
from kpilot.ask.facts import Cutoff
from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import Grain, Period, add_months, period_of
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter, Query
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.targets.rights import Scope

# How many complete periods are looked back over, and the grain that is finer.
BACK: dict[str, int] = {"month": 36, "quarter": 16, "year": 8}
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
FINER: dict[str, Grain] = {"year": "quarter", "quarter": "month"}
YOUNG = 0.2  # a cohort of which more is too young to tell is not complete


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose figures are asked for, by whom, and until when they are known."""

    project: Project
    reader: Reader
    scope: Scope
    cut: Cutoff

    def rows(self, name: str, period: Period, **more: Any) -> Sequence[Row]:
        """The figures of a KPI of the catalogue; none where it cannot be asked for these people.

        more  other fields of the query
        """
        if name not in catalog(self.project):
            return ()
        kind, one = self.scope
        where = () if kind == "org" else (Filter(dimension=kind, values=(one,)),)
        query = Query(kpis=(name,), reader=self.reader, period=period, where=where, **more)
        try:
            return ask(query, self.project, now=self.cut.at).rows
        except UserError:
            return ()

    def value(self, name: str, period: Period) -> Row | None:
        """One figure for the period, or None where it has no value."""
        rows = self.rows(name, period)
        return rows[0] if len(rows) == 1 and rows[0].value is not None else None


@dataclass(frozen=True, kw_only=True)
class Past:
    """Complete periods of one grain, oldest first."""

    grain: Grain
    rows: Sequence[Row]

    @property
    def values(self) -> list[float | None]:
        return [value_of(row) for row in self.rows]

    @property
    def last(self) -> Row | None:
        """The latest period that has a value."""
        return next((row for row in reversed(self.rows) if value_of(row) is not None), None)


def past_of(kpi: Kpi, grain: Grain, asked: Asked) -> Past:
    """The last complete periods of `grain`, those too young to tell left out."""
    own = fiscal(asked.project, asked.cut.version)
    end = period_of(asked.cut.whole, grain, own).start
    start = add_months(end, -MONTHS[grain] * BACK[grain])
    rows = asked.rows(kpi.name, Period(start=start, end=end), grain=grain)
    return Past(grain=grain, rows=[row for row in rows if not _is_young(row)])


def grain_for(start: date, end: date) -> Grain:
    """The grain in which a target over these days is held against history."""
    days = (end - start).days
    if days <= 45:
        return "month"
    return "quarter" if days <= 136 else "year"


def value_of(row: Row) -> float | None:
    """The value of a period the data covers whole."""
    if row.value is None or row.partial or "left_truncated" in row.flags:
        return None
    return float(row.value)


def _is_young(row: Row) -> bool:
    young = row.excluded.get("immature", 0)
    return bool(young) and young > YOUNG * (young + float(row.den or 0))
