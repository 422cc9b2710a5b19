"""Goals: how far a target is, whether it is on pace, and how targets add up to a goal.

Source: specification §5. Elapsed shares and projections come from `pace`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, fsum, isfinite
from typing import Literal

from kpilot.analysis import pace
from kpilot.analysis.intervals import Interval

Kind = Literal["number", "currency", "boolean", "tasks", "kpi"]
Status = Literal["not_started", "achieved", "missed", "no_data", "on_track", "at_risk", "off_track"]
EQUAL = 1e-9
LAST_FIFTH = 0.2


@dataclass(frozen=True, kw_only=True)
class Paces:
    """The pace ratios from which a target is on track, or at risk."""

    on_track: float = 0.90
    at_risk: float = 0.70


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a goal is looked at: its dates, half-open, the first day not ended, the elapsed share.

    elapsed  by the goal's own pace, linear or seasonal; None when it has none
    """

    start_on: date
    due_on: date
    cut: date
    elapsed: float | None = None

    @classmethod
    def on(cls, start_on: date, due_on: date, cut: date) -> "Moment":
        """With a linear pace."""
        return cls(
            start_on=start_on, due_on=due_on, cut=cut, elapsed=pace.linear(start_on, due_on, cut)
        )


@dataclass(frozen=True, kw_only=True)
class Target:
    """What should be reached.

    direction  says what meets a target that equals its start; else the two numbers say it
    band       [lo, hi] to stay inside, instead of a target
    is_count   the projection of a flow has a Poisson interval
    increments what each day since the start added, for the interval of other flows
    """

    kind: Kind = "number"
    agg: Literal["flow", "level"] = "flow"
    start: float | None = 0.0
    target: float | None = None
    current: float | None = None
    direction: Literal["up", "down"] = "up"
    band: tuple[float, float] | None = None
    tasks_done: int | None = None
    tasks_total: int | None = None
    tasks_overdue: int = 0
    weight: float = 1.0
    is_count: bool = False
    increments: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a target or a goal stands.

    raw       the share of the way made, unbounded; None without a value
    progress  the same between 0 and 1; 0 without a value
    is_met    raw ≥ 1; of a goal: of every part
    pace      raw over the elapsed share
    flags     no_data, no_tasks, no_target, too_early, target_met, overdue_tasks
    """

    raw: float | None
    progress: float
    status: Status
    pace: float | None = None
    projection: float | None = None
    interval: Interval | None = None
    flags: tuple[str, ...] = ()
    weight: float = 1.0
    is_met: bool = False


def judge(target: Target, moment: Moment, paces: Paces | None = None) -> State:
    """The state of one target at a moment."""
    raw, lack = _raw(target)
    has_pace = target.kind != "boolean" and target.band is None
    ratio = raw / moment.elapsed if has_pace and raw is not None and moment.elapsed else None
    projection = _projection(target, moment) if has_pace and raw is not None else None
    is_early = moment.elapsed is not None and moment.elapsed < pace.TOO_EARLY
    status, flags = _status(target, moment, raw, ratio, paces or Paces())
    if lack:
        flags = (*flags, lack)
    if is_early and has_pace and status in ("on_track", "at_risk") and "target_met" not in flags:
        flags = (*flags, "too_early")
    return State(
        raw=raw, progress=min(1.0, max(0.0, raw)) if raw is not None else 0.0,
        status=status, pace=ratio, projection=projection,
        interval=_interval(target, moment) if projection is not None else None,
        flags=flags, weight=target.weight, is_met=raw is not None and raw >= 1 - EQUAL,
    )  # fmt: skip


def _raw(target: Target) -> tuple[float | None, str]:
    """(share of the way made, what is lacking)."""
    if target.kind == "tasks":
        if target.tasks_total is not None and target.tasks_total <= 0:
            return None, "no_tasks"
        if target.tasks_total is None or target.tasks_done is None:
            return None, "no_data"
        return target.tasks_done / target.tasks_total, ""
    current = target.current
    if current is None or not isfinite(current):
        return None, "no_data"
    if target.kind == "boolean":
        return float(current >= 1), ""
    if target.band is not None:
        low, high = target.band
        return float(low - EQUAL <= current <= high + EQUAL), ""
    if target.target is None or target.start is None:
        return None, "no_target"
    way = target.target - target.start
    if abs(way) <= EQUAL * max(1.0, abs(target.target)):
        ahead = current - target.target if target.direction == "up" else target.target - current
        return float(ahead >= -EQUAL * max(1.0, abs(target.target))), ""
    return (current - target.start) / way, ""


def _status(
    target: Target, moment: Moment, raw: float | None, ratio: float | None, paces: Paces
) -> tuple[Status, tuple[str, ...]]:
    """The first rule that applies, and the flags it sets."""
    if moment.cut < moment.start_on:
        return "not_started", ()
    is_due = moment.cut >= moment.due_on
    if raw is not None and raw >= 1 - EQUAL:
        waits = target.kind != "tasks" and (target.agg == "level" or target.band is not None)
        if is_due or not waits or target.kind == "boolean":
            return "achieved", ()
        return "on_track", ("target_met",)
    if is_due:
        return "missed", ()
    if raw is None:
        return "no_data", ()
    if target.kind == "boolean":
        passed = pace.linear(moment.start_on, moment.due_on, moment.cut) or 0.0
        return ("at_risk" if 1 - passed <= LAST_FIFTH + EQUAL else "on_track"), ()
    if target.band is not None:
        return "off_track", ()
    status = by_pace(ratio, moment.elapsed, paces)
    if target.kind == "tasks" and target.tasks_overdue > 0:
        return ("at_risk" if status == "on_track" else status), ("overdue_tasks",)
    return status, ()


def by_pace(ratio: float | None, elapsed: float | None, paces: Paces) -> Status:
    """On track in the first 5 % of the time; then by the pace ratio."""
    if elapsed is not None and elapsed < pace.TOO_EARLY:
        return "on_track"
    if ratio is None:
        return "no_data"
    if ratio >= paces.on_track - EQUAL:
        return "on_track"
    return "at_risk" if ratio >= paces.at_risk - EQUAL else "off_track"


def _projection(target: Target, moment: Moment) -> float | None:
    if target.kind == "tasks":
        ahead = pace.projected(0.0, float(target.tasks_done or 0), moment.elapsed, "flow")
        return None if ahead is None else min(float(target.tasks_total or 0), ahead)
    if target.start is None or target.current is None:
        return None
    return pace.projected(target.start, target.current, moment.elapsed, target.agg)


def _interval(target: Target, moment: Moment) -> Interval | None:
    if target.agg != "flow" or target.kind == "tasks":
        return None
    start, current = target.start or 0.0, target.current or 0.0
    if target.is_count:
        return pace.count_interval(start, current, moment.elapsed)
    left = (moment.due_on - moment.cut).days
    return pace.increments_interval(target.increments, current, moment.elapsed, left)


def roll_up(parts: Sequence[State], moment: Moment, paces: Paces | None = None) -> State:
    """A goal's state from those of its targets and child goals: the weighted mean of progress.

    It is met when every part is; one part off track keeps it from being on track. Parts of weight
    0 or less count for nothing in the mean. Without parts: no_data and the flag no_targets.
    """
    total = fsum(part.weight for part in parts if part.weight > 0)
    is_met = bool(parts) and all(part.is_met for part in parts)
    progress = _mean(parts, total) if total else float(is_met)
    ratio = progress / moment.elapsed if moment.elapsed else None
    status, flags = _goal_status(parts, moment, progress, ratio, paces or Paces(), is_met)
    return State(
        raw=progress if parts else None, progress=progress, status=status, pace=ratio, flags=flags,
        is_met=is_met,
    )  # fmt: skip


def _mean(parts: Sequence[State], total: float) -> float:
    return fsum(part.weight * part.progress for part in parts if part.weight > 0) / total


def _goal_status(
    parts: Sequence[State], moment: Moment, progress: float, ratio: float | None,
    paces: Paces, is_met: bool,
) -> tuple[Status, tuple[str, ...]]:  # fmt: skip
    is_due = moment.cut >= moment.due_on
    if moment.cut < moment.start_on:
        return "not_started", ()
    if is_met and (is_due or all(part.status == "achieved" for part in parts)):
        return "achieved", ()
    if is_met:
        return "on_track", ("target_met",)
    if is_due and parts:
        return "missed", ()
    if not parts:
        return "no_data", ("no_targets",)
    if all(part.status == "no_data" for part in parts):
        return "no_data", ("no_data",)
    status = by_pace(ratio, moment.elapsed, paces)
    if status == "on_track" and any(part.status == "off_track" for part in parts):
        status = "at_risk"
    is_early = moment.elapsed is not None and moment.elapsed < pace.TOO_EARLY
    return status, ("too_early",) if is_early else ()


def display_percent(progress: float) -> int:
    """Whole percent, rounded down: 99.6 % is not done."""
    return floor(100 * progress + EQUAL)
