"""Leads: deduplication (G9), first contact (KM), qualification and conversion cohorts (G13)."""

from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any

from tests.oracle.book import (
    Owned,
    Rows,
    Rule,
    earliest,
    fresh,
    middle,
    number,
    over,
    record,
    survival_quantile,
    tried,
    visible,
    within,
)
from tests.oracle.customers import became, first_order, is_before
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import When, days_between, when

BY = ("agent", "team", "team_parent", "channel", "campaign", "country", "account")
OWNERS = ("owner_at_event", "owner_first", "owner_current")


@dataclass
class Anchor:
    """One lead with its duplicates: `ids` are all that mean it, merged ones too."""

    row: dict[str, Any]
    created: When
    members: list[dict]
    ids: set[str] = field(default_factory=set)


def created(world: World, row: dict) -> When | None:
    """When a lead began: its column, else its first status, else its first contact."""
    found = when(row, "created_at")
    if found is None:
        rows = world.history("lead_status_history", row["id"], everything=True, of="lead_id")
        found = rows[0]["when"] if rows else None
    return found or when(row, "first_contact_at")


def key_of(row: dict) -> str | None:
    """What makes two leads one person: the e-mail, else the phone number."""
    email = (row.get("email") or "").strip().lower()
    phone = "".join(c for c in row.get("phone") or "" if c.isdigit() or c == "+")
    return email or phone or None


def anchors(world: World) -> list[Anchor]:
    tz = world.setup.tz
    leads = []
    for row in world.all("lead"):
        born = created(world, row)
        if born and world.sees(born):
            leads.append((born.instant(tz), row["id"], born, row))
    leads.sort(key=lambda one: one[:2])
    found: list[Anchor] = []
    latest: dict[str, Anchor] = {}
    for _, id_, born, row in leads:
        key = key_of(row)
        anchor = latest.get(key) if key else None
        if anchor and is_within(world, anchor.created, born, world.setup.lead_dedupe_days):
            anchor.members.append(row)
        else:
            anchor = Anchor(row, born, [row])
            found.append(anchor)
            if key:
                latest[key] = anchor
        anchor.ids.add(id_)
    into = {row["id"]: row["merged_into_id"] for row in world.tables.get("lead", [])
            if row.get("merged_into_id")}  # fmt: skip
    for anchor in found:
        while more := {a for a, b in into.items() if b in anchor.ids} - anchor.ids:
            anchor.ids |= more
            anchor.members += [world.get("lead", id_) for id_ in sorted(more)]
    return found


def is_within(world: World, start: When, moment: When, days: int) -> bool:
    return days_between(start, moment, world.setup.tz) < days


def owned(world: World, row: dict) -> Owned:
    return Owned(row, world.history("lead_owner_history", row["id"], of="lead_id"))


def _record(world: World, anchor: Anchor, event: When, of: Any, *, is_birth: bool = False):
    row = anchor.row
    made = record(
        world, event, of, owned=owned(world, row), born=anchor.created, is_birth=is_birth,
        account=row.get("account_id"),
        dims={"channel": channel(world, row), "campaign": row.get("campaign_id")},
    )  # fmt: skip
    made.base = (anchor, event)
    return made


def channel(world: World, row: dict) -> str | None:
    """The lead's own, else the first one of its account (G17)."""
    own = row.get("channel_id")
    return own or world.get("account", row.get("account_id")).get("first_channel_id")


def born(world: World) -> Rows:
    return [_record(world, a, a.created, a, is_birth=True) for a in anchors(world)]


def touches(world: World) -> list[tuple[When, dict]]:
    """Outbound activities by people, planned and cancelled ones left out."""
    found = []
    for row in world.all("activity"):
        at = when(row, "at") or when(row, "completed_at")
        if row.get("direction") != "out" or row.get("is_automated") or not at:
            continue
        if row.get("status") in ("planned", "cancelled") or not world.sees(at):
            continue
        found.append((at, row))
    return found


def contacted(world: World) -> Rows:
    return [
        _record(world, anchor, at, anchor.row["id"])
        for anchor in anchors(world)
        for at, row in touches(world)
        if row.get("lead_id") in anchor.ids
    ]


def distinct(_: World, rows: Rows) -> Answer:
    count = len({row.of for row in rows})
    return Answer(value=count, num=count, n=count)


def accounts(anchor: Anchor) -> set[str]:
    """Of a lead merged into another the account is gone with its other fields (G9)."""
    stay = [row for row in anchor.members if not row.get("merged_into_id")]
    return {row["account_id"] for row in stay if row.get("account_id")}


def is_credited(world: World, anchor: Anchor, account: str, at: When) -> bool:
    """Whether the anchor is its account's latest one when an order comes (G13)."""
    tz = world.setup.tz
    before = [
        one for one in anchors(world)
        if account in accounts(one) and one.created.instant(tz) <= at.instant(tz)
    ]  # fmt: skip
    return bool(before) and before[-1].row is anchor.row


def statuses(world: World, id_: str) -> list[dict]:
    """A lead's changes of status, those of leads merged into it among them (G9)."""
    changes = []
    for row in world.tables.get("lead_status_history", []):
        into = row["lead_id"]
        while further := world.get("lead", into).get("merged_into_id"):
            into = further
        changes.append({**row, "into": into})
    found = replace(world, tables=world.tables | {"lead_status_history": changes})
    return [
        {**row, "status": world.get("lead_status", row["status_id"])}
        for row in found.history("lead_status_history", id_, of="into")
    ]


def qualified_when(world: World, row: dict) -> When | None:
    """The first status that is qualified; the field of leads without one."""
    for step in statuses(world, row["id"]):
        if step["status"].get("is_qualified"):
            return step["when"]
    return None if row.get("merged_into_id") else visible(world, row, "qualified_at")


def qualified(world: World) -> Rows:
    found = []
    for anchor in anchors(world):
        at = earliest(world, (qualified_when(world, row) for row in anchor.members))
        if at:
            found.append(_record(world, anchor, at, anchor))
    return found


def responses(world: World) -> Rows:
    """Leads by creation: (seconds, whether a touch ended them, seconds watched)."""
    tz, found = world.setup.tz, []
    for anchor in anchors(world):
        if anchor.created.is_day:
            continue  # not known to the second
        start = anchor.created.instant(tz)
        after = [at.instant(tz) for at, row in touches(world) if row.get("lead_id") in anchor.ids]
        after = [at for at in after if at >= start]
        lost = [
            step["when"].instant(tz)
            for step in statuses(world, anchor.row["id"])
            if step["status"].get("is_disqualified") and step["when"].instant(tz) >= start
        ]
        end = min([world.as_of, *lost])
        seen = (world.as_of - start).total_seconds()
        first = min(after, default=None)
        answered = None if first is None else (first - start).total_seconds()
        if answered is not None and first <= end:
            stay = (answered, True)
        else:
            stay = ((end - start).total_seconds(), False)
        found.append(_record(world, anchor, anchor.created, (stay, answered, seen), is_birth=True))
    return found


def response_quantile(p: float):
    def count(_: World, rows: Rows) -> Answer:
        return survival_quantile([row.of[0] for row in rows], p)

    return count


def response_rate(world: World, rows: Rows) -> Answer:
    limit = world.setup.sla_seconds
    ripe = [row.of for row in rows if row.of[2] >= limit]
    return over(sum(a is not None and a <= limit for _, a, _ in ripe), len(ripe))


def opportunity_when(world: World, anchor: Anchor) -> When | None:
    """When the first lead of a group became an opportunity.

    Of a lead merged into another its opportunities are that one's; its fields are gone (G9).
    """
    into = {row["id"]: row.get("merged_into_id") for row in anchor.members}
    stay = [row for row in anchor.members if not into[row["id"]]]
    return earliest(world, (_turned(world, row, into) for row in stay))


def _turned(world: World, row: dict, into: dict[str, str | None]) -> When | None:
    """The first opportunity of a lead that stayed, else the moment that says it was converted."""
    ids = {row["id"]}
    while more := {a for a, b in into.items() if b in ids} - ids:
        ids |= more
    linked = [
        one for one in world.lives()
        if one.row.get("lead_id") in ids or one.row["id"] == row.get("converted_opportunity_id")
    ]  # fmt: skip
    first = earliest(world, (one.created for one in linked))
    return first or visible(world, row, "converted_at")


def customer_when(world: World, anchor: Anchor) -> When | None:
    """The first win of a linked opportunity or valid order of the account."""
    won = []
    for one in world.lives():
        is_linked = one.row.get("lead_id") in anchor.ids or one.row["id"] in {
            row.get("converted_opportunity_id")
            for row in anchor.members
            if not row.get("merged_into_id")
        }
        if is_linked and one.status == "won":
            won.append(one.closed)
    for account in accounts(anchor):
        order = first_order(world, account)
        if order and is_credited(world, anchor, account, order):
            won.append(order)
    return earliest(world, won)


def opportunities(world: World) -> Rows:
    found = []
    for anchor in anchors(world):
        at = opportunity_when(world, anchor)
        of = tried(world, anchor.created, at)
        found.append(_record(world, anchor, anchor.created, of, is_birth=True))
    return found


def _is_new(world: World, anchor: Anchor) -> bool:
    """Whether its account was not yet a customer when the lead came."""
    return not any(is_before(world, became(world, a), anchor.created) for a in accounts(anchor))


def customers(world: World) -> Rows:
    found = []
    for anchor in anchors(world):
        if _is_new(world, anchor):
            of = tried(world, anchor.created, customer_when(world, anchor))
            found.append(_record(world, anchor, anchor.created, of, is_birth=True))
    return found


def converted(world: World) -> Rows:
    found = []
    for anchor in anchors(world):
        at = customer_when(world, anchor)
        if at and _is_new(world, anchor):
            days = days_between(anchor.created, at, world.setup.tz)
            if days >= 0:
                found.append(_record(world, anchor, at, days))
    return found


def meetings(world: World) -> Rows:
    found = []
    for anchor in anchors(world):
        made = [
            visible(world, row, "created_at") for row in world.all("activity")
            if row["kind"] == "meeting" and row.get("lead_id") in anchor.ids
        ]  # fmt: skip
        of = tried(world, anchor.created, earliest(world, made))
        found.append(_record(world, anchor, anchor.created, of, is_birth=True))
    return found


def per_period(cohort: Any, moment: Any) -> Any:
    """Rows of both sides: those that began in the period and those that converted in it."""

    def rows(world: World) -> Rows:
        found = []
        for anchor in anchors(world):
            if cohort is customers and not _is_new(world, anchor):
                continue
            found.append(_record(world, anchor, anchor.created, "base", is_birth=True))
            at = moment(world, anchor)
            if at:
                found.append(_record(world, anchor, at, "conversion"))
        return found

    return rows


def _meeting(world: World, anchor: Anchor) -> When | None:
    return earliest(world, (
        visible(world, row, "created_at") for row in world.all("activity")
        if row["kind"] == "meeting" and row.get("lead_id") in anchor.ids
    ))  # fmt: skip


def both_sides(_: World, rows: Rows) -> Answer:
    num = sum(row.of == "conversion" for row in rows)
    answer = over(num, len(rows) - num)
    answer.n = None
    return answer


PLACES = ("channel", "campaign", "country", "account")
RULES = {
    "new_leads": Rule(born, number, BY, OWNERS, mode="owner_first"),
    "leads_contacted": Rule(contacted, distinct, BY, OWNERS),
    "qualified_leads": Rule(qualified, number, BY, OWNERS, is_strict=False),
    "lead_response_p50": Rule(responses, response_quantile(0.5), BY, OWNERS),
    "lead_response_p90": Rule(responses, response_quantile(0.9), BY, OWNERS),
    "lead_response_5min_rate": Rule(responses, response_rate, BY, OWNERS),
    "lead_to_opp": Rule(opportunities, within(lambda w: w.setup.lead_window_days), BY, OWNERS),
    "lead_to_opp_to_date": Rule(
        opportunities, fresh(lambda w: w.setup.lead_window_days), BY, OWNERS
    ),
    "lead_to_opp_period": Rule(
        per_period(opportunities, opportunity_when), both_sides, PLACES, is_strict=False
    ),
    "lead_to_meeting": Rule(meetings, within(lambda w: w.setup.meeting_window_days), BY, OWNERS),
    "lead_to_meeting_to_date": Rule(
        meetings, fresh(lambda w: w.setup.meeting_window_days), BY, OWNERS
    ),
    "lead_to_meeting_period": Rule(
        per_period(meetings, _meeting), both_sides, PLACES, is_strict=False
    ),
    "lead_to_customer": Rule(customers, within(lambda w: w.setup.customer_window_days), BY, OWNERS),
    "lead_to_customer_to_date": Rule(
        customers, fresh(lambda w: w.setup.customer_window_days), BY, OWNERS
    ),
    "lead_to_customer_period": Rule(
        per_period(customers, customer_when), both_sides, PLACES, is_strict=False
    ),
    "time_to_convert_mean": Rule(
        converted, lambda _, rows: middle([row.of for row in rows], fmean), BY, OWNERS
    ),
    "time_to_convert": Rule(
        converted, lambda _, rows: middle([row.of for row in rows]), BY, OWNERS
    ),
}
