"""Examples of leads, mails and calls."""

from datetime import date, datetime, timedelta
from typing import Any

from kpilot.analysis.survival import kaplan_meier
from tests.examples.case import Example, as_table, made, period_of, rows_of


def leads_to_deals(example: Example) -> dict[str, Any]:
    """E02"""
    leads = rows_of(example, "lead")
    deals = [
        {"id": f"O-{lead['id']}", "lead_id": lead["id"], "created_at": lead["opp_created_at"]}
        for lead in leads
        if lead["opp_created_at"]
    ]
    if not deals:  # that none has come of a lead is known: long before, one had
        leads.append({"id": "before", "created_at": "2000-01-01"})
        deals = [{"id": "O-before", "lead_id": "before", "created_at": "2000-01-02"}]
    bare = [{"id": lead["id"], "created_at": lead["created_at"]} for lead in leads]
    tables = {"lead": as_table(bare), "opportunity": as_table(deals)}
    found = {}
    with made(example, lead_window_days=example["config"]["window_days"]) as case:
        case.load(tables)
        for month in example["expected"]:
            words = {"as_of": example["as_of"], "period": month}
            row = case.row("lead_to_opp", **words)
            by_period = case.row("lead_to_opp_period", **words)
            found[month] = {
                "lead_to_opp": row.value,
                "num": row.num,
                "den": row.den,
                "immature": row.excluded.get("immature", 0),
                "to_date": case.row("lead_to_opp_to_date", **words).value,
                "period_based": by_period.value,
                "period_based_flag": "gt_one" if "gt_one" in by_period.flags else None,
            }
    return found


def responses(example: Example) -> dict[str, Any]:
    """E10"""
    words = period_of(example)
    with made(example) as case:
        case.load()
        found: dict[str, Any] = {
            "new_leads": case.row("new_leads", **words).value,
            "lead_response_5min_rate": case.figure("lead_response_5min_rate", **words),
        }
        for kpi in ("lead_response_p50", "lead_response_p90"):
            row = case.row(kpi, **words)
            found[kpi] = {"value_s": row.value, "reason": row.reason}
        lives = case.fact("lead", "response_seconds, is_answered, created_on", words["as_of"])
    start, end = (date.fromisoformat(day) for day in example["period"])
    seen = [life for life in lives if start <= life[2] < end]
    curve = kaplan_meier([life[0] for life in seen], [life[1] for life in seen])
    steps = [[point.time, point.value] for point in curve.points if point.events]
    return found | {"km_survival": steps}


def mails(example: Example) -> dict[str, Any]:
    """E11"""
    end = datetime.fromisoformat(example["as_of"])
    first = (end - timedelta(end.day + 10)).replace(hour=10)
    events = [
        {**row, "at": (first + timedelta(seconds=n)).isoformat()}
        for n, row in enumerate(rows_of(example, "email_event"))
    ]
    words = {"period": f"{first:%Y-%m}", "as_of": example["as_of"]}
    with made(example) as case:
        case.load({"email_event": as_table(events)})
        found = {kpi: case.figure(kpi, **words) for kpi in example["kpis"]}
    return found | {"wrong_total_opens_over_delivered": found["email_open_rate"]["value"]}


def calls(example: Example) -> dict[str, Any]:
    """E12: all calls in one hour of a day, and one stretch of waiting for calls after it."""
    config, moment = example["config"], datetime.fromisoformat("2026-01-15T00:30:00+00:00")
    given = [
        {**row, "started_at": moment.isoformat(), "agent_id": "ana"}
        for row in rows_of(example, "call")
    ]
    waiting = timedelta(seconds=config["available_idle_s"])
    state = {
        "agent_id": "ana",
        "state": "available",
        "from_at": (moment + timedelta(hours=1)).isoformat(),
        "to_at": (moment + timedelta(hours=1) + waiting).isoformat(),
    }
    tables = {
        "agent": as_table([{"id": "ana"}]),
        "call": as_table(given),
        "agent_state": as_table([state]),
    }
    words = {"period": "2026-01", "as_of": "2026-01-31"}
    with made(example) as case:
        case.load(tables)
        found = {kpi: case.figure(kpi, **words) for kpi in example["kpis"]}
    with made(example, short_abandon_s=0) as case:
        case.load(tables)
        found["call_abandonment_rate_short0"] = case.figure("call_abandonment_rate", **words)
    found["call_asa"]["value_s"] = found["call_asa"]["value"]
    return found
