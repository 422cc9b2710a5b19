"""What is open, due, put off, standing still, and how fast it turns into money (§2.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle import figures
from tests.oracle.book import Rows, Rule, number, over
from tests.oracle.deeds import ended
from tests.oracle.figures import Answer, is_open_at
from tests.oracle.lives import Life, World
from tests.oracle.moments import DAY, When, midnight

BY = ("agent", "team", "team_parent", "product", "country", "pipeline")
STAGED = (*BY, "stage")
OWNERS = ("owner_at_event", "owner_first", "owner_current")
EACH = "each by its own"  # the owner of the moment of each part of a formula


def cut(world: World, end: date) -> datetime:
    """Where a level is taken: the end of its period, or the cut-off when that comes first."""
    return min(midnight(end, world.setup.tz), world.as_of)


def is_over(world: World, end: date) -> bool:
    return midnight(end, world.setup.tz) <= world.as_of


def still_open(world: World, end: date) -> Rows:
    """Open at the end of the period or at the cut-off, restated (decision 0014)."""
    found = []
    for row in figures.records(world, "open"):
        life = row.of
        is_open = is_open_at(life, end, world.setup.tz) if is_over(world, end) else (
            life.status == "open")  # fmt: skip
        if is_open and not life.is_void:
            row.dims["stage"] = stage_at(world, life, cut(world, end))
            found.append(row)
    return found


def stage_at(world: World, life: Life, moment: datetime) -> str:
    """The open stage at a moment; before the first one known, that one (decision 0014)."""
    opens = [step for step in life.steps if step["stage"]["kind"] == "open"]
    by = [step for step in opens if step["when"].instant(world.setup.tz) < moment]
    if opens:
        return str((by or opens[:1])[-1]["stage_id"])
    own = None if life.steps else life.row.get("stage_id")
    is_open = life.row.get("status") == "open" or world.get("stage", own).get("kind") == "open"
    return own if own and is_open else figures.NONE


def opened(world: World, _start: date, end: date) -> Rows:
    return still_open(world, end)


def told_by(world: World, table: str, column: str, life: Life, moment: datetime) -> Any:
    """(known, value) of a history before a moment; no history: the value of today."""
    rows = world.history(table, life.row["id"], everything=True)
    if not rows:
        return True, life.row.get(column)
    by = [r for r in rows if r["when"].instant(world.setup.tz) < moment]
    return (True, by[-1][column]) if by else (False, None)


def expected(world: World, life: Life, moment: datetime) -> date | None:
    """The day it was expected to close, as known before a moment: before the first row of a
    history what that row says (G11: it tells the state); without a history the field's."""
    is_known, day = told_by(world, "close_date_history", "expected_close_date", life, moment)
    if is_known:
        return day
    seen = world.history("close_date_history", life.row["id"])
    return seen[0]["expected_close_date"] if seen else life.row.get("expected_close_date")


def expected_then(world: World, life: Life, moment: datetime) -> date | None:
    """The same, but only where a history says so."""
    rows = world.history("close_date_history", life.row["id"], everything=True)
    by = [r for r in rows if r["when"].instant(world.setup.tz) < moment]
    return by[-1]["expected_close_date"] if by else None


def due(world: World, _start: date, end: date) -> Rows:
    """Open and expected before the end of the period; `of` is (is late, chance)."""
    found = []
    for row in still_open(world, end):
        day = expected(world, row.of, cut(world, end))
        if day and day < end:
            row.of = day < min(end, world.whole)  # what is due today is not late yet
            found.append(row)
    return found


def late(world: World, start: date, end: date) -> Rows:
    return [row for row in due(world, start, end) if row.of]


def ahead(world: World, start: date, end: date) -> Rows:
    """Expected in the rest of the period, each for its amount times its chance."""
    found = []
    for row in due(world, start, end):
        if not row.of:
            row.of = "ahead"
            found.append(row)
    return found


def amounts(_: World, rows: Rows) -> Answer:
    """A sum of what has an amount (and a chance); a rate that lacks leaves none."""
    known = [
        row.value * (row.chance if row.of == "ahead" else 1) for row in rows
        if row.value is not None and (row.of != "ahead" or row.chance is not None)
    ]  # fmt: skip
    answer = Answer(n=len(rows))
    if any(row.has_amount and row.value is None for row in rows):
        answer.reason, answer.partial_value = "missing_rate", sum(known)
    elif rows and not known:
        answer.reason = "not_measurable"
    else:
        answer.value = answer.num = sum(known)
    return answer


def won(world: World, start: date, end: date) -> Rows:
    return [
        row for row in figures.records(world, "closed")
        if row.of.status == "won" and row.day and start <= row.day < end
    ]  # fmt: skip


def each(rows: Rows, mode: str) -> Rows:
    """Rows with the owner that a part of a formula goes by when none is asked."""
    for row in rows:
        row.agents[EACH], row.teams[EACH] = row.agents[mode], row.teams[mode]
    return rows


def projected(world: World, start: date, end: date) -> Rows:
    return each(won(world, start, end), "owner_at_event") + each(
        ahead(world, start, end), "owner_current"
    )


def projection(world: World, rows: Rows) -> Answer:
    parts = [[row for row in rows if (row.of == "ahead") == is_ahead] for is_ahead in (True, False)]
    answers = [amounts(world, part) for part in parts]
    reason = next((one.reason for one in answers if one.reason), "")
    if reason:
        return Answer(reason=reason, n=None)
    value = sum(one.value for one in answers)
    return Answer(value=value, num=value, n=None)


@dataclass
class Slip:
    slipped: bool
    life: Life


def at_start(world: World, start: date, end: date) -> Rows:
    """Open when the period began and then expected in it: whether it was pushed out."""
    tz, found = world.setup.tz, []
    if midnight(start, tz) >= world.as_of:
        return []
    for row in figures.records(world, "open"):
        life: Life = row.of
        day = expected_then(world, life, midnight(start, tz))
        if life.is_void or not is_open_at(life, start, tz) or not day or not start <= day < end:
            continue
        if is_over(world, end):
            slipped = is_open_at(life, end, tz)
        else:
            now = expected(world, life, world.as_of)
            slipped = life.status == "open" and bool(now) and now >= end
        is_known, amount = told_by(world, "amount_history", "amount", life, midnight(start, tz))
        if not is_known:  # before its first row a history says what that row does
            amount = world.history("amount_history", life.row["id"], everything=True)[0]["amount"]
        rate = world.rate(life.money, start - DAY)
        row.has_amount = amount is not None
        row.value = None if amount is None or rate is None else float(amount) * rate
        row.of = Slip(slipped, life)
        found.append(row)
    return found


def slipped(_: World, rows: Rows) -> Answer:
    return over(sum(row.of.slipped for row in rows), len(rows))


def slipped_value(_: World, rows: Rows) -> Answer:
    known = [row for row in rows if row.value is not None]
    sums = [sum(row.value for row in known if row.of.slipped), sum(row.value for row in known)]
    answer = over(*sums, len(known))
    if any(row.has_amount and row.value is None for row in rows):
        answer.value, answer.reason, answer.partial_value = None, "missing_rate", answer.value
    elif not answer.den and any(not row.has_amount for row in rows):
        answer.reason = "not_measurable"
    return answer


def last_move(world: World, life: Life, moment: datetime) -> list[When]:
    """All that counts as a movement before a moment: deeds, changes of stage, the creation."""
    tz = world.setup.tz
    deeds = [
        ended(world, row) for row in world.all("activity")
        if world.opportunity_of(row) == life.row["id"] and not row.get("is_automated")
    ]  # fmt: skip
    changes = [
        step["when"] for before, step in zip([None, *life.steps], life.steps, strict=False)
        if step["is_timed"] and (before is None or before["stage_id"] != step["stage_id"])
    ]  # fmt: skip
    moves = [when for when in (*deeds, *changes, life.created) if when]
    return [when for when in moves if when.instant(tz) < moment]


def standing(world: World, _start: date, end: date) -> Rows:
    """Open ones: whether nothing moved for as long as the stage or the setting allows."""
    tz, found = world.setup.tz, []
    moment = cut(world, end)
    for row in still_open(world, end):
        life: Life = row.of
        rot = world.get("stage", row.dims["stage"]).get("rot_days")
        limit = world.setup.stalled_days if rot is None else rot
        moves = last_move(world, life, moment)
        row.of = all(m.instant(tz) < moment - timedelta(limit) for m in moves)
        if moves:  # nothing is known of the others
            found.append(row)
    return found


def ages(world: World, _start: date, end: date) -> Rows:
    """Open ones by the days since they were created."""
    rows, cut_day = still_open(world, end), min(end, world.whole)
    for row in rows:
        born = row.of.created
        days = (cut_day - born.day(world.setup.tz)).days if born else None
        bins = ((30, "0_30"), (90, "31_90"), (180, "91_180"))
        place = next((name for most, name in bins if days is not None and days <= most), "over_180")
        row.dims = {**row.dims, "age_bin": "(none)" if days is None else place}
    return rows


def stalled(_: World, rows: Rows) -> Answer:
    return over(sum(row.of for row in rows), len(rows))


def stalled_value(world: World, rows: Rows) -> Answer:
    return amounts(world, [row for row in rows if row.of])


def turning(world: World, _start: date, end: date) -> Rows:
    """What is open, and what was closed in the days before."""
    last = min(end, world.whole)
    first = last - timedelta(world.setup.velocity_lookback_days)
    closed = [
        row for row in figures.records(world, "closed") if row.day and first <= row.day < last
    ]
    for row in closed:
        row.dims["is"] = "closed"
    return each(closed, "owner_at_event") + each(still_open(world, end), "owner_current")


def velocity(world: World, rows: Rows) -> Answer:
    """open × win rate × average won amount ÷ mean cycle; nothing when one of them is."""
    closed = [row for row in rows if "is" in row.dims]
    is_open = len(rows) - len(closed)
    parts = [
        figures.counted(world, kpi, closed, None)
        for kpi in ("win_rate", "avg_deal_size", "sales_cycle_days_mean")
    ]
    missing = next((one for one in reversed(parts) if one.value is None), None)
    if missing:
        lacks = "missing_rate" if missing.excluded.get("missing_rate") else missing.reason
        return Answer(reason=lacks, n=None)
    rate, size, cycle = (one.value for one in parts)
    if not cycle:
        return Answer(reason="zero_denominator", n=None)
    return Answer(value=is_open * rate * size / cycle, n=None)


def level(rows: Any, count: Any, **more: Any) -> Rule:
    return Rule(rows, count, STAGED, OWNERS, mode="owner_current", window=True, **more)


RULES = {
    "open_opportunities": level(opened, number),
    "deal_age_buckets": level(ages, number, own=("age_bin",)),
    "due_pipeline": level(due, amounts, ahead=True),
    "due_pipeline_past": level(late, amounts, ahead=True),
    "due_pipeline_expected": level(ahead, amounts, ahead=True),
    "slippage_rate": level(at_start, slipped),
    "slippage_rate_value": level(at_start, slipped_value),
    "stalled_rate": level(standing, stalled),
    "stalled_rate_value": level(standing, stalled_value),
    "projected_sales": Rule(
        projected,
        projection,
        BY,
        OWNERS,
        mode=EACH,
        window=True,
        is_strict=False,
        sides=False,
        ahead=True,
    ),
    "pipeline_velocity": Rule(
        turning, velocity, BY, OWNERS, mode=EACH, window=True, is_strict=False, sides=False
    ),
}
