"""Exchange rates, and the amounts and targets of the running quarter (who is ahead, who behind)."""

from dataclasses import dataclass

import numpy as np

from kpilot.demo import stories
from kpilot.demo.chance import Floats, Ints, normal, stream
from kpilot.demo.days import Days
from kpilot.demo.people import SELLING_TEAMS, Agents
from kpilot.demo.selling import Selling, rounded
from kpilot.demo.stories import Stories

CHF_IN_EUR = 1.045
DAYS_BETWEEN_RATES = 7
TEAMS = len(SELLING_TEAMS)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """EUR for one CHF, on each `day` (Mondays, the first one before the start)."""

    day: Ints
    rate: Floats

    def at(self, day: Ints) -> Floats:
        """The latest rate not after each day."""
        return self.rate[np.searchsorted(self.day, day, side="right") - 1]


def rates_of(seed: int, days: Days) -> Rates:
    """A rate a week that wanders around 1.045 EUR."""
    first = -days.start.weekday()
    at = np.arange(first, days.last + 1, DAYS_BETWEEN_RATES)
    steps = normal(stream(seed, "rates"), len(at)) * 0.004
    walk = np.zeros(len(at))
    for i in range(1, len(at)):
        walk[i] = 0.97 * walk[i - 1] + steps[i]
    return Rates(day=at, rate=np.rint(CHF_IN_EUR * (1 + walk) * 10_000) / 10_000)


def won_in_eur(selling: Selling, rates: Rates, amount: Floats) -> Floats:
    """The won amount of each opportunity in EUR at the rate of its closing; 0 for the others."""
    won = selling.paths.outcome > 0
    day = np.where(won, selling.paths.closed, 0)
    swiss = selling.is_swiss[selling.customers.account]
    return np.where(won, amount * np.where(swiss, rates.at(day), 1.0), 0.0)


def won_by_team(selling: Selling, agents: Agents, rates: Rates, days: Days,
                amount: Floats) -> Floats:
    """(quarter, team) won value in EUR, by the team of the owner at the closing."""
    won = np.flatnonzero(selling.paths.outcome > 0)
    closed = selling.paths.closed[won]
    team = agents.team_at(selling.owner[won], closed)
    cell = days.quarter[closed] * TEAMS + team
    value = won_in_eur(selling, rates, amount)[won]
    cells = (int(days.quarter[days.last]) + 1) * TEAMS
    sums: Floats = np.bincount(cell, weights=value, minlength=cells).astype(np.float64)
    return sums.reshape(-1, TEAMS)


def elapsed_share(days: Days) -> float:
    """How much of the running quarter is over at the end of today."""
    quarter = int(days.quarter[days.last])
    start, end = days.month_start(quarter * 3), days.month_start(quarter * 3 + 3)
    return (days.last + 1 - start) / (end - start)


def paced(selling: Selling, agents: Agents, rates: Rates, days: Days, story: Stories,
          seed: int) -> tuple[Floats, Floats]:
    """Amounts and team targets of the running quarter so that each team is at its pace.

    A target near the team's usual quarter is met half-way: the amounts won in the running quarter
    are scaled within reason, the rest is in the target.
    Returns (amount of each opportunity, target of each selling team).
    """
    rng = stream(seed, "pace")
    low, high = stories.USUAL_PACE
    pace = low + (high - low) * rng.random(TEAMS)
    if story.told:
        pace[SELLING_TEAMS.index(stories.AHEAD_TEAM)] = stories.AHEAD_PACE
        pace[SELLING_TEAMS.index(stories.BEHIND_TEAM)] = stories.BEHIND_PACE
    quarter = int(days.quarter[days.last])
    by_team = won_by_team(selling, agents, rates, days, selling.amount)
    usual = by_team[max(0, quarter - 4): quarter].mean(axis=0) * 1.06
    elapsed = elapsed_share(days)
    if elapsed < stories.PACE_FROM_ELAPSED:
        return selling.amount, np.rint(usual / 1000) * 1000
    actual = by_team[quarter]
    factor = np.clip(pace * elapsed * usual / np.maximum(actual, 1.0), 0.45, 2.2)
    closed = selling.paths.closed
    now = np.flatnonzero((selling.paths.outcome > 0) & (closed >= days.month_start(quarter * 3)))
    amount = selling.amount.copy()
    team = agents.team_at(selling.owner[now], closed[now])
    amount[now] = np.maximum(rounded(amount[now] * factor[team]), 100)
    actual = won_by_team(selling, agents, rates, days, amount)[quarter]
    target = np.where(actual > 0, actual / (pace * elapsed), usual)
    return amount, np.rint(target / 1000) * 1000
