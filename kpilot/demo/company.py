"""The company put together, part by part; `rows.py` brings it to the canonical tables."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from kpilot.demo.activity import Activities, activities_of
from kpilot.demo.chance import Floats, Ints, stream
from kpilot.demo.days import Days, days_until
from kpilot.demo.leads import Leads, leads_of
from kpilot.demo.market import account_names
from kpilot.demo.money import Rates, paced, rates_of, won_by_team, won_in_eur
from kpilot.demo.orders import Orders, orders_of
from kpilot.demo.people import Agents, agents_of
from kpilot.demo.selling import Selling, expected_close, selling_of
from kpilot.demo.stories import Stories, stories_at
from kpilot.demo.targets import team_targets

UNKNOWN_AMOUNT_SHARE = 0.03


@dataclass(frozen=True, kw_only=True)
class Company:
    """Everything that was made up, as arrays.

    amount            of each opportunity in the account's currency, NaN where nobody wrote it
    expected          expected close as first said, expected_now: as it stands (days)
    targets           (quarter, selling team) in EUR, won_by_month: in EUR
    """

    seed: int
    days: Days
    story: Stories
    agents: Agents
    rates: Rates
    selling: Selling
    amount: Floats
    expected: Ints
    expected_now: Ints
    leads: Leads
    orders: Orders
    activities: Activities
    targets: Floats
    won_by_month: Floats
    account_names: npt.NDArray[np.str_]


def company_of(seed: int, today: date, *, stories: bool = True) -> Company:
    """The company that `seed` makes, up to the last working day not after `today`."""
    days = days_until(today)
    story = stories_at(days, told=stories)
    agents = agents_of(days, story, stream(seed, "agents"))
    rates = rates_of(seed, days)
    selling = selling_of(seed, days, agents, story)
    amount, running = paced(selling, agents, rates, days, story, seed)
    amount = _with_gaps(selling, amount, days, seed)
    known = np.nan_to_num(amount)
    expected, expected_now = expected_close(selling, days, stream(seed, "expected close"))
    leads = leads_of(seed, selling, agents, days, story)
    won = np.flatnonzero(selling.paths.outcome > 0)
    by_month = np.bincount(
        days.month[selling.paths.closed[won]], weights=won_in_eur(selling, rates, known)[won],
        minlength=int(days.month[days.last]) + 1).astype(np.float64)
    return Company(
        seed=seed, days=days, story=story, agents=agents, rates=rates, selling=selling,
        amount=amount, expected=expected, expected_now=expected_now, leads=leads,
        orders=orders_of(seed, selling, amount, days),
        activities=activities_of(seed, selling, leads, agents, days),
        targets=team_targets(won_by_team(selling, agents, rates, days, known), running, seed),
        won_by_month=by_month,
        account_names=account_names(len(selling.customers.owner), stream(seed, "names")))


def _with_gaps(selling: Selling, amount: Floats, days: Days, seed: int) -> Floats:
    """Amounts with the gaps people leave; none among what was won in the running quarter."""
    won = selling.paths.outcome > 0
    start = days.month_start(int(days.quarter[days.last]) * 3)
    recent = won & (selling.paths.closed >= start)
    share = np.where(won, UNKNOWN_AMOUNT_SHARE / 5, UNKNOWN_AMOUNT_SHARE)
    gap = (stream(seed, "gaps").random(len(amount)) < share) & ~recent
    return np.where(gap, np.nan, amount)
