"""What changed on each opportunity and when: stage, owner, amount, expected close."""

import numpy as np

from kpilot.demo.chance import Array, Bools, Columns, Floats, Ints, between, stream
from kpilot.demo.days import Days
from kpilot.demo.market import STAGES
from kpilot.demo.paths import NEVER, seconds_at_work
from kpilot.demo.selling import Selling, rounded

BACKWARD_SHARE = 0.06
REOPENED_SHARE = 0.03
PUSHED_SHARE = 0.45
WON, LOST = 4, 5


def _rows(parts: list[tuple[Ints, Ints, Array]], value: str) -> Columns:
    """(opportunity number, at, value) of all parts, by opportunity and time."""
    number = np.concatenate([part[0] for part in parts])
    at = np.concatenate([part[1] for part in parts])
    values = np.concatenate([part[2] for part in parts])
    order = np.lexsort((at, number))
    return {"opportunity": number[order], "at": at[order], value: values[order]}


def creation_instants(selling: Selling, days: Days) -> Ints:
    """When each opportunity was created: a working moment of its day (seconds)."""
    return days.instant(selling.paths.created, selling.second)


def stage_history(selling: Selling, days: Days, seed: int) -> Columns:
    """Creation, each visited stage, closing; and some steps back and reopenings."""
    rng = stream(seed, "stage history")
    paths, n = selling.paths, len(selling.owner)
    created = creation_instants(selling, days)
    everyone = np.arange(n)
    parts: list[tuple[Ints, Ints, Array]] = [(everyone, created, np.zeros(n, np.int64))]
    last_entry, last_stage = paths.created.copy(), np.zeros(n, np.int64)
    for k in range(1, 4):
        visited = np.flatnonzero((paths.entered[:, k] < NEVER) & ~paths.skipped[:, k])
        day = paths.entered[visited, k]
        parts.append(_at(visited, day, np.full(len(visited), k), days, rng))
        following = paths.entered[:, k + 1] if k < 3 else np.full(n, NEVER)
        following = np.minimum(np.minimum(following, paths.closed), days.last + 1)[visited]
        chosen = rng.random(len(visited)) < BACKWARD_SHARE
        parts += _there_and_back(visited, day, following, chosen, (k - 1, k), days, rng)
        last_entry[visited], last_stage[visited] = day, k
    closed = np.flatnonzero(paths.outcome != 0)
    stage = np.where(paths.outcome[closed] > 0, WON, LOST)
    parts.append(_at(closed, paths.closed[closed], stage, days, rng))
    ends = np.minimum(paths.closed, days.last + 1)
    chosen = (rng.random(n) < REOPENED_SHARE) & ~paths.is_void
    for k in range(4):
        here = np.flatnonzero(chosen & (last_stage == k))
        parts += _there_and_back(here, last_entry[here], ends[here], np.ones(len(here), np.bool_),
                                 (LOST, k), days, rng)
    return _rows(parts, "stage")


def _at(number: Ints, day: Ints, value: Array, days: Days,
        rng: np.random.Generator) -> tuple[Ints, Ints, Array]:
    return number, days.instant(day, seconds_at_work(rng, len(number))), value


def _there_and_back(number: Ints, start: Ints, end: Ints, chosen: Bools, stages: tuple[int, int],
                    days: Days, rng: np.random.Generator) -> list[tuple[Ints, Ints, Array]]:
    """Into `stages[0]` after a third of the stay and back to `stages[1]` after two."""
    there = days.next_working[start + (end - start) // 3]
    back = days.next_working[start + (end - start) * 2 // 3]
    fits = chosen & (there > start) & (back > there) & (back < end)
    number, n = number[fits], int(fits.sum())
    return [_at(number, there[fits], np.full(n, stages[0]), days, rng),
            _at(number, back[fits], np.full(n, stages[1]), days, rng)]


def stage_now(selling: Selling) -> Ints:
    """The number in `STAGES` of the stage each opportunity is in today."""
    reached = (selling.paths.entered < NEVER).sum(axis=1) - 1
    outcome = selling.paths.outcome
    return np.where(outcome > 0, WON, np.where(outcome < 0, LOST, reached))


def stage_ids(number: Ints) -> Array:
    """The stage ids that stage numbers stand for."""
    return np.array([stage[0] for stage in STAGES])[number]


def owner_history(selling: Selling, days: Days, seed: int) -> Columns:
    """Agent numbers: the first owner, whoever took over, whoever has it since the closing."""
    rng = stream(seed, "owner history")
    everyone = np.arange(len(selling.owner))
    taken = np.flatnonzero(selling.handed_on < NEVER)
    later = np.flatnonzero(selling.last_owner != selling.owner)
    day = np.minimum(days.next_working[selling.paths.closed[later] + 30], days.last)
    return _rows([
        (everyone, creation_instants(selling, days), selling.first_owner),
        _at(taken, selling.handed_on[taken], selling.owner[taken], days, rng),
        _at(later, day, selling.last_owner[later], days, rng),
    ], "agent")


def amount_history(selling: Selling, amount: Floats, days: Days, seed: int) -> Columns:
    """A first estimate, revised with the proposal and the negotiation; unknown ones have none."""
    rng = stream(seed, "amount history")
    known = np.flatnonzero(~np.isnan(amount))
    n = len(known)
    final, entered = amount[known], selling.paths.entered[known]
    proposed = (entered[:, 2] < NEVER) & (entered[:, 2] > entered[:, 0]) & (rng.random(n) < 0.55)
    bargained = (entered[:, 3] < NEVER) & (entered[:, 3] > entered[:, 2]) & (rng.random(n) < 0.4)
    before_bargain = np.where(bargained, rounded(final * (1.02 + 0.13 * rng.random(n))), final)
    estimate = rounded(before_bargain * (0.75 + 0.5 * rng.random(n)))
    first = np.where(proposed, np.maximum(estimate, 50), before_bargain)
    created = creation_instants(selling, days)[known]
    return _rows([
        (known, created, first),
        _at(known[proposed], entered[proposed, 2], before_bargain[proposed], days, rng),
        _at(known[bargained], entered[bargained, 3], final[bargained], days, rng),
    ], "amount")


def close_date_history(selling: Selling, expected: Ints, now: Ints, days: Days,
                       seed: int) -> Columns:
    """The expected close as first said, pushed at times, and as it stands (days)."""
    rng = stream(seed, "close date history")
    n = len(expected)
    everyone = np.arange(n)
    end = np.minimum(selling.paths.closed, days.last)
    middle = days.next_working[selling.paths.created + (end - selling.paths.created) // 2]
    pushed = np.flatnonzero((rng.random(n) < PUSHED_SHARE) & (middle < end)
                            & (middle > selling.paths.created))
    to = days.next_working[np.maximum(expected[pushed], middle[pushed]) + between(
        rng, len(pushed), 12, 45)]
    settled = np.flatnonzero((now != expected) & (end > selling.paths.created))
    return _rows([
        (everyone, creation_instants(selling, days), expected),
        _at(pushed, middle[pushed], to, days, rng),
        _at(settled, end[settled], now[settled], days, rng),
    ], "expected")
