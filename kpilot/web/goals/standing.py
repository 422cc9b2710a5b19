"""Where goals stand: progress, pace, projection and status, by specification §5.

A KPI-linked target is judged at the end of the data, any other at the clock; a goal at the earlier
moment of its parts, so that a load that is late does not make anybody look late.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kpilot.analysis import goal as judged
from kpilot.analysis.pace import TOO_EARLY
from kpilot.ask import facts
from kpilot.ask.facts import Cutoff
from kpilot.core.query import local_date
from kpilot.project import Project
from kpilot.web.goals.currents import Current, current
from kpilot.web.goals.models import Goal, Kind, Target
from kpilot.web.goals.rights import visible
from kpilot.web.goals.timing import elapsed

__all__ = ["Part", "Standing", "standing", "standings", "visible"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One target of a goal: its numbers, its state, and the share of time that is over."""

    target: Target
    current: Current
    state: judged.State
    expected: float | None
    cut: date
    timing_known: bool = True


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a goal stands.

    progress    0 to 1; display_percent the same as a whole percent, rounded down
    pace_ratio  progress over the share of time that is over
    projection  progress at the due date if it goes on like this; None when too early
    cut         the first day that is not over for this goal
    """

    goal: Goal
    state: judged.State
    expected: float | None
    cut: date
    parts: tuple[Part, ...]
    children: tuple["Standing", ...]
    timing_known: bool = True

    @property
    def progress(self) -> float:
        return self.state.progress

    @property
    def display_percent(self) -> int:
        return judged.display_percent(self.state.progress)

    @property
    def pace_ratio(self) -> float | None:
        return self.state.pace

    @property
    def status(self) -> judged.Status:
        return self.state.status

    @property
    def flags(self) -> tuple[str, ...]:
        return self.state.flags

    @property
    def projection(self) -> float | None:
        is_over = self.status in ("achieved", "missed", "not_started", "no_data")
        if is_over or self.expected is None or self.expected < TOO_EARLY:
            return None
        return min(1.0, self.state.progress / self.expected)


def standing(goal: Goal, project: Project, now: datetime) -> Standing:
    """Where one goal stands at `now` (naive UTC), with its targets and the goals below it."""
    return standings([goal], project, now)[goal.pk]


def standings(goals: Iterable[Goal], project: Project, now: datetime) -> Mapping[int, Standing]:
    """Where each of `goals` stands; the tree below them is read once."""
    made = _Making(project, now)
    return {goal.pk: made.of(goal) for goal in goals}


class _Making:
    """One reading of all goals, each worked out once."""

    def __init__(self, project: Project, now: datetime) -> None:
        self.project, self.now = project, now
        self.data: Cutoff = facts.cutoff(project, None, now)
        self.known: dict[int, Standing] = {}
        self.below: dict[int, list[Goal]] = {}
        self.targets: dict[int, list[Target]] = {}
        for goal in Goal.objects.filter(archived_at=None).exclude(parent=None):
            self.below.setdefault(goal.parent_id or 0, []).append(goal)
        every = Target.objects.filter(archived_at=None, goal__archived_at=None)
        for target in every.prefetch_related("values", "tasks"):
            self.targets.setdefault(target.goal_id, []).append(target)

    def of(self, goal: Goal, above: frozenset[int] = frozenset()) -> Standing:
        if goal.pk not in self.known:
            over = above | {goal.pk}
            children = [self.of(child, over) for child in self.below.get(goal.pk, ())
                        if child.pk not in over]  # fmt: skip
            self.known[goal.pk] = self._judged(goal, children)
        return self.known[goal.pk]

    def _judged(self, goal: Goal, children: Sequence[Standing]) -> Standing:
        parts = tuple(self._part(target, goal) for target in self.targets.get(goal.pk, ()))
        own = local_date(self.now, self.project.settings)
        cut = min((own, *(part.cut for part in parts), *(child.cut for child in children)))
        share, known = elapsed(goal, cut, self.project, self.data)
        moment = judged.Moment(start_on=goal.start_on, due_on=goal.due_on, cut=cut, elapsed=share)
        states = [part.state for part in parts]
        states += [replace(child.state, weight=child.goal.weight) for child in children]
        return Standing(
            goal=goal, state=judged.roll_up(states, moment), expected=share, cut=cut, parts=parts,
            children=tuple(children), timing_known=known,
        )  # fmt: skip

    def _part(self, target: Target, goal: Goal) -> Part:
        is_kpi = target.kind == Kind.KPI
        cut = self.data.whole if is_kpi else local_date(self.now, self.project.settings)
        share, known = elapsed(goal, cut, self.project, self.data, target)
        moment = judged.Moment(start_on=goal.start_on, due_on=goal.due_on, cut=cut, elapsed=share)
        found = current(target, goal, self.project, self.now, self.data)
        return Part(
            target=target, current=found, state=judged.judge(found.asked, moment), expected=share,
            cut=cut, timing_known=known,
        )  # fmt: skip
