"""Opportunities beside the first KPIs: cohorts, value created, what is open (§2.2, §2.3)."""

from typing import Any

from tests.oracle import figures
from tests.oracle.book import Rows, Rule, Try, aged, fresh, total, within
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import days_between

BY = ("agent", "team", "team_parent", "product", "country", "pipeline")
NEVER_SAID = float("inf")  # won, at an unknown time: counts to date, not within a window
OWNERS = ("owner_at_event", "owner_first", "owner_current")


def created(world: World) -> Rows:
    return [row for row in figures.records(world, "created") if not row.of.is_void and row.day]


def cohort(world: World) -> Rows:
    """Opportunities by creation: days to their win."""
    found = []
    for row in created(world):
        life = row.of
        took: Any = None
        if life.status == "won":
            took = NEVER_SAID
        if took and life.closed:
            took = max(0.0, days_between(life.created, life.closed, world.setup.tz))
        row.of = Try(took, aged(world, life.created))
        found.append(row)
    return found


def in_time(world: World, rows: Rows) -> Answer:
    dated = [row for row in rows if row.of.took != NEVER_SAID]
    answer = within(lambda w: w.setup.win_window_days)(world, dated)
    answer.excluded["immature"] = sum(row.of.seen < world.setup.win_window_days for row in rows)
    return answer


RULES = {
    "new_pipeline_value": Rule(
        created, lambda _, rows: total(rows), BY, OWNERS, mode="owner_first", is_strict=False
    ),
    "win_rate_cohort": Rule(cohort, in_time, BY, OWNERS, is_strict=False),
    "win_rate_cohort_to_date": Rule(
        cohort, fresh(lambda w: w.setup.win_window_days), BY, OWNERS, is_strict=False
    ),
}
