"""The parts of ratios, counted by themselves, and what is left unread (§2.1, §2.4)."""

from datetime import date

from tests.oracle import deeds, figures, leads
from tests.oracle.book import Rows, Rule, number, over, record, visible
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import When, midnight, when


def repeated(world: World) -> Rows:
    """Leads that joined an earlier one, by their own creation, to whom that one belongs."""
    found = []
    for anchor in leads.anchors(world):
        for row in anchor.members[1:]:
            at = leads.created(world, row)
            if at and not row.get("merged_into_id"):
                found.append(leads._record(world, anchor, at, None, is_birth=True))
    return found


def turned(world: World) -> Rows:
    """Leads by the day they became an opportunity."""
    found = []
    for anchor in leads.anchors(world):
        at = leads.opportunity_when(world, anchor)
        if at:
            found.append(leads._record(world, anchor, at, None))
    return found


def met(world: World) -> Rows:
    found = []
    for anchor in leads.anchors(world):
        at = leads._meeting(world, anchor)
        if at:
            found.append(leads._record(world, anchor, at, None))
    return found


def bought(world: World) -> Rows:
    """Leads of accounts that were no customers, by the day they became one."""
    found = []
    for anchor in leads.anchors(world):
        at = leads.customer_when(world, anchor)
        if at and leads._is_new(world, anchor):
            found.append(leads._record(world, anchor, at, None))
    return found


def set_aside(world: World) -> Rows:
    """Leads by qualification, that are set aside at the cut-off."""
    found = []
    for row in leads.qualified(world):
        steps = leads.statuses(world, row.of.row["id"])
        if steps and steps[-1]["status"].get("is_disqualified"):
            found.append(row)
    return found


def efforts_and_wins(world: World) -> Rows:
    wins = [row for row in figures.records(world, "closed") if row.of.status == "won"]
    for row in wins:
        row.of = "void" if row.of.is_void else "win"
    return deeds.done(world) + [row for row in wins if row.of == "win"]


def per_win(_: World, rows: Rows) -> Answer:
    wins = sum(row.of == "win" for row in rows)
    answer = over(len(rows) - wins, wins)
    answer.n = None
    return answer


def unread(world: World, _start: date, end: date) -> Rows:
    """Notifications sent and not read by the end of the period, or by the cut-off."""
    tz, found = world.setup.tz, []
    at = min(midnight(end, tz), world.as_of)
    for row in world.all("notification"):
        sent, read = visible(world, row, "at"), when(row, "read_at")
        if sent and sent.instant(tz) < at and not (read and read.instant(tz) < at):
            found.append(record(world, When(None, world.last_day), None, agent=row.get("agent_id")))
    return found


def about(world: World, name: str) -> Rows:
    """What was done by people for records that are there, by the record it was done for."""
    found = []
    for deed, at in deeds.done_deeds(world):
        if name == "lead_id":
            ids = [one.row["id"] for one in leads.anchors(world) if deed.get("lead_id") in one.ids]
        else:
            ids = [life.row["id"] for life in world.lives()
                   if life.row["id"] == world.opportunity_of(deed)]  # fmt: skip
        found += [deeds._record(world, deed, at, id_) for id_ in ids]
    return found


LEADS = {
    "duplicate_leads": Rule(
        repeated, number, leads.BY, ("owner_first",), mode="owner_first", is_strict=False
    ),
    "leads_converted": Rule(turned, number, leads.BY, leads.OWNERS, is_strict=False),
    "lead_to_meeting_met": Rule(met, number, leads.PLACES, is_strict=False),  # whoever booked
    "lead_to_customer_won": Rule(bought, number, leads.BY, leads.OWNERS, is_strict=False),
    "lead_to_customer_base": Rule(leads.customers, number, leads.BY, leads.OWNERS, is_strict=False),
    "disqualified_after_qualified": Rule(
        set_aside, number, leads.BY, leads.OWNERS, is_strict=False
    ),
}
DEEDS = {
    "tasks_worked_on_leads": Rule(
        lambda world: about(world, "lead_id"),
        deeds.distinct,
        deeds.PEOPLE,
        deeds.MODES,
        is_strict=False,
    ),
    "tasks_worked_on_opportunities": Rule(
        lambda world: about(world, "opportunity_id"),
        deeds.distinct,
        deeds.PEOPLE,
        deeds.MODES,
        is_strict=False,
    ),
    "activities_per_win_full": Rule(
        efforts_and_wins, per_win, deeds.PEOPLE, deeds.MODES, is_strict=False
    ),
    "notifications_pending": Rule(unread, number, deeds.PEOPLE, ("owner_at_event",), window=True),
}
