"""Which channel each opportunity came from, given what became of it.

Channels are handed out after the outcomes, quarter by quarter, so that each channel has its win
rate in every quarter without luck, and the planted mix shift is exact.
"""

import numpy as np

from kpilot.demo import stories
from kpilot.demo.chance import Floats, Ints, apportion
from kpilot.demo.days import Days
from kpilot.demo.market import CHANNELS
from kpilot.demo.paths import Paths
from kpilot.demo.stories import Stories

SHARE: Floats = np.array([channel[6] for channel in CHANNELS])
RATE: Floats = np.array([channel[7] for channel in CHANNELS])
_SHIFT: Floats = np.array([stories.SHIFT_TO.get(channel[1], 0.0) for channel in CHANNELS])


def channels_of(paths: Paths, days: Days, story: Stories, rng: np.random.Generator) -> Ints:
    """The number of the channel of each opportunity."""
    channel = np.zeros(len(paths.created), np.int64)
    quarter = np.where(paths.outcome != 0, days.quarter[np.minimum(paths.closed, days.last)], -1)
    counted = (paths.outcome != 0) & ~paths.is_void
    rates = RATE
    for number in range(int(days.quarter[days.last]) + 1):
        won = np.flatnonzero(counted & (quarter == number) & (paths.outcome > 0))
        lost = np.flatnonzero(counted & (quarter == number) & (paths.outcome < 0))
        if len(won) + len(lost) == 0:
            continue
        total = len(won) / (len(won) + len(lost))
        share = SHARE
        before = rates
        rates = np.clip(RATE + total - SHARE @ RATE, 0.03, 0.9)
        if story.told and number == story.shifted:
            rates = before + stories.CHANNEL_LIFT
            share = _shifted(rates, total)
        elif story.told and number > story.shifted:
            share = 0.5 * (SHARE + _SHIFT)
            rates = np.clip(RATE + total - share @ RATE, 0.03, 0.9)
        wins, losses = _table(len(won), len(lost), share, rates)
        _hand_out(channel, won, wins, rng)
        _hand_out(channel, lost, losses, rng)
    rest = np.flatnonzero(~counted)
    recent = rest[paths.created[rest] > days.last - 120] if story.told else rest[:0]
    earlier = rest[~np.isin(rest, recent)]
    _hand_out(channel, earlier, apportion(len(earlier), SHARE), rng)
    _hand_out(channel, recent, apportion(len(recent), 0.6 * SHARE + 0.4 * _SHIFT), rng)
    return channel


def _shifted(rates: Floats, total: float) -> Floats:
    """The mix between the usual one and the shifted one under which these rates give `total`."""
    usual, shifted = float(SHARE @ rates), float(_SHIFT @ rates)
    tilt = min(0.95, max(0.0, (usual - total) / (usual - shifted)))
    return (1 - tilt) * SHARE + tilt * _SHIFT


def _table(won: int, lost: int, share: Floats, rates: Floats) -> tuple[Ints, Ints]:
    """Wins and losses by channel whose sums are `won` and `lost` and whose rates are `rates`."""
    closed = apportion(won + lost, share)
    wins = np.rint(closed * rates).astype(np.int64)
    while wins.sum() != won:
        step = 1 if wins.sum() < won else -1
        error = step * ((wins + step) / np.maximum(closed, 1) - rates)
        error[(wins + step < 0) | (wins + step > closed)] = np.inf
        wins[np.argmin(error)] += step
    return wins, closed - wins


def _hand_out(channel: Ints, rows: Ints, counts: Ints, rng: np.random.Generator) -> None:
    """Give `counts[k]` of the rows channel k, in no order."""
    labels = np.repeat(np.arange(len(counts)), counts)
    channel[rows] = labels[np.argsort(rng.random(len(rows)), kind="stable")]
