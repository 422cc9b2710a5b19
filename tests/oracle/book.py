"""The oracle's catalogue: a rule for each KPI, and the small steps that rules share.

A rule says which rows a KPI counts and how they are counted; what is asked of them (period, group,
filter, rights) is the same for all and stands in `asking.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any

from tests.oracle.figures import Answer, Record
from tests.oracle.lives import NOBODY, NONE, World
from tests.oracle.moments import DAY, When, days_between, when

Rows = list[Record]


@dataclass(frozen=True)
class Rule:
    """How one KPI is counted.

    rows     (world) → its dated rows, or with `window` (world, start, end) → those of a period
    count    (world, rows of one group and period) → the figure
    by       dimensions it may be asked by; `modes` attributions it may be asked in
    covers   (world) → the days that may be said to be covered, if not those of the rows
    is_strict  whether an empty period within the days of its rows must be told as zero, not as
             outside the coverage (two dates in one figure leave that open)
    ahead    whether it means something of a period that has not begun
    is_weekly  whether it says nothing of less than a week
    own      dimensions it is never pooled over, whatever is asked
    sides    whether numerator and denominator are compared too
    """

    rows: Callable[..., Rows]
    count: Callable[[World, Rows], Answer]
    by: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    mode: str = "owner_at_event"
    window: bool = False
    covers: Callable[[World], Iterable[date]] | None = None
    is_strict: bool = True
    ahead: bool = False
    is_weekly: bool = False
    own: tuple[str, ...] = ()
    sides: bool = True


@dataclass
class Owned:
    """What `World.owner_at` and its like ask of a record: its row and its owners."""

    row: dict[str, Any]
    owners: list[dict] = field(default_factory=list)


def record(
    world: World,
    event: When | None,
    of: Any,
    *,
    owned: Owned | None = None,
    agent: str | None = None,
    born: When | None = None,
    is_birth: bool = False,
    account: str | None = None,
    dims: dict[str, str | None] | None = None,
) -> Record:
    """A row with who it belongs to: its owner by each attribution, or who did it in all."""
    tz = world.setup.tz
    day = event.day(tz) if event else None
    if owned:
        first = world.owner_first(owned)
        agents = {
            "owner_first": first,
            "owner_at_event": first if is_birth else world.owner_at(owned, event),
            "owner_current": world.owner_current(owned),
        }
        days = {
            "owner_first": born.day(tz) if born else day,
            "owner_at_event": day,
            "owner_current": world.last_day,
        }
    else:
        agents = dict.fromkeys(("owner_first", "owner_at_event", "owner_current"), agent or NOBODY)
        days = {"owner_first": day, "owner_at_event": day, "owner_current": world.last_day}
    teams = {mode: world.team_on(who, days[mode]) for mode, who in agents.items()}
    about = world.get("account", account)
    found = {
        "account": account or NONE,
        "country": about.get("country") or NONE,
        "segment": about.get("segment") or NONE,
    }
    found |= {name: value or NONE for name, value in (dims or {}).items()}
    return Record(day=day, dims=found, agents=agents, teams=teams, of=of)


def number(_: World, rows: Rows) -> Answer:
    """How many rows there are."""
    return Answer(value=len(rows), num=len(rows), n=len(rows))


def share(num: Callable[[Any], bool], den: Callable[[Any], bool] | None = None):
    """Rows where `num` holds over those where `den` does."""

    def count(_: World, rows: Rows) -> Answer:
        base = [row.of for row in rows if den is None or den(row.of)]
        return over(sum(bool(num(one)) for one in base), len(base))

    return count


def over(num: Any, den: Any, n: int | None = None) -> Answer:
    """A ratio, with no value over nothing."""
    answer = Answer(num=num, den=den, n=den if n is None else n)
    if den:
        answer.value = num / den
    else:
        answer.reason = "zero_denominator"
    return answer


def middle(values: list[float], of: Callable[[list[float]], float] = median) -> Answer:
    """The median of durations or amounts."""
    if not values:
        return Answer(reason="no_rows")
    return Answer(value=of(values), n=len(values))


def total(rows: Rows) -> Answer:
    """A sum of money, by G5 and G6: nothing when a rate is missing or no amount is known."""
    known = [row.value for row in rows if row.value is not None]
    lacks = sum(row.has_amount and row.value is None for row in rows)
    answer = Answer(n=len(rows), excluded={"missing_rate": lacks})
    if lacks:
        answer.reason, answer.partial_value = "missing_rate", sum(known)
    elif rows and not known:
        answer.reason = "not_measurable"
    else:
        answer.value = answer.num = sum(known)
    return answer


def survival_quantile(stays: list[tuple[float, bool]], p: float) -> Answer:
    """Kaplan–Meier: the smallest t with S(t) ≤ 1 − p; events before censorings at one time."""
    if not stays:
        return Answer(reason="no_rows")
    survive = 1.0
    for t in sorted({time for time, _ in stays}):
        at_risk = sum(time >= t for time, _ in stays)
        survive *= 1 - sum(time == t and is_event for time, is_event in stays) / at_risk
        if survive <= 1 - p + 1e-12:
            return Answer(value=t, n=len(stays))
    return Answer(n=len(stays), reason="quantile_not_reached")


def aged(world: World, start: When) -> float:
    """Days from a moment to the cut-off (G13: is t0 + W past it?)."""
    end = When(None, world.whole) if start.is_day else When(world.as_of, None)
    return days_between(start, end, world.setup.tz)


@dataclass(frozen=True)
class Try:
    """One entity of a cohort: days to its conversion (None: not yet) and days it was watched."""

    took: float | None
    seen: float


def tried(world: World, base: When, conversion: When | None) -> Try:
    took = None if conversion is None else days_between(base, conversion, world.setup.tz)
    return Try(None if took is None else max(took, 0.0), aged(world, base))


def within(days: Callable[[World], int]):
    """The matured cohort rule of G13: converted in less than W days, of those that had them."""

    def count(world: World, rows: Rows) -> Answer:
        limit = days(world)
        ripe = [row.of for row in rows if row.of.seen >= limit]
        made = sum(one.took is not None and one.took < limit for one in ripe)
        answer = over(made, len(ripe))
        answer.excluded["immature"] = len(rows) - len(ripe)
        return answer

    return count


def fresh(days: Callable[[World], int]):
    """Converted at any time, of all; flagged when some had less than W days (G13)."""

    def count(world: World, rows: Rows) -> Answer:
        answer = to_date(world, rows)
        limit = days(world)
        if any(row.of.seen < limit for row in rows):
            answer.flags.add("immature")
        return answer

    return count


def to_date(_: World, rows: Rows) -> Answer:
    """Converted at any time, of all."""
    return over(sum(row.of.took is not None for row in rows), len(rows))


def moment_key(moment: When, tz: str) -> datetime:
    return moment.instant(tz)


def visible(world: World, row: dict, name: str) -> When | None:
    """The moment in a column when it is before the cut-off."""
    found = when(row, name)
    return found if found and world.sees(found) else None


def earliest(world: World, moments: Iterable[When | None]) -> When | None:
    tz = world.setup.tz
    return min((m for m in moments if m), key=lambda m: m.instant(tz), default=None)


def periods_end(world: World, end: date) -> date:
    """The end of a period, or of the data when they end before: days < this one are in."""
    return min(end, world.last_day + DAY)
