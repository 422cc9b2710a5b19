"""What a KPI showed in the last complete months: its history, its sample, its own best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpilot.ask import ask, catalog, facts
from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import Period, add_months, period_of, ranged
from kpilot.core.query import Query
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.kpis import words

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Past:
    """The complete months before the data end, oldest first.

    values  the figures there are, with their month; n  what the latest of them rests on
    why     why the latest month has none, in the reader's language; "" when it has
    """

    values: Sequence[tuple[Period, float]] = ()
    n: int = 0
    why: str = ""
    currency: str = ""

    @property
    def months(self) -> int:
        return len(self.values)


def past(
    names: Sequence[str], project: Project, reader: Reader, now: datetime
) -> Mapping[str, Past]:
    """KPI → its last twelve complete months, asked with the rights of the reader."""
    cut = facts.cutoff(project, None, now)
    if cut.horizon is None or not names:
        return dict.fromkeys(names, Past())
    end = period_of(cut.whole, "month", fiscal(project)).start
    span = ranged(add_months(end, -MONTHS), end)
    known, found = catalog(project), {}
    for name in names:  # one by one, so that each answer is kept for the next page
        query = Query(kpis=(name,), reader=reader, period=span, grain="month")
        found[name] = _past(ask(query, project, now=now).rows, bool(known[name].by))
    return found


def _past(rows: Sequence[Row], is_apart: bool) -> Past:
    """A KPI that is never pooled (`is_apart`) has a month when one of its parts has."""
    rows = sorted(rows, key=lambda row: row.period.start)
    told = {row.period: row for row in rows
            if row.value is not None and "left_truncated" not in row.flags}  # fmt: skip
    if not told:
        return Past(why=words.why(rows[-1]) if rows and rows[-1].reason else "")
    last = max(told, key=lambda period: period.start)
    n = sum(row.n for row in rows if row.period == last) if is_apart else told[last].n
    return Past(
        values=tuple((period, float(row.value or 0)) for period, row in told.items()),
        n=n,
        currency=told[last].currency,
    )
