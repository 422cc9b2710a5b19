"""KPIs asked with shared credit and by product: figures of weighted rows (rules G16 and G17)."""

from typing import Any

from tests.oracle import leads
from tests.oracle.book import Rows, Rule, over, total
from tests.oracle.credit import PEOPLE, SHARED, deeds_on, opened_up, parts
from tests.oracle.figures import Answer, records
from tests.oracle.lives import World


def whole(world: World, kind: str) -> Rows:
    """Opportunities by creation or closing, without the void ones."""
    rows = [row for row in records(world, kind) if row.day and not row.of.is_void]
    return opened_up(world, rows, lambda life: getattr(life, kind))


def created(world: World) -> Rows:
    return whole(world, "created")


def closed(world: World) -> Rows:
    return whole(world, "closed")


def won(world: World) -> Rows:
    """Sales keep what is void, as booked."""
    rows = [row for row in records(world, "closed") if row.day and row.of.status == "won"]
    return opened_up(world, rows, lambda life: life.closed)


def weights(rows: Rows) -> float:
    return sum(row.weight for row in rows)


def counted(_: World, rows: Rows) -> Answer:
    value = weights(rows)
    return Answer(value=value, num=value, n=None)


def win_rate(_: World, rows: Rows) -> Answer:
    answer = over(weights([row for row in rows if row.of.status == "won"]), weights(rows))
    answer.n = None
    return answer


def money(_: World, rows: Rows) -> Answer:
    answer = total(rows)
    answer.n = None
    return answer


def value_rate(_: World, rows: Rows) -> Answer:
    known = [row for row in rows if row.value is not None]
    sums = [
        sum(row.value for row in known if row.of.status == "won"), sum(row.value for row in known)
    ]  # fmt: skip
    return told(rows, *sums)


def average(_: World, rows: Rows) -> Answer:
    known = [row for row in rows if row.value is not None]
    return told(rows, sum(row.value for row in known), weights(known))


def told(rows: Rows, num: float, den: float) -> Answer:
    """A ratio of money, or why there is none (G5, G6)."""
    if any(row.has_amount and row.value is None for row in rows):
        return Answer(reason="missing_rate", n=None)
    answer = over(num, den)
    answer.n = None
    if not den and any(not row.has_amount for row in rows):
        answer.reason = "not_measurable"
    return answer


def of_leads(rows: Any) -> Any:
    """Leads with their people, up to what each row is dated by."""

    def found(world: World) -> Rows:
        kept = rows(world)
        for row in kept:
            anchor, event = row.base
            owned = leads.owned(world, anchor.row)
            deeds = deeds_on(world, anchor.ids)
            row.parts = parts(world, event, owned, deeds, row.agents["owner_at_event"])
        return kept

    return found


def converted(world: World, rows: Rows) -> Answer:
    """The cohort rule of G13, in parts."""
    limit = world.setup.lead_window_days
    ripe = [row for row in rows if row.of.seen >= limit]
    made = [row for row in ripe if row.of.took is not None and row.of.took < limit]
    answer = over(weights(made), weights(ripe))
    answer.n = None
    return answer


PLACES = ("country", "pipeline")
BY = (*PEOPLE, "product", *PLACES)
EQUAL = ("touched", "touch_equal")
RULES = {
    "new_opportunities": Rule(created, counted, BY, EQUAL, is_strict=False),
    "avg_opportunity_value": Rule(created, average, BY, EQUAL, is_strict=False),
    "new_pipeline_value": Rule(created, money, BY, SHARED, is_strict=False),
    "win_rate": Rule(closed, win_rate, BY, EQUAL, is_strict=False),
    "win_rate_value": Rule(closed, value_rate, BY, SHARED, is_strict=False),
    "sales_count": Rule(won, counted, BY, EQUAL, is_strict=False),
    "sales_value": Rule(won, money, BY, SHARED, is_strict=False),
}
LEAD_BY = (*PEOPLE, "channel", "campaign", "country")
LEAD_RULES = {
    "new_leads": Rule(of_leads(leads.born), counted, LEAD_BY, EQUAL, mode="owner_first"),
    "qualified_leads": Rule(of_leads(leads.qualified), counted, LEAD_BY, EQUAL, is_strict=False),
    "lead_to_opp": Rule(of_leads(leads.opportunities), converted, LEAD_BY, EQUAL),
}
