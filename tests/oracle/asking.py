"""Any question put to the oracle's catalogue: groups, filters, rights, periods, comparisons."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tests.oracle import credit
from tests.oracle.answers import Key, Question, below
from tests.oracle.book import Rows, Rule
from tests.oracle.figures import Answer, Record, key_of
from tests.oracle.lives import World
from tests.oracle.moments import DAY, Span, midnight, spans, windows


@dataclass(frozen=True)
class Said:
    """One figure, and what it is compared with; None where nothing of the window has passed."""

    answer: Answer
    now: Answer | None = None
    before: Answer | None = None


@dataclass(frozen=True)
class Book:
    """One company at a cut-off and the rules to count it by; `horizon` is where its data end."""

    world: World
    horizon: datetime
    rules: dict[str, Rule]

    @cached_property
    def kept(self) -> dict[Any, Any]:
        return {}

    def rows(self, kpi: str, start: date, end: date) -> Rows:
        """The rows of a period, whoever they belong to."""
        rule = self.rules[kpi]
        key = (rule.rows, start, end) if rule.window else rule.rows
        if key not in self.kept:
            given = (start, end) if rule.window else ()
            self.kept[key] = rule.rows(self.world, *given)
        found: Rows = self.kept[key]
        if rule.window:
            return found
        return [row for row in found if row.day and start <= row.day < end]

    def groups(self, kpi: str, asked: Question, start: date, end: date) -> dict[Key, Rows]:
        mode = asked.mode or self.rules[kpi].mode
        by = tuple(dict.fromkeys((*asked.by, *self.rules[kpi].own)))
        found: dict[Key, Rows] = {}
        for row in self.rows(kpi, start, end):
            if row.parts or row.products:
                for key, mine in self.cut(row, asked, mode).items():
                    found.setdefault(key, []).append(mine)
                continue
            if asked.reader is not None and row.agents[mode] not in asked.reader:
                continue
            if all(self._is_kept(row, one, mode) for one in asked.where):
                found.setdefault(key_of(self.world, row, by, mode), []).append(row)
        return found

    def cut(self, row: Record, asked: Question, mode: str) -> dict[Key, Record]:
        """What of a record with several people or products is in each group (G16, G17)."""

        def keeps(name: str, id_: str) -> bool:
            filters = [one for one in asked.where if one[0] == name]
            return all(self._allows(one, id_) for one in filters)

        is_shared = mode in credit.SHARED
        inside = {*(credit.PEOPLE if is_shared else ()), *(("product",) if row.products else ())}
        if not is_shared and asked.reader is not None and row.agents[mode] not in asked.reader:
            return {}
        if any(one[0] not in inside and not self._is_kept(row, one, mode) for one in asked.where):
            return {}
        return credit.cut(self.world, row, mode, asked, keeps)

    def _is_kept(self, row: Record, one: tuple[str, str, Key], mode: str) -> bool:
        return self._allows(one, key_of(self.world, row, one[:1], mode)[0])

    def _allows(self, one: tuple[str, str, Key], id_: str) -> bool:
        name, operator, ids = one
        if name == "team":
            ids = tuple(below(self.world, ids))
        return (id_ in ids) == (operator == "=")

    def answer(self, kpi: str, asked: Question) -> dict[tuple[Span, Key], Said]:
        """Every figure that has rows in the period asked or compared, and the total."""
        fiscal = self.world.setup.fiscal_start_month
        found = {}
        for span in spans(asked.start, asked.end, asked.own_grain, asked.grain, fiscal):
            if self.is_too_fine(kpi, asked):
                found[span, ()] = Said(Answer(n=None, reason="finer_than_week"))
                continue
            groups = self.groups(kpi, asked, span.start, span.end)
            sides: list[dict[Key, Rows] | None] = [None, None]
            if asked.compare:
                pair = windows(span, asked.compare, self.world.whole, fiscal)
                sides = [self.groups(kpi, asked, *w) if w[0] < w[1] else None for w in pair]
            keys = set(groups) | {key for side in sides if side for key in side}
            for key in keys if asked.by or self.rules[kpi].own else {()}:
                found[span, key] = Said(
                    self.told(kpi, groups.get(key, []), span.start),
                    *(None if side is None else self.count(kpi, side.get(key, []))
                      for side in sides),
                )  # fmt: skip
        return found

    def is_too_fine(self, kpi: str, asked: Question) -> bool:
        """Whether e-mails are asked about by less than a week (2.11)."""
        grain = asked.grain or asked.own_grain
        is_short = grain == "day" if grain else (asked.end - asked.start).days < 7
        return self.rules[kpi].is_weekly and is_short

    def told(self, kpi: str, rows: Rows, start: date) -> Answer:
        """The figure of a period, none of one that has not begun."""
        if self.is_told(kpi, start):
            return self.count(kpi, rows)
        return Answer(n=None, reason="outside_coverage")

    def is_told(self, kpi: str, start: date) -> bool:
        """Whether a period has begun, or the KPI is one that looks ahead (G7)."""
        rule, world = self.rules[kpi], self.world
        return not rule.window or rule.ahead or midnight(start, world.setup.tz) < world.as_of

    def count(self, kpi: str, rows: Rows) -> Answer:
        return self.rules[kpi].count(self.world, rows)

    def is_beyond(self, kpi: str, start: date, end: date) -> bool:
        """Whether no row the KPI could date lies on both sides of, or in, the period."""
        days = self.days(kpi)
        return not days or end <= min(days) or start >= max(days) + DAY

    def days(self, kpi: str) -> set[date]:
        """The days of all rows in the data, whatever the cut-off."""
        rule = self.rules[kpi]
        if ("days", kpi) not in self.kept:
            whole = World(self.world.tables, self.world.setup, self.horizon)
            if rule.covers:
                found = set(rule.covers(whole))
            elif rule.window:
                found = set()
            else:
                found = {row.day for row in rule.rows(whole) if row.day}
            self.kept["days", kpi] = found
        days: set[date] = self.kept["days", kpi]
        return days
