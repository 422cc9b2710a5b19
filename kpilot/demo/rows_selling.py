"""Rows of selling: leads and opportunities with all that changed on them."""

import numpy as np

from kpilot.demo import market
from kpilot.demo.chance import Array, Columns, between, pick, stream
from kpilot.demo.columns import dates, email, ids, instants, phones, take
from kpilot.demo.company import Company
from kpilot.demo.histories import (
    amount_history,
    close_date_history,
    creation_instants,
    owner_history,
    stage_history,
    stage_ids,
    stage_now,
)
from kpilot.demo.leads import status_history
from kpilot.demo.paths import NEVER


def leads(company: Company) -> dict[str, Columns]:
    """The leads with their status and owner histories, as the CRM would export them."""
    leads, rng = company.leads, stream(company.seed, "leads as rows")
    n = len(leads.created)
    agent = np.array(company.agents.id)
    names = market.person_names(n, rng)
    address = np.array([email(f"{name} {k}", "courriel") for k, name in enumerate(names.tolist())])
    lost = np.array(["No budget", "Wrong number", "Student", "Competitor", "No answer"])
    status = take([row[0] for row in market.LEAD_STATUSES], leads.status)
    history = status_history(leads)
    lead_ids = ids("LEA", np.arange(n))
    queued = np.flatnonzero(leads.waits_in_queue)
    direct = np.flatnonzero(~leads.waits_in_queue)
    held = np.concatenate((direct, queued, queued))
    at = np.concatenate((leads.created[direct], leads.created[queued], leads.touched[queued] - 30))
    holder = np.concatenate((agent[leads.owner[direct]], np.full(len(queued), "A90"),
                             agent[leads.owner[queued]]))
    order = np.lexsort((at, held))
    opportunity = leads.opportunity
    return {
        "lead": {
            "id": lead_ids, "created_at": instants(leads.created), "owner_id": agent[leads.owner],
            "status_id": status, "email": address[leads.person], "phone": phones(n, rng),
            "channel_id": take([row[0] for row in market.CHANNELS], leads.channel),
            "campaign_id": take([f"K{k + 1}" for k in range(len(market.CAMPAIGNS))],
                                leads.campaign),
            "converted_at": instants(np.where(opportunity >= 0, leads.ended, -1)),
            "converted_opportunity_id": ids("OPP", opportunity),
            "disqualify_reason": np.where(
                status == "L5", lost[pick(rng, n, np.ones(len(lost)))], ""),
        },
        "lead_status_history": {
            "lead_id": lead_ids[history["lead"]], "at": instants(history["at"]),
            "status_id": take([row[0] for row in market.LEAD_STATUSES], history["status"])},
        "lead_owner_history": {"lead_id": lead_ids[held[order]], "at": instants(at[order]),
                               "agent_id": holder[order]},
    }


def opportunities(company: Company) -> dict[str, Columns]:
    """The opportunities with their stage, owner, amount and close-date histories."""
    selling, days, seed = company.selling, company.days, company.seed
    paths, customers = selling.paths, selling.customers
    n = len(selling.owner)
    rng = stream(seed, "opportunities as rows")
    agent, opportunity = np.array(company.agents.id), ids("OPP", np.arange(n))
    outcome = paths.outcome
    lead = np.full(n, -1)
    sold = np.flatnonzero(company.leads.opportunity >= 0)
    lead[company.leads.opportunity[sold]] = sold
    reasons = take(market.LOST_REASONS, pick(rng, n, (0.3, 0.22, 0.25, 0.13, 0.1)))
    voids = take(market.VOID_REASONS, pick(rng, n, (0.6, 0.1, 0.3)))
    reason = np.where(outcome < 0, np.where(paths.is_void, voids, reasons), "")
    account_names = company.account_names[customers.account]
    product_names = take([row[1] for row in market.PRODUCTS], selling.product)
    probability = np.array([row[4] for row in market.STAGES])[stage_now(selling)]
    own = between(rng, n, -10, 10) / 100
    swiss = selling.is_swiss[customers.account]
    base = {
        "id": opportunity,
        "name": np.char.add(np.char.add(account_names, " - "), product_names),
        "pipeline_id": np.full(n, "PL1"), "stage_id": stage_ids(stage_now(selling)),
        "status": np.array(["lost", "open", "won"])[outcome + 1],
        "owner_id": agent[selling.last_owner], "account_id": ids("ACC", customers.account),
        "lead_id": ids("LEA", lead), "amount": company.amount,
        "currency": np.where(swiss, "CHF", "EUR"),
        "created_at": instants(creation_instants(selling, days)),
        "closed_on": dates(paths.closed, days),
        "expected_close_date": dates(
            np.where(outcome == 0, company.expected_now, NEVER), days),
        "probability": np.where(outcome == 0, np.clip(probability + own, 0.05, 0.95), probability),
        "close_reason": reason,
        "type": np.where(customers.is_new, "new", "expansion"),
        "channel_id": take([row[0] for row in market.CHANNELS], selling.channel),
        "product_id": take([row[0] for row in market.PRODUCTS], selling.product),
    }
    stages = stage_history(selling, days, seed)
    owners = owner_history(selling, days, seed)
    amounts = amount_history(selling, company.amount, days, seed)
    closes = close_date_history(selling, company.expected, company.expected_now, days, seed)
    return {
        "opportunity": base,
        "stage_history": _history(opportunity, stages, "stage_id", stage_ids(stages["stage"])),
        "owner_history": _history(opportunity, owners, "agent_id", agent[owners["agent"]]),
        "amount_history": _history(opportunity, amounts, "amount", amounts["amount"]),
        "close_date_history": _history(opportunity, closes, "expected_close_date",
                                       dates(closes["expected"], days)),
    }


def _history(opportunity: Array, rows: Columns, name: str, values: Array) -> Columns:
    return {"opportunity_id": opportunity[rows["opportunity"]], "at": instants(rows["at"]),
            name: values}
