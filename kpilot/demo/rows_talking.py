"""Rows of what is said: calls and who was there to take them, mailings, answers to surveys."""

import numpy as np

from kpilot.demo import market
from kpilot.demo.chance import Array, Columns, Ints, between, lognormal, pick, stream
from kpilot.demo.columns import dates, ids, instants
from kpilot.demo.company import Company

INBOUND_A_DAY, OUTBOUND_A_DAY = 5, 6
INBOUND = ("answered", "abandoned", "voicemail", "callback")
OUTBOUND = ("answered", "no_answer", "busy", "voicemail")
QUEUES = ("Sales", "Orders")
AT_THE_PHONE = 3
MAILINGS_A_MONTH, RECIPIENTS, READERS = 2, 120, 900
SURVEYS_A_MONTH = 30


def calls(company: Company) -> dict[str, Columns]:
    """Calls in and out of working days, and the hours people stood by to take them."""
    days, rng = company.days, stream(company.seed, "calls")
    worked = np.flatnonzero(days.working[: days.last + 1])
    day = np.repeat(worked, INBOUND_A_DAY + OUTBOUND_A_DAY)
    n = len(day)
    is_in = np.tile(np.arange(INBOUND_A_DAY + OUTBOUND_A_DAY) < INBOUND_A_DAY, len(worked))
    outcome = np.where(is_in, np.array(INBOUND)[pick(rng, n, (0.84, 0.1, 0.04, 0.02))],
                       np.array(OUTBOUND)[pick(rng, n, (0.42, 0.38, 0.08, 0.12))])
    answered = outcome == "answered"
    wait = np.where(is_in, np.rint(lognormal(rng, n, median=14, sigma=0.9)), np.nan)
    talk = np.where(answered, np.rint(lognormal(rng, n, median=190, sigma=0.7)), 0.0)
    agent = _present(company, day, between(rng, n, 0, AT_THE_PHONE - 1))
    leads = company.leads
    call = {
        "id": ids("CAL", np.arange(n)),
        "started_at": instants(days.instant(day, between(rng, n, 9 * 3600, 18 * 3600 - 1))),
        "direction": np.where(is_in, "inbound", "outbound"), "outcome": outcome,
        "wait_s": wait, "talk_s": talk,
        "hold_s": np.where(answered & (rng.random(n) < 0.2), np.rint(20 + 60 * rng.random(n)), 0.0),
        "wrap_s": np.where(answered, np.rint(20 + 50 * rng.random(n)), 0.0),
        "agent_id": np.where(is_in & ~answered, "", agent),
        "queue": np.where(is_in, np.array(QUEUES)[between(rng, n, 0, 1)], ""),
        "lead_id": np.where(is_in, "", ids("LEA", between(rng, n, 0, len(leads.created) - 1))),
    }
    return {"call": call, "agent_state": _states(company, worked)}


def _present(company: Company, day: Ints, place: Ints) -> Array:
    """Of those employed on the day, the `place`-th."""
    agents = company.agents
    there = (agents.joined[None, :] <= day[:, None]) & (agents.left[None, :] > day[:, None])
    order = np.argsort(~there, axis=1, kind="stable")
    return np.array(agents.id)[order[np.arange(len(day)), place]]


def _states(company: Company, worked: Ints) -> Columns:
    """Each working day of the people at the phone: ready, on calls, at lunch, ready again."""
    days = company.days
    shifts = ((540, 542, "available"), (542, 720, "handling"), (720, 780, "break"),
              (780, 1078, "handling"), (1078, 1080, "available"))
    day = np.repeat(worked, AT_THE_PHONE * len(shifts))
    place = np.tile(np.repeat(np.arange(AT_THE_PHONE), len(shifts)), len(worked))
    step = np.tile(np.arange(len(shifts)), len(worked) * AT_THE_PHONE)
    begins, ends = (np.array([shift[k] for shift in shifts])[step] * 60 for k in (0, 1))
    return {
        "agent_id": _present(company, day, place),
        "from_at": instants(days.instant(day, begins)), "to_at": instants(days.instant(day, ends)),
        "state": np.array([shift[2] for shift in shifts])[step],
    }


def mailings(company: Company) -> dict[str, Columns]:
    """What became of each mail of a mailing: one row an event, openings by machines among them."""
    days, rng = company.days, stream(company.seed, "mailings")
    months = int(days.month[days.last])
    sent_on = np.array([days.next_working[days.month_start(month) + 7 + 14 * half]
                        for month in range(months) for half in range(MAILINGS_A_MONTH)])
    mail = np.repeat(np.arange(len(sent_on)), RECIPIENTS)
    n = len(mail)
    first = np.repeat(between(rng, len(sent_on), 0, READERS - 1), RECIPIENTS)
    person = (first + 7 * np.tile(np.arange(RECIPIENTS), len(sent_on))) % READERS
    luck = rng.random((6, n))
    delivered = luck[0] > 0.02
    human = delivered & (luck[1] < 0.24)
    machine = delivered & (luck[2] < 0.18)
    clicked, replied = human & (luck[3] < 0.18), human & (luck[4] < 0.05)
    left = delivered & (luck[5] < 0.004)
    happened = (("sent", np.full(n, True), 0, False), ("delivered", delivered, 20, False),
                ("bounced", ~delivered, 30, False), ("opened", machine & ~human, 45, True),
                ("opened", human, 5400, False), ("clicked", clicked, 5520, False),
                ("replied", replied, 9000, False), ("unsubscribed", left, 7200, False))
    moment = days.instant(sent_on[mail], np.full(n, 10 * 3600)) + person % 600
    parts = [(np.flatnonzero(there), event, delay, by_machine)
             for event, there, delay, by_machine in happened]
    row = np.concatenate([part[0] for part in parts])
    counts = [len(part[0]) for part in parts]
    agents = np.array(company.agents.id)
    return {"email_event": {
        "message_id": ids("MSG", mail[row]),
        "recipient": np.char.add(ids("reader", person[row]), "@post.example"),
        "event": np.repeat(np.array([part[1] for part in parts]), counts),
        "at": instants(moment[row] + np.repeat(np.array([part[2] for part in parts]), counts)),
        "is_machine": np.repeat(np.array([part[3] for part in parts]), counts),
        "campaign_id": ids_of(mail[row] % len(market.CAMPAIGNS)),
        "agent_id": agents[mail[row] % 8],
    }}


def ids_of(number: Ints) -> Array:
    """The campaigns' identifiers."""
    return np.array([f"K{k + 1}" for k in range(len(market.CAMPAIGNS))])[number]


def surveys(company: Company) -> dict[str, Columns]:
    """Answers of customers: satisfaction from 1 to 5, recommendation from 0 to 10."""
    days, rng = company.days, stream(company.seed, "surveys")
    bought = np.flatnonzero(company.selling.customers.bought < days.last)
    months = int(days.month[days.last])
    n = months * SURVEYS_A_MONTH
    day = np.array([days.month_start(month) for month in range(months)])
    day = np.repeat(day, SURVEYS_A_MONTH) + between(rng, n, 0, 27)
    account = bought[between(rng, n, 0, len(bought) - 1)]
    is_csat = rng.random(n) < 0.6
    csat = 1 + pick(rng, n, (0.03, 0.05, 0.14, 0.46, 0.32))
    nps = pick(rng, n, (0.02, 0.01, 0.02, 0.03, 0.04, 0.07, 0.09, 0.16, 0.22, 0.18, 0.16))
    return {"survey_response": {
        "id": ids("SUR", np.arange(n)), "account_id": ids("ACC", account),
        "at_on": dates(day, days), "kind": np.where(is_csat, "csat", "nps"),
        "score": np.where(is_csat, csat, nps),
    }}
