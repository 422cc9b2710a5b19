"""What customers cost (§2.9): costs by calendar day over the customers gained."""

from datetime import timedelta

from tests.oracle.book import Rows, Rule, number, over, record, total
from tests.oracle.customers import gained
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import DAY


def days_of_cost(world: World, *, is_ads: bool = False) -> Rows:
    """One row for each day of each cost, at the rate of the day."""
    found = []
    for row in world.all("cost"):
        if row["function"] == "cs" and not is_ads:
            continue
        if is_ads and row["category"] != "ads":
            continue
        length = (row["end_date"] - row["start_date"]).days
        money = row.get("currency") or world.setup.currency
        for k in range(length):
            day = row["start_date"] + k * DAY
            if day > world.last_day:
                break
            about = {"channel": row.get("channel_id"), "campaign": row.get("campaign_id")}
            made = record(world, None, "cost", dims=about)
            made.day = day
            rate = world.rate(money, day)
            made.value = None if rate is None else float(row["amount"]) / length * rate
            found.append(made)
    return found


def spent(_: World, rows: Rows) -> Answer:
    answer = total(rows)
    answer.n = None
    return answer


def ads_and_paid(world: World) -> Rows:
    paid = {row["id"] for row in world.tables["channel"] if row.get("is_paid")}
    customers = [row for row in gained(world) if row.dims["channel"] in paid]
    return lagged(world, days_of_cost(world, is_ads=True)) + customers


def lagged(world: World, rows: Rows) -> Rows:
    """Costs come `cac_lag_days` before the customers they win."""
    for row in rows:
        row.day += timedelta(world.setup.cac_lag_days)
    return rows


def all_and_gained(world: World) -> Rows:
    return lagged(world, days_of_cost(world)) + gained(world)


def per_customer(_: World, rows: Rows) -> Answer:
    costs = [row for row in rows if row.of == "cost"]
    found = spent(_, costs)
    if found.reason:
        return Answer(reason=found.reason, n=None)
    answer = over(found.value, len(rows) - len(costs))
    answer.n = None
    return answer


def ads(world: World) -> Rows:
    return days_of_cost(world, is_ads=True)


def paid_customers(world: World) -> Rows:
    return [row for row in ads_and_paid(world) if row.of != "cost"]


RULES = {
    "acquisition_cost_paid": Rule(ads, spent, ("channel", "campaign")),
    "new_customers_paid": Rule(paid_customers, number),
    "acquisition_cost": Rule(days_of_cost, spent, ("channel", "campaign")),
    "cac": Rule(all_and_gained, per_customer, is_strict=False),
    "cac_paid": Rule(ads_and_paid, per_customer, is_strict=False),
}
