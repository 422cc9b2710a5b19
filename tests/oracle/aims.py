"""Targets and forecasts against what was sold, and growth a year (§2.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle import pipeline
from tests.oracle.answers import Oracle, Question
from tests.oracle.figures import Answer
from tests.oracle.moments import midnight, when

Spans = dict[str, tuple[date, date]]


@dataclass(frozen=True)
class Aims:
    """What is aimed at and foretold, and what came of it, for the organisation or one person.

    who     None for the organisation, else an agent
    spans   the first day and the day after the last of every period named
    """

    oracle: Oracle
    who: str | None
    spans: Spans

    @property
    def kind(self) -> str:
        return "agent" if self.who else "org"

    def sold(self, start: date, end: date) -> Answer:
        by, key = (("agent",), (self.who,)) if self.who else ((), ())
        groups = self.oracle.groups("sales_value", Question(start, end, by=by))
        return self.oracle.figure("sales_value", groups.get(key, []), start, end)

    def aim(self, period: str, months: Sequence[str]) -> float | None:
        """The target of a period, else the sum of those of all its months."""
        mine = {
            row["period"]: float(row["value"])
            for row in self.oracle.world.tables["target"]
            if row["scope_type"] == self.kind and row["scope_id"] == self.who
        }
        if period in mine or not all(month in mine for month in months):
            return mine.get(period)
        return sum(mine[month] for month in months)

    def to_date(self, aim: float, period: str) -> tuple[Any, str]:
        """Attainment of the share of the target that should have been reached by now."""
        start, end = self.spans[period]
        sold = self.sold(start, end)
        gone = min(max((self.oracle.world.whole - start).days, 0), (end - start).days)
        if sold.reason:
            return None, sold.reason
        if not aim * gone:
            return None, "zero_denominator"
        return float(sold.value) / (aim * gone / (end - start).days), ""

    def due(self, start: date, end: date) -> Answer:
        rows = [
            row for row in pipeline.due(self.oracle.world, start, end)
            if self.who in (None, row.agents["owner_current"])
        ]  # fmt: skip
        return pipeline.amounts(self.oracle.world, rows)

    def coverage(self, aim: float, period: str, *, is_total: bool) -> tuple[Any, str]:
        """What is due over what is left to sell, or over the whole target."""
        start, end = self.spans[period]
        due, sold = self.due(start, end), self.sold(start, end)
        reason = due.reason or ("" if is_total else sold.reason)
        if reason:
            return None, reason
        left = aim if is_total else aim - float(sold.value)
        if left <= 0:
            return None, "zero_denominator" if is_total else "quota_met"
        return float(due.value) / left, ""

    def is_over(self, end: date) -> bool:
        world = self.oracle.world
        return midnight(end, world.setup.tz) <= world.as_of

    def met(self, asked: tuple[date, date]) -> list[bool]:
        """Of each target whose period is over and lies in the one asked: whether it was met."""
        found = []
        for row in self.oracle.world.tables["target"]:
            start, end = self.spans[row["period"]]
            if (row["scope_type"], row["scope_id"]) != (self.kind, self.who):
                continue
            if asked[0] <= start and end <= asked[1] and self.is_over(end):
                sold = self.sold(start, end)
                if self.oracle.is_outside("sales_value", start, end):
                    continue  # what was sold is not known (G7)
                if row["value"] and not sold.reason:
                    found.append(float(sold.value) >= float(row["value"]))
        return found

    def foretold(self, asked: tuple[date, date]) -> list[tuple[float, float]]:
        """(what was sold, what was foretold last before it began) of each period that is over."""
        tz, last = self.oracle.world.setup.tz, {}
        rows = [row for row in self.oracle.world.tables["forecast"] if row.get("scope") == self.who]
        for row in sorted(rows, key=lambda row: when(row, "made_at").instant(tz)):
            start, end = self.spans[row["period"]]
            is_before = when(row, "made_at").instant(tz) < midnight(start, tz)
            if is_before and asked[0] <= start and end <= asked[1] and self.is_over(end):
                last[row["period"]] = float(row["value"])
        return [(self.sold(*self.spans[name]), told) for name, told in sorted(last.items())]


def accuracy(pairs: Sequence[tuple[float, float]]) -> dict[str, float | None]:
    """The four forecast KPIs of (actual, forecast) pairs; None where nothing divides."""
    actual, told = (sum(pair[side] for pair in pairs) for side in (0, 1))
    shares = [abs(a - f) / a for a, f in pairs if a > 0]
    off = sum(abs(a - f) for a, f in pairs)
    return {
        "forecast_attainment": actual / told if told else None,
        "forecast_wape": off / actual if actual else None,
        "forecast_bias": (told - actual) / actual if actual else None,
        "forecast_mape": sum(shares) / len(shares) if shares else None,
    }


def growth(years: dict[int, float], first: int, last: int) -> float | None:
    """Growth a year from the first to the last whole year, both above nothing."""
    if years[first] <= 0 or years[last] <= 0:
        return None
    return float((years[last] / years[first]) ** (1 / (last - first)) - 1)
