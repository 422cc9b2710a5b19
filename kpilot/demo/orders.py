"""What customers buy after they were won: orders, lines, refunds, recurring revenue."""

from dataclasses import dataclass

import numpy as np

from kpilot.demo.chance import Bools, Columns, Floats, Ints, between, lognormal, pick, stream
from kpilot.demo.days import Days
from kpilot.demo.market import PRODUCTS
from kpilot.demo.paths import NEVER, seconds_at_work
from kpilot.demo.selling import Selling

DAYS_BETWEEN_ORDERS = (45, 135)
REFUND_SHARE = 0.012
CANCELLED_SHARE = 0.03
MRR_SHARE = 0.02
GONE_BEFORE_LEAVING = 5


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Orders by day; money in the account's currency.

    opportunity  the win that an order comes from, or -1: bought again
    status       confirmed, invoiced, paid or cancelled
    """

    account: Ints
    day: Ints
    at: Ints
    amount: Floats
    opportunity: Ints
    is_cancelled: Bools
    refund: Floats
    refund_day: Ints


def orders_of(seed: int, selling: Selling, amount: Floats, days: Days) -> Orders:
    """The order of each win, and orders again every few months while the customer stays."""
    rng = stream(seed, "orders")
    won = np.flatnonzero(selling.paths.outcome > 0)
    usual = np.where(np.isnan(amount), np.nanmedian(amount), amount)
    account, day, again_amount = _again(selling, usual, days, rng)
    accounts = np.concatenate((selling.customers.account[won], account))
    all_days = np.concatenate((selling.paths.closed[won], day))
    amounts = np.concatenate((usual[won], again_amount))
    source = np.concatenate((won, np.full(len(account), -1)))
    order = np.lexsort((accounts, all_days))
    accounts, all_days, amounts, source = (
        a[order] for a in (accounts, all_days, amounts, source))
    n = len(accounts)
    cancelled = (source < 0) & (rng.random(n) < CANCELLED_SHARE)
    refunded = ~cancelled & (rng.random(n) < REFUND_SHARE)
    refund_day = days.next_working[all_days + between(rng, n, 5, 40)]
    refunded &= refund_day <= days.last
    part = np.where(rng.random(n) < 0.25, 1.0, 0.1 + 0.5 * rng.random(n))
    return Orders(
        account=accounts, day=all_days, at=days.instant(all_days, seconds_at_work(rng, n)),
        amount=np.asarray(amounts, np.float64), opportunity=source, is_cancelled=cancelled,
        refund=np.where(refunded, np.rint(amounts * part * 100) / 100, 0.0),
        refund_day=refund_day)


def _again(selling: Selling, amount: Floats, days: Days,
           rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """(account, day, amount) of orders without an opportunity."""
    customers = selling.customers
    at = customers.bought.copy()
    first_amount = np.zeros(len(at))
    won = np.flatnonzero(selling.paths.outcome > 0)
    np.maximum.at(first_amount, customers.account[won], amount[won])
    found: list[tuple[Ints, Ints, Floats]] = []
    while True:
        at = np.where(at < NEVER, at + between(rng, len(at), *DAYS_BETWEEN_ORDERS), NEVER)
        share = lognormal(rng, len(at), median=0.16, sigma=0.6)
        going = np.flatnonzero(
            (at <= days.last) & (at < customers.left - GONE_BEFORE_LEAVING))
        if len(going) == 0:
            break
        money = np.maximum(np.rint(first_amount[going] * share[going]), 40.0)
        found.append((going, np.minimum(days.next_working[at[going]], days.last), money))
        stopped = np.ones(len(at), np.bool_)
        stopped[going] = False
        at[stopped] = NEVER
    account, day, money = (np.concatenate([part[i] for part in found]) for i in range(3))
    return account, day, money


def order_lines(seed: int, orders: Orders, selling: Selling) -> Columns:
    """One to three lines an order that add up to it: (order, product, qty, amount, cost)."""
    rng = stream(seed, "order lines")
    n = len(orders.account)
    count = 1 + pick(rng, n, (0.6, 0.28, 0.12))
    order = np.repeat(np.arange(n), count)
    first = np.cumsum(count) - count
    is_first = np.zeros(len(order), np.bool_)
    is_first[first] = True
    product = pick(rng, len(order), [row[6] for row in PRODUCTS])
    sold = orders.opportunity[order]
    product = np.where(is_first & (sold >= 0), selling.product[sold], product)
    weight = np.where(is_first, 2.0, 0.4) + rng.random(len(order))
    whole = orders.amount[order]
    share = weight / np.bincount(order, weights=weight)[order]
    amount = np.rint(whole * share)
    rest = orders.amount - np.bincount(order, weights=amount)
    amount[first] += rest
    margin = np.array([row[5] / row[4] for row in PRODUCTS])[product]
    cost = np.rint(amount * margin * (0.9 + 0.2 * rng.random(len(order))))
    price = np.array([float(row[4]) for row in PRODUCTS])[product]
    qty = np.maximum(np.rint(amount / price), 1.0)
    return {"order": order, "product": product, "qty": qty, "amount": amount, "cost": cost}


def recurring(seed: int, selling: Selling, amount: Floats,
              days: Days) -> Columns:
    """(account, day, mrr): from the first win, up with expansions, down at times, 0 on leaving."""
    rng = stream(seed, "recurring")
    customers = selling.customers
    won = np.flatnonzero(selling.paths.outcome > 0)
    won = won[np.lexsort((won, selling.paths.closed[won], customers.account[won]))]
    account = customers.account[won]
    usual = np.where(np.isnan(amount), np.nanmedian(amount), amount)[won]
    step = np.maximum(np.rint(usual * MRR_SHARE * (0.8 + 0.4 * rng.random(len(won)))), 10.0)
    day = selling.paths.closed[won]
    starts = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    level = np.cumsum(step)
    level -= np.repeat(level[starts] - step[starts], np.diff(np.r_[starts, len(won)]))
    shrinks = np.flatnonzero(rng.random(len(won)) < 0.18)
    shrink_day = day[shrinks] + between(rng, len(shrinks), 100, 300)
    next_day = np.where(np.r_[account[1:] == account[:-1], False], np.r_[day[1:], NEVER], NEVER)
    fits = shrink_day < np.minimum(
        np.minimum(next_day[shrinks], customers.left[account[shrinks]]), days.last)
    shrinks, shrink_day = shrinks[fits], shrink_day[fits]
    gone = np.flatnonzero(customers.left <= days.last)
    accounts = np.concatenate((account, account[shrinks], gone))
    all_days = np.concatenate((day, shrink_day, customers.left[gone]))
    mrr = np.concatenate((level, np.rint(level[shrinks] * 0.75), np.zeros(len(gone))))
    last = np.lexsort((np.arange(len(mrr)), all_days, accounts))
    accounts, all_days, mrr = accounts[last], all_days[last], mrr[last]
    keep = np.r_[(accounts[1:] != accounts[:-1]) | (all_days[1:] != all_days[:-1]), True]
    return {"account": accounts[keep], "day": all_days[keep], "mrr": mrr[keep]}
