"""E-mails: what became of each message to each recipient (§2.5)."""

from dataclasses import dataclass, replace

from tests.oracle.book import Rows, Rule, earliest, record, share, visible
from tests.oracle.lives import World

BY = ("agent", "team", "team_parent", "campaign")
MODES = ("owner_at_event", "owner_current")


@dataclass
class Unit:
    """One message to one recipient: what happened to it by the cut-off."""

    sent: bool
    delivered: bool
    bounced: bool
    opened: bool
    opened_by_human: bool
    clicked: bool
    replied: bool
    unsubscribed: bool

    @property
    def is_machine_only(self) -> bool:
        return self.opened and not self.opened_by_human


def units(world: World) -> Rows:
    events = [row for row in world.tables.get("email_event", []) if visible(world, row, "at")]
    confirming = {row["source"] for row in events if row["event"] == "delivered"}
    grouped: dict[tuple[str, str], list[dict]] = {}
    for row in events:
        grouped.setdefault((row["message_id"], row["recipient"]), []).append(row)
    found = []
    for rows in grouped.values():
        kinds = {row["event"] for row in rows}
        human = {row["event"] for row in rows if not row.get("is_machine")}
        sent = [row for row in rows if row["event"] == "sent"] or rows
        is_sent = "sent" in kinds
        arrived = "delivered" in kinds
        if rows[0]["source"] not in confirming:
            arrived = is_sent and "bounced" not in kinds
        of = Unit(
            sent=is_sent, delivered=arrived, bounced="bounced" in kinds,
            opened=bool(kinds & {"opened", "clicked", "replied"}),
            opened_by_human=bool(human & {"opened", "clicked", "replied"}),
            clicked="clicked" in human, replied="replied" in kinds,
            unsubscribed="unsubscribed" in kinds,
        )  # fmt: skip
        at = earliest(world, (visible(world, row, "at") for row in sent))
        found.append(record(world, at, of, agent=sent[0].get("agent_id"),
                            dims={"campaign": sent[0].get("campaign_id")}))  # fmt: skip
    return found


def _of_delivered(name: str) -> Rule:
    return Rule(units, share(lambda u: getattr(u, name), lambda u: u.delivered), BY, MODES)


_RULES = {
    "email_open_rate": _of_delivered("opened"),
    "email_open_rate_adj": Rule(
        units,
        share(lambda u: u.opened_by_human, lambda u: u.delivered and not u.is_machine_only),
        BY,
        MODES,
    ),
    "email_click_rate": _of_delivered("clicked"),
    "email_ctor": Rule(
        units, share(lambda u: u.clicked, lambda u: u.delivered and u.opened), BY, MODES
    ),
    "email_reply_rate": _of_delivered("replied"),
    "email_bounce_rate": Rule(units, share(lambda u: u.bounced, lambda u: u.sent), BY, MODES),
    "email_unsubscribe_rate": _of_delivered("unsubscribed"),
}
RULES = {name: replace(rule, is_weekly=True) for name, rule in _RULES.items()}
