"""How each opportunity goes through the stages: entered, advanced, lost, still open."""

from dataclasses import dataclass

import numpy as np

from kpilot.demo import stories
from kpilot.demo.chance import Bools, Floats, Ints, between, lognormal, spread
from kpilot.demo.days import Days
from kpilot.demo.stories import Stories

STAGE_RATES = (0.84, 0.79, stories.STAGE_RATE, 0.72)
DAYS_TO_ADVANCE = (12.0, 13.5, 14.5, 13.0)
DAYS_TO_ADVANCE_SIGMA = 0.55
DAYS_TO_LOSE = (18.0, 22.0, 22.0, 20.0)
VOID_SHARE = 0.025
FORGOTTEN_SHARE = 0.05
SKIP_SHARE = 0.06
NEVER = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Paths:
    """One place for each opportunity; days as in `Days`, `NEVER` for what has not happened.

    entered   (n, 4) day of the first entry at or past each open stage
    closed    day of the closing, by today
    outcome   1 won, -1 lost, 0 open today
    is_void   lost because it never was one (duplicate, test, spam)
    skipped   (n, 4) the stage was passed without being visited
    """

    created: Ints
    entered: Ints
    closed: Ints
    outcome: Ints
    is_void: Bools
    skipped: Bools


def paths_of(created: Ints, speed: Floats, skill: Floats, days: Days, story: Stories,
             rng: np.random.Generator) -> Paths:
    """The lives of opportunities created on these days, cut off today."""
    n = len(created)
    entered = np.full((n, 4), NEVER)
    skipped = np.zeros((n, 4), dtype=np.bool_)
    closed = np.full(n, NEVER)
    outcome = np.zeros(n, np.int64)
    here = created.copy()
    for k in range(4):
        alive = np.flatnonzero(here <= days.last)
        entered[alive, k] = here[alive]
        rate = STAGE_RATES[k] + skill[alive]
        to_lose = np.full(len(alive), DAYS_TO_LOSE[k])
        if story.told and k == stories.STAGE:
            worse = here[alive] >= story.worse_from
            rate[worse] = stories.STAGE_RATE_AFTER
            to_lose[worse] = stories.STAGE_LOSS_DAYS_AFTER
        advances = spread(rng, days.month[here[alive]]) < rate
        stay = np.where(
            advances,
            lognormal(rng, len(alive), median=DAYS_TO_ADVANCE[k], sigma=DAYS_TO_ADVANCE_SIGMA),
            lognormal(rng, len(alive), median=to_lose, sigma=0.5)) * speed[alive]
        skips = advances & (rng.random(len(alive)) < SKIP_SHARE) & (k > 0) & (k < 3)
        stay = np.minimum(np.maximum(np.rint(stay), 1), 180).astype(np.int64)
        forgotten = ~advances & (rng.random(len(alive)) < FORGOTTEN_SHARE)
        forgotten &= here[alive] > days.last - 500
        end = np.where(skips, here[alive], days.next_working[here[alive] + stay])
        end[forgotten] = NEVER
        skipped[alive, k] = skips
        here = np.full(n, NEVER)
        done = end <= days.last
        if k < 3:
            here[alive[advances]] = end[advances]
        else:
            closed[alive[advances & done]] = end[advances & done]
            outcome[alive[advances & done]] = 1
        lost = ~advances & done
        closed[alive[lost]] = end[lost]
        outcome[alive[lost]] = -1
    is_void = _void(entered, closed, outcome, days, story, rng)
    return Paths(created=created, entered=entered, closed=closed, outcome=outcome,
                 is_void=is_void, skipped=skipped)


def _void(entered: Ints, closed: Ints, outcome: Ints, days: Days, story: Stories,
          rng: np.random.Generator) -> Bools:
    """Losses that don't count, all from the first stage and soon; none in the shifted quarter."""
    first_stage = (outcome < 0) & (entered[:, 1] == NEVER)
    share = VOID_SHARE / (1 - STAGE_RATES[0])
    void: Bools = first_stage & (rng.random(len(closed)) < share)
    if story.told:
        void[void] = days.quarter[closed[void]] != story.shifted
    return void


def win_rates_planted(paths: Paths, days: Days, story: Stories,
                      rng: np.random.Generator) -> None:
    """Turn a few outcomes of the last complete quarter so that its win rate is `TOTAL_DROP` lower.

    Only what became of a negotiation is turned, in place: dates and stages stay.
    """
    if not story.told:
        return
    before = _closings(paths, days, story.shifted - 1)
    after = _closings(paths, days, story.shifted)
    aim = np.mean(paths.outcome[before] > 0) - stories.TOTAL_DROP
    wanted = round(float(aim) * len(after))
    negotiated = after[paths.entered[after, 3] < NEVER]
    surplus = int(np.sum(paths.outcome[after] > 0)) - wanted
    candidates = negotiated[paths.outcome[negotiated] == (1 if surplus > 0 else -1)]
    turned = candidates[np.argsort(rng.random(len(candidates)), kind="stable")[: abs(surplus)]]
    paths.outcome[turned] *= -1


def _closings(paths: Paths, days: Days, quarter: int) -> Ints:
    """The opportunities that count in the win rate of a quarter."""
    counted = np.flatnonzero((paths.outcome != 0) & ~paths.is_void)
    return np.asarray(counted[days.quarter[paths.closed[counted]] == quarter])


def created_days(n: int, days: Days, rng: np.random.Generator) -> Ints:
    """`n` days of creation in order, following season, weekday and growth."""
    total = np.cumsum(days.weight[: days.last + 1])
    places = (np.arange(n) + rng.random(n)) / n * total[-1]
    return np.asarray(np.searchsorted(total, places, side="right"))


def seconds_at_work(rng: np.random.Generator, n: int) -> Ints:
    """Seconds after midnight within office hours, to the minute."""
    return between(rng, n, 8 * 60 + 40, 18 * 60 + 20) * 60
