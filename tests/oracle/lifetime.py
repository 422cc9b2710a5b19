"""What a customer is worth and costs, and who has gone silent (§2.8, §2.9)."""

from datetime import date, timedelta

import numpy as np

from tests.oracle import costs, customers, orders, recurring
from tests.oracle.book import Rows, Rule, over, record
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import DAY, shifted
from tests.oracle.recurring import PLACES, ends, is_active


def tagged(rows: Rows, name: str) -> Rows:
    """Rows of one part of a formula."""
    for row in rows:
        row.of = (name, row.of)
    return rows


def part(rows: Rows, name: str) -> Rows:
    return [row for row in rows if row.of[0] == name]


def paying(world: World, start: date, end: date) -> Rows:
    return tagged(recurring.levels(world, start, end), "mrr") + tagged(
        recurring.active(world, start, end), "customers"
    )


def per_customer(world: World, rows: Rows) -> Answer:
    """ARPA: what is paid a month at the end, over those who are customers then."""
    found = recurring.level(world, part(rows, "mrr"))
    if found.reason:
        return Answer(reason=found.reason, n=None)
    answer = over(found.value, len(part(rows, "customers")))
    answer.n = None
    return answer


def months(world: World, start: date, end: date) -> Rows:
    """Customers at the start of each of the last twelve whole months: whether lost in it."""
    _, end = ends(world, start, end)
    last = date(min(end, world.whole).year, min(end, world.whole).month, 1)
    found = []
    for back in range(12, 0, -1):
        first, after = shifted(last, -back), shifted(last, 1 - back)
        for account in recurring.customers_mrr(world):
            if is_active(world, account, first):
                lost = not is_active(world, account, after)
                found.append(record(world, None, lost, account=account))
    return found


def lost_share(_: World, rows: Rows) -> Answer:
    return over(sum(row.of for row in rows), len(rows))


def started(_: World, rows: Rows) -> Answer:
    return Answer(value=len(rows), num=len(rows), n=None)


def worth(world: World, start: date, end: date) -> Rows:
    return paying(world, start, end) + tagged(months(world, start, end), "months")


def churn_of(rows: Rows) -> tuple[int, int]:
    known = part(rows, "months")
    return sum(row.of[1] for row in known), len(known)


def lifetime(*, is_margin: bool = False, is_floor: bool = False):
    """ARPA over monthly churn, times the margin; of nobody lost, over three in all seen, if any."""

    def count(world: World, rows: Rows) -> Answer:
        arpa = per_customer(world, rows)
        lost, seen = churn_of(rows)
        if arpa.reason:
            return arpa
        if is_floor and lost:
            return Answer(reason="customers_lost", n=None)
        if not (seen if is_floor else lost):
            return Answer(reason="zero_denominator", n=None)
        if is_floor:
            return plain(arpa.value * seen / 3)
        return plain(arpa.value / (lost / seen) * (world.setup.gross_margin if is_margin else 1))

    return count


def plain(value: float) -> Answer:
    return Answer(value=value, n=None)


def moved(name: str):
    def count(world: World, rows: Rows) -> Answer:
        signs = {"new": 1, "reactivation": 1, "expansion": 1, "contraction": -1, "churn": -1}
        parts = [(sign, recurring.moved(kind)(world, rows)) for kind, sign in signs.items()]
        if any(one.reason for _, one in parts):
            return Answer(reason="missing_rate", n=None)
        value = sum(sign * one.value for sign, one in parts)
        return Answer(value=value, num=value, n=None)

    return count


def by_rates(world: World, start: date, end: date) -> Rows:
    """What the end is worth at its own rate, less what it is at the rate of the start."""
    start, end = ends(world, start, end)
    found = []
    for account in recurring.customers_mrr(world):
        if recurring.pays_on(world, account, end - DAY):
            row = record(world, None, None, account=account)
            after, before = (
                recurring.mrr_on(world, account, end - DAY, day - DAY) for day in (end, start)
            )
            row.value = None if after is None or before is None else after - before
            found.append(row)
    return found


def payback(world: World, rows: Rows) -> Answer:
    """CAC over what a new customer's margin brings a month."""
    cac = costs.per_customer(world, [one.of[1] for one in part(rows, "cac")])
    gains = recurring.moved("new")(world, [one.of[1] for one in part(rows, "moves")])
    if cac.reason or gains.reason:
        return Answer(reason=cac.reason or gains.reason, n=None)
    per = gains.value / cac.den * world.setup.gross_margin
    if not per:
        return Answer(reason="zero_denominator", n=None)
    value = cac.value / per
    return plain(value) if value > 0 else Answer(reason="not_positive", n=None)


def acquired(world: World, start: date, end: date) -> Rows:
    return [row for row in costs.all_and_gained(world) if start <= row.day < end]


def boxed(rows: Rows, name: str) -> Rows:
    """Each row in another one of its kind, that says of which part it is."""
    found = []
    for row in rows:
        one = type(row)(row.day, row.dims, row.agents, row.teams, of=(name, row))
        found.append(one)
    return found


def repaid(world: World, start: date, end: date) -> Rows:
    return boxed(acquired(world, start, end), "cac") + boxed(
        recurring.pairs(world, start, end), "moves"
    )


def worth_and_cost(world: World, start: date, end: date) -> Rows:
    return worth(world, start, end) + boxed(acquired(world, start, end), "cac")


def worth_over_cost(world: World, rows: Rows) -> Answer:
    margin = lifetime(is_margin=True)(world, [row for row in rows if row.of[0] != "cac"])
    cac = costs.per_customer(world, [one.of[1] for one in part(rows, "cac")])
    if margin.reason or cac.reason:
        return Answer(reason=margin.reason or cac.reason, n=None)
    if not cac.value:
        return Answer(reason="zero_denominator", n=None)
    return plain(margin.value / cac.value)


def silent(world: World, start: date, end: date) -> Rows:
    """Customers with an order in the 730 days before the cut: whether silent beyond the limit."""
    tz = world.setup.tz
    _, cut = ends(world, start, end)
    days: dict[str, set[date]] = {}
    for one in orders.valid(world):
        day = one.at.day(tz)
        if cut - timedelta(730) <= day < cut:
            days.setdefault(one.row["account_id"], set()).add(day)
    gaps = [
        (b - a).days for own in days.values()
        for a, b in zip(sorted(own), sorted(own)[1:], strict=False)
    ]  # fmt: skip
    limit = max(30.0, 2 * float(np.quantile(gaps, 0.9))) if gaps else None
    return [
        customers._record(world, account, None, limit and (cut - max(own)).days > limit)
        for account, own in sorted(days.items())
    ]


def share_silent(_: World, rows: Rows) -> Answer:
    known = [row.of for row in rows if row.of is not None]
    answer = over(sum(known), len(known))
    answer.excluded["no_limit"] = len(rows) - len(known)
    return answer


RECURRING = {
    "arpa": Rule(paying, per_customer, PLACES, window=True, sides=False),
    "monthly_churn": Rule(months, lost_share, PLACES, window=True),
    "monthly_churn_months": Rule(months, started, PLACES, window=True),
    "ltv_revenue": Rule(worth, lifetime(), PLACES, window=True, sides=False),
    "ltv_margin": Rule(worth, lifetime(is_margin=True), PLACES, window=True, sides=False),
    "ltv_revenue_floor": Rule(worth, lifetime(is_floor=True), PLACES, window=True, sides=False),
    "ltv_cac": Rule(worth_and_cost, worth_over_cost, window=True, sides=False),
    "cac_payback_months": Rule(repaid, payback, window=True, sides=False),
    "mrr_movements": Rule(recurring.pairs, moved("all"), PLACES, window=True),
    "mrr_fx_effect": Rule(by_rates, recurring.level, PLACES, window=True),
}
ORDERS = {"noncontractual_churn": Rule(silent, share_silent, PLACES, window=True)}
