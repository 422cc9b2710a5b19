"""When an account became a customer, and who was gained and lost (§1, §2.8)."""

from datetime import date, timedelta

from tests.oracle.book import Rows, Rule, earliest, number, over, record, visible
from tests.oracle.figures import Answer, Record
from tests.oracle.lives import World
from tests.oracle.moments import DAY, When
from tests.oracle.once import once
from tests.oracle.orders import first_order, valid
from tests.oracle.recurring import customers_mrr, first_paid, spells

PLACES = ("country", "segment", "account")


def first_new_win(world: World, account: str) -> When | None:
    """The first won opportunity of type new; a win without a type is new when none is earlier."""
    tz = world.setup.tz
    won = [
        life for life in world.lives()
        if life.status == "won" and life.closed and life.row.get("account_id") == account
    ]  # fmt: skip
    won.sort(key=lambda life: life.closed.instant(tz))
    for place, life in enumerate(won):
        kind = life.row.get("type")
        if kind == "new" or (kind is None and place == 0):
            return life.closed
    return None


@once
def became(world: World, account: str) -> When | None:
    """What the source says, else the earliest of the sources the setting names."""
    said = visible(world, world.get("account", account), "became_customer_at")
    if said:
        return said
    source = world.setup.customer_source
    found = []
    if source in ("auto", "opportunities"):
        found.append(first_new_win(world, account))
    if source in ("auto", "orders"):
        found.append(first_order(world, account))
    if source in ("auto", "mrr"):
        found.append(first_paid(world, account))
    return earliest(world, found)


def is_before(world: World, moment: When | None, other: When) -> bool:
    tz = world.setup.tz
    return bool(moment) and moment.instant(tz) < other.instant(tz)


def _record(world: World, account: str, event: When | None, of: object = None) -> Record:
    about = world.get("account", account)
    return record(
        world, event, of, account=account, dims={"channel": about.get("first_channel_id")}
    )


def gained(world: World) -> Rows:
    found = []
    for row in world.all("account"):
        at = became(world, row["id"])
        if at and world.sees(at):
            found.append(_record(world, row["id"], at))
    return found


def is_contractual(world: World) -> bool:
    """Whether revenue recurs by then; until it does, orders make the customers (§2.8)."""
    return bool(customers_mrr(world))


def lost(world: World) -> Rows:
    """Ends of spells."""
    return [
        _record(world, account, When(None, end))
        for account in customers_mrr(world)
        for _, end in spells(world, account)
        if end
    ]


def came_back(world: World) -> Rows:
    return [
        _record(world, account, When(None, start))
        for account in customers_mrr(world)
        for start, _ in spells(world, account)[1:]
    ]


def net_spells(world: World) -> Rows:
    """+1 for a spell that begins, −1 for one that ends."""
    found = []
    for account in customers_mrr(world):
        for start, end in spells(world, account):
            found.append(_record(world, account, When(None, start), 1))
            if end:
                found.append(_record(world, account, When(None, end), -1))
    return found


@once
def recent(world: World, end: date) -> set[str]:
    """Customers who ordered in the 365 days before a day."""
    tz = world.setup.tz
    return {
        one.row["account_id"] for one in valid(world)
        if end - timedelta(365) <= one.at.day(tz) < end
    }  # fmt: skip


def net_recent(world: World, start: date, end: date) -> Rows:
    end = min(end, world.last_day + DAY)
    after, before = recent(world, end), recent(world, min(start, end))
    return [
        _record(world, account, None, (account in after) - (account in before))
        for account in after ^ before
    ]


def signed(_: World, rows: Rows) -> Answer:
    value = sum(row.of for row in rows)
    return Answer(value=value, num=value, n=None)


def wins_and_losses(world: World) -> Rows:
    found = gained(world)
    for row in found:
        row.of = "new"
    ends = lost(world)
    for row in ends:
        row.of = "lost"
    return found + ends


def win_loss(_: World, rows: Rows) -> Answer:
    won = sum(row.of == "new" for row in rows)
    answer = over(won, len(rows) - won)
    answer.n = None
    return answer


RULES = {
    "new_customers": Rule(gained, number, PLACES),
    "lost_customers": Rule(lost, number, PLACES),
    "reactivated_customers": Rule(came_back, number, PLACES),
    # Gains less losses of periods: of one that has not begun there are none, not zero (0087).
    "net_new_customers": Rule(net_spells, signed, PLACES, is_strict=False),
    "customer_win_loss": Rule(wins_and_losses, win_loss, PLACES, is_strict=False),
}

__all__ = ["RULES", "is_contractual", "net_recent"]
