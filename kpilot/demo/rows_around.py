"""Rows of what stands around selling: the organisation, the catalogue, the customers."""

import numpy as np

from kpilot.demo import market, people
from kpilot.demo.chance import Columns, between, pick, stream
from kpilot.demo.columns import dates, email, ids, instants, phones, table, take
from kpilot.demo.company import Company
from kpilot.demo.paths import NEVER

PIPELINE = "Sales"


def organisation(company: Company) -> dict[str, Columns]:
    """Teams, salespeople and the teams they were in over time."""
    agents, days = company.agents, company.days
    team_ids = {name: team_id for team_id, name, _ in people.TEAMS}
    of_team = np.array([team_ids[name] for name in people.SELLING_TEAMS])
    leaders = [agents.id[int(np.flatnonzero((agents.team == k) & (agents.joined == 0)
                                            & (agents.left > days.last))[0])]
               for k in range(len(of_team))]
    manager = np.array(leaders)[agents.team]
    agent = {
        "id": np.array(agents.id), "name": np.array(agents.name),
        "email": np.array([email(name, people.COMPANY) for name in agents.name]),
        "team_id": of_team[agents.team],
        "manager_id": np.where(manager == np.array(agents.id), "", manager),
        "kind": np.full(len(agents.id), "human"),
        "active_from": dates(agents.joined, days),
        "active_to": dates(np.where(agents.left > days.last, NEVER, agents.left), days),
    }
    for number, (name, kind) in enumerate(((people.QUEUE, "queue"), (people.SYSTEM, "system"))):
        extra = (f"A9{number}", name, "", "T0", "", kind,
                 np.datetime64(days.start), np.datetime64("NaT", "D"))
        agent = {key: np.append(column, np.array([value]))
                 for (key, column), value in zip(agent.items(), extra, strict=True)}
    everyone = np.arange(len(agents.id))
    moved = np.flatnonzero(agents.moved_on >= 0)
    return {
        "team": table("id name parent_id", people.TEAMS), "agent": agent,
        "agent_team_history": {
            "agent_id": np.array(agents.id)[np.concatenate((everyone, moved))],
            "from_date": dates(np.concatenate((agents.joined, agents.moved_on[moved])), days),
            "team_id": of_team[np.concatenate((agents.old_team, agents.team[moved]))]},
    }


def catalogue(company: Company) -> dict[str, Columns]:
    """Channels, campaigns, products, lead statuses and stages."""
    campaigns = [(f"K{k + 1}", name, channel) for k, (name, channel) in enumerate(market.CAMPAIGNS)]
    start, today = (np.datetime64(day) for day in (company.days.start, company.days.today))
    return {
        "channel": table("id name kind is_paid motion reach",
                         [row[:6] for row in market.CHANNELS]),
        "campaign": {**table("id name channel_id", campaigns),
                     "start_date": np.full(len(campaigns), start),
                     "end_date": np.full(len(campaigns), today)},
        "product": table("id name category is_recurring list_price unit_cost",
                         [row[:6] for row in market.PRODUCTS]),
        "lead_status": table("id name is_qualified is_disqualified is_converted",
                             market.LEAD_STATUSES),
        "pipeline": {"id": np.array(["PL1"]), "name": np.array([PIPELINE])},
        "stage": {**table("id name pos kind probability", [row[:5] for row in market.STAGES]),
                  "pipeline_id": np.full(len(market.STAGES), "PL1"),
                  "rot_days": np.array([float(row[5] or np.nan) for row in market.STAGES])},
    }


def customers(company: Company) -> dict[str, Columns]:
    """Accounts and their contacts."""
    selling, days = company.selling, company.days
    customers, n = selling.customers, len(selling.customers.owner)
    rng = stream(company.seed, "customers as rows")
    countries = [people.COUNTRIES[name] for name in people.SELLING_TEAMS]
    luck = rng.random(n)
    first_channel = np.full(n, -1)
    first_channel[customers.account[::-1]] = selling.channel[::-1]
    first = np.minimum(customers.first, days.last)
    created = np.maximum(first - between(rng, n, 1, 20), 0)
    names = company.account_names
    owner_team = company.agents.team[customers.owner].tolist()
    account = {
        "id": ids("ACC", np.arange(n)), "name": names,
        "segment": np.array([row[0] for row in market.SEGMENTS])[selling.segment],
        "industry": take(market.INDUSTRIES, pick(rng, n, np.ones(len(market.INDUSTRIES)))),
        "country": np.array([countries[team][int(u * len(countries[team]))]
                             for team, u in zip(owner_team, luck.tolist(), strict=True)]),
        "model": np.full(n, "b2b"), "owner_id": np.array(company.agents.id)[customers.owner],
        "first_channel_id": take([row[0] for row in market.CHANNELS], first_channel),
        "created_at": instants(days.instant(created, np.full(n, 9 * 3600))),
    }
    count = 1 + pick(rng, n, (0.45, 0.35, 0.2))
    of = np.repeat(np.arange(n), count)
    people_there = market.person_names(len(of), rng)
    contact = {
        "id": ids("CON", np.arange(len(of))), "name": people_there, "account_id": account["id"][of],
        "email": np.array([email(name, firm.split(" ")[0]) for name, firm in
                           zip(people_there.tolist(), names[of].tolist(), strict=True)]),
        "phone": phones(len(of), rng),
        "created_at": account["created_at"][of] + between(rng, len(of), 60, 7200).astype("m8[s]"),
    }
    return {"account": account, "contact": contact}
