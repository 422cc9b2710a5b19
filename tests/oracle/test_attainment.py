"""Targets: the sum of what was sold over the sum of what was aimed at, for the same people."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.core.calendar import Fiscal, parse_period
from tests.oracle.answers import Oracle, Question, below
from tests.oracle.companies import companies, horizon
from tests.oracle.lives import Setup, World
from tests.oracle.moments import midnight
from tests.oracle.test_oracle import asked, same

QUARTER = ["2024-01", "2024-02", "2024-03"]
PERIODS = ["2024-Q1", "2024-02", "2024-04"]


def aims(world: World, kind: str, period: str) -> dict[str, float]:
    """Who has a target that fills the period, and how high: its own, else all of its months."""
    mine = [t for t in world.tables["target"] if t["scope_type"] == kind]
    found = {}
    for who in {t["scope_id"] for t in mine}:
        by_period = {t["period"]: float(t["value"]) for t in mine if t["scope_id"] == who}
        if period in by_period:
            found[who] = by_period[period]
        elif period == "2024-Q1" and all(month in by_period for month in QUARTER):
            found[who] = sum(by_period[month] for month in QUARTER)
    return found


def attained(oracle: Oracle, kind: str, who: Any, aim: float, period) -> tuple[Any, str]:
    """(value, reason) of one scope."""
    by = {"agent": ("agent",), "team": ("team",), "org": ()}[kind]
    groups = oracle.groups("sales_value", Question(period.start, period.end, by=by))
    keys = [(who,)] if kind == "agent" else [(team,) for team in below(oracle.world, (who,))]
    total, reasons = 0.0, []
    for key in [()] if kind == "org" else keys:
        part = oracle.figure("sales_value", groups.get(key, []), period.start, period.end)
        total += float(part.value or 0)
        reasons += [part.reason] if part.reason else []
    is_running = oracle.has_begun(period.start) and oracle.world.whole < period.end
    if not is_running and oracle.is_outside("sales_value", period.start, period.end):
        return None, "outside_coverage"
    if reasons:
        return None, reasons[0]
    return (total / aim, "") if aim else (None, "zero_denominator")


@settings(max_examples=max(1, settings.default.max_examples // 4))
@given(companies(), st.sampled_from(PERIODS))
def test_attainment_of_people_and_of_all(warehouse, company, text):
    tables, setup = company
    end = horizon(tables, setup.tz)
    project = warehouse.holding(tables, setup, end)
    world = World(tables, setup, end)
    oracle, period = Oracle(world, end), parse_period(text, Fiscal())
    words = {"start": period.start, "end": period.end, "own_grain": period.grain}
    (total,) = asked(project, Question(**words), period, None, ("quota_attainment",))
    if total.reason == "not_measurable" and total.flags:
        return  # no target at all, or nothing sold
    people = asked(project, Question(**words, by=("agent",)), period, None, ("quota_attainment",))
    aimed = aims(world, "agent", text)
    assert {row.dim_ids["agent"] for row in people if row.dim_ids} == set(aimed)
    for row in people:
        if row.dim_ids:
            who = row.dim_ids["agent"]
            value, reason = attained(oracle, "agent", who, aimed[who], period)
            assert (same(row.value, value), row.reason) == (True, reason), who
    whole = aims(world, "org", text)
    if whole:
        value, reason = attained(oracle, "org", None, whole[None], period)
        assert (same(total.value, value), total.reason) == (True, reason)


@pytest.mark.parametrize(
    ("where", "attained_by"),
    [((), 0.5), ((("agent", "=", ("ana",)),), 1.0), ((("product", "=", ("x",)),), None)],
)
def test_a_filter_takes_the_targets_of_whom_it_leaves(warehouse, where, attained_by):
    tables = {
        "agent": [{"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"}],
        "product": [{"id": "x", "name": "X"}],
        "opportunity": [
            {"id": f"o{i}", "status": "won", "closed_on": "2024-02-10", "amount": 100,
             "owner_id": "ana", "product_id": "x"} for i in range(2)
        ],
        "target": [
            {"id": "a", "kpi_id": "sales_value", "scope_type": "agent", "scope_id": "ana",
             "period": "2024-02", "value": 200},
            {"id": "o", "kpi_id": "sales_value", "scope_type": "org", "period": "2024-02",
             "value": 400},
        ],
    }  # fmt: skip
    emptied = {name: [] for name in ("stage_history", "owner_history", "amount_history", "fx_rate",
                                     "agent_team_history", "team")}  # fmt: skip
    period = parse_period("2024-02", Fiscal())
    project = warehouse.holding({**emptied, **tables}, Setup(), midnight(period.end, "UTC"))
    asked_for = Question(period.start, period.end, period.grain, where=where)
    (row,) = asked(project, asked_for, period, None, ("quota_attainment",))
    assert row.value == attained_by
