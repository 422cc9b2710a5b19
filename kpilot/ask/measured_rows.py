"""Which rows a required field must be filled on, and when it counts as filled (specification §3).

A field of the data model is asked for on the rows it can apply to: a close date on opportunities
that are closed, a conversion on leads whose status says so. Where real exports keep the same fact
elsewhere (a history, a link from the other side), that counts as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kpilot.core.tables import TABLES

LIVE = "r.deleted_at IS NULL AND r.deleted_on IS NULL AND r.merged_into_id IS NULL " \
       "AND r.is_test IS NOT TRUE"  # fmt: skip
CLOSED = "coalesce(r.status, g.kind) IN ('won', 'lost')"
OPEN = "coalesce(r.status, g.kind, 'open') = 'open'"


def day(field: str, table: str = "r") -> str:
    """The business date of an instant, whether it came with a time or as a date."""
    on = field[:-2] + "on" if field.endswith("_at") else f"{field}_on"
    local = f"CAST({table}.{field} AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)"
    return f"coalesce({table}.{on}, {local})"


def _first(*days: str) -> str:
    return f"coalesce({', '.join(days)})"


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of one table, called `r`.

    joins   what stands beside them: (table, alias, condition)
    dated   their business date; "" when they have none and all of them apply
    owner   whose they are; "" when they are nobody's
    where   which of them are there at all
    """

    table: str
    dated: str = ""
    owner: str = ""
    where: str = LIVE
    joins: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A field on its rows: to which of them it applies and what makes it valid there.

    by_status  applies by a sign of the lead's status; without such a sign it is as good as mapped
    """

    rows: str
    valid: str
    applies: str = "TRUE"
    by_status: str = ""


_OF_OPPORTUNITY = (("opportunity", "o", "o.id = r.opportunity_id"),)
ROWS: Mapping[str, Rows] = {
    "lead": Rows(
        table="lead", owner="r.owner_id", dated=_first(day("created_at"), day("first_contact_at")),
        joins=(("lead_status", "g", "g.id = r.status_id"),),
    ),
    "opportunity": Rows(
        table="opportunity", owner="r.owner_id",
        dated=f"coalesce(CASE WHEN {CLOSED} THEN {day('closed_at')} END, {day('created_at')}, "
              f"{day('started_at')})",
        joins=(("stage", "g", "g.id = r.stage_id"),),
    ),
    "order": Rows(table="order", owner="r.owner_id", dated=day("ordered_at")),
    "order_line": Rows(table="order_line", owner="o.owner_id", dated=day("ordered_at", "o"),
                       joins=(("order", "o", "o.id = r.order_id"),)),
    "activity": Rows(
        table="activity", owner="r.agent_id",
        dated=_first(day("created_at"), day("completed_at"), day("at"), day("due_at")),
    ),
    "account": Rows(table="account", owner="r.owner_id", dated=day("created_at")),
    "close_date_history": Rows(table="close_date_history", where="TRUE", owner="o.owner_id",
                               dated=day("at"), joins=_OF_OPPORTUNITY),
    "call": Rows(table="call", owner="r.agent_id", dated=day("started_at")),
    "email_event": Rows(table="email_event", owner="r.agent_id", dated=day("at"), where="TRUE"),
    "survey_response": Rows(table="survey_response", owner="a.owner_id", dated=day("at"),
                            joins=(("account", "a", "a.id = r.account_id"),)),
    # Recurring revenue stands until it changes: what is in force applies, however old it is.
    "subscription_mrr": Rows(
        table="subscription_mrr", where="TRUE", owner="a.owner_id",
        joins=(("subscription", "s", "s.id = r.subscription_id"),
               ("account", "a", "a.id = coalesce(r.account_id, s.account_id)")),
    ),
}  # fmt: skip

_LINKED = "EXISTS (SELECT 1 FROM opportunity AS o WHERE o.lead_id = r.id)"
_STATUSES = "EXISTS (SELECT 1 FROM lead_status_history AS h WHERE h.lead_id = r.id)"
_STAGES = "EXISTS (SELECT 1 FROM stage_history AS h WHERE h.opportunity_id = r.id)"
_AMOUNTS = "EXISTS (SELECT 1 FROM amount_history AS h " \
           "WHERE h.opportunity_id = r.id AND h.amount IS NOT NULL)"  # fmt: skip
_LINES = "EXISTS (SELECT 1 FROM order_line AS n " \
         "WHERE n.order_id = r.id AND n.net_amount IS NOT NULL)"  # fmt: skip

ASKED: Mapping[str, Asked] = {
    "lead.created_at": Asked(rows="lead", valid=ROWS["lead"].dated + " IS NOT NULL"),
    "lead.converted_at": Asked(rows="lead", by_status="is_converted",
                               valid=day("converted_at") + " IS NOT NULL"),
    "lead.converted_opportunity_id": Asked(rows="lead", by_status="is_converted",
                                           valid="r.converted_opportunity_id IS NOT NULL"),
    "lead.account_id": Asked(rows="lead", by_status="is_converted",
                             valid="r.account_id IS NOT NULL"),
    "opportunity.lead_id": Asked(rows="lead", by_status="is_converted", valid=_LINKED),
    "lead.qualified_at": Asked(rows="lead", by_status="is_qualified",
                               valid=day("qualified_at") + " IS NOT NULL"),
    "lead_status_history.at": Asked(rows="lead", by_status="is_qualified", valid=_STATUSES),
    "lead.disqualify_reason": Asked(rows="lead", by_status="is_disqualified",
                                    valid="r.disqualify_reason IS NOT NULL"),
    "opportunity.created_at": Asked(
        rows="opportunity", valid=f"{day('created_at')} IS NOT NULL OR "
                                  f"{day('started_at')} IS NOT NULL OR {_STAGES}"),
    "opportunity.status": Asked(rows="opportunity",
                                valid="r.status IS NOT NULL OR r.stage_id IS NOT NULL"),
    "opportunity.closed_at": Asked(rows="opportunity", applies=CLOSED,
                                   valid=f"{day('closed_at')} IS NOT NULL OR {_STAGES}"),
    "opportunity.close_reason": Asked(rows="opportunity", applies=CLOSED,
                                      valid="r.close_reason IS NOT NULL"),
    "opportunity.amount": Asked(rows="opportunity", valid=f"r.amount IS NOT NULL OR {_AMOUNTS}"),
    "opportunity.expected_close_date": Asked(rows="opportunity", applies=OPEN,
                                             valid="r.expected_close_date IS NOT NULL"),
    "opportunity.probability": Asked(rows="opportunity", applies=OPEN,
                                     valid="r.probability IS NOT NULL"),
    "stage_history.at": Asked(rows="opportunity", applies=CLOSED, valid=_STAGES),
    "order_line.net_amount": Asked(rows="order", valid=_LINES),
    "activity.completed_at": Asked(
        rows="activity", applies=f"r.status = 'done' OR {day('completed_at')} IS NOT NULL",
        valid=day("completed_at") + " IS NOT NULL"),
    "activity.due_at": Asked(rows="activity", applies="r.kind = 'task'",
                             valid=day("due_at") + " IS NOT NULL"),
    "activity.at": Asked(rows="activity", applies="r.kind <> 'task'",
                         valid=day("at") + " IS NOT NULL"),
    "activity.direction": Asked(rows="activity", applies="r.kind IN ('call', 'email', 'message')",
                                valid="r.direction IS NOT NULL"),
    "activity.lead_id": Asked(rows="activity", valid="r.lead_id IS NOT NULL",
                              applies="r.opportunity_id IS NULL AND (r.account_id IS NULL OR "
                                      "r.lead_id IS NOT NULL)"),
    "activity.opportunity_id": Asked(rows="activity", applies="r.lead_id IS NULL",
                                     valid="r.opportunity_id IS NOT NULL"),
    "call.wait_s": Asked(rows="call", applies="r.direction = 'inbound'",
                         valid="r.wait_s IS NOT NULL"),
    "call.talk_s": Asked(rows="call", applies="r.outcome = 'answered'",
                         valid="r.talk_s IS NOT NULL"),
    "email_event.is_machine": Asked(rows="email_event", applies="r.event IN ('opened', 'clicked')",
                                    valid="r.is_machine IS NOT NULL"),
}  # fmt: skip


def rows_of(name: str) -> Rows:
    """How the rows of a table are read; for one without rules of its own, by what it has."""
    if name in ROWS:
        return ROWS[name]
    table = TABLES[name]
    owner = next((f"r.{own}" for own in ("owner_id", "agent_id") if table.has(own)), "")
    past = [one for one in table.fields if one.past]
    dated = "" if not past else day(past[0].name) if past[0].kind == "instant" \
        else f"r.{past[0].name}"  # fmt: skip
    return Rows(table=name, owner=owner, dated=dated, where=LIVE if table.is_entity else "TRUE")


def asked_of(need: str) -> Asked:
    """How one field "table.field" is asked for; by default on all rows of its table."""
    if need in ASKED:
        return ASKED[need]
    table, _, name = need.partition(".")
    is_instant = TABLES[table].field(name).kind == "instant"
    valid = f"{day(name) if is_instant else f'r.{name}'} IS NOT NULL"
    return Asked(rows=table, valid=valid)
