"""How many leads convert in time, by how fast somebody reached out (§2.1).

Thirty days for opportunities and meetings (§2.1, record 0071); customers have their own window.
"""

from collections.abc import Callable
from datetime import date

from tests.oracle import leads
from tests.oracle.book import Try
from tests.oracle.leads import Anchor
from tests.oracle.lives import World
from tests.oracle.moments import days_between

WINDOW = 30
BINS = ((300, "0_5m"), (1800, "5_30m"), (3600, "30_60m"), (86400, "1_24h"))
CURVES: dict[str, Callable[[World], list]] = {
    "speed_to_lead_curve": leads.opportunities,
    "speed_to_lead_curve_meeting": leads.meetings,
    "speed_to_lead_curve_customer": leads.customers,
}


def bin_of(world: World, anchor: Anchor, of: Try, seconds: float | None) -> str | None:
    """The bin of an answer; none of those who had converted before it, no bin where unknown."""
    waits = [
        days_between(anchor.created, at, world.setup.tz)
        for at, row in leads.touches(world) if row.get("lead_id") in anchor.ids
    ]  # fmt: skip
    waited = min((days for days in waits if days >= 0), default=None)
    if waited is None or (of.took is not None and of.took < waited):
        return "none"
    if anchor.created.is_day or seconds is None:
        return None  # dates say which came first, not how soon
    return next((name for limit, name in BINS if seconds <= limit), "over_24h")


def speed(world: World, kpi: str, start: date, end: date) -> dict[str, tuple[int, int]]:
    """bin → (converted within the window, leads that have had all of it); times to the second."""
    answers = _answers(world)
    is_customer = kpi == "speed_to_lead_curve_customer"
    window = world.setup.customer_window_days if is_customer else WINDOW
    found: dict[str, tuple[int, int]] = {}
    for anchor, row in _tries(world, kpi):
        if not start <= row.day < end or row.of.seen < window:
            continue
        name = bin_of(world, anchor, row.of, answers.get(anchor.row["id"]))
        if name:
            won, of = found.get(name, (0, 0))
            found[name] = (won + (row.of.took is not None and row.of.took < window), of + 1)
    return found


def _answers(world: World) -> dict[str, float | None]:
    """Lead whose time is known → seconds to the first touch."""
    timed = [one for one in leads.anchors(world) if not one.created.is_day]
    return {
        one.row["id"]: row.of[1] for one, row in zip(timed, leads.responses(world), strict=True)
    }


def _tries(world: World, kpi: str) -> list:
    """(lead, its row) in one order."""
    kept = leads.anchors(world)
    if kpi == "speed_to_lead_curve_customer":
        kept = [one for one in kept if leads._is_new(world, one)]
    return list(zip(kept, CURVES[kpi](world), strict=True))
