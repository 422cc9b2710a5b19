"""Calls, e-mails, meetings and tasks on leads and opportunities."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpilot.demo.chance import Bools, Ints, between, lognormal, pick, stream
from kpilot.demo.days import Days
from kpilot.demo.leads import Leads
from kpilot.demo.paths import NEVER, seconds_at_work
from kpilot.demo.people import Agents
from kpilot.demo.selling import Selling

KINDS = ("call", "email", "meeting", "task", "message")
CALL, EMAIL, MEETING, TASK, MESSAGE = range(5)
STATUSES = ("planned", "done", "cancelled", "no_show")
PLANNED, DONE, CANCELLED, NO_SHOW = range(4)
NO_SHOW_SHARE = 0.09
CANCELLED_SHARE = 0.04
LATE_TASK_SHARE = 0.3
A_STAGE = (0.25, 0.35, 0.25, 0.15)


@dataclass(frozen=True, kw_only=True)
class Activities:
    """One place for each activity; instants in seconds of UTC, -1: none; -1: no lead, none."""

    kind: Ints
    agent: Ints
    made: Ints
    at: Ints
    due: Ints
    done: Ints
    status: Ints
    is_out: Bools
    is_automated: Bools
    lead: Ints
    opportunity: Ints


def activities_of(seed: int, selling: Selling, leads: Leads, agents: Agents,
                  days: Days) -> Activities:
    """All activities by time, with open and late tasks and planned meetings at the end."""
    rng = stream(seed, "activities")
    parts = [_answers(leads, rng), _automatic(leads, rng), _follow_ups(leads, days, rng),
             _on_stages(selling, days, rng), _open_tasks(selling, days, rng)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    gone = columns["made"] >= 0
    order = np.lexsort((columns["lead"], columns["opportunity"], columns["made"]))
    order = order[gone[order]]
    c = {name: column[order] for name, column in columns.items()}
    return Activities(
        kind=c["kind"], agent=c["agent"], made=c["made"], at=c["at"], due=c["due"],
        done=c["done"], status=c["status"], is_out=c["is_out"] > 0,
        is_automated=c["is_automated"] > 0, lead=c["lead"], opportunity=c["opportunity"])


def _rows(n: int, **columns: npt.ArrayLike) -> dict[str, Ints]:
    """Columns of `n` rows; what is not given is a finished, outgoing, human activity."""
    usual = {"due": -1, "status": DONE, "is_out": 1, "is_automated": 0, "lead": -1,
             "opportunity": -1}
    return {name: np.broadcast_to(np.asarray(value, dtype=np.int64), n).copy()
            for name, value in {**usual, **columns}.items()}


def _answers(leads: Leads, rng: np.random.Generator) -> dict[str, Ints]:
    """The first human answer to each lead."""
    lead = np.flatnonzero(leads.touched >= 0)
    at = leads.touched[lead]
    kind = np.array([CALL, EMAIL, MESSAGE])[pick(rng, len(lead), (0.55, 0.37, 0.08))]
    return _rows(len(lead), kind=kind, agent=leads.owner[lead], made=at, at=at, done=at, lead=lead)


def _automatic(leads: Leads, rng: np.random.Generator) -> dict[str, Ints]:
    """Automatic replies seconds after a form, and calls that leads make themselves."""
    form = np.flatnonzero(leads.channel >= 5)
    at = leads.created[form] + between(rng, len(form), 8, 45)
    mail = _rows(len(form), kind=EMAIL, agent=leads.owner[form], made=at, at=at, done=at,
                 lead=form, is_automated=1)
    calls = np.flatnonzero((leads.touched >= 0) & (rng.random(len(leads.created)) < 0.04))
    at = leads.created[calls] + between(rng, len(calls), 60, 900)
    inbound = _rows(len(calls), kind=CALL, agent=leads.owner[calls], made=at, at=at, done=at,
                    lead=calls, is_out=0)
    return {name: np.concatenate((mail[name], inbound[name])) for name in mail}


def _follow_ups(leads: Leads, days: Days, rng: np.random.Generator) -> dict[str, Ints]:
    """Up to two more calls or e-mails on a lead, until it ends."""
    now = _now(days)
    touched = np.flatnonzero(leads.touched >= 0)
    lead = np.repeat(touched, pick(rng, len(touched), (0.45, 0.35, 0.2)))
    wait = lognormal(rng, len(lead), median=2.5 * 86400, sigma=0.8).astype(np.int64)
    at = _office(leads.touched[lead] + wait, days, rng)
    end = np.where(leads.ended[lead] >= 0, leads.ended[lead], now)
    at = np.where(at < end, at, -1)
    kind = np.where(rng.random(len(lead)) < 0.5, CALL, EMAIL)
    return _rows(len(lead), kind=kind, agent=leads.owner[lead], made=at, at=at, done=at, lead=lead,
                 is_out=rng.random(len(lead)) < 0.85)


def _office(at: Ints, days: Days, rng: np.random.Generator) -> Ints:
    """The same day or the next working one, in office hours."""
    day = np.minimum(at // 86400 - days.first, days.last + 60)
    return days.instant(days.next_working[day], seconds_at_work(rng, len(at)))


def _on_stages(selling: Selling, days: Days, rng: np.random.Generator) -> dict[str, Ints]:
    """One to three activities in each stage an opportunity visited."""
    paths = selling.paths
    number, stage = np.nonzero((paths.entered < NEVER) & ~paths.skipped)
    count = 1 + pick(rng, len(number), (0.4, 0.4, 0.2))
    number, stage = np.repeat(number, count), np.repeat(stage, count)
    start = paths.entered[number, stage]
    padded = np.column_stack((paths.entered[:, 1:], np.full(len(paths.created), NEVER)))
    end = np.minimum(np.minimum(padded[number, stage], paths.closed[number]), days.last)
    end = np.minimum(end, start + 45)
    day = days.next_working[start + np.floor(
        rng.random(len(number)) * np.maximum(end - start, 1)).astype(np.int64)]
    at = days.instant(day, seconds_at_work(rng, len(number)))
    kind = np.array([CALL, EMAIL, MEETING, TASK])[pick(rng, len(number), A_STAGE)]
    luck = rng.random(len(number))
    missed = (kind == MEETING) & (luck < NO_SHOW_SHARE + CANCELLED_SHARE)
    status = np.where(missed, np.where(luck < NO_SHOW_SHARE, NO_SHOW, CANCELLED), DONE)
    lead_time = between(rng, len(number), 1, 8)
    earlier = np.maximum(np.maximum(day - lead_time, paths.created[number]), 0)
    booked = days.instant(days.next_working[earlier], np.full(len(number), 9 * 3600))
    made = np.where((kind == MEETING) | (kind == TASK), np.minimum(booked, at), at)
    late = (kind == TASK) & (rng.random(len(number)) < LATE_TASK_SHARE)
    due = np.where(kind == TASK, np.where(late, at - 86400 * 2, at + 3600 * 20), -1)
    done = np.where(status == DONE, at, -1)
    done = np.where(at > _now(days), -1, done)
    at, made = np.where(at > _now(days), -1, at), np.where(at > _now(days), -1, made)
    return _rows(len(number), kind=kind, agent=_owner_on(selling, number, day), made=made, at=at,
                 due=due, done=done, status=status, opportunity=number,
                 is_out=rng.random(len(number)) < 0.8)


def _open_tasks(selling: Selling, days: Days, rng: np.random.Generator) -> dict[str, Ints]:
    """What is still to do on the open opportunities; a third of the tasks is late."""
    number = np.flatnonzero(selling.paths.outcome == 0)
    number = np.repeat(number, pick(rng, len(number), (0.35, 0.45, 0.2)))
    number = number[selling.paths.created[number] < days.last - 3]
    n = len(number)
    meets = rng.random(n) < 0.3
    late = ~meets & (rng.random(n) < LATE_TASK_SHARE)
    ahead = between(rng, n, 1, 18)
    day = np.where(late, np.maximum(days.last - ahead, 1), days.next_working[days.last + ahead])
    made_day = np.maximum(np.minimum(day, days.last) - between(rng, n, 2, 12),
                          selling.paths.created[number])
    made_day = np.minimum(days.next_working[made_day], days.last)
    made = days.instant(made_day, np.full(n, 15 * 3600))
    at = days.instant(day, seconds_at_work(rng, n))
    return _rows(n, kind=np.where(meets, MEETING, TASK), agent=selling.last_owner[number],
                 made=made, at=np.where(meets, at, made), due=np.where(meets, -1, at), done=-1,
                 status=PLANNED, opportunity=number)


def _owner_on(selling: Selling, number: Ints, day: Ints) -> Ints:
    return np.where(day < selling.handed_on[number], selling.first_owner[number],
                    selling.owner[number])


def _now(days: Days) -> int:
    """The evening of today."""
    return int(days.instant(np.array([days.last]), np.array([19 * 3600]))[0])
