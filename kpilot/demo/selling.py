"""The opportunities: who works them, how they end, for whom, from where, for how much."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kpilot.demo import stories
from kpilot.demo.chance import Bools, Floats, Ints, between, lognormal, pick, stream
from kpilot.demo.channels import channels_of
from kpilot.demo.customers import Customers, customers_of
from kpilot.demo.days import Days
from kpilot.demo.market import PRODUCTS, SEGMENTS
from kpilot.demo.paths import (
    NEVER,
    Paths,
    created_days,
    paths_of,
    seconds_at_work,
    win_rates_planted,
)
from kpilot.demo.people import SELLING_TEAMS, Agents
from kpilot.demo.stories import Stories

OPPORTUNITIES = 6000
HANDED_ON_SHARE = 0.05
HANDED_ON_AFTER_CLOSING = 60
SWISS = SELLING_TEAMS.index("Genève")


@dataclass(frozen=True, kw_only=True)
class Selling:
    """All opportunities in order of creation; `second` is the local time of day of creation.

    owner         at the closing (or today), first_owner before `handed_on`
    last_owner    today's, another one where a closed opportunity was handed on later
    segment       number in `SEGMENTS`, by account; amount in the account's currency
    """

    paths: Paths
    second: Ints
    owner: Ints
    first_owner: Ints
    handed_on: Ints
    last_owner: Ints
    channel: Ints
    customers: Customers
    segment: Ints
    product: Ints
    amount: Floats
    is_swiss: Bools


def selling_of(seed: int, days: Days, agents: Agents, story: Stories) -> Selling:
    """The whole history of selling up to today."""
    rng = stream(seed, "selling")
    created = created_days(OPPORTUNITIES, days, rng)
    first = _first_owners(created, agents, story, rng)
    paths = paths_of(created, agents.speed[first], agents.skill[first], days, story, rng)
    win_rates_planted(paths, days, story, stream(seed, "win rates"))
    if story.told:
        _give_to_the_rookie(first, paths, days, agents, rng)
    handed_on, owner = _handed_on(first, paths, days, agents, story, rng)
    last_owner = _handed_on_later(owner, paths, days, agents, story, rng)
    channel = channels_of(paths, days, story, stream(seed, "channels"))
    customers = customers_of(paths, owner, agents.leave, days, stream(seed, "customers"))
    rng = stream(seed, "amounts")
    segment = pick(rng, len(customers.owner), [share for _, share, _, _ in SEGMENTS])
    row_segment = segment[customers.account]
    median = np.array([row[2] for row in SEGMENTS])[row_segment]
    sigma = np.array([row[3] for row in SEGMENTS])[row_segment]
    amount = lognormal(rng, OPPORTUNITIES, median=median, sigma=sigma)
    weights = np.array([row[6] for row in PRODUCTS])
    return Selling(
        paths=paths, second=seconds_at_work(rng, OPPORTUNITIES), owner=owner, first_owner=first,
        handed_on=handed_on, last_owner=last_owner, channel=channel, customers=customers,
        segment=segment, product=pick(rng, OPPORTUNITIES, weights), amount=rounded(amount),
        is_swiss=agents.team[customers.owner] == SWISS)


def rounded(amount: Floats) -> Floats:
    """Amounts as people write them: to 10, above 10,000 to 100."""
    step = np.where(amount < 10_000, 10, 100)
    return np.rint(amount / step) * step


def _first_owners(created: Ints, agents: Agents, story: Stories,
                  rng: np.random.Generator) -> Ints:
    """An agent who works there on the day; the newcomer of the story gets hers apart."""
    share = agents.share.copy()
    if story.told:
        share[agents.number(stories.ROOKIE)] = 0.0
    owner = np.zeros(len(created), np.int64)
    changes = sorted({0, NEVER, *agents.joined.tolist(), *agents.left.tolist()})
    for start, end in pairwise(changes):
        rows = np.flatnonzero((created >= start) & (created < end))
        owner[rows] = pick(rng, len(rows), share * agents.active(start))
    return owner


def _give_to_the_rookie(owner: Ints, paths: Paths, days: Days, agents: Agents,
                        rng: np.random.Generator) -> None:
    """Two won opportunities and a few open ones of the team's, all opened since joining."""
    rookie = agents.number(stories.ROOKIE)
    since = paths.created >= agents.joined[rookie] + 3
    near = agents.team[owner] == agents.team[rookie]
    order = np.argsort(np.where(near, 0.0, 1.0) + rng.random(len(owner)), kind="stable")
    won = order[(since & (paths.outcome > 0))[order]][: stories.ROOKIE_WINS]
    still_open = order[(since & (paths.outcome == 0) & near)[order]][: stories.ROOKIE_OPEN]
    owner[won] = rookie
    owner[still_open] = rookie


def _handed_on(first: Ints, paths: Paths, days: Days, agents: Agents, story: Stories,
               rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(day, new owner) of opportunities that changed hands while open; `NEVER` for the others."""
    n = len(first)
    end = np.minimum(paths.closed, days.last + 1)
    orphaned = agents.left[first] < end
    length = end - paths.created
    swapped = (rng.random(n) < HANDED_ON_SHARE) & (length > 10) & ~_in_a_story(first, agents, story)
    middle = paths.created + 3 + np.floor(rng.random(n) * np.maximum(length - 6, 1))
    when = np.full(n, NEVER)
    when[swapped] = days.next_working[middle[swapped].astype(np.int64)]
    when[orphaned] = days.next_working[agents.left[first[orphaned]]]
    when[when >= end] = NEVER
    rows = np.flatnonzero(when < NEVER)
    owner = first.copy()
    owner[rows] = _colleagues(first[rows], when[rows], agents, story, rng)
    return when, owner


def _handed_on_later(owner: Ints, paths: Paths, days: Days, agents: Agents, story: Stories,
                     rng: np.random.Generator) -> Ints:
    """Today's owner: some closed opportunities of agents who left were given to a colleague."""
    gone = np.flatnonzero((paths.outcome != 0) & (agents.left[owner] <= days.last))
    chosen = gone[np.argsort(rng.random(len(gone)), kind="stable")[:HANDED_ON_AFTER_CLOSING]]
    last = owner.copy()
    at = np.full(len(chosen), days.last)
    last[chosen] = _colleagues(owner[chosen], at, agents, story, rng)
    return last


def _colleagues(agent: Ints, day: Ints, agents: Agents, story: Stories,
                rng: np.random.Generator) -> Ints:
    """Someone of the same team who was there on the day and is in no story."""
    table = np.arange(len(agents.id))
    free = ~_in_a_story(table, agents, story)
    result = agent.copy()
    luck = rng.random(len(agent))
    for i in range(len(agent)):
        there = free & agents.active(int(day[i])) & (table != agent[i])
        same = np.flatnonzero(there & (agents.team == agents.team[agent[i]]))
        result[i] = same[int(luck[i] * len(same))]
    return result


def _in_a_story(agent: Ints, agents: Agents, story: Stories) -> Bools:
    if not story.told:
        return np.zeros(len(agent), np.bool_)
    told = [agents.number(name) for name in (stories.HARE, stories.TORTOISE, stories.ROOKIE)]
    return np.isin(agent, told)


def expected_close(selling: Selling, days: Days, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(expected at creation, expected now) as days; one open opportunity in five is overdue."""
    n = len(selling.owner)
    at_first = days.next_working[selling.paths.created + between(rng, n, 30, 90)]
    is_open = selling.paths.outcome == 0
    slip = between(rng, n, 10, 60)
    now = np.where(is_open, np.maximum(at_first, days.last + slip), selling.paths.closed)
    overdue = is_open & (rng.random(n) < 0.2)
    early = np.maximum(selling.paths.created + 5, days.last - slip)
    now[overdue] = early[overdue]
    return at_first, now
