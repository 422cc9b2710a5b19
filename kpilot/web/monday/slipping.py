"""Open deals that slip or stall: put off, overdue, longer in their stage than most.

The rows are those the reader may see; of these the dates are read from the facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpilot.ask.facts import fact_table
from kpilot.ask.records import records
from kpilot.core.errors import UserError
from kpilot.core.nodes import literal
from kpilot.project import Project
from kpilot.web.kpis.state import State

LARGEST = 1000
SHOWN = 5
TIMES_THE_MEDIAN = 2.0
PUT_OFF = """
    SELECT id, count(*) FROM (
        SELECT id, due_on > lag(due_on) OVER (PARTITION BY id ORDER BY valid_from) AS is_later
        FROM {table} WHERE is_dated AND id IN ({ids})
    ) WHERE is_later GROUP BY id
"""
STAYING = """
    SELECT id, arg_max(stage_id, entered_at), max(entered_on)
    FROM {table} WHERE NOT has_left AND id IN ({ids}) GROUP BY id
"""
TOUCHED = """
    SELECT opportunity_id,
        max(CASE WHEN is_done THEN done_on END),
        bool_or(NOT is_done AND at_on >= {today})
    FROM {table} WHERE opportunity_id IN ({ids}) GROUP BY opportunity_id
"""


@dataclass(frozen=True, kw_only=True)
class Opportunity:
    """One deal with what is wrong: `put_off` times postponed, `late` its date has passed.

    days, usual   days in its stage, and how long half of the deals stay in it
    touched       when somebody last worked on it, None when nobody ever did
    is_planned    something is still to come
    """

    id: str
    name: str
    account: str
    agent: str
    product: str
    stage: str
    value: float
    due: date | None
    put_off: int
    is_late: bool
    days: int | None
    usual: float | None
    touched: date | None
    is_planned: bool

    @property
    def is_slow(self) -> bool:
        return bool(self.days and self.usual and self.days > TIMES_THE_MEDIAN * self.usual)

    @property
    def signals(self) -> int:
        return (self.put_off >= 2) + self.is_late + self.is_slow


@dataclass(frozen=True, kw_only=True)
class Slipping:
    """The deals to look at, the largest first; `count` and `value` of all of them."""

    opportunities: tuple[Opportunity, ...]
    count: int
    value: float
    is_cut: bool


def slipping(state: State, project: Project, usual: dict[str, float]) -> Slipping:
    """Among the largest open deals those with at least two signals that something is wrong.

    usual  stage → how many days half of the deals stay in it
    """
    query = state.query.but(kpis=("open_pipeline",), by=(), grain=None, compare=None)
    try:
        found = records(query, project, sort="value", limit=LARGEST)
    except UserError:
        return Slipping(opportunities=(), count=0, value=0.0, is_cut=False)
    if not found.rows:
        return Slipping(opportunities=(), count=0, value=0.0, is_cut=False)
    made = [one for one in _stuck(found.rows, state, project, usual) if one.signals >= 2]
    return Slipping(
        opportunities=tuple(made[:SHOWN]),
        count=len(made),
        value=sum(opportunity.value for opportunity in made),
        is_cut=found.total > len(found.rows),
    )


def _stuck(
    rows: Sequence[dict[str, Any]], state: State, project: Project, usual: dict[str, float]
) -> list[Opportunity]:
    ids = ", ".join(literal(str(row["id"])).sql(dialect="duckdb") for row in rows)

    def read(fact: str, sql: str) -> dict[str, tuple[Any, ...]]:
        table = fact_table(project, fact, state.cut).table
        today = f"DATE '{state.today.whole.isoformat()}'"
        asked = sql.format(table=table, ids=ids, today=today)
        return {str(row[0]): row[1:] for row in project.engine.query(asked)}

    put_off, staying = read("due_span", PUT_OFF), read("stage_passage", STAYING)
    touched = read("activity", TOUCHED)
    whole, found = state.today.whole, []
    for row in rows:
        identity = str(row["id"])
        stage, since = staying.get(identity, ("", None))
        last, planned = touched.get(identity, (None, False))
        due = row.get("expected_close_date")
        found.append(Opportunity(
            id=identity, name=str(row["name"] or identity), account=_text(row, "account"),
            agent=_text(row, "agent"), product=_text(row, "product"), stage=_text(row, "stage"),
            value=float(row.get("value") or 0), due=due,
            put_off=int(put_off.get(identity, (0,))[0]),
            is_late=due is not None and due < whole,
            days=(whole - since).days if since else None, usual=usual.get(str(stage)),
            touched=last, is_planned=bool(planned),
        ))  # fmt: skip
    return found


def _text(row: dict[str, Any], name: str) -> str:
    value = str(row.get(name) or "")
    return "" if value.startswith("(") else value
