"""What stands in the application's rows for a target, in the words of `kpilot.analysis.goal`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from kpilot.analysis import goal as judged
from kpilot.ask.facts import Cutoff
from kpilot.core.query import local_date
from kpilot.project import Project
from kpilot.web.goals import figures
from kpilot.web.goals.models import Goal, Kind, Target, TargetValue, Task
from kpilot.web.goals.money import converted
from kpilot.web.kpis.judge import is_flow

NOT_COUNTED = ("cancelled",)


@dataclass(frozen=True, kw_only=True)
class Current:
    """A target ready to be judged; `why` says what is lacking, `found` the KPI's own answer."""

    asked: judged.Target
    found: figures.Found | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class CrmTask:
    """A task as the CRM knows it."""

    id: str
    name: str
    agent_id: str
    is_done: bool
    is_overdue: bool
    counts: bool
    due: datetime | None


def current(target: Target, goal: Goal, project: Project, now: datetime, data: Cutoff) -> Current:
    """The numbers of one target as they stand at `now` (naive UTC)."""
    plain = judged.Target(
        kind=_kind(target.kind),
        agg="level" if target.agg == "level" else "flow",
        start=target.start,
        target=target.target,
        direction="down" if target.direction == "down" else "up",
        band=_band(target),
        weight=target.weight,
    )
    if target.kind == Kind.TASKS:
        return Current(asked=_counted(plain, target, project, now))
    if target.kind == Kind.KPI:
        return _of_kpi(plain, target, goal, project, data)
    today = local_date(now, project.settings)
    value, why = entered(target, project, today)
    if target.kind == Kind.BOOLEAN:
        return Current(asked=replace(plain, agg="level", current=value or 0.0))
    is_count = target.kind == Kind.NUMBER and _whole(target.start, target.target, value)
    return Current(asked=replace(plain, current=value, is_count=is_count), why=why)


def entered(target: Target, project: Project, today: date) -> tuple[float | None, str]:
    """(where a target stands by what was entered up to `today`, what is lacking).

    The latest whole, and what was added since; without either, its start. Amounts of a flow are
    converted at their day, those of a level at today's rate.
    """
    total: float | None = target.start
    for entry in target.values.all():
        if entry.on > today:
            continue
        value = _in_currency(entry, target, project, today)
        if value is None:
            return None, "no_rate"
        total = (total or 0.0) + value if entry.adds else value
    return total, ""


def crm_tasks(ids: Sequence[str], project: Project, now: datetime) -> dict[str, CrmTask]:
    """The tasks of the CRM with these ids, those that are there."""
    if not ids:
        return {}
    rows = project.engine.query(
        "SELECT id, coalesce(name, id), agent_id, status, "
        "coalesce(completed_at, CAST(completed_on AS TIMESTAMP)), "
        "coalesce(due_at, CAST(due_on AS TIMESTAMP) + INTERVAL 1 DAY) AS due "
        "FROM activity WHERE deleted_at IS NULL AND deleted_on IS NULL "
        "AND id IN (SELECT unnest($1::TEXT[]))", [list(ids)],
    )  # fmt: skip
    found = {}
    for crm_id, name, agent_id, status, completed, due in rows:
        is_done = status == "done" or (isinstance(completed, datetime) and completed <= now)
        late = not is_done and isinstance(due, datetime) and due < now
        found[str(crm_id)] = CrmTask(
            id=str(crm_id), name=str(name), agent_id=str(agent_id or ""), is_done=is_done,
            is_overdue=late, counts=status not in NOT_COUNTED,
            due=due if isinstance(due, datetime) else None,
        )  # fmt: skip
    return found


def listed(target: Target) -> list[Task]:
    """Its tasks in their order, each of the CRM once, without those taken off."""
    seen: set[str] = set()
    kept = []
    for task in target.tasks.all():
        if task.archived_at is not None or task.crm_id in seen:
            continue
        if task.crm_id:
            seen.add(task.crm_id)
        kept.append(task)
    return kept


def _counted(
    plain: judged.Target, target: Target, project: Project, now: datetime
) -> judged.Target:
    tasks, moment = listed(target), now.replace(tzinfo=UTC)
    today = local_date(now, project.settings)
    known = crm_tasks([task.crm_id for task in tasks if task.crm_id], project, now)
    done = total = overdue = 0
    for task in tasks:
        if task.crm_id:
            crm = known.get(task.crm_id)
            if crm is None or not crm.counts:
                continue
            total, done, overdue = total + 1, done + crm.is_done, overdue + crm.is_overdue
            continue
        is_done = task.done_at is not None and task.done_at <= moment
        late = not is_done and task.due_on is not None and task.due_on < today
        total, done, overdue = total + 1, done + is_done, overdue + late
    return replace(plain, start=None, target=None, tasks_done=done, tasks_total=total,
                   tasks_overdue=overdue)  # fmt: skip


def _of_kpi(
    plain: judged.Target, target: Target, goal: Goal, project: Project, data: Cutoff
) -> Current:
    found = figures.value_of(target, goal.start_on, goal.due_on, project, data)
    if found.kpi is None:
        return Current(asked=plain, found=found, why="deleted")
    adds_up = is_flow(found.kpi)
    daily: tuple[float, ...] = ()
    if adds_up and found.kpi.unit != "count" and plain.band is None:
        daily = figures.increments(target, goal.start_on, goal.due_on, project, data)
    asked = replace(
        plain, agg="flow" if adds_up else "level", current=found.value, increments=daily,
        is_count=adds_up and found.kpi.unit == "count",
    )  # fmt: skip
    return Current(asked=asked, found=found, why=found.why)


def _in_currency(entry: TargetValue, target: Target, project: Project, today: date) -> float | None:
    if target.kind != Kind.CURRENCY:
        return entry.value
    wanted = target.currency or project.settings.currency
    day = entry.on if target.agg == "flow" else today
    return converted(project, entry.value, entry.currency, wanted, day)


def _band(target: Target) -> tuple[float, float] | None:
    if target.band_low is None or target.band_high is None:
        return None
    return target.band_low, target.band_high


def _whole(*values: float | None) -> bool:
    return all(value is not None and value == int(value) for value in values)


def _kind(kind: str) -> judged.Kind:
    known: dict[str, judged.Kind] = {
        "currency": "currency", "boolean": "boolean", "tasks": "tasks", "kpi": "kpi",
    }  # fmt: skip
    return known.get(kind, "number")
