"""Opportunities beside the first KPIs: cohorts, value created, what is open (§2.2, §2.3)."""

from typing import Any

from tests.oracle import figures
from tests.oracle.book import Rows, Rule, Try, aged, fresh, over, total, within
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


def visits(world: World) -> Rows:
    """Stages reached; `of` is (was it ever in the stage, did it go further, was it lost there)."""
    rows = figures.records(world, "entered")
    for row in rows:
        passage = row.of
        is_visited = any(step["stage_id"] == passage.stage_id for step in passage.life.steps)
        row.of = is_visited, passage.is_advanced, passage.is_lost_here
    return rows


def visited(*, is_resolved: bool):
    def count(_: World, rows: Rows) -> Answer:
        been = [row.of for row in rows if row.of[0]]
        base = [one for one in been if not is_resolved or one[1] or one[2]]
        answer = over(sum(one[1] for one in base), len(base))
        answer.excluded["skipped"] = len(rows) - len(been)
        return answer

    return count


RULES = {
    "stage_conversion_visited": Rule(
        visits, visited(is_resolved=False), BY, OWNERS, is_strict=False, own=("stage",)
    ),
    "stage_conversion_visited_resolved": Rule(
        visits, visited(is_resolved=True), BY, OWNERS, is_strict=False, own=("stage",)
    ),
    "new_pipeline_value": Rule(
        created, lambda _, rows: total(rows), BY, OWNERS, mode="owner_first", is_strict=False
    ),
    "win_rate_cohort": Rule(cohort, in_time, BY, OWNERS, is_strict=False),
    "win_rate_cohort_to_date": Rule(
        cohort, fresh(lambda w: w.setup.win_window_days), BY, OWNERS, is_strict=False
    ),
}
