"""What came into the pipeline of a period, left it and changed (decision 0084)."""

from datetime import date

from tests.oracle import figures
from tests.oracle.book import Rows, Rule, periods_end, total
from tests.oracle.figures import Answer, Record
from tests.oracle.lives import Life, World
from tests.oracle.moments import DAY, midnight
from tests.oracle.pipeline import BY, cut, expected, told_by

OWNERS = ("owner_current", "owner_first")


def amount_by(world: World, life: Life, moment) -> float | None:
    """The amount recorded before a moment; before its first row a history says what that does."""
    if not world.history("amount_history", life.row["id"]):
        return life.row.get("amount")
    is_known, amount = told_by(world, "amount_history", "amount", life, moment)
    return amount if is_known else world.history("amount_history", life.row["id"])[0]["amount"]


def movements(world: World, life: Life, start: date, end: date, is_due: bool):
    """[(movement, amount with its sign)], None for an amount nobody knows."""
    tz = world.setup.tz
    began, ended, after = midnight(start, tz), cut(world, end), periods_end(world, end)
    born = life.created.day(tz) if life.created else date.min
    gone = life.closed.day(tz) if life.closed else None
    if born >= after or life.is_void or (life.status != "open" and (not gone or gone < start)):
        return []
    was_there, is_there = born < start, life.status == "open" or gone >= after
    before = amount_by(world, life, began) if was_there else None
    now = amount_by(world, life, ended)
    if not is_there:
        now = before if life.amount is None else life.amount
    if before is not None or now is not None:  # what is known at one end only was nothing
        before, now = before or 0, now or 0

    def is_expected(moment) -> bool:
        day = expected(world, life, moment)
        return not is_due or bool(day and day < end)

    was_in = was_there and is_expected(began)
    is_in = is_there and is_expected(ended)
    if not (was_in or is_in or not is_there):
        return []
    found = []
    if was_in:
        found.append(("start", before))
        if is_there and not is_in:
            return [*found, ("slipped", before and -before)]
    elif not was_there:
        found.append(("new", now))
    elif is_there or life.status == "won":
        found.append(("pulled_in", now))
    else:
        return []  # lost without ever being expected
    if was_in and (now or 0) != (before or 0):
        change = (now or 0) - (before or 0)
        found.append(("up" if change > 0 else "down", change))
    if not is_there:
        found.append((life.status, now and -now))
    return found


def moved(is_due: bool):
    def rows(world: World, start: date, end: date) -> Rows:
        if midnight(start, world.setup.tz) >= world.as_of:
            return []
        found = []
        for row in figures.records(world, "open"):
            life = row.of
            for movement, amount in movements(world, life, start, end, is_due):
                rate = world.rate(life.money, periods_end(world, end) - DAY)
                made = Record(row.day, {**row.dims, "movement": movement}, row.agents, row.teams)
                made.has_amount = amount is not None
                made.value = None if amount is None or rate is None else float(amount) * rate
                found.append(made)
        return found

    return rows


def summed(world: World, rows: Rows) -> Answer:
    answer = total(rows)
    answer.n = None
    return answer


OWN = ("movement",)
RULES = {
    "pipeline_movements": Rule(
        moved(False), summed, BY, OWNERS, mode="owner_current", window=True, own=OWN
    ),
    "pipeline_movements_due": Rule(
        moved(True), summed, BY, OWNERS, mode="owner_current", window=True, own=OWN
    ),
}
