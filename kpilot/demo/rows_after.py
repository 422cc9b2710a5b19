"""Rows of what follows and accompanies selling: orders, activities, plans, costs, rates."""

import numpy as np

from kpilot.demo import market
from kpilot.demo.activity import KINDS, STATUSES
from kpilot.demo.chance import Array, Columns, stream
from kpilot.demo.columns import dates, ids, instants, table, take
from kpilot.demo.company import Company
from kpilot.demo.orders import order_lines, recurring
from kpilot.demo.targets import cost_rows, forecast_rows, target_rows

TASKS = (
    "Send the offer", "Call back about the price", "Prepare the demonstration",
    "Ask who decides", "Send the references", "Agree on a date to start",
    "Answer the questions on delivery",
)


def orders(company: Company) -> dict[str, Columns]:
    """Orders, their lines, refunds, subscriptions and recurring revenue."""
    made, selling, days = company.orders, company.selling, company.days
    n = len(made.account)
    order = ids("ORD", np.arange(n))
    luck = stream(company.seed, "order status").random(n)
    old = made.day < days.last - 45
    status = np.where(old, "paid", np.where(luck < 0.6, "invoiced", "confirmed"))
    swiss = selling.is_swiss[made.account]
    lines = order_lines(company.seed, made, selling)
    refunded = np.flatnonzero(made.refund > 0)
    mrr = recurring(company.seed, selling, company.amount, days)
    bought = np.unique(mrr["account"])
    return {
        "order": {
            "id": order, "account_id": ids("ACC", made.account), "ordered_at": instants(made.at),
            "status": np.where(made.is_cancelled, "cancelled", status),
            "net_amount": made.amount, "currency": np.where(swiss, "CHF", "EUR"),
            "owner_id": np.array(company.agents.id)[selling.customers.owner[made.account]],
            "opportunity_id": ids("OPP", made.opportunity)},
        "order_line": {
            "id": ids("LIN", np.arange(len(lines["order"]))), "order_id": order[lines["order"]],
            "product_id": take([row[0] for row in market.PRODUCTS], lines["product"]),
            "qty": lines["qty"], "net_amount": lines["amount"], "cost": lines["cost"]},
        "refund": {
            "id": ids("REF", np.arange(len(refunded))), "order_id": order[refunded],
            "refunded_on": dates(made.refund_day[refunded], days),
            "net_amount": made.refund[refunded]},
        "subscription": {
            "id": ids("SUB", bought), "account_id": ids("ACC", bought),
            "started_on": dates(selling.customers.bought[bought], days),
            "ended_on": _past(dates(selling.customers.left[bought], days), company)},
        "subscription_mrr": {
            "account_id": ids("ACC", mrr["account"]), "subscription_id": ids("SUB", mrr["account"]),
            "from_date": dates(mrr["day"], days), "mrr": mrr["mrr"]},
    }


def _past(day: Array, company: Company) -> Array:
    """The dates up to today; a contract that ends later is not known to end."""
    return np.where(day <= np.datetime64(company.days.today), day, np.datetime64("NaT", "D"))


def activities(company: Company) -> dict[str, Columns]:
    """Calls, mails, meetings and tasks around leads and opportunities."""
    made = company.activities
    n = len(made.kind)
    return {"activity": {
        "id": ids("ACT", np.arange(n)), "kind": np.array(KINDS)[made.kind],
        "name": np.where(np.array(KINDS)[made.kind] == "task",
                         np.array(TASKS)[np.arange(n) % len(TASKS)], ""),
        "agent_id": np.array(company.agents.id)[made.agent], "created_at": instants(made.made),
        "at": instants(made.at), "direction": np.where(made.is_out, "out", "in"),
        "due_at": instants(made.due), "completed_at": instants(made.done),
        "status": np.array(STATUSES)[made.status], "is_automated": made.is_automated,
        "lead_id": ids("LEA", _leads_met(company)), "opportunity_id": ids("OPP", made.opportunity)}}


def _leads_met(company: Company) -> Array:
    """The lead of each activity; a meeting about an opportunity is with the lead it came from."""
    made, became = company.activities, company.leads.opportunity
    lead_of = np.full(len(company.selling.paths.created) + 1, -1)
    lead_of[became] = np.arange(len(became))
    lead_of[-1] = -1  # where those that became none have written
    return np.where(np.array(KINDS)[made.kind] == "meeting", lead_of[made.opportunity], made.lead)


def plans(company: Company) -> dict[str, Columns]:
    """Targets, forecasts, costs and exchange rates."""
    days = company.days
    targets = table("scope_type scope_id period value",
                    target_rows(company.targets, company.agents, days))
    forecasts = table("period made_on value",
                      forecast_rows(company.won_by_month, days, company.seed))
    costs = table("category function amount start_date end_date channel_id",
                  cost_rows(days, company.seed))
    for name in ("start_date", "end_date"):
        costs[name] = costs[name].astype("M8[D]")
    forecasts["made_on"] = forecasts["made_on"].astype("M8[D]")
    n, m, k = len(targets["value"]), len(forecasts["value"]), len(costs["amount"])
    rates = len(company.rates.day)
    return {
        "target": {"id": ids("TGT", np.arange(n)), "kpi_id": np.full(n, "sales_value"),
                   **targets, "currency": np.full(n, "EUR"), "direction": np.full(n, "up")},
        "forecast": {"id": ids("FOR", np.arange(m)), "kpi_id": np.full(m, "sales_value"),
                     "scope": np.full(m, "org"), **forecasts},
        "cost": {"id": ids("CST", np.arange(k)), **costs, "currency": np.full(k, "EUR")},
        "fx_rate": {"from_currency": np.full(rates, "CHF"), "to_currency": np.full(rates, "EUR"),
                    "date": dates(company.rates.day, days), "rate": company.rates.rate},
    }
