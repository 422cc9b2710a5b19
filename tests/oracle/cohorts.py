"""What customers have brought so far, by their age in months (`ltv_historical`, §2.9)."""

from datetime import date
from typing import Any

from tests.oracle import orders
from tests.oracle.book import Rows, Rule, over
from tests.oracle.customers import PLACES, _record, gained
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import DAY, shifted
from tests.oracle.once import once

AGES = (*range(1, 13), 18, 24, 36, 48, 60)


@once
def kept_of_sales(world: World) -> float | None:
    """The margin: the setting, else that of all lines whose cost is known."""
    if world.setup.gross_margin:
        return world.setup.gross_margin
    lines = [row for row in orders.margins(world) if row.of is not None]
    sales = sum(row.value for row in lines)
    return sum(row.of for row in lines) / sales if sales else None


def brought(world: World, start: date, end: date) -> Rows:
    """Of each customer won in the period one row for each age it has reached: (amounts so far,
    None for one without a rate)."""
    found: Rows = []
    today = world.last_day + DAY
    for one in gained(world):
        if not start <= one.day < end:
            continue
        account = one.dims["account"]
        mine = [row for row in orders.revenue(world) if row.dims["account"] == account]
        for age in AGES:
            if shifted(one.day, age) > today:
                break
            amounts = [row.value for row in mine
                       if row.has_amount and row.day < shifted(one.day, age)]  # fmt: skip
            made = _record(world, account, None, amounts)
            made.dims["age_months"] = f"{age:02}"
            found.append(made)
    return found


def each(*, is_margin: bool):
    def count(world: World, rows: Rows) -> Answer:
        part: Any = kept_of_sales(world) if is_margin else 1
        if any(amount is None for row in rows for amount in row.of):
            return Answer(reason="missing_rate", n=None)
        if rows and part is None:
            return Answer(reason="not_measurable", n=None)
        answer = over(sum(float(a) for row in rows for a in row.of) * (part or 0), len(rows))
        answer.n = None
        return answer

    return count


OWN = ("age_months",)
RULES = {
    "ltv_historical": Rule(brought, each(is_margin=True), PLACES, window=True, own=OWN),
    "ltv_historical_revenue": Rule(brought, each(is_margin=False), PLACES, window=True, own=OWN),
}
