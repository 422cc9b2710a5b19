"""The tasks of a target as its reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpilot.core.query import local_date
from kpilot.project import Project
from kpilot.web.goals.currents import crm_tasks, listed
from kpilot.web.goals.models import Target, Task
from kpilot.web.people.models import Person
from kpilot.web.reader import reader_of

OFFERED = """
    SELECT t.id, coalesce(t.name, t.id), coalesce(a.name, t.agent_id, ''), t.agent_id
    FROM activity AS t LEFT JOIN agent AS a ON a.id = t.agent_id
    WHERE t.kind = 'task' AND t.deleted_at IS NULL AND t.deleted_on IS NULL
      AND coalesce(t.status, '') <> 'cancelled'
      AND ($1::TEXT[] IS NULL OR t.agent_id IN (SELECT unnest($1::TEXT[])))
      AND ($2 = '' OR contains(lower(coalesce(t.name, '')), lower($2))
           OR contains(lower(coalesce(a.name, '')), lower($2)))
    ORDER BY coalesce(t.status = 'done' OR t.completed_at IS NOT NULL, false),
      coalesce(t.due_at, t.due_on) DESC NULLS LAST, t.id
    LIMIT 50
"""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line; `is_hidden` a task of the CRM whose subject is not hers to read."""

    task: Task
    text: str
    is_done: bool
    is_overdue: bool
    due: date | None
    is_hidden: bool = False
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """The lines of a list, and the last one that was taken off, to be put back."""

    items: Sequence[Item]
    taken_off: Task | None


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A task of the CRM that can be chosen."""

    id: str
    name: str
    who: str
    due: date | None
    is_done: bool
    chosen: bool


def checklist(target: Target, person: Person, project: Project, now: datetime) -> Checklist:
    """The list of a target; a deleted task of the CRM is not on it."""
    tasks, seen = listed(target), reader_of(person, project).agent_ids
    known = crm_tasks([task.crm_id for task in tasks if task.crm_id], project, now)
    today, items = local_date(now, project.settings), []
    for task in tasks:
        if not task.crm_id:
            late = task.done_at is None and task.due_on is not None and task.due_on < today
            items.append(Item(task=task, text=task.text, is_done=task.done_at is not None,
                              is_overdue=late, due=task.due_on))  # fmt: skip
        elif crm := known.get(task.crm_id):
            hidden = seen is not None and crm.agent_id not in seen
            items.append(Item(
                task=task, text="" if hidden else crm.name, is_done=crm.is_done,
                is_overdue=crm.is_overdue, due=crm.due.date() if crm.due else None,
                is_hidden=hidden, counts=crm.counts,
            ))  # fmt: skip
    off = [task for task in target.tasks.all() if task.archived_at is not None]
    last = max(off, key=lambda task: task.archived_at or now, default=None)
    return Checklist(items=items, taken_off=last)


def offered(
    target: Target, person: Person, project: Project, search: str, now: datetime
) -> list[Offered]:
    """The tasks of the CRM she may see: open ones and those just done, the next due first."""
    seen = reader_of(person, project).agent_ids
    chosen = {task.crm_id for task in listed(target)}
    rows = project.engine.query(OFFERED, [None if seen is None else sorted(seen), search])
    known = crm_tasks([str(row[0]) for row in rows], project, now)
    return [
        Offered(id=str(crm_id), name=str(name), who=str(who), is_done=known[str(crm_id)].is_done,
                due=_day(known[str(crm_id)].due), chosen=str(crm_id) in chosen)
        for crm_id, name, who, _agent in rows if str(crm_id) in known
    ]  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
