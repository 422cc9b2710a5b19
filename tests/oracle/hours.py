"""Leads that wait, and how long they do in opening hours only (§2.1)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle import leads
from tests.oracle.book import Rows, Rule, survival_quantile
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import DAY
from tests.oracle.once import once


def on_the_clock(world: World, at: datetime) -> datetime:
    """What a clock on the wall of the organisation shows."""
    zone = ZoneInfo(world.setup.tz)
    return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)


def clock_time(text: str) -> timedelta:
    hours, minutes = text.split(":")[:2]
    return timedelta(hours=int(hours), minutes=int(minutes))


@once
def hours_of(world: World, team: str) -> tuple[dict, ...]:
    """The hours of a team, those given for none where it has no own."""
    rows = world.tables.get("business_hours", [])
    own = [row for row in rows if row.get("team_id") == team]
    return tuple(own or [row for row in rows if not row.get("team_id")])


def open_seconds(world: World, team: str, start: datetime, end: datetime) -> float | None:
    """Seconds of opening hours from one instant to another; None where no hours are given."""
    hours = hours_of(world, team)
    if not hours:
        return None
    free = {row["date"] for row in world.tables.get("calendar_day", []) if not row["is_working"]}
    first, last = on_the_clock(world, start), on_the_clock(world, end)
    total, day = 0.0, first.date()
    while day <= last.date():
        for row in hours:
            if int(row["weekday"]) != day.isoweekday() or day in free:
                continue
            closing = clock_time(row["to_time"]) or DAY
            opens = datetime.combine(day, time()) + clock_time(row["from_time"])
            closes = datetime.combine(day, time()) + closing
            open_for = min(closes, last) - max(opens, first)
            total += max(open_for.total_seconds(), 0.0)
        day += DAY
    return total


def waits(world: World) -> Rows:
    """Leads by creation: (opening seconds, whether a touch ended them), as `leads.responses`."""
    found = leads.responses(world)
    for row in found:
        (stay, is_answered), _, _ = row.of
        start = row.base[0].created.at
        end = start + timedelta(seconds=stay)
        seconds = open_seconds(world, row.teams["owner_first"], start, end)
        row.of = None if seconds is None else (seconds, is_answered)
    return found


def quantile(p: float):
    def count(_: World, rows: Rows) -> Answer:
        return survival_quantile([row.of for row in rows if row.of is not None], p)

    return count


def untouched(world: World) -> Rows:
    """Leads nobody has reached out to, that are neither set aside nor turned into anything."""
    tz, found = world.setup.tz, []
    for row in leads.born(world):
        anchor = row.of
        start = anchor.created.instant(tz)
        is_touched = any(
            deed.get("lead_id") in anchor.ids and at.instant(tz) >= start
            for at, deed in leads.touches(world)
        )
        is_aside = any(
            step["status"].get("is_disqualified")
            for step in leads.statuses(world, anchor.row["id"])
        )
        turned = leads.opportunity_when(world, anchor)
        row.of = not is_touched and not is_aside and not turned
        found.append(row)
    return found


def waiting(_: World, rows: Rows) -> Answer:
    value = sum(row.of for row in rows)
    return Answer(value=value, num=value, n=value)


RULES = {
    "lead_response_p50_bh": Rule(waits, quantile(0.5), leads.BY, leads.OWNERS),
    "lead_response_p90_bh": Rule(waits, quantile(0.9), leads.BY, leads.OWNERS),
    "leads_waiting": Rule(
        untouched, waiting, leads.BY, ("owner_current", "owner_first"), mode="owner_current"
    ),
}
