"""A whole question answered by the oracle: groups, periods, coverage, comparisons, targets."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from statistics import median
from typing import Any

from tests.oracle import figures
from tests.oracle.figures import FLOWS, GROWTH, STOCKS, Answer, Record, key_of
from tests.oracle.lives import World
from tests.oracle.moments import DAY, Span, midnight, spans, when, windows
from tests.oracle.pipeline import cut, stage_at

PEOPLE = ("agent", "team", "team_parent")
Key = tuple[str, ...]
Grouped = Callable[[date], dict[Key, list[Record]]]


@dataclass(frozen=True)
class Question:
    """What is asked, in the query's words.

    where   (dimension, "=" or "!=", ids)
    reader  the agents whose rows may be seen, None for all
    """

    start: date
    end: date
    own_grain: str | None = None
    grain: str | None = None
    by: Key = ()
    mode: str | None = None
    compare: str | None = None
    where: tuple[tuple[str, str, Key], ...] = ()
    reader: frozenset[str] | None = None


@dataclass(frozen=True)
class Compared:
    """value, prev and the change, by points for shares and by share for the rest."""

    value: Any
    prev: Any
    change: float | None


@dataclass(frozen=True)
class Cell:
    """One figure of an answer."""

    answer: Answer
    left_truncated: bool
    compared: Compared | None = None


@dataclass(frozen=True)
class Oracle:
    """One company and cut-off, asked anything; `horizon` is where its data end."""

    world: World
    horizon: datetime

    @cached_property
    def kept(self) -> dict[Any, Any]:
        return {}

    def rows(self, kind: str) -> list[Record]:
        if kind not in self.kept:
            self.kept[kind] = figures.records(self.world, kind)
        return self.kept[kind]

    def coverage(self, kpi: str) -> tuple[date, date, float] | None:
        """First day, day after the last, usual gap of the KPI's date in all the data (G3)."""
        if ("coverage", kpi) not in self.kept:
            whole = World(self.world.tables, self.world.setup, self.horizon)
            kind = FLOWS[kpi][0]
            rows = figures.records(whole, kind)
            days = {row.day for row in rows if row.day}
            if kind == "closed":
                days |= _closings(self.world)
            ordered = sorted(days)
            gaps = [(b - a).days for a, b in itertools.pairwise(ordered)]
            found = (ordered[0], ordered[-1] + DAY, median(gaps or [1])) if ordered else None
            self.kept["coverage", kpi] = found
        return self.kept["coverage", kpi]

    def is_outside(self, kpi: str, start: date, end: date) -> bool:
        covered = self.coverage(kpi)
        return covered is None or end <= covered[0] or start >= covered[1]

    def has_begun(self, start: date) -> bool:
        return midnight(start, self.world.setup.tz) < self.world.as_of

    def is_untold(self, end: date, made: Answer | None) -> bool:
        """Whether a level of nothing is one of days before anything is known (G7)."""
        covered = self.coverage("new_opportunities")
        return bool(covered and end <= covered[0] and made and not made.n)

    def is_left_truncated(self, kpi: str, start: date) -> bool:
        covered = self.coverage(kpi)
        return bool(covered) and start + timedelta(max(7.0, 2 * covered[2])) < covered[0]

    def groups(self, kpi: str, asked: Question, end: date | None = None) -> dict[
            Key, list[Record]]:
        """Rows the reader and the filters leave, by the dimensions asked; those of a level stand
        in the stage they were in at the end of its period."""
        mode = asked.mode or figures.attribution(kpi)
        by = (*asked.by, "stage") if kpi.startswith("stage") else asked.by
        by = tuple(dict.fromkeys(by))
        kind = "open" if kpi in STOCKS else FLOWS[kpi][0]
        found: dict[Key, list[Record]] = {}
        for row in self.rows(kind):
            if end is not None:
                stage = stage_at(self.world, row.of, cut(self.world, end))
                row = replace(row, dims={**row.dims, "stage": stage})
            if asked.reader is not None and row.agents[mode] not in asked.reader:
                continue
            if all(self._is_kept(row, one, mode) for one in asked.where):
                found.setdefault(key_of(self.world, row, by, mode), []).append(row)
        return found

    def _is_kept(self, row: Record, one: tuple[str, str, Key], mode: str) -> bool:
        name, operator, ids = one
        if name == "team":
            ids = tuple(below(self.world, ids))
        is_in = key_of(self.world, row, (name,), mode)[0] in ids
        return is_in if operator == "=" else not is_in

    def figure(self, kpi: str, rows: list[Record], start: date, end: date) -> Answer:
        if kpi in STOCKS:
            return figures.counted(self.world, kpi, rows, end)
        inside = [row for row in rows if row.day and start <= row.day < end]
        return figures.counted(self.world, kpi, inside, None)

    def answer(self, kpi: str, asked: Question) -> dict[tuple[Span, Key], Cell]:
        """Every figure of one KPI that has rows somewhere, and the total."""
        fiscal = self.world.setup.fiscal_start_month
        wanted = spans(asked.start, asked.end, asked.own_grain, asked.grain, fiscal)
        if kpi in GROWTH:
            return self._growth(kpi, asked, wanted)
        at = self._grouped(kpi, asked)
        keys = dict.fromkeys(key for span in wanted for key in at(span.end))
        if not asked.by and not kpi.startswith("stage"):
            keys.setdefault((), None)
        found = {}
        for span, key in itertools.product(wanted, keys):
            made = self.figure(kpi, at(span.end).get(key, []), span.start, span.end)
            truncated = False
            if kpi in STOCKS:
                if not self.has_begun(span.start):
                    made = Answer(reason="outside_coverage")
                elif self.is_untold(span.end, made):
                    made = replace(made, value=None, num=None, den=None,
                                   reason="outside_coverage")  # fmt: skip
            elif self.is_outside(kpi, span.start, span.end) and not made.n:
                made = replace(made, value=None, num=None, den=None,
                               reason="outside_coverage")  # fmt: skip
            else:
                truncated = self.is_left_truncated(kpi, span.start)
            compared = self._compared(kpi, at, key, span, asked.compare)
            found[span, key] = Cell(made, truncated, compared)
        return found

    def _grouped(self, kpi: str, asked: Question) -> Grouped:
        """The groups as they are at the end of a period; those of events are always the same."""
        if kpi in STOCKS:
            return cache(lambda end: self.groups(kpi, asked, end))
        groups = self.groups(kpi, asked)
        return lambda _: groups

    def _windows(self, span: Span, mode: str):
        return windows(span, mode, self.world.whole, self.world.setup.fiscal_start_month)

    def _compared(self, kpi, at: Grouped, key: Key, span, mode) -> Compared | None:
        if not mode:
            return None
        this, base = self._windows(span, mode)
        sides = [self.figure(kpi, at(w[1]).get(key, []), *w) if w[0] < w[1] else None
                 for w in (this, base)]
        now, before = (side.value if side else None for side in sides)
        if kpi not in STOCKS:  # G7: nothing outside the coverage, not zero
            is_out = [
                self.is_outside(kpi, *window) and not (side and side.n)
                for window, side in zip((this, base), sides, strict=True)
            ]
            now = None if is_out[0] else now
            if is_out[1]:
                return Compared(now, None, None)
            if any(self.is_left_truncated(kpi, window[0]) for window in (this, base)):
                return Compared(now, before, None)
        else:
            now = None if self.is_untold(this[1], sides[0]) else now
            before = None if self.is_untold(base[1], sides[1]) else before
        if now is None or before is None:
            return Compared(now, before, None)
        if kpi.startswith(("win_rate", "stage_conversion", "probability_brier")):  # shares
            return Compared(now, before, now - before)
        return Compared(now, before, now / before - 1 if before > 0 else None)

    def _growth(self, kpi, asked, wanted) -> dict[tuple[Span, Key], Cell]:
        groups = self.groups("sales_value", asked)
        if not asked.by:
            groups.setdefault((), [])
        found = {}
        for span in wanted:
            this, base = self._windows(span, GROWTH[kpi])
            for key, rows in groups.items():
                now, before = (self.figure("sales_value", rows, *w) for w in (this, base))
                reason = now.reason or before.reason
                is_future = this[0] >= this[1]
                if is_future or any(self.is_outside("sales_value", *w) for w in (this, base)):
                    reason = "outside_coverage"
                elif any(self.is_left_truncated("sales_value", w[0]) for w in (this, base)):
                    reason = "left_truncated"
                elif not reason and before.value <= 0:
                    reason = "zero_denominator"
                value = None if reason else now.value / before.value - 1
                found[span, key] = Cell(Answer(value=value, reason=reason), False)
        return found


def _closings(world: World) -> set[date]:
    """Days of closings in the histories, those undone by a reopening included."""
    kinds = {stage["id"]: stage["kind"] for stage in world.tables["stage"]}
    return {
        when(row, "at").day(world.setup.tz)
        for row in world.tables.get("stage_history", [])
        if row["origin"] == "source" and kinds[row["stage_id"]] != "open"
    }


def below(world: World, teams: Key) -> set[str]:
    """The teams and all under them."""
    found = set(teams)
    while True:
        more = {t["id"] for t in world.tables["team"] if t.get("parent_id") in found} - found
        if not more:
            return found
        found |= more
