"""Leads: the ones that became opportunities, the ones that did not, doubles, first answers."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kpilot.demo import stories
from kpilot.demo.chance import Bools, Ints, between, lognormal, pick, stream
from kpilot.demo.channels import SHARE
from kpilot.demo.days import Days
from kpilot.demo.market import CAMPAIGNS, CHANNELS
from kpilot.demo.paths import NEVER, created_days
from kpilot.demo.people import Agents
from kpilot.demo.selling import Selling
from kpilot.demo.stories import Stories

LEADS = 8000
LED_TO_SHARE = 0.58
DOUBLES = 240
NEVER_TOUCHED = 0.11
NEW, WORKING, QUALIFIED, CONVERTED, NOT_A_FIT, NURTURE = range(6)
LEAD_WEIGHT = np.array([0.7, 0.7, 1.2, 0.9, 1.0, 1.8, 1.9])


@dataclass(frozen=True, kw_only=True)
class Leads:
    """One place for each lead, by creation. Instants in seconds of UTC; -1: never.

    opportunity  the one it became, or -1; person: who it is (doubles share one)
    touched      first human answer; status: number in `LEAD_STATUSES`
    """

    created: Ints
    owner: Ints
    channel: Ints
    campaign: Ints
    person: Ints
    opportunity: Ints
    touched: Ints
    worked: Ints
    qualified: Ints
    ended: Ints
    status: Ints
    waits_in_queue: Bools


def leads_of(seed: int, selling: Selling, agents: Agents, days: Days, story: Stories) -> Leads:
    """8,000 leads up to today."""
    rng = stream(seed, "leads")
    sold_day, sold = _that_became_opportunities(selling, rng)
    others = LEADS - len(sold) - DOUBLES
    day = np.concatenate((sold_day, created_days(others, days, rng)))
    opportunity = np.concatenate((sold, np.full(others, -1)))
    channel = np.concatenate((selling.channel[sold], _channels(day[len(sold):], days, story, rng)))
    owner = np.concatenate((selling.first_owner[sold], _owners(day[len(sold):], agents, rng)))
    person = np.arange(len(day))
    twins = np.sort(np.argsort(rng.random(len(day)), kind="stable")[:DOUBLES])
    twin_day = np.minimum(day[twins] + between(rng, DOUBLES, 1, 24), days.last)
    day = np.concatenate((day, twin_day))
    opportunity = np.concatenate((opportunity, np.full(DOUBLES, -1)))
    channel, owner, person = (np.concatenate((a, a[twins])) for a in (channel, owner, person))
    created = days.instant(day, between(rng, LEADS, 7 * 3600 + 1800, 20 * 3600))
    is_sold = opportunity >= 0
    limit = np.where(is_sold, days.instant(selling.paths.created, selling.second)[opportunity],
                     np.int64(2) ** 40)
    created = np.where(is_sold, np.minimum(created, limit - 1800), created)
    order = np.lexsort((person, created))
    created, channel, owner, person, opportunity, limit = (
        a[order] for a in (created, channel, owner, person, opportunity, limit))
    return _lives(created, channel, owner, person, opportunity, limit, days, rng)


def _that_became_opportunities(selling: Selling, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(day of the lead, opportunity) for a share of the opportunities with new accounts."""
    fresh = np.flatnonzero(selling.customers.is_new)
    fresh = fresh[rng.random(len(fresh)) < LED_TO_SHARE]
    lag = np.rint(lognormal(rng, len(fresh), median=8.0, sigma=0.9)).astype(np.int64)
    day = selling.paths.created[fresh] - lag
    return day[day >= 0], fresh[day >= 0]


def _channels(day: Ints, days: Days, story: Stories, rng: np.random.Generator) -> Ints:
    usual = pick(rng, len(day), SHARE * LEAD_WEIGHT)
    if not story.told:
        return usual
    more = np.array([stories.SHIFT_TO.get(row[1], 0.0) for row in CHANNELS])
    shift = (day >= days.month_start(story.shifted * 3) - stories.SHIFT_LEADS_DAYS_BEFORE)
    shift &= rng.random(len(day)) < 0.35
    return np.where(shift, pick(rng, len(day), more), usual)


def _owners(day: Ints, agents: Agents, rng: np.random.Generator) -> Ints:
    luck = rng.random(len(day))
    owner = np.zeros(len(day), np.int64)
    changes = sorted({0, NEVER, *agents.joined.tolist(), *agents.left.tolist()})
    for start, end in pairwise(changes):
        rows = np.flatnonzero((day >= start) & (day < end))
        total = np.cumsum(agents.share * agents.active(start))
        owner[rows] = np.searchsorted(total, luck[rows] * total[-1], side="right")
    return owner


def _lives(created: Ints, channel: Ints, owner: Ints, person: Ints, opportunity: Ints,
           limit: Ints, days: Days, rng: np.random.Generator) -> Leads:
    """First answer, work, qualification and end of each lead, cut off today."""
    n = len(created)
    now = int(days.instant(np.array([days.last]), np.array([18 * 3600 + 1800]))[0])
    is_sold = opportunity >= 0
    median = np.where(is_sold, 1500.0, 4200.0) * np.where(channel >= 5, 0.6, 1.3)
    touched = created + np.maximum(lognormal(rng, n, median=median, sigma=1.6), 40).astype(np.int64)
    touched = np.where(is_sold, np.minimum(touched, limit - 600), touched)
    untouched = ~is_sold & (rng.random(n) < NEVER_TOUCHED)
    touched = np.where(untouched | (touched > now), -1, touched)
    worked = np.where(touched >= 0, touched + 120, -1)
    later = touched + (lognormal(rng, n, median=3.0, sigma=0.8) * 86400).astype(np.int64)
    fate = rng.random(n)
    qualifies = is_sold | (fate < 0.20)
    qualified = np.where(is_sold, np.minimum(later, limit - 300), later)
    qualified = np.where(qualifies & (touched >= 0) & (qualified <= now), qualified, -1)
    over = later + (lognormal(rng, n, median=9.0, sigma=0.7) * 86400).astype(np.int64)
    ended = np.where(is_sold, limit, over)
    stops = is_sold | (fate > 0.30)
    ended = np.where(stops & (touched >= 0) & (ended <= now), ended, -1)
    status = np.where(worked >= 0, WORKING, NEW)
    status = np.where(qualified >= 0, QUALIFIED, status)
    status = np.where(ended >= 0, np.where(fate > 0.62, NOT_A_FIT, NURTURE), status)
    status = np.where(is_sold, CONVERTED, status)
    campaigns = [channel_id for _, channel_id in CAMPAIGNS]
    campaign = np.full(n, -1)
    for k, row in enumerate(CHANNELS):
        matching = np.array([i for i, c in enumerate(campaigns) if c == row[0]])
        if len(matching):
            mine = np.flatnonzero((channel == k) & (rng.random(n) < 0.8))
            campaign[mine] = matching[pick(rng, len(mine), np.ones(len(matching)))]
    queue = (channel >= 5) & (touched >= 0) & (rng.random(n) < 0.5)
    return Leads(
        created=created, owner=owner, channel=channel, campaign=campaign, person=person,
        opportunity=opportunity, touched=touched, worked=worked, qualified=qualified,
        ended=ended, status=status, waits_in_queue=queue)


def status_history(leads: Leads) -> dict[str, Ints]:
    """(lead, at, status number), by lead and time."""
    everyone = np.arange(len(leads.created))
    parts = [(everyone, leads.created, np.full(len(everyone), NEW))]
    for at, status in ((leads.worked, WORKING), (leads.qualified, QUALIFIED)):
        rows = np.flatnonzero((at >= 0) & ((leads.ended < 0) | (at < leads.ended)))
        parts.append((rows, at[rows], np.full(len(rows), status)))
    rows = np.flatnonzero(leads.ended >= 0)
    parts.append((rows, leads.ended[rows], leads.status[rows]))
    number, when, which = (np.concatenate([part[i] for part in parts]) for i in range(3))
    order = np.lexsort((when, number))
    return {"lead": number[order], "at": when[order], "status": which[order]}
