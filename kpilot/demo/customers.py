"""Which account each opportunity belongs to, and how long the accounts that bought stay.

A win makes a new customer or sells more to one that stays. Whether a new customer leaves within
the year is shared out evenly among the customers of each agent, so an agent's retention is the
agent's own rate; after leaving, an account neither orders nor wins again.
"""

from dataclasses import dataclass

import numpy as np

from kpilot.demo.chance import Bools, Floats, Ints, between, pick, spread
from kpilot.demo.days import Days
from kpilot.demo.paths import NEVER, Paths

ACCOUNTS = 1500
EXPANSION_SHARE = 0.58
EXPANSION_SHARE_OF_LEAVERS = 0.15
LEAVES_AFTER = (70, 165)
LATE_LEAVE_SHARE = 0.12


@dataclass(frozen=True, kw_only=True)
class Customers:
    """`account` for each opportunity; the rest has one place for each account.

    owner     the agent, first: the day of the account's creation
    bought    day of the first win, left: day of the last contract (both `NEVER` if none)
    is_new    for each opportunity: it was opened before the account had bought
    """

    account: Ints
    is_new: Bools
    owner: Ints
    first: Ints
    bought: Ints
    left: Ints


def customers_of(paths: Paths, owner: Ints, leave: Floats, days: Days,
                 rng: np.random.Generator) -> Customers:
    """Accounts for the opportunities of each agent; `leave` is each agent's share of leavers."""
    account = np.full(len(paths.created), -1)
    won = np.flatnonzero(paths.outcome > 0)
    won = won[np.lexsort((won, paths.closed[won]))]
    place = _place_of_each(owner[won])
    grows = spread(rng, owner[won] * 1000 + place // 12) < np.where(
        leave[owner[won]] > 0.5, EXPANSION_SHARE_OF_LEAVERS, EXPANSION_SHARE)
    luck = rng.random(len(won))
    after = between(rng, len(won), *LEAVES_AFTER)
    late = rng.random(len(won)) < LATE_LEAVE_SHARE
    late_after = between(rng, len(won), 400, 900)
    owners: list[int] = []
    bought: list[int] = []
    left: list[int] = []
    staying: dict[int, list[int]] = {}
    debt = np.zeros(len(leave))
    for i, row in enumerate(won.tolist()):
        agent, day = int(owner[row]), int(paths.closed[row])
        known = staying.setdefault(agent, [])
        ready = [a for a in known if bought[a] < paths.created[row]] if grows[i] else []
        if ready:
            account[row] = ready[int(luck[i] * len(ready))]
            continue
        account[row] = len(owners)
        owners.append(agent)
        bought.append(day)
        debt[agent] += leave[agent] + 0.3 * (luck[i] - 0.5)
        if debt[agent] >= 0.5:
            debt[agent] -= 1
            left.append(day + int(after[i]))
        elif late[i]:
            left.append(day + int(late_after[i]))
        else:
            left.append(NEVER)
            known.append(len(owners) - 1)
    return _prospects(paths, owner, account, owners, bought, left, rng)


def _place_of_each(owner: Ints) -> Ints:
    """How many rows of the same agent stand before each row."""
    order = np.argsort(owner, kind="stable")
    counts = np.bincount(owner)
    place = np.empty(len(owner), np.int64)
    place[order] = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return place


def _prospects(paths: Paths, owner: Ints, account: Ints, owners: list[int], bought: list[int],
               left: list[int], rng: np.random.Generator) -> Customers:
    """Accounts of what was not won: those of the same agent, or ones that never bought."""
    agents = int(owner.max()) + 1
    missing = max(ACCOUNTS - len(owners), agents)
    work = np.bincount(owner, minlength=agents) + 1
    extra = np.concatenate((np.arange(agents), pick(rng, missing - agents, work)))
    all_owners = np.concatenate((np.array(owners, np.int64), extra))
    by_agent = np.argsort(all_owners, kind="stable")
    counts = np.bincount(all_owners, minlength=agents)
    starts = np.cumsum(counts) - counts
    rest = np.flatnonzero(account < 0)
    place = np.floor(rng.random(len(rest)) * counts[owner[rest]]).astype(np.int64)
    account[rest] = by_agent[starts[owner[rest]] + place]
    n = len(all_owners)
    bought_at = np.concatenate((np.array(bought, np.int64), np.full(len(extra), NEVER)))
    left_at = np.concatenate((np.array(left, np.int64), np.full(len(extra), NEVER)))
    _no_business_after_leaving(paths, owner, account, starts, by_agent, len(owners), left_at)
    first = np.full(n, NEVER)
    np.minimum.at(first, account, paths.created)
    return Customers(
        account=account, is_new=paths.created < bought_at[account], owner=all_owners,
        first=first, bought=bought_at, left=left_at)


def _no_business_after_leaving(paths: Paths, owner: Ints, account: Ints, starts: Ints,
                               by_agent: Ints, customers: int, left: Ints) -> None:
    """Hand what is opened with an account that has left to one that never bought."""
    gone = np.flatnonzero((paths.outcome <= 0) & (paths.created > left[account]))
    counts = np.bincount(owner)
    for row in gone.tolist():
        agent = int(owner[row])
        stretch = by_agent[starts[agent]: starts[agent + 1] if agent + 1 < len(starts) else None]
        prospects = stretch[stretch >= customers]
        account[row] = prospects[int(counts[agent] + row) % len(prospects)]
