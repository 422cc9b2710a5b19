"""The history of a goal in words: every change and every value entered, the latest first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kpilot.core import format_date
from kpilot.project import Project
from kpilot.web.goals.models import Change, Goal, Kind, Target, TargetValue, Timing
from kpilot.web.goals.scopes import scope_name
from kpilot.web.goals.shown import amount
from kpilot.web.kpis import words

AMOUNTS = ("start", "target", "band_low", "band_high")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: when, who, what, and (before → after) of each thing that changed."""

    at: datetime
    who: str
    what: str
    changed: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the words of a change need: the names of people and of the goals she may see."""

    project: Project
    seen: Collection[int]


def history(goal: Goal, project: Project, seen: Collection[int]) -> list[Entry]:
    """All that happened to a goal; `seen` are the goals whose names the reader may know."""
    targets = {target.pk: target for target in goal.targets.all()}
    known = Known(project=project, seen=seen)
    lines = [_changed(one, goal, targets, known) for one in
             goal.changes.select_related("person")]  # fmt: skip
    for value in TargetValue.objects.filter(target__goal=goal).select_related("person", "target"):
        lines.append(_entered(value, project))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def since(goal: Goal, at: datetime, project: Project, seen: Collection[int]) -> list[Entry]:
    """What others changed after a moment."""
    return [line for line in history(goal, project, seen) if line.at > at]


def _changed(one: Change, goal: Goal, targets: Mapping[int, Target], known: Known) -> Entry:
    target = targets.get(one.target_id or 0)
    called = {"target": target.name if target else "", "name": one.after.get("name", goal.name),
              "task": one.after.get("task") or one.before.get("task") or ""}  # fmt: skip
    said = {
        "goal_made": _("made the goal “%(name)s”"),
        "goal_changed": _("changed the goal"),
        "goal_moved": _("moved the goal"),
        "goal_archived": _("deleted the goal"),
        "goal_restored": _("brought the goal back"),
        "target_added": _("added the target “%(target)s”"),
        "target_changed": _("changed the target “%(target)s”"),
        "target_removed": _("removed the target “%(target)s”"),
        "task_added": _("added the task “%(task)s”"),
        "task_removed": _("took off the task “%(task)s”"),
        "task_back": _("put back the task “%(task)s”"),
        "crm_added": _("added a task of the CRM"),
        "crm_removed": _("took off a task of the CRM"),
        "crm_back": _("put back a task of the CRM"),
        "task_done": _("ticked “%(task)s”"),
        "task_open": _("unticked “%(task)s”"),
    }
    shows = one.what in ("goal_changed", "goal_moved", "target_changed", "target_added")
    pairs = _pairs(one, target, known) if shows else []
    return Entry(at=one.at, who=_who(one.person), what=said.get(one.what, one.what) % called,
                 changed=pairs)  # fmt: skip


def _entered(value: TargetValue, project: Project) -> Entry:
    target = value.target
    day = format_date.day(value.on, words.language())
    if target.kind == Kind.BOOLEAN:
        text = _("yes") if value.value else _("no")
    else:
        shown = Target(kind=target.kind, unit=target.unit, currency=value.currency or
                       target.currency)  # fmt: skip
        text = amount(value.value, shown, project)
    what = _("“%(target)s”: %(value)s more on %(day)s") if value.adds else (
        _("“%(target)s” stands at %(value)s on %(day)s"))  # fmt: skip
    said = what % {"target": target.name, "value": text, "day": day}
    note = [("", "", value.note)] if value.note else []
    return Entry(at=value.at, who=_who(value.person), what=said, changed=note)


def _pairs(one: Change, target: Target | None, known: Known) -> list[tuple[str, str, str]]:
    labels = {
        "name": _("Name"), "owners": _("Owners"), "start_on": _("First day"),
        "due_on": _("Last day"), "parent_id": _("Part of"), "weight": _("Weight"),
        "timing": _("Pace expected"), "start": _("Starting point"), "target": _("Target"),
        "unit": _("Unit"), "currency": _("Currency"), "kpi": _("KPI"), "kind": _("Type"),
        "attribution": _("Attribution"), "band_low": _("Lower end"), "band_high": _("Upper end"),
        "scope": _("For whom"),
    }  # fmt: skip
    before, after = dict(one.before), dict(one.after)
    for side in (before, after):
        if "scope_type" in side or "scope_id" in side:
            kind, scope_id = side.get("scope_type", "org"), side.get("scope_id", "")
            side["scope"] = scope_name(str(kind), str(scope_id), known.project)
    names = [name for name in labels if name in before or name in after]
    if one.what == "target_added":
        counts = target is None or target.kind not in (Kind.BOOLEAN, Kind.TASKS)
        names = [name for name in names if counts and name in AMOUNTS]
        return [(labels[name], "", _said(name, after.get(name), target, known)) for name in names]
    return [(labels[name], _said(name, before.get(name), target, known),
             _said(name, after.get(name), target, known)) for name in names]  # fmt: skip


def _said(name: str, value: Any, target: Target | None, known: Known) -> str:
    if value is None:
        return "–"
    if name in ("start_on", "due_on"):
        day = date.fromisoformat(str(value)) - timedelta(name == "due_on")
        return format_date.day(day, words.language())
    if name == "parent_id":
        above = Goal.objects.filter(pk=value).first()
        hers = above is not None and above.pk in known.seen
        return str(above) if hers else _("a goal that is not yours to see")
    if name in AMOUNTS and target is not None:
        return amount(float(value), target, known.project)
    words_of: dict[str, Any] = {"timing": dict(Timing.choices), "kind": dict(Kind.choices)}.get(
        name, {}
    )
    return str(words_of.get(value, f"{value:g}" if isinstance(value, float) else value))


def _who(person: object) -> str:
    return str(person) if person is not None else _("kpilot")
