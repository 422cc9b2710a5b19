"""A company of which every KPI can be measured: four years of rows for every canonical table."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

Rows = list[dict[str, Any]]
FIRST, LAST = date(2021, 1, 4), date(2024, 12, 31)
DAYS = (LAST - FIRST).days
AGENTS = [f"a{n}" for n in range(1, 10)]
CHANNELS = ["web", "fair", "phone"]
STAGES = ["talk", "offer", "deal", "won", "lost"]
CUSTOMERS, OPPORTUNITIES, LEADS = 360, 400, 320


def utc(day: date, hour: int = 0) -> datetime:
    """A moment as the warehouse keeps it: in UTC, without saying so."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC).replace(tzinfo=None)


def noon(day: date, **later: float) -> datetime:
    """Twelve o'clock of `day`, and so much later."""
    return utc(day, 12) + timedelta(**later)


HORIZON = utc(LAST) + timedelta(1)


class Chance:
    """Numbers drawn the same each time."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)

    def randint(self, low: int, high: int) -> int:
        return int(self._draw.integers(low, high + 1))

    def choice(self, some: Sequence[Any]) -> Any:
        return some[self.randint(0, len(some) - 1)]

    def wait(self, mean: float) -> int:
        return int(self._draw.exponential(mean))


def whole_company() -> dict[str, Rows]:
    """Table → rows; the same ones each time."""
    chance = Chance(20_240_229)
    tables = {
        **_people(),
        **_customers(chance),
        **_selling(chance),
        **_around(chance),
        **_plans(),
    }
    return {**tables, **_leads(chance, tables["opportunity"])}


def _people() -> dict[str, Rows]:
    return {
        "team": [{"id": "all", "name": "All"}, {"id": "north", "name": "North", "parent_id": "all"},
                 {"id": "south", "name": "South", "parent_id": "all"}],
        "agent": [{"id": name, "name": name.upper(), "kind": "human",
                   "team_id": "north" if place % 2 else "south"}
                  for place, name in enumerate(AGENTS)],
        "channel": [{"id": name, "name": name, "kind": "ads", "is_paid": name == "web"}
                    for name in CHANNELS],
        "campaign": [{"id": "spring", "name": "Spring", "channel_id": "web"}],
        "product": [{"id": name, "name": name, "unit_cost": 10} for name in ("hat", "bag")],
        "pipeline": [{"id": "main", "name": "Main"}],
        "stage": [
            {"id": name, "name": name, "pipeline_id": "main", "pos": pos, "probability": chance,
             "kind": name if name in ("won", "lost") else "open", "rot_days": 20}
            for pos, (name, chance) in enumerate(
                zip(STAGES, (0.1, 0.4, 0.7, 1, 0), strict=True), 1)
        ],
        "lead_status": [
            {"id": "new", "name": "New"},
            {"id": "good", "name": "Good", "is_qualified": True},
            {"id": "bad", "name": "Bad", "is_disqualified": True},
        ],
        "business_hours": [
            {"weekday": str(day), "from_time": "09:00", "to_time": "18:00"} for day in range(1, 6)
        ],
    }  # fmt: skip


def _customers(chance: Chance) -> dict[str, Rows]:
    """Customers with orders, and most of them with a subscription."""
    accounts, orders, lines, refunds, subscriptions, mrr = [], [], [], [], [], []
    for n in range(CUSTOMERS):
        id_ = f"c{n}"  # every second one comes by the lead of the same number
        early, late = chance.randint(0, 329), n * DAYS // OPPORTUNITIES + n % 90
        start = FIRST + timedelta(early if n % 2 else late)
        accounts.append({"id": id_, "name": id_, "segment": "smb" if n % 2 else "key",
                         "country": "FR", "owner_id": AGENTS[n % 9], "created_at": noon(start),
                         "first_channel_id": CHANNELS[n % 3]})  # fmt: skip
        day, gap = start, chance.choice([20, 45, 90, 400])
        usual = 40 + chance.wait(90)
        while day <= LAST:
            order = f"o{len(orders)}"
            amount = usual * chance.randint(50, 150) // 100
            orders.append({"id": order, "account_id": id_, "ordered_at": noon(day),
                           "status": "paid", "net_amount": amount, "owner_id": AGENTS[n % 9],
                           "channel_id": CHANNELS[n % 3]})  # fmt: skip
            lines.append({"id": order, "order_id": order, "product_id": "hat", "qty": 1,
                          "net_amount": amount, "cost": amount * 0.6})  # fmt: skip
            if len(orders) % 17 == 0:
                refunds.append({"id": order, "order_id": order, "net_amount": 10,
                                "refunded_at": noon(day + timedelta(3))})  # fmt: skip
            if chance.randint(1, 100) <= 12:
                break
            day += timedelta(1 + chance.wait(gap))
        if n % 3:
            subscriptions.append({"id": id_, "account_id": id_, "started_at": noon(start)})
            steps = [(0, 50), (200, 70)] if n % 2 else [(0, 90), (300, 60)]
            left = chance.wait(900)
            if n % 7 == 0:
                left = 120
                steps += [(180, 90), (181 + n, 0)]
            steps = [step for step in steps if step[0] < left or n % 7 == 0] + [(left, 0)]
            mrr += [{"account_id": id_, "subscription_id": id_, "mrr": money,
                     "from_date": start + timedelta(after)} for after, money in sorted(steps)
                    if start + timedelta(after) <= LAST]  # fmt: skip
    return {"account": accounts, "order": orders, "order_line": lines, "refund": refunds,
            "subscription": subscriptions, "subscription_mrr": mrr}  # fmt: skip


def _selling(chance: Chance) -> dict[str, Rows]:
    """Opportunities with histories of stages, owners and expected dates; activities on them."""
    opportunities, stages, owners, dues, lines = [], [], [], [], []
    for n in range(OPPORTUNITIES):
        id_, day = f"d{n}", FIRST + timedelta(n * DAYS // OPPORTUNITIES)
        agent, status = AGENTS[n % 9], chance.choice(["won", "won", "lost", "open"])
        close, due = day + timedelta(5 + n % 60), day + timedelta(10 + n % 40)
        status = status if close < LAST else "open"
        way = ["talk", "offer", "deal"][: 3 if status == "won" else 1 + n % 3]
        one = {"id": id_, "name": id_, "pipeline_id": "main", "status": status, "owner_id": agent,
               "account_id": f"c{n % CUSTOMERS}", "lead_id": f"l{n}" if n < LEADS else None,
               "amount": chance.randint(500, 9000), "created_at": noon(day), "type": "new",
               "expected_close_date": due, "probability": 0.5, "channel_id": CHANNELS[n % 3],
               "stage_id": way[-1] if status == "open" else status, "product_id": "bag",
               "updated_at": noon(day, days=2)}  # fmt: skip
        if status != "open":
            one["closed_at"] = noon(close)
        opportunities.append(one)
        lines.append({"id": id_, "opportunity_id": id_, "product_id": "bag", "qty": 2,
                      "net_amount": one["amount"]})  # fmt: skip
        times = [noon(day, hours=30 * place) for place in range(len(way))]
        ended = [] if status == "open" else [(noon(close), status)]
        for at, stage in [*zip(times, way, strict=True), *ended]:
            stages.append({"opportunity_id": id_, "at": at, "stage_id": stage})
        owners.append({"opportunity_id": id_, "at": noon(day), "agent_id": agent})
        for after, later in ((0, 0), (4, 15)):
            dues.append({"opportunity_id": id_, "at": noon(day, days=after),
                         "expected_close_date": due + timedelta(later)})  # fmt: skip
    return {"opportunity": opportunities, "opportunity_line": lines, "stage_history": stages,
            "owner_history": owners, "close_date_history": dues}  # fmt: skip


def _leads(chance: Chance, opportunities: Rows) -> dict[str, Rows]:
    """Leads that are answered, met and converted; tasks with their events; notices."""
    leads, statuses, activities, events, notices = [], [], [], [], []
    for n in range(LEADS):
        id_, at, agent = f"l{n}", opportunities[n]["created_at"] - timedelta(9), AGENTS[n % 9]
        is_good = n % 3 != 2
        leads.append({"id": id_, "name": id_, "email": f"{n % 280}@x.io", "owner_id": agent,
                      "created_at": at, "channel_id": CHANNELS[n % 3], "status_id": "good",
                      "converted_at": at + timedelta(9), "converted_opportunity_id": f"d{n}",
                      "account_id": f"c{n}", "qualified_at": at + timedelta(1),
                      "disqualify_reason": None if is_good else "no money"})  # fmt: skip
        for later, status in ((0, "new"), (24, "good"), *(() if is_good else ((60, "bad"),))):
            statuses.append({"lead_id": id_, "at": at + timedelta(hours=later),
                             "status_id": status})  # fmt: skip
        answered = at + timedelta(seconds=chance.choice([100, 1_000, 9_000, 90_000]))
        kinds = (
            ("call", answered, "done"),
            ("meeting", at + timedelta(3), "no_show"),
            ("meeting", at + timedelta(5), "done"),
            ("task", at + timedelta(6), "done"),
        )
        for kind, moment, status in kinds:
            name = f"{kind}{len(activities)}"
            is_late = kind == "task" and n % 5 == 0
            activities.append({
                "id": name, "kind": kind, "agent_id": agent, "created_by_id": agent, "at": moment,
                "direction": "out", "status": "planned" if is_late else status, "lead_id": id_,
                "opportunity_id": f"d{n}", "account_id": f"c{n}", "created_at": at,
                "due_at": moment + timedelta(hours=n % 3 - 1),
                "completed_at": None if is_late or status == "no_show" else moment,
                "is_automated": False})  # fmt: skip
            if kind == "task":
                events.append({"task_id": name, "agent_id": agent, "at": moment,
                               "kind": "comment"})  # fmt: skip
        notices.append({"id": id_, "agent_id": agent, "at": at,
                        "read_at": at + timedelta(1) if n % 4 else None})  # fmt: skip
    return {"lead": leads, "lead_status_history": statuses, "activity": activities,
            "task_event": events, "notification": notices}  # fmt: skip


def _around(chance: Chance) -> dict[str, Rows]:
    """E-mails, calls, the states of who takes them, surveys and costs."""
    mails, calls, states, surveys, costs = [], [], [], [], []
    said = ["delivered", "opened", "clicked", "replied", "bounced", "unsubscribed"]
    for n in range(160):
        day = FIRST + timedelta(n * DAYS // 160)
        agent = AGENTS[n % 9]
        for later, event in enumerate(["sent", *said[: 1 + n % 4], said[4 + n % 2]]):
            mails.append({"message_id": f"m{n}", "recipient": f"{n}@x.io", "event": event,
                          "at": noon(day, hours=later), "is_machine": n % 11 == 0,
                          "agent_id": agent, "campaign_id": "spring"})  # fmt: skip
        is_in = n % 3 > 0
        outcome = ["answered", "answered", "abandoned", "no_answer"][n % 4]
        calls.append({"id": f"t{n}", "started_at": noon(day), "outcome": outcome,
                      "direction": "inbound" if is_in else "outbound", "agent_id": agent,
                      "wait_s": chance.randint(1, 90), "hold_s": 3, "wrap_s": 20,
                      "talk_s": chance.randint(60, 300) if outcome == "answered" else 0,
                      "queue": "main", "account_id": f"c{n}"})  # fmt: skip
        states.append({"agent_id": agent, "from_at": noon(day, hours=-1), "state": "available",
                       "to_at": noon(day, hours=2)})  # fmt: skip
        states.append({"agent_id": agent, "from_at": noon(day, hours=2), "state": "break",
                       "to_at": noon(day, hours=3)})  # fmt: skip
        kind = "nps" if n % 2 else "csat"
        surveys.append(
            {
                "id": f"s{n}",
                "account_id": f"c{n}",
                "at": noon(day),
                "kind": kind,
                "score": chance.randint(0, 10) if n % 2 else chance.randint(1, 5),
            }
        )
    for n in range(48):
        start = date(2021 + n // 12, n % 12 + 1, 1)
        end = date(start.year + (start.month == 12), start.month % 12 + 1, 1)
        for category, function in (
            ("ads", "marketing"),
            ("salary", "sales"),
            ("tools", "sales"),
            ("commission", "sales"),
            ("overhead", "sales"),
        ):
            costs.append({"id": f"{category}{n}", "category": category, "function": function,
                          "amount": 900, "start_date": start, "end_date": end,
                          "channel_id": "web"})  # fmt: skip
    return {"email_event": mails, "call": calls, "agent_state": states, "cost": costs,
            "survey_response": surveys}  # fmt: skip


def _plans() -> dict[str, Rows]:
    months = [f"{2021 + n // 12}-{n % 12 + 1:02d}" for n in range(48)]
    return {
        "target": [{"id": month, "kpi_id": "sales_value", "scope_type": "org", "period": month,
                    "value": 30_000} for month in months],
        "forecast": [{"id": month, "kpi_id": "sales_value", "scope": "org", "period": month,
                      "made_at": utc(date(int(month[:4]), 1, 1)) - timedelta(3), "value": 28_000}
                     for month in months],
        "fx_rate": [{"from_currency": "USD", "to_currency": "EUR", "rate": 0.9,
                     "date": date(2024, 12, 1)}],
    }  # fmt: skip
