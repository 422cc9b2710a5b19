"""What salespeople did: activities, meetings and tasks (§2.4)."""

from datetime import date, timedelta
from typing import Any

from tests.oracle.book import Owned, Rows, Rule, number, over, record, share, visible
from tests.oracle.figures import Answer, Record
from tests.oracle.lives import World
from tests.oracle.moments import When, local, midnight, when

PEOPLE = ("agent", "team", "team_parent")
MODES = ("owner_at_event", "owner_current")


def is_done(world: World, row: dict) -> bool:
    """Completed and not cancelled; else said so, or past where nothing is said."""
    if row.get("status") in ("cancelled", "no_show"):
        return False
    if when(row, "completed_at"):
        return bool(visible(world, row, "completed_at"))
    if row.get("status"):
        return row["status"] == "done"
    return bool(visible(world, row, "at"))


def ended(world: World, row: dict) -> When | None:
    """When a done activity was done, if that is before the cut-off."""
    at = when(row, "completed_at") or when(row, "at")
    return at if at and world.sees(at) and is_done(world, row) else None


def _record(world: World, row: dict, event: When | None, of: Any = None) -> Record:
    return record(world, event, of, agent=row.get("agent_id"))


def done_deeds(world: World) -> list[tuple[dict, When]]:
    return [
        (row, at) for row in world.all("activity")
        if not row.get("is_automated") and (at := ended(world, row))
    ]  # fmt: skip


def done(world: World) -> Rows:
    return [_record(world, row, at) for row, at in done_deeds(world)]


def meetings(world: World) -> list[dict]:
    return [row for row in world.all("activity") if row["kind"] == "meeting"]


def booked(world: World) -> Rows:
    """By creation; one booked next, within a day of a cancelled one of the same lead, is not new:
    a cancelled meeting is replaced once."""
    tz, found = world.setup.tz, []
    made = [(at, row) for row in meetings(world) if (at := visible(world, row, "created_at"))]
    made.sort(key=lambda one: (one[0].instant(tz), one[1]["id"]))
    last: dict[str, tuple[When, dict]] = {}
    for at, row in made:
        lead = row.get("lead_id")
        before, other = last.get(lead, (at, {})) if lead else (at, {})
        replaces = other.get("status") == "cancelled" and (
            at.instant(tz) - before.instant(tz) < timedelta(1)
        )
        if lead:
            last[lead] = at, row
        if not replaces:
            creator = row.get("created_by_id") or row.get("agent_id")
            made_by = record(world, at, None, agent=creator)
            owner = record(world, at, None, agent=row.get("agent_id"))
            for mine, theirs in ((made_by.agents, owner.agents), (made_by.teams, owner.teams)):
                mine["owner_current"] = theirs["owner_current"]  # who is to hold it
            found.append(made_by)
    return found


def held(world: World) -> Rows:
    return [
        _record(world, row, at, row)
        for row in meetings(world)
        if (at := visible(world, row, "at")) and is_done(world, row)
    ]


def due_to_be_held(world: World) -> Rows:
    found = []
    for row in meetings(world):
        at = visible(world, row, "at")
        if at and (is_done(world, row) or row.get("status") == "no_show"):
            found.append(_record(world, row, at, is_done(world, row)))
    return found


def tasks(world: World) -> list[dict]:
    return [row for row in world.all("activity") if row["kind"] == "task"]


def completed(world: World) -> Rows:
    return [
        _record(world, row, at)
        for row in tasks(world)
        if (at := visible(world, row, "completed_at"))
    ]


def worked_on(world: World) -> Rows:
    """What was noted about tasks, and their completion by whoever had them."""
    known = {row["id"] for row in tasks(world)}
    ends = [
        record(world, at, row["id"], agent=row.get("agent_id"))
        for row in tasks(world)
        if (at := visible(world, row, "completed_at"))
    ]
    return ends + [
        record(world, at, row["task_id"], agent=row.get("agent_id"))
        for row in world.tables.get("task_event", [])
        if row["task_id"] in known and (at := visible(world, row, "at"))
    ]


def distinct(_: World, rows: Rows) -> Answer:
    count = len({row.of for row in rows})
    return Answer(value=count, num=count, n=count)


def is_late(due: When, at: Any, tz: str) -> bool:
    """Past due at an instant: a date is due until its end."""
    return due.day(tz) < local(at, tz) if due.is_day else due.at < at


def overdue(world: World, start: date, end: date) -> Rows:
    """Open at the end of the period, or at the cut-off, and late then."""
    tz, found = world.setup.tz, []
    at = min(midnight(end, tz), world.as_of)
    for row in tasks(world):
        due, finished, born = (when(row, n) for n in ("due_at", "completed_at", "created_at"))
        if not due or row.get("status") == "cancelled" or (born and born.instant(tz) >= at):
            continue
        if finished and finished.instant(tz) < at:
            continue
        if row.get("status") == "done" and not finished:
            continue
        if is_late(due, at, tz):  # of a level: the team at the cut-off (decision 0070)
            found.append(_record(world, row, When(None, world.last_day)))
    return found


def created(world: World) -> list[date]:
    """The days on which tasks were made: before the first no late one was counted."""
    made = (when(row, "created_at") for row in tasks(world))
    return [one.day(world.setup.tz) for one in made if one]


def on_time(world: World) -> Rows:
    """Tasks due, by due date, that are completed or late: whether they were in time."""
    tz, found = world.setup.tz, []
    for row in tasks(world):
        due, finished = when(row, "due_at"), visible(world, row, "completed_at")
        if not due or row.get("status") == "cancelled":
            continue
        if finished:
            if due.is_day or finished.is_day:
                found.append(_record(world, row, due, finished.day(tz) <= due.day(tz)))
            else:
                found.append(_record(world, row, due, finished.at <= due.at))
        elif is_late(due, world.as_of, tz) and not (
            row.get("status") == "done" and not when(row, "completed_at")
        ):  # done at an unknown time; what is dated later than the cut-off is open at it
            found.append(_record(world, row, due, False))
    return found


def efforts(world: World) -> Rows:
    """Won deals by closing: how many completed activities led to each."""
    tz, found = world.setup.tz, []
    made = [
        (row, at) for row in world.all("activity")
        if not row.get("is_automated") and (at := ended(world, row))
    ]  # fmt: skip
    for life in world.lives():
        if life.status != "won" or not life.closed or life.is_void:
            continue
        limit = life.closed
        count = 0
        for row, at in made:
            if world.opportunity_of(row) != life.row["id"]:
                continue
            if at.is_day or limit.is_day:
                count += at.day(tz) <= limit.day(tz)
            else:
                count += at.at <= limit.at
        owned = Owned(life.row, life.owners)
        found.append(record(world, life.closed, count, owned=owned, born=life.created,
                            account=life.row.get("account_id")))  # fmt: skip
    return found


def per_win(_: World, rows: Rows) -> Answer:
    return over(sum(row.of for row in rows), len(rows))


RULES = {
    "activities_done": Rule(done, number, PEOPLE, MODES),
    "meetings_booked": Rule(booked, number, PEOPLE, (*MODES, "owner_first")),
    "meetings_held": Rule(held, number, PEOPLE, MODES),
    "meeting_show_rate": Rule(due_to_be_held, share(bool), PEOPLE, MODES),
    "tasks_completed": Rule(completed, number, PEOPLE, MODES),
    "tasks_worked_on": Rule(worked_on, distinct, PEOPLE, MODES),
    "tasks_overdue": Rule(overdue, number, PEOPLE, MODES, window=True, covers=created),
    "task_on_time_rate": Rule(on_time, share(bool), PEOPLE, MODES),
    "activities_per_win": Rule(
        efforts, per_win, (*PEOPLE, "country"), ("owner_at_event", "owner_current")
    ),
}
