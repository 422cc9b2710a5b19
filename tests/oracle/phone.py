"""Calls (§2.6): hang-ups within the short-abandon limit are no calls."""

from tests.oracle.book import Rows, Rule, over, record, share, visible
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import when

PEOPLE = ("agent", "team", "team_parent")
PLACES = ("country", "account")
MODES = ("owner_at_event", "owner_current")


def calls(world: World, direction: str) -> Rows:
    found = []
    for row in world.all("call"):
        at = visible(world, row, "started_at")
        if at and row["direction"] == direction:
            found.append(record(world, at, row, agent=row.get("agent_id"),
                                account=row.get("account_id")))  # fmt: skip
    return found


def offered(world: World) -> Rows:
    """Inbound calls but for short hang-ups; a hang-up after an unknown wait is not short."""
    limit = world.setup.short_abandon_s
    return [
        row for row in calls(world, "inbound")
        if row.of["outcome"] != "abandoned" or row.of.get("wait_s") is None
        or row.of["wait_s"] >= limit
    ]  # fmt: skip


def attempts(world: World) -> Rows:
    return calls(world, "outbound")


def is_answered(call: dict) -> bool:
    return call["outcome"] == "answered"


def in_time(world: World, rows: Rows) -> Answer:
    limit = world.setup.service_level_s
    rows = [r for r in rows if not is_answered(r.of) or r.of.get("wait_s") is not None]
    return over(sum(is_answered(r.of) and r.of["wait_s"] <= limit for r in rows), len(rows))


def answered(world: World) -> Rows:
    return [
        row for row in calls(world, "inbound")
        if is_answered(row.of) and row.of.get("wait_s") is not None
    ]  # fmt: skip


def wait(_: World, rows: Rows) -> Answer:
    return over(sum(row.of["wait_s"] for row in rows), len(rows))


def quantile(values: list[float], p: float) -> float:
    """Type 7: linear between the order statistics."""
    ordered = sorted(values)
    place = p * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def longest_waits(_: World, rows: Rows) -> Answer:
    waits = [row.of["wait_s"] for row in rows]
    if not waits:
        return Answer(reason="no_rows")
    return Answer(value=quantile(waits, 0.9), n=len(waits))


def worked(world: World) -> Rows:
    """Calls with the seconds they took, idle stretches with theirs."""
    found = []
    for direction in ("inbound", "outbound"):
        for row in calls(world, direction):
            spent = sum(row.of.get(name) or 0 for name in ("talk_s", "hold_s", "wrap_s"))
            row.of = ("handled", spent)
            found.append(row)
    for row in world.tables.get("agent_state", []):
        start = visible(world, row, "from_at")
        if start and row["state"] == "available":
            end = min(when(row, "to_at").at, world.as_of)
            seconds = (end - start.at).total_seconds()
            found.append(record(world, start, ("idle", seconds), agent=row["agent_id"]))
    return found


def occupancy(_: World, rows: Rows) -> Answer:
    handled = sum(row.of[1] for row in rows if row.of[0] == "handled")
    answer = over(handled, handled + sum(row.of[1] for row in rows if row.of[0] == "idle"))
    answer.n = None
    return answer


def _abandoned(call: dict) -> bool:
    return call["outcome"] == "abandoned"


RULES = {
    "call_answer_rate": Rule(offered, share(is_answered), (*PEOPLE, *PLACES), MODES),
    "call_abandonment_rate": Rule(offered, share(_abandoned), PLACES),
    "call_asa": Rule(answered, wait, (*PEOPLE, *PLACES), MODES),
    "call_asa_p90": Rule(answered, longest_waits, (*PEOPLE, *PLACES), MODES),
    "call_service_level": Rule(offered, in_time, (*PEOPLE, *PLACES), MODES),
    "call_connect_rate": Rule(attempts, share(is_answered), (*PEOPLE, *PLACES), MODES),
    "call_occupancy": Rule(worked, occupancy, PEOPLE, MODES),
}
