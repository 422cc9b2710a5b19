"""Whether an aim is specific, measurable, achievable, realistic and timed.

Source: specification §3, "SMART check". Verdicts are codes and numbers; the sentences are the
web's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import fsum, isfinite, log, sqrt
from typing import Literal

from kpilot.analysis.intervals import Z, wilson
from kpilot.core.calendar import Fiscal, Grain, period_of

Level = Literal["pass", "warn", "fail", "unknown"]
Scale = Literal["points", "log"]
EQUAL = 1e-9
MIN_CHANGES, MANY_CHANGES = 8, 14
COMMON, RARE = 0.20, 0.05
FAR = 1.5
SPARE = 1.2


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One letter's verdict: a code that has a sentence, and the numbers it needs."""

    letter: Literal["S", "M", "A", "R", "T"]
    level: Level
    code: str
    numbers: Mapping[str, float | str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to understand "5 %": the target it means, and the change that needs."""

    name: Literal["relative", "points", "absolute"]
    target: float
    change: float


def readings(start: float | None, percent: float, is_ratio: bool) -> tuple[Reading, ...]:
    """What a change of `percent` (0.05; below 0 to lower) can mean from `start`.

    Two readings for a ratio: 5 % more of it, or 5 points more. One for anything else.
    """
    if start is None:
        return ()
    relative = Reading(name="relative", target=start * (1 + percent), change=start * percent)
    if not is_ratio:
        return (relative,)
    return relative, Reading(name="points", target=start + percent, change=percent)


def specific(
    *,
    kpi: str | None,
    scope: str | None,
    direction: str | None,
    start: float | None,
    target: float | None = None,
    percent: float | None = None,
    is_ratio: bool = False,
) -> Verdict:
    """S: KPI, scope, direction, start and absolute target are all set.

    Codes: ambiguous_percent (with both targets), incomplete (with what is missing), specific.
    """
    if target is None and percent is not None and is_ratio and start is not None:
        both: dict[str, float | str | None] = {
            reading.name: reading.target for reading in readings(start, percent, True)
        }
        return Verdict(letter="S", level="fail", code="ambiguous_percent", numbers=both)
    given = {"kpi": kpi, "scope": scope, "direction": direction, "start": start, "target": target}
    missing = [name for name, value in given.items() if value is None or value == ""]
    if missing:
        return Verdict(
            letter="S", level="fail", code="incomplete", numbers={"missing": " ".join(missing)}
        )
    return Verdict(letter="S", level="pass", code="specific")


def measurable(share: float | None, field_: str = "") -> Verdict:
    """M by the measurability of the KPI: pass from 0.9, warn from 0.6."""
    if share is None:
        return Verdict(letter="M", level="unknown", code="unknown_data")
    level: Level = "fail"
    if share >= 0.6 - EQUAL:
        level = "pass" if share >= 0.9 - EQUAL else "warn"
    code = {"pass": "measured", "warn": "partly_measured", "fail": "not_measured"}[level]
    return Verdict(letter="M", level=level, code=code, numbers={"share": share, "field": field_})


@dataclass(frozen=True, kw_only=True)
class History:
    """The last complete periods of a KPI, oldest first, and the horizon in such periods."""

    values: Sequence[float | None]
    horizon: int
    grain: str = ""


def achievable(
    start: float | None,
    target: float | None,
    histories: Sequence[History],
    *,
    scale: Scale = "points",
    direction: Literal["up", "down"] = "up",
) -> Verdict:
    """A: how often a change as big as needed has happened.

    histories  by grain, the coarsest first: the first with at least 8 changes is used
    scale      "points" for ratios; "log" for counts, money and durations, whose changes are ratios
    Codes: achievable, stretch, unprecedented, unrealistic, no_ambition, few_changes, no_start.
    Numbers: needed, share, changes, largest, horizon, grain.
    """
    sign = 1.0 if direction == "up" else -1.0
    needed = _apart(start, target, scale)
    if needed is None:
        return Verdict(letter="A", level="unknown", code="no_start")
    needed *= sign
    if needed <= EQUAL:
        return Verdict(letter="A", level="warn", code="no_ambition", numbers={"needed": needed})
    most = 0
    for history in histories:
        changes = [sign * change for change in _changes(history, scale)]
        most = max(most, len(changes))
        if len(changes) >= MIN_CHANGES:
            return _held_against(changes, needed, history)
    numbers: dict[str, float | str | None] = {"needed": needed, "changes": most}
    return Verdict(letter="A", level="unknown", code="few_changes", numbers=numbers)


def _held_against(changes: Sequence[float], needed: float, history: History) -> Verdict:
    share = sum(change >= needed - EQUAL for change in changes) / len(changes)
    largest = max(changes)
    numbers: dict[str, float | str | None] = {
        "needed": needed, "share": share, "changes": len(changes), "largest": largest,
        "horizon": history.horizon, "grain": history.grain,
    }  # fmt: skip
    level: Level = "warn"
    if share >= COMMON - EQUAL:
        level, code = "pass", "achievable"
    elif share >= RARE - EQUAL:
        code = "stretch"
    elif len(changes) >= MANY_CHANGES or needed > FAR * largest + EQUAL:
        level, code = "fail", "unrealistic"
    else:
        code = "unprecedented"
    return Verdict(letter="A", level=level, code=code, numbers=numbers)


def _changes(history: History, scale: Scale) -> list[float]:
    values, h = history.values, history.horizon
    if h < 1:
        return []
    pairs = zip(values[:-h], values[h:], strict=True)
    found = (_apart(before, after, scale) for before, after in pairs)
    return [change for change in found if change is not None]


def _apart(before: float | None, after: float | None, scale: Scale) -> float | None:
    if before is None or after is None or not (isfinite(before) and isfinite(after)):
        return None
    if scale == "points":
        return after - before
    return log(after / before) if min(before, after) > 0 else None


@dataclass(frozen=True, kw_only=True)
class Need:
    """A volume the target takes, and the most that was there; `spare` is how far beyond it may go.

    name  leads, activities, coverage…
    """

    name: str
    required: float | None
    available: float | None
    spare: float = SPARE


def required_volume(wins: float | None, rate: float | None) -> float | None:
    """How many leads (or activities) so many wins take at this rate; None without a rate."""
    if wins is None or rate is None or rate <= 0:
        return None
    return wins / rate


def best_of(periods: Sequence[float | None]) -> float | None:
    """The most in the last 4 periods."""
    return max((value for value in periods[-4:] if value is not None), default=None)


def coverage(
    remaining: float | None,
    open_pipeline: float | None,
    win_rate_value: float | None,
    expected_new: float | None,
) -> Need:
    """What revenue takes: the pipeline's expected wins and those of pipeline still to come."""
    known = [open_pipeline, win_rate_value, expected_new]
    available = None
    if open_pipeline is not None and win_rate_value is not None and None not in known:
        available = fsum([open_pipeline * win_rate_value, expected_new or 0.0])
    return Need(name="coverage", required=remaining, available=available, spare=1.0)


def realistic(needs: Sequence[Need]) -> Verdict:
    """R: every required volume fits what was there. The verdict names the worst one.

    Codes: fits, lacking (with required, available, missing), unknown_capacity.
    """
    known = [(n, n.required, n.available) for n in needs
             if n.required is not None and n.available is not None]  # fmt: skip
    short = [
        (required - available * need.spare, need.name, required, available)
        for need, required, available in known
        if required > available * need.spare + EQUAL * max(1.0, abs(required))
    ]
    if short:
        _, name, required, available = max(
            short, key=lambda s: s[2] / s[3] if s[3] > 0 else float("inf")
        )
        numbers: dict[str, float | str | None] = {
            "name": name, "required": required, "available": available,
            "missing": required - available,
        }  # fmt: skip
        return Verdict(letter="R", level="fail", code="lacking", numbers=numbers)
    if len(known) < len(needs) or not needs:
        return Verdict(letter="R", level="unknown", code="unknown_capacity")
    return Verdict(letter="R", level="pass", code="fits")


def timed(
    due_on: date | None,
    today: date,
    *,
    is_lagging: bool = False,
    cycle_days: float | None = None,
    grain: Grain | None = None,
    fiscal: Fiscal | None = None,
) -> Verdict:
    """T: the due date (exclusive) lies ahead of `today`, the cut-off's local date.

    Codes: timed, no_due_date, past, shorter_than_cycle (with days and cycle), partial_period (the
    due date cuts a period of the KPI's `grain`).
    """
    if due_on is None:
        return Verdict(letter="T", level="fail", code="no_due_date")
    days = float((due_on - today).days)
    if days <= 0:
        return Verdict(letter="T", level="fail", code="past", numbers={"days": days})
    if is_lagging and cycle_days is not None and days < cycle_days:
        return Verdict(
            letter="T", level="warn", code="shorter_than_cycle",
            numbers={"days": days, "cycle": cycle_days},
        )  # fmt: skip
    if grain is not None and period_of(due_on, grain, fiscal or Fiscal()).start != due_on:
        return Verdict(
            letter="T", level="warn", code="partial_period", numbers={"days": days, "grain": grain}
        )
    return Verdict(letter="T", level="pass", code="timed", numbers={"days": days})


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How big a change must be to show in one period."""

    half_width: float
    is_detectable: bool


def noise_of_share(start: float | None, change: float, expected_n: float) -> Noise | None:
    """Against Wilson's half-width at the start with the rows one period will bring."""
    if start is None or not 0 <= start <= 1 or expected_n <= 0:
        return None
    low, high = wilson(start * expected_n, expected_n) or (0.0, 1.0)
    half = (high - low) / 2
    return Noise(half_width=half, is_detectable=abs(change) >= half - EQUAL)


def noise_of_count(count: float | None, change: float) -> Noise | None:
    """Against 1.96·√k of a count of k in one period."""
    if count is None or count < 0:
        return None
    half = Z * sqrt(count)
    return Noise(half_width=half, is_detectable=abs(change) >= half - EQUAL)
