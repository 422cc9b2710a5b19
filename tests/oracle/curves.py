"""How many leads convert in time, by how fast somebody reached out (§2.1).

Thirty days for opportunities and meetings (§2.1, record 0071); customers have their own window.
"""

from collections.abc import Callable
from datetime import date

from tests.oracle import leads
from tests.oracle.book import Try
from tests.oracle.lives import World

WINDOW = 30
BINS = ((300, "0_5m"), (1800, "5_30m"), (3600, "30_60m"), (86400, "1_24h"))
CURVES: dict[str, Callable[[World], list]] = {
    "speed_to_lead_curve": leads.opportunities,
    "speed_to_lead_curve_meeting": leads.meetings,
    "speed_to_lead_curve_customer": leads.customers,
}


def bin_of(seconds: float | None, tried: Try) -> str:
    """The bin of an answer; none of those who had converted before it."""
    if seconds is None or (tried.took is not None and tried.took * 86400 < seconds):
        return "none"
    return next((name for limit, name in BINS if seconds <= limit), "over_24h")


def speed(world: World, kpi: str, start: date, end: date) -> dict[str, tuple[int, int]]:
    """bin → (converted within the window, leads that have had all of it); times to the second."""
    answers = _answers(world)
    is_customer = kpi == "speed_to_lead_curve_customer"
    window = world.setup.customer_window_days if is_customer else WINDOW
    found: dict[str, tuple[int, int]] = {}
    for anchor, row in _tries(world, kpi):
        if anchor.row["id"] not in answers or not start <= row.day < end:
            continue
        if row.of.seen >= window:
            name = bin_of(answers[anchor.row["id"]], row.of)
            won, of = found.get(name, (0, 0))
            found[name] = (won + (row.of.took is not None and row.of.took < window), of + 1)
    return found


def _answers(world: World) -> dict[str, float | None]:
    """Lead → seconds to the first touch; of one known to the day only that there was none."""
    kept = leads.anchors(world)
    timed = [one for one in kept if not one.created.is_day]
    found = {
        one.row["id"]: row.of[1] for one, row in zip(timed, leads.responses(world), strict=True)
    }
    touched = {row.get("lead_id") for _, row in leads.touches(world)}
    return found | {
        one.row["id"]: None for one in kept if one.created.is_day and not one.ids & touched
    }


def _tries(world: World, kpi: str) -> list:
    """(lead, its row) in one order."""
    kept = leads.anchors(world)
    if kpi == "speed_to_lead_curve_customer":
        kept = [one for one in kept if leads._is_new(world, one)]
    return list(zip(kept, CURVES[kpi](world), strict=True))
