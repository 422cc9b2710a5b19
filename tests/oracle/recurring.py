"""Recurring revenue: what each customer paid a month, and when it came and went (§2.8)."""

from datetime import date

from tests.oracle.book import Rows, Rule, number, over, record, total
from tests.oracle.figures import Answer, Record
from tests.oracle.lives import World
from tests.oracle.moments import DAY, When, midnight, shifted
from tests.oracle.once import once

PLACES = ("country", "segment", "account")


@once
def streams(world: World) -> dict[str, dict[str, list[dict]]]:
    """account → subscription (or the account's own) → its rows by day, those seen at the cut-off.

    A day is seen when it has begun before the cut-off.
    """
    found: dict[str, dict[str, list[dict]]] = {}
    owner = {row["id"]: row for row in world.all("subscription")}
    rows = sorted(world.tables.get("subscription_mrr", []), key=lambda row: row["from_date"])
    for row in rows:
        subscription = row.get("subscription_id")
        if subscription and subscription not in owner:
            continue
        of = owner.get(subscription, {})
        account = row.get("account_id") or of.get("account_id")
        if midnight(row["from_date"], world.setup.tz) < world.as_of:
            money = row.get("currency") or of.get("currency") or world.setup.currency
            stream = found.setdefault(account, {}).setdefault(subscription or "", [])
            stream.append({**row, "money": money})
    return found


@once
def customers_mrr(world: World) -> list[str]:
    accounts = {row["id"] for row in world.all("account")}
    return sorted(account for account in streams(world) if account in accounts)


@once
def parts_on(world: World, account: str, day: date) -> list[dict]:
    """The steps in force on a day, one for each subscription."""
    found = []
    for rows in streams(world).get(account, {}).values():
        by = [row for row in rows if row["from_date"] <= day]
        if by:
            found.append(by[-1])
    return found


def mrr_on(world: World, account: str, day: date, rated: date | None) -> float | None:
    """The monthly revenue in force on `day` at the rate of `rated`; None without a rate."""
    value = 0.0
    parts = parts_on(world, account, day)
    if rated is None:  # of one currency: what is told without a rate
        return float(sum(row["mrr"] for row in parts))
    for row in parts:
        rate = world.rate(row["money"], rated)
        if rate is None and row["mrr"]:
            return None
        value += float(row["mrr"]) * (rate or 0)
    return value


def pays_on(world: World, account: str, day: date) -> bool:
    return any(row["mrr"] > 0 for row in parts_on(world, account, day))


@once
def changes(world: World, account: str) -> list[date]:
    return sorted({row["from_date"] for rows in streams(world).get(account, {}).values()
                   for row in rows})  # fmt: skip


@once
def first_paid(world: World, account: str) -> When | None:
    days = (day for day in changes(world, account) if pays_on(world, account, day))
    first = next(days, None)
    return None if first is None else When(None, first)


@once
def spells(world: World, account: str) -> list[tuple[date, date | None]]:
    """[(first day, day after the last)], pauses within the grace being no pause; None: still on."""
    found: list[tuple[date, date | None]] = []
    start = None
    for day in changes(world, account):
        pays = pays_on(world, account, day)
        if pays and start is None:
            if found and (day - found[-1][1]).days <= world.setup.gap_grace_days:
                start = found.pop()[0]
            else:
                start = day
        elif not pays and start is not None:
            found.append((start, day))
            start = None
    return found if start is None else [*found, (start, None)]


def is_active(world: World, account: str, t: date) -> bool:
    """At the last instant before day `t`."""
    last = t - DAY
    return any(a <= last and (b is None or last < b) for a, b in spells(world, account))


def ends(world: World, start: date, end: date) -> tuple[date, date]:
    return start, min(end, world.last_day + DAY)


def _record(world: World, account: str, of: object) -> Record:
    return record(world, None, of, account=account)


def kept(world: World, start: date, end: date) -> Rows:
    start, end = ends(world, start, end)
    return [
        _record(world, account, is_active(world, account, end))
        for account in customers_mrr(world)
        if is_active(world, account, start)
    ]


def retention(_: World, rows: Rows) -> Answer:
    return over(sum(row.of for row in rows), len(rows))


def churn(_: World, rows: Rows) -> Answer:
    return over(sum(not row.of for row in rows), len(rows))


def pairs(world: World, start: date, end: date) -> Rows:
    """(before, after, whether it paid ever before) of each customer, at the rate of the start."""
    start, end = ends(world, start, end)
    found = []
    for account in customers_mrr(world):
        # the rate of the start: that of the last instant before it, as any level has
        rated = start - DAY
        before = mrr_on(world, account, start - DAY, rated)
        after = mrr_on(world, account, end - DAY, rated)
        plain = [mrr_on(world, account, day - DAY, None) for day in (start, end)]
        paid = first_paid(world, account)
        has_paid = bool(paid) and paid.on < start
        of = (before, after, has_paid, is_active(world, account, start), plain)
        found.append(_record(world, account, of))
    return found


def _known(rows: Rows) -> bool:
    return all(row.of[0] is not None and row.of[1] is not None for row in rows)


def kept_revenue(*, is_gross: bool):
    def count(_: World, rows: Rows) -> Answer:
        mine = [row for row in rows if row.of[3]]
        if not _known(mine):
            return Answer(reason="missing_rate", n=None)
        num = sum(min(row.of[0], row.of[1]) if is_gross else row.of[1] for row in mine)
        return over(num, sum(row.of[0] for row in mine), len(mine))

    return count


def kind_of(row: Record) -> str:
    """What a customer's revenue did, told in its own currency."""
    (before, after), has_paid = row.of[4], row.of[2]
    if before == after:
        return "same"
    if before == 0:
        return "reactivation" if has_paid else "new"
    if after == 0:
        return "churn"
    return "expansion" if after > before else "contraction"


def moved(*names: str):
    def count(_: World, rows: Rows) -> Answer:
        mine = [row for row in rows if kind_of(row) in names]
        if not _known(mine):
            return Answer(reason="missing_rate", n=None)
        value = sum(abs(row.of[1] - row.of[0]) for row in mine)
        return Answer(value=value, num=value, n=None)

    return count


def quick(world: World, rows: Rows) -> Answer:
    gains = moved("new", "reactivation", "expansion")(world, rows)
    losses = moved("contraction", "churn")(world, rows)
    if gains.reason or losses.reason:
        return Answer(reason="missing_rate", n=None)
    answer = over(gains.value, losses.value)
    answer.n = None
    return answer


def levels(world: World, start: date, end: date) -> Rows:
    _, end = ends(world, start, end)
    found = []
    for account in customers_mrr(world):
        if pays_on(world, account, end - DAY):
            row = _record(world, account, None)
            row.value = mrr_on(world, account, end - DAY, end - DAY)
            found.append(row)
    return found


def level(_: World, rows: Rows) -> Answer:
    answer = total(rows)
    answer.n = None
    return answer


def first_levels(world: World, start: date, end: date) -> Rows:
    """What a period began with."""
    found = []
    for account in customers_mrr(world):
        if pays_on(world, account, start - DAY):
            row = _record(world, account, None)
            row.value = mrr_on(world, account, start - DAY, start - DAY)
            found.append(row)
    return found


def active(world: World, start: date, end: date) -> Rows:
    _, end = ends(world, start, end)
    return [_record(world, a, None) for a in customers_mrr(world) if is_active(world, a, end)]


def active_first(world: World, start: date, end: date) -> Rows:
    return [_record(world, a, None) for a in customers_mrr(world) if is_active(world, a, start)]


def last_year(world: World, start: date, end: date) -> Rows:
    """The twelve months up to the end of the period, or to the cut-off."""
    _, end = ends(world, start, end)
    return pairs(world, shifted(end, -12), end)


RULES = {
    "mrr": Rule(levels, level, PLACES, window=True),
    "mrr_start": Rule(first_levels, level, PLACES, window=True),
    "customers": Rule(active, number, PLACES, window=True),
    "customers_start": Rule(active_first, number, PLACES, window=True),
    "grr_year": Rule(last_year, kept_revenue(is_gross=True), PLACES, window=True, sides=False),
    "nrr_year": Rule(last_year, kept_revenue(is_gross=False), PLACES, window=True, sides=False),
    "customer_retention_rate": Rule(kept, retention, PLACES, window=True),
    "logo_churn_rate": Rule(kept, churn, PLACES, window=True),
    "grr": Rule(pairs, kept_revenue(is_gross=True), PLACES, window=True),
    "nrr": Rule(pairs, kept_revenue(is_gross=False), PLACES, window=True),
    "saas_quick_ratio": Rule(pairs, quick, PLACES, window=True),
    "mrr_new": Rule(pairs, moved("new"), PLACES, window=True),
    "mrr_reactivation": Rule(pairs, moved("reactivation"), PLACES, window=True),
    "mrr_expansion": Rule(pairs, moved("expansion"), PLACES, window=True),
    "mrr_contraction": Rule(pairs, moved("contraction"), PLACES, window=True),
    "mrr_churn": Rule(pairs, moved("churn"), PLACES, window=True),
}
