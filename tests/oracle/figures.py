"""The first KPIs as §2.2, §2.3 and §2.10 of the specification define them, counted row by row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from tests.oracle.lives import NONE, Life, World
from tests.oracle.moments import days_between, midnight
from tests.oracle.passages import passages


@dataclass
class Record:
    """One row a KPI may count: its business date, who and what it belongs to, its values."""

    day: date | None
    dims: dict[str, str]
    agents: dict[str, str]
    teams: dict[str, str]
    value: Any = None
    has_amount: bool = True
    of: Any = None
    chance: float | None = None
    weight: float = 1.0
    base: Any = None
    parts: dict[str, list[Any]] = field(default_factory=dict)
    products: list[tuple[str, float]] = field(default_factory=list)


@dataclass
class Answer:
    """A figure as the specification wants it."""

    value: Any = None
    num: Any = None
    den: Any = None
    n: int = 0
    reason: str = ""
    partial_value: Any = None
    excluded: dict[str, int] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


WINDOWS = (7, 14, 30, 60, 90)
FLOWS = {
    "new_opportunities": ("created", "first"), "avg_opportunity_value": ("created", "first"),
    "win_rate": ("closed", "event"), "win_rate_value": ("closed", "event"),
    "sales_count": ("closed", "event"), "sales_value": ("closed", "event"),
    "avg_deal_size": ("closed", "event"), "avg_deal_size_median": ("closed", "event"),
    "probability_brier": ("closed", "event"),
    "sales_cycle_days": ("closed", "event"), "sales_cycle_days_mean": ("closed", "event"),
    "stage_conversion": ("entered", "event"), "stage_conversion_to_date": ("entered", "event"),
    "stage_conversion_resolved": ("entered", "event"), "stage_duration": ("entered", "event"),
    "stage_duration_completed": ("left", "event"),
    **{f"stage_conversion_in_{days}": ("entered", "event") for days in WINDOWS},
}  # fmt: skip
STOCKS = ("open_pipeline", "weighted_pipeline", "deal_age")
GROWTH = {"sales_growth_mom": "previous", "sales_growth_yoy": "year"}
ATTRIBUTION = {"first": "owner_first", "event": "owner_at_event", "current": "owner_current"}


def attribution(kpi: str) -> str:
    """The mode a KPI takes unless another is asked."""
    return "owner_current" if kpi in STOCKS else ATTRIBUTION[FLOWS[kpi][1]]


def records(world: World, kind: str) -> list[Record]:
    """All rows dated by `kind`: created, closed, entered, left, or the open ones ("open")."""
    return [record for life in world.lives() for record in _of(world, life, kind)]


def _of(world: World, life: Life, kind: str) -> Iterable[Record]:
    tz = world.setup.tz
    if kind in ("entered", "left"):
        for passage in passages(world, life):
            event = getattr(passage, kind)
            yield _record(world, life, event, passage, passage.stage_id)
        return
    event = {"created": life.created, "closed": life.closed, "open": None}[kind]
    day = event.day(tz) if event else None
    if kind == "closed" and life.status == "open":
        return
    record = _record(world, life, event, life, life.stage_id or NONE)
    rated = world.last_day if kind == "open" else day
    if life.amount is not None:
        rate = world.rate(life.money, rated)
        record.value = None if rate is None else float(life.amount) * rate
    record.has_amount = life.amount is not None
    record.chance = life.probability
    if kind != "closed":  # who is in charge: at creation the first human, of a level the last one
        mode = "owner_first" if kind == "created" else "owner_current"
        record.agents["owner_at_event"] = record.agents[mode]
        record.teams["owner_at_event"] = record.teams[mode]
    yield record


def _record(world: World, life: Life, event, of, stage_id: str) -> Record:
    day = event.day(world.setup.tz) if event else None
    born = life.created.day(world.setup.tz) if life.created else None
    agents = {
        "owner_first": world.owner_first(life),
        "owner_at_event": world.owner_at(life, event),
        "owner_current": world.owner_current(life),
    }
    teams = {
        "owner_first": world.team_on(agents["owner_first"], born),
        "owner_at_event": world.team_on(agents["owner_at_event"], day),
        "owner_current": world.team_on(agents["owner_current"], world.last_day),
    }
    account = world.get("account", life.row.get("account_id"))
    dims = {
        "product": life.row.get("product_id") or NONE,
        "country": account.get("country") or NONE,
        "stage": stage_id,
        "pipeline": life.pipeline,
        "account": life.row.get("account_id") or NONE,
    }
    return Record(day=day, dims=dims, agents=agents, teams=teams, of=of)


def parent(world: World, team: str) -> str:
    """The team above; a team without one stands for itself."""
    above = world.get("team", team).get("parent_id")
    return above if above and above != team and world.get("team", above) else team


def key_of(world: World, record: Record, by: tuple[str, ...], mode: str) -> tuple[str, ...]:
    found = []
    for name in by:
        if name == "agent":
            found.append(record.agents[mode])
        elif name == "team":
            found.append(record.teams[mode])
        elif name == "team_parent":
            found.append(parent(world, record.teams[mode]))
        else:
            found.append(record.dims[name])
    return tuple(found)


def is_open_at(life: Life, end: date, tz: str) -> bool:
    """Created before `end` and not closed before it, as restated at the cut-off."""
    born = life.created is None or life.created.day(tz) < end
    if life.status == "open":
        return born
    return born and life.closed is not None and life.closed.day(tz) >= end


def counted(world: World, kpi: str, rows: list[Record], end: date | None) -> Answer:
    """The figure of the rows of one group and window; `end` is that of a stock's period."""
    if kpi in STOCKS:
        return STOCK_RULES[kpi](world, rows, end)
    return RULES[kpi](world, rows)


def _ratio(num, den, n=None, excluded=None, *, is_money=False) -> Answer:
    excluded = {k: v for k, v in (excluded or {}).items() if v}
    answer = Answer(num=num, den=den, n=den if n is None else n, excluded=excluded)
    if excluded.get("missing_rate"):
        answer.reason, answer.partial_value = "missing_rate", num / den if den else None
    elif not den:
        missing = is_money and excluded.get("null_amount")
        answer.reason = "not_measurable" if missing else "zero_denominator"
    else:
        answer.value = num / den
    return answer


def _covered(answer: Answer, *sides: list[Record]) -> Answer:
    """80 % of each side of 20 rows or more must have an amount (G6)."""
    for side in sides:
        is_thin = len(side) >= 20 and sum(r.has_amount for r in side) < 0.8 * len(side)
        if is_thin and answer.value is not None:
            answer.partial_value, answer.value = answer.value, None
            answer.reason = "amount_coverage"
    return answer


def _lacks(rows: list[Record]) -> dict[str, int]:
    return {
        "null_amount": sum(not r.has_amount for r in rows),
        "missing_rate": sum(r.has_amount and r.value is None for r in rows),
    }


def _valued(rows: list[Record]) -> list[Record]:
    return [r for r in rows if r.value is not None]


def _split(rows: list[Record]) -> tuple[list[Record], int]:
    """(rows that are not void, how many are)."""
    kept = [r for r in rows if not r.of.is_void]
    return kept, len(rows) - len(kept)


def new_opportunities(_: World, rows: list[Record]) -> Answer:
    kept, void = _split(rows)
    return Answer(value=len(kept), num=len(kept), n=len(kept), excluded={"void": void})


def avg_opportunity_value(_: World, rows: list[Record]) -> Answer:
    kept, void = _split(rows)
    known = _valued(kept)
    total = sum(r.value for r in known)
    answer = _ratio(total, len(known), excluded=_lacks(kept) | {"void": void}, is_money=True)
    return _covered(answer, kept)


def win_rate(_: World, rows: list[Record]) -> Answer:
    kept, void = _split(rows)
    won = [r for r in kept if r.of.status == "won"]
    return _ratio(len(won), len(kept), excluded={"void": void})


def probability_brier(_: World, rows: list[Record]) -> Answer:
    kept, void = _split(rows)
    known = [((r.of.status == "won") - r.chance) ** 2 for r in kept if r.chance is not None]
    unknown = len(kept) - len(known)
    return _ratio(sum(known), len(known), excluded={"void": void, "no_probability": unknown})


def win_rate_value(_: World, rows: list[Record]) -> Answer:
    kept, void = _split(rows)
    won = [r for r in kept if r.of.status == "won"]
    lost = [r for r in kept if r.of.status == "lost"]
    known = _valued(kept)
    answer = _ratio(
        sum(r.value for r in _valued(won)), sum(r.value for r in known), len(known),
        _lacks(kept) | {"void": void}, is_money=True,
    )  # fmt: skip
    return _covered(answer, won, lost)


def _won(rows: list[Record]) -> list[Record]:
    return [r for r in rows if r.of.status == "won"]


def sales_count(_: World, rows: list[Record]) -> Answer:
    won = _won(rows)
    return Answer(value=len(won), num=len(won), n=len(won))


def _total(rows: list[Record], known: list[float], excluded: dict[str, int]) -> Answer:
    excluded = {k: v for k, v in excluded.items() if v}
    answer = Answer(n=len(rows), excluded=excluded)
    if excluded.get("missing_rate"):
        answer.reason, answer.partial_value = "missing_rate", sum(known)
    elif rows and not known:
        answer.reason = "not_measurable"
    else:
        answer.value = answer.num = sum(known)
    return answer


def sales_value(_: World, rows: list[Record]) -> Answer:
    won = _won(rows)
    return _total(won, [r.value for r in _valued(won)], _lacks(won))


def avg_deal_size(_: World, rows: list[Record]) -> Answer:
    won, void = _split(_won(rows))
    known = _valued(won)
    total = sum(r.value for r in known)
    answer = _ratio(total, len(known), excluded=_lacks(won) | {"void": void}, is_money=True)
    return _covered(answer, won)


def _quantile(values: list[float], middle: Callable = median, **excluded: int) -> Answer:
    kept = {k: v for k, v in excluded.items() if v}
    if kept.get("missing_rate"):
        partial = middle(values) if values else None
        return Answer(reason="missing_rate", n=len(values), partial_value=partial, excluded=kept)
    if not values:
        return Answer(reason="no_rows", excluded=kept)
    return Answer(value=middle(values), n=len(values), excluded=kept)


def avg_deal_size_median(_: World, rows: list[Record]) -> Answer:
    won, void = _split(_won(rows))
    return _quantile([r.value for r in _valued(won)], void=void, **_lacks(won))


def _cycle(world: World, rows: list[Record], middle: Callable) -> Answer:
    won, void = _split(_won(rows))
    tz = world.setup.tz
    dated = [r.of for r in won if r.of.created]
    days = [days_between(life.created, life.closed, tz) for life in dated]
    return _quantile(
        [d for d in days if d >= 0], middle, void=void, no_created_at=len(won) - len(dated),
        negative_duration=sum(d < 0 for d in days),
    )  # fmt: skip


def stage_conversion(world: World, rows: list[Record]) -> Answer:
    return _advanced_within(world.setup.stage_window_days, rows)


def _advanced_within(window: int, rows: list[Record]) -> Answer:
    ripe = [r.of for r in rows if r.of.seen >= window]
    base = [p for p in ripe if p.took is not None or not p.is_advanced]
    num = sum(p.took is not None and p.took < window for p in base)
    lacks = {"immature": len(rows) - len(ripe), "no_transition_time": len(ripe) - len(base)}
    return _ratio(num, len(base), excluded=lacks)


def stage_conversion_to_date(_: World, rows: list[Record]) -> Answer:
    return _ratio(sum(r.of.is_advanced for r in rows), len(rows))


def stage_conversion_resolved(_: World, rows: list[Record]) -> Answer:
    done = [r.of for r in rows if r.of.is_advanced or r.of.is_lost_here]
    lacks = {"still_there": len(rows) - len(done)}
    return _ratio(sum(p.is_advanced for p in done), len(done), excluded=lacks)


def stage_duration(_: World, rows: list[Record]) -> Answer:
    """Kaplan–Meier: at equal times those that left go before those still there (G14)."""
    stays = [(r.of.days, r.of.has_left) for r in rows if r.of.days is not None]
    kept = {"skipped": len(rows) - len(stays)}
    if not stays:
        return Answer(reason="no_rows", excluded=kept)
    survive, value = 1.0, None
    for t in sorted({days for days, _ in stays}):
        at_risk = sum(days >= t for days, _ in stays)
        survive *= 1 - sum(days == t and ended for days, ended in stays) / at_risk
        if value is None and survive <= 0.5 + 1e-12:
            value = t
    reason = "" if value is not None else "quantile_not_reached"
    return Answer(value=value, n=len(stays), reason=reason, excluded=kept)


def stage_duration_completed(_: World, rows: list[Record]) -> Answer:
    left = [r.of for r in rows if r.of.has_left]
    known = [p.days for p in left if p.days is not None]
    skipped = sum(r.of.days is None for r in rows)
    return _quantile(known, skipped=skipped)


def _open(world: World, rows: list[Record], end: date) -> list[Record]:
    """The rows of a level: at the end of the period, or at the cut-off when it comes first."""
    if midnight(end, world.setup.tz) >= world.as_of:
        return [r for r in rows if r.of.status == "open"]
    return [r for r in rows if is_open_at(r.of, end, world.setup.tz)]


def open_pipeline(world: World, rows: list[Record], end: date) -> Answer:
    kept, void = _split(_open(world, rows, end))
    return _total(kept, [r.value for r in _valued(kept)], _lacks(kept) | {"void": void})


def weighted_pipeline(world: World, rows: list[Record], end: date) -> Answer:
    kept, void = _split(_open(world, rows, end))
    lacks = _lacks(kept) | {"void": void}
    lacks["no_probability"] = sum(r.has_amount and r.chance is None for r in kept)
    known = [r.value * r.chance for r in _valued(kept) if r.chance is not None]
    return _total(kept, known, lacks)


def deal_age(world: World, rows: list[Record], end: date) -> Answer:
    tz = world.setup.tz
    kept, void = _split(_open(world, rows, end))
    is_now = midnight(end, tz) >= world.as_of
    at, day = (world.as_of, world.whole) if is_now else (midnight(end, tz), end)
    born = [r.of.created for r in kept if r.of.created]
    ages = [
        float((day - b.on).days) if b.is_day else (at - b.at).total_seconds() / 86400 for b in born
    ]
    return _quantile(ages, void=void, no_created_at=len(kept) - len(born))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


RULES: dict[str, Callable[[World, list[Record]], Answer]] = {
    "new_opportunities": new_opportunities, "avg_opportunity_value": avg_opportunity_value,
    "win_rate": win_rate, "win_rate_value": win_rate_value, "sales_count": sales_count,
    "probability_brier": probability_brier,
    "sales_value": sales_value, "avg_deal_size": avg_deal_size,
    "avg_deal_size_median": avg_deal_size_median,
    "sales_cycle_days": lambda world, rows: _cycle(world, rows, median),
    "sales_cycle_days_mean": lambda world, rows: _cycle(world, rows, _mean),
    "stage_conversion": stage_conversion, "stage_conversion_to_date": stage_conversion_to_date,
    "stage_conversion_resolved": stage_conversion_resolved, "stage_duration": stage_duration,
    "stage_duration_completed": stage_duration_completed,
    **{f"stage_conversion_in_{days}": lambda _, rows, window=days: _advanced_within(window, rows)
       for days in WINDOWS},
}  # fmt: skip
STOCK_RULES = {
    "open_pipeline": open_pipeline, "weighted_pipeline": weighted_pipeline, "deal_age": deal_age,
}  # fmt: skip
