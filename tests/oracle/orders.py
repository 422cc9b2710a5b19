"""Orders and what comes back: §2.7 of the specification, with refunds by order and by date."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.book import (
    Rows,
    Rule,
    fresh,
    over,
    record,
    total,
    tried,
    visible,
    within,
)
from tests.oracle.credit import line_shares
from tests.oracle.figures import Answer, Record
from tests.oracle.lives import World
from tests.oracle.moments import When, starting
from tests.oracle.once import once

VALID = ("confirmed", "invoiced", "paid")
PLACES = ("country", "segment", "account")
LINES = (*PLACES, "product")
BY = ("agent", "team", "team_parent", *LINES)
MODES = ("owner_at_event", "owner_current")


@dataclass
class Order:
    """An order as it stood at the cut-off; amounts in its own currency, None when not known."""

    row: dict[str, Any]
    at: When
    money: str
    amount: float | None
    refunds: list[tuple[When, float, str]]
    lines: list[dict]

    @property
    def net(self) -> float | None:
        if self.amount is None:
            return None
        return self.amount - sum(amount for _, amount, _ in self.refunds)

    @property
    def is_valid(self) -> bool:
        """A valid status and something left of it (counts and customers)."""
        return self.net is not None and self.net > 0


@once
def orders(world: World) -> list[Order]:
    """Those of a valid status, refunded or not."""
    found = []
    for row in world.all("order"):
        at = visible(world, row, "ordered_at")
        if not at or (row.get("status") or "confirmed") not in VALID:
            continue
        money = row.get("currency") or world.setup.currency
        lines = [line for line in world.all("order_line") if line["order_id"] == row["id"]]
        amount = row.get("net_amount")
        if amount is None and lines:
            amount = sum(line["net_amount"] for line in lines)
        refunds = [
            (back, float(one["net_amount"]), one.get("currency") or money)
            for one in world.all("refund")
            if one["order_id"] == row["id"] and (back := visible(world, one, "refunded_at"))
        ]
        found.append(
            Order(row, at, money, None if amount is None else float(amount), refunds, lines)
        )
    tz = world.setup.tz
    return sorted(found, key=lambda one: (one.at.instant(tz), one.row["id"]))


def valid(world: World) -> list[Order]:
    return [one for one in orders(world) if one.is_valid]


@once
def first_order(world: World, account: str) -> When | None:
    return next((one.at for one in valid(world) if one.row["account_id"] == account), None)


def _record(world: World, one: Order, event: When, amount: float | None, money: str) -> Record:
    row = record(
        world, event, one, agent=one.row.get("owner_id"), account=one.row.get("account_id"),
        dims={"channel": one.row.get("channel_id")},
    )  # fmt: skip
    row.products = line_shares(one.lines, None)
    row.has_amount = amount is not None
    if amount is not None:
        rate = world.rate(money, row.day)
        row.value = None if rate is None else amount * rate
    return row


def revenue(world: World) -> Rows:
    """Orders on their date, refunds on theirs."""
    found = []
    for one in orders(world):
        found.append(_record(world, one, one.at, one.amount, one.money))
        found += [_record(world, one, back, -amount, money) for back, amount, money in one.refunds]
    return found


def net_orders(world: World) -> Rows:
    return [_record(world, one, one.at, one.net, one.money) for one in valid(world)]


def uncounted(answer: Answer) -> Answer:
    """A figure whose number of rows the specification does not name."""
    answer.n = None
    return answer


def average(rows: Rows, den: int) -> Answer:
    answer = over(sum(row.value or 0 for row in rows), den)
    if den and any(row.value is None for row in rows):
        known = [row for row in rows if row.value is not None]
        return Answer(reason="missing_rate" if known or rows else "", n=None)
    return uncounted(answer)


def buyers(rows: Rows) -> int:
    return len({row.of.row["account_id"] for row in rows})


def customers_of(world: World, start: date, end: date) -> dict[str, list[Order]]:
    """Customers who ordered in a period, and their orders in it."""
    found: dict[str, list[Order]] = {}
    for one in valid(world):
        if start <= one.at.day(world.setup.tz) < end:
            found.setdefault(one.row["account_id"], []).append(one)
    return found


def order_days(world: World) -> set[date]:
    return {one.at.day(world.setup.tz) for one in orders(world)}


def repeaters(world: World, start: date, end: date) -> Rows:
    return [
        record(world, None, len(mine) >= 2, account=account)
        for account, mine in customers_of(world, start, end).items()
    ]


def returners(world: World, start: date, end: date) -> Rows:
    tz = world.setup.tz
    before = {o.row["account_id"] for o in valid(world) if o.at.day(tz) < start}
    return [
        record(world, None, account in before, account=account)
        for account in customers_of(world, start, end)
    ]


def previous(start: date, end: date) -> tuple[date, date]:
    """The period of the same grain before a whole one."""
    for grain in ("week", "month", "quarter", "year"):
        if starting(start, grain, 1) == (start, end):
            return starting(date.fromordinal(start.toordinal() - 1), grain, 1)
    return date.fromordinal(2 * start.toordinal() - end.toordinal()), start


def retained(world: World, start: date, end: date) -> Rows:
    """Both periods complete: nothing is known while this one runs."""
    is_over = end <= world.whole
    now = customers_of(world, start, end)
    return [
        record(world, None, account in now if is_over else None, account=account)
        for account in customers_of(world, *previous(start, end))
    ]


def kept(world: World, rows: Rows) -> Answer:
    waiting = sum(row.of is None for row in rows)
    if waiting:
        return Answer(reason="not_over", excluded={"not_over": waiting})
    return yes(world, rows)


def yes(_: World, rows: Rows) -> Answer:
    return over(sum(bool(row.of) for row in rows), len(rows))


def second_orders(world: World) -> Rows:
    mine: dict[str, list[Order]] = {}
    for one in valid(world):
        mine.setdefault(one.row["account_id"], []).append(one)
    return [
        record(world, first[0].at, tried(world, first[0].at, first[1].at if first[1:] else None),
               account=account)
        for account, first in mine.items()
    ]  # fmt: skip


def _cost(world: World, line: dict, money: str) -> tuple[float, str] | None:
    """What a line cost and in which money: as it says, else its product's, in the company's own."""
    if line.get("cost") is not None:
        return float(line["cost"]), money
    unit = world.get("product", line.get("product_id")).get("unit_cost")
    if unit is None or line.get("qty") is None:
        return None
    return float(unit) * float(line["qty"]), world.setup.currency


def margins(world: World) -> Rows:
    """Lines of orders: value is what they brought, `of` what is left of it after a known cost."""
    found = []
    for one in orders(world):
        for line in one.lines:
            net = float(line["net_amount"])
            money = line.get("currency") or one.money
            row = _record(world, one, one.at, net, money)
            row.dims["product"], row.products = line.get("product_id") or "(none)", []
            cost = _cost(world, line, money)
            row.has_amount, row.of = cost is not None, None
            if cost is not None and row.value is not None:
                row.of = row.value - cost[0] * world.rate(cost[1], row.day)
            found.append(row)
    return found


def margin(_: World, rows: Rows) -> Answer:
    priced = [row for row in rows if row.has_amount]
    known = [row for row in priced if row.value is not None]
    if len(known) < len(priced):
        return Answer(reason="missing_rate", n=None)
    net = sum(row.value for row in known)
    if not net and len(priced) < len(rows):
        return Answer(reason="not_measurable", n=None)
    return uncounted(over(sum(row.of for row in known), net))


def _sales(world: World, rows: Rows) -> Answer:
    return uncounted(total(rows))


RULES = {
    "net_revenue": Rule(revenue, _sales, BY, MODES),
    "aov": Rule(net_orders, lambda _, rows: average(rows, len(rows)), BY, MODES),
    "orders_per_customer": Rule(
        net_orders, lambda _, rows: uncounted(over(len(rows), buyers(rows))), LINES
    ),
    "value_per_customer": Rule(net_orders, lambda _, rows: average(rows, buyers(rows)), LINES),
    "repeat_purchase_rate": Rule(repeaters, yes, PLACES, window=True, covers=order_days),
    "returning_customer_share": Rule(returners, yes, PLACES, window=True, covers=order_days),
    "customer_retention_noncontractual": Rule(
        retained, kept, PLACES, window=True, covers=order_days
    ),
    "repurchase_rate_cohort": Rule(
        second_orders, within(lambda w: w.setup.repurchase_window_days), PLACES
    ),
    "repurchase_rate_cohort_to_date": Rule(
        second_orders, fresh(lambda w: w.setup.repurchase_window_days), PLACES
    ),
    "gross_margin": Rule(margins, margin, LINES),
}
