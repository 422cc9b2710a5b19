"""The periods of a question as relations: instants for levels, windows for windowed facts."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlglot import exp

from kpilot.core.nodes import DATE, TIMESTAMP, relation

WINDOW = "kp_window"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An instant at which a stock is read (naive UTC) and the business date that starts with it.

    until  the first date of which nothing is seen: the next one when the instant is in mid-day
    """

    at: datetime
    day: date
    until: date
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class Window:
    """One period as a windowed fact sees it; instants are naive UTC, ends are excluded.

    cut_at, cut_on, cut_day  the end, or the cut-off when that comes first: the instant, the first
        date not seen, and the business date it starts or lies in
    is_over  whether the cut-off is at or after the end
    """

    bucket: int
    start_on: date
    end_on: date
    prev_start_on: date
    prev_end_on: date
    cut_on: date
    cut_day: date
    start_at: datetime
    end_at: datetime
    cut_at: datetime
    is_over: bool


def moments_relation(moments: Sequence[Moment]) -> exp.Expr:
    """The moments as a relation `m`."""
    columns = {"moment": None, "moment_at": TIMESTAMP, "moment_day": DATE, "moment_until": DATE}
    rows = [(index, m.at, m.day, m.until) for index, m in enumerate(moments)]
    this = relation(columns, rows)
    return exp.Subquery(this=this, alias=exp.TableAlias(this=exp.to_identifier("m")))


def windowed(fact: str, windows: Sequence[Window]) -> exp.Expr:
    """A windowed fact's SELECT as a relation over these windows.

    `fact` is filled SQL that reads the relation WINDOW. It stays text, one leaf of the tree:
    trees are copied often, and a fact has a thousand nodes.
    """
    kinds = {field.name: _kind(field.name) for field in fields(Window)}
    rows = [[getattr(window, name) for name in kinds] for window in windows]
    periods = f"WITH {WINDOW} AS ({relation(kinds, rows).sql(dialect='duckdb', copy=False)})"
    body = f"{periods}, {fact[5:]}" if fact.startswith("WITH ") else f"{periods} {fact}"
    alias = exp.TableAlias(this=exp.to_identifier("f"))
    return exp.Subquery(this=exp.Var(this=body), alias=alias)


def _kind(name: str) -> exp.DataType | None:
    if name.endswith("_at"):
        return TIMESTAMP
    return DATE if name.endswith(("_on", "_day")) else None
