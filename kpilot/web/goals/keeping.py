"""Making and changing goals: every change leaves what stood before in the history."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from kpilot.core.calendar import add_months
from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.web.goals.models import Change, Goal, Target
from kpilot.web.goals.scopes import descendants
from kpilot.web.people.models import Person

GOAL_FIELDS = ("name", "scope_type", "scope_id", "start_on", "due_on", "parent_id", "weight",
               "timing", "month_weights")  # fmt: skip
TARGET_FIELDS = (
    "kind", "name", "agg", "start", "target", "unit", "currency", "kpi", "scope_type", "scope_id",
    "attribution", "weight", "direction", "band_low", "band_high",
)  # fmt: skip
MONTHS = {"month": 1, "quarter": 3}


class Overtaken(Exception):
    """Somebody else changed the goal in the meantime."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One target as it should be; `tasks` are added to its list, `pk` None makes a new one."""

    fields: Mapping[str, Any]
    tasks: Sequence[str] = ()
    pk: int | None = None
    gone: bool = False


@transaction.atomic
def make(
    person: Person | None, fields: Mapping[str, Any], owners: Iterable[Person],
    targets: Sequence[Asked], *, repeats: str = "", times: int = 1,
) -> Goal:  # fmt: skip
    """A new goal with its targets; repeated, one for each period, all of one series."""
    series = uuid.uuid4() if times > 1 else None
    people, first = list(owners), None
    place = (Goal.objects.aggregate(last=Max("place"))["last"] or 0) + 1
    for n in range(times):
        dates = _shifted(fields["start_on"], fields["due_on"], MONTHS.get(repeats, 0) * n)
        goal = Goal.objects.create(
            **{**fields, "start_on": dates[0], "due_on": dates[1]},
            series=series, place=place + n, made_by=person,
        )  # fmt: skip
        goal.owners.set(people)
        note(goal, person, "goal_made", {}, _goal_as_text(goal))
        for asked in targets:
            if not asked.gone:
                _add_target(goal, person, asked)
        first = first or goal
    if first is None:
        raise ValueError("A goal is made at least once.")
    return first


@transaction.atomic
def change(
    person: Person, goal: Goal, fields: Mapping[str, Any], owners: Iterable[Person],
    targets: Sequence[Asked], *, version: int,
) -> None:  # fmt: skip
    """Change a goal as the form says; Overtaken when it is no longer the version that was read."""
    next_version(goal, version)
    before = _goal_as_text(goal)
    for name, value in fields.items():
        setattr(goal, name, value)
    refuse_cycle(goal, goal.parent_id)
    goal.save(update_fields=list(fields))
    goal.owners.set(owners)
    note(goal, person, "goal_changed", before, _goal_as_text(goal))
    for asked in targets:
        _keep_target(goal, person, asked)


def next_version(goal: Goal, version: int) -> None:
    """Raise the version of a goal that is still `version`, else Overtaken."""
    raised = Goal.objects.filter(pk=goal.pk, version=version).update(version=F("version") + 1)
    if not raised:
        raise Overtaken
    goal.version = version + 1


@transaction.atomic
def rename(person: Person, goal: Goal, name: str) -> None:
    """Another name for a goal."""
    before = _goal_as_text(goal)
    goal.name = name
    goal.save(update_fields=["name"])
    Goal.objects.filter(pk=goal.pk).update(version=F("version") + 1)
    note(goal, person, "goal_changed", before, _goal_as_text(goal))


@transaction.atomic
def move(person: Person, goal: Goal, parent: Goal | None) -> None:
    """Put a goal under another one, or at the top; UserError when it would be under itself."""
    refuse_cycle(goal, parent.pk if parent else None)
    before = _goal_as_text(goal)
    goal.parent = parent
    goal.save(update_fields=["parent"])
    Goal.objects.filter(pk=goal.pk).update(version=F("version") + 1)
    note(goal, person, "goal_moved", before, _goal_as_text(goal))


def refuse_cycle(goal: Goal, parent_id: int | None) -> None:
    """UserError when `parent_id` is the goal or stands below it."""
    if parent_id is not None and parent_id in descendants(goal):
        raise UserError(
            "“{goal}” cannot be part of itself: choose a goal that is not below it.",
            goal=goal.name, code="cycle", hint=Text("Nothing was moved."),
        )  # fmt: skip


def archive(person: Person, goal: Goal) -> None:
    """Take a goal away without losing anything; those below it stay, under its own parent."""
    goal.archived_at = timezone.now()
    goal.save(update_fields=["archived_at"])
    note(goal, person, "goal_archived", {}, {})


def restore(person: Person, goal: Goal) -> None:
    """Bring an archived goal back."""
    goal.archived_at = None
    goal.save(update_fields=["archived_at"])
    note(goal, person, "goal_restored", {}, {})


def note(
    goal: Goal, person: Person | None, what: str, before: Mapping[str, Any],
    after: Mapping[str, Any], target: Target | None = None,
) -> None:  # fmt: skip
    """Remember a change: only what differs; a change of nothing is none."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if what.endswith("_changed") and not names:
        return
    Change.objects.create(
        goal=goal, target=target, what=what, person=person,
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names if name in after},
    )  # fmt: skip


def _keep_target(goal: Goal, person: Person, asked: Asked) -> None:
    saved = goal.targets.filter(pk=asked.pk, archived_at=None).first() if asked.pk else None
    if saved is None:
        if not asked.gone:
            _add_target(goal, person, asked)
        return
    if asked.gone:
        saved.archived_at = timezone.now()
        saved.save(update_fields=["archived_at"])
        note(goal, person, "target_removed", _as_text(saved, ("name",)), {}, saved)
        return
    before = _as_text(saved, TARGET_FIELDS)
    for name, value in asked.fields.items():
        setattr(saved, name, value)
    saved.save(update_fields=list(asked.fields))
    note(goal, person, "target_changed", before, _as_text(saved, TARGET_FIELDS), saved)
    _add_tasks(saved, asked.tasks)


def _add_target(goal: Goal, person: Person | None, asked: Asked) -> Target:
    place = goal.targets.count()
    target = Target.objects.create(goal=goal, place=place, **asked.fields)
    note(goal, person, "target_added", {}, _as_text(target, TARGET_FIELDS), target)
    _add_tasks(target, asked.tasks)
    return target


def _add_tasks(target: Target, texts: Sequence[str]) -> None:
    last = target.tasks.count()
    for n, text in enumerate(texts):
        target.tasks.create(text=text, place=last + n)


def _goal_as_text(goal: Goal) -> dict[str, Any]:
    owners = sorted(str(person) for person in goal.owners.all())
    return {**_as_text(goal, GOAL_FIELDS), "owners": ", ".join(owners)}


def _as_text(row: Goal | Target, names: Sequence[str]) -> dict[str, Any]:
    """The fields as JSON carries them, without those that are empty."""
    found = {name: getattr(row, name) for name in names}
    kept = {name: value for name, value in found.items() if value not in (None, "", {})}
    return {name: str(value) if isinstance(value, date | datetime) else value
            for name, value in kept.items()}  # fmt: skip


def _shifted(start: date, due: date, months: int) -> tuple[date, date]:
    return (add_months(start, months), add_months(due, months)) if months else (start, due)
