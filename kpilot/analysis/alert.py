"""Whether the last complete period of a KPI is a decline worth a word.

Sources: specification §4.2; Hampel 1974 and Iglewicz & Hoaglin 1993 (median and MAD as a robust
z, 3.5 as its limit). The rates of false alarms are those simulated for the specification.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import median
from typing import Literal

from kpilot.analysis.bottleneck import MIN_BASELINE, MIN_N, Share, overdispersion, share_z
from kpilot.analysis.intervals import Interval, wilson

Direction = Literal["up", "down"]
Level = Literal["strong", "persistent", "watch", "none", "insufficient", "stale_data"]
STRONG, PERSISTENT = -3.5, -2.0
PERIODS, MIN_PERIODS = 12, 8
MIN_COUNT = 10
FLOOR = 0.05
MAD_TO_SD = 1.4826
QUARTER_OF_WEEKS = 13
EQUAL = 1e-9
FALSE_ALARMS = 0.017


@dataclass(frozen=True, kw_only=True)
class Alert:
    """The level of the last period, and what it was held against.

    z           how far below (above, where less is better) its baseline, in robust deviations
    z_before    the same of the period before
    level_up    the level of a rise: the same test on the other tail
    scale       "level" or "log" (change against one season before)
    centre      the median of the baseline, in that scale, before it is turned round
    interval    Wilson's of the last period (shares)
    quarter_ago the value 13 weeks before (weekly series of at least 26)
    reason      why nothing can be said: no_value, few_periods, few_rows, constant, not_a_share
    """

    level: Level
    level_up: Level = "none"
    z: float | None = None
    z_before: float | None = None
    scale: Literal["level", "log", "share", "band"] = "level"
    centre: float | None = None
    spread: float | None = None
    interval: Interval | None = None
    quarter_ago: float | None = None
    reason: str = ""


def decline(
    values: Sequence[float | None],
    *,
    direction: Direction = "up",
    counts: Sequence[float] | None = None,
    season: int | None = None,
    periods: int = PERIODS,
    is_stale: bool = False,
) -> Alert:
    """The alert on a count, a sum, a duration: complete periods only, oldest first.

    season  how many periods make one (12 months, 52 weeks, 7 days): values are compared with one
            season before once there are season + 12 of them; until then the most that is said is
            "watch". None: no season, levels are compared
    counts  how many rows each value rests on; None when the values are counts
    """
    if is_stale:
        return Alert(level="stale_data")
    if not values or values[-1] is None:
        return Alert(level="insufficient", reason="no_value")
    is_long = season is None or len(values) >= season + PERIODS
    steps, scale = _steps(values, season if is_long else None)
    sign = 1.0 if direction == "up" else -1.0
    turned = [None if step is None else sign * step for step in steps]
    rows = list(counts) if counts is not None else [v or 0.0 for v in values]
    now = _robust(turned, rows, len(turned) - 1, periods, scale)
    before = _robust(turned, rows, len(turned) - 2, periods, scale)
    weekly = season == 52 and len(values) >= 2 * QUARTER_OF_WEEKS
    return Alert(
        level=_level(now.z, before.z, is_long),
        level_up=_level(_turn(now.z), _turn(before.z), is_long),
        z=now.z, z_before=before.z, scale=scale,
        centre=None if now.centre is None else sign * now.centre, spread=now.spread,
        quarter_ago=values[-1 - QUARTER_OF_WEEKS] if weekly else None, reason=now.reason,
    )  # fmt: skip


def _steps(
    values: Sequence[float | None], season: int | None
) -> tuple[list[float | None], Literal["level", "log"]]:
    """The values, or ln(y/y one season before) when there is a season and all are above 0."""
    known = [value for value in values if value is not None]
    if season is None or min(known) <= 0:
        return list(values), "level"
    steps: list[float | None] = [None] * len(values)
    for place in range(season, len(values)):
        value, earlier = values[place], values[place - season]
        if value is not None and earlier is not None:
            steps[place] = log(value / earlier)
    return steps, "log"


@dataclass(frozen=True, kw_only=True)
class _Robust:
    z: float | None = None
    centre: float | None = None
    spread: float | None = None
    reason: str = ""


def _robust(
    steps: Sequence[float | None], rows: Sequence[float], place: int, periods: int, scale: str
) -> _Robust:
    """z of the step at `place` against the `periods` before it."""
    value = steps[place] if place >= 0 else None
    if value is None:
        return _Robust(reason="few_periods" if scale == "log" else "no_value")
    first = max(0, place - periods)
    past = [(steps[i], rows[i] if i < len(rows) else 0.0) for i in range(first, place)]
    known = [(step, count) for step, count in past if step is not None]
    if len(known) < MIN_PERIODS:
        return _Robust(reason="few_periods")
    if median(count for _, count in known) < MIN_COUNT:
        return _Robust(reason="few_rows")
    centre = median(step for step, _ in known)
    mad = median(abs(step - centre) for step, _ in known)
    floor = FLOOR if scale == "log" else FLOOR * abs(centre)
    spread = max(MAD_TO_SD * mad, floor)
    if spread <= 0:
        same = value == centre
        return _Robust(z=0.0 if same else None, centre=centre, reason="" if same else "constant")
    return _Robust(z=(value - centre) / spread, centre=centre, spread=spread)


def _level(z: float | None, before: float | None, is_long: bool) -> Level:
    if z is None:
        return "insufficient"
    level: Level = "none"
    if z <= STRONG + EQUAL:
        level = "strong"
    elif z <= PERSISTENT + EQUAL and before is not None and before <= PERSISTENT + EQUAL:
        level = "persistent"
    return level if is_long or level == "none" else "watch"


def _turn(z: float | None) -> float | None:
    return None if z is None else -z


def share_decline(
    shares: Sequence[Share],
    *,
    direction: Direction = "up",
    season: int | None = None,
    periods: int = PERIODS,
    phi: float | None = None,
    is_stale: bool = False,
) -> Alert:
    """The alert on a share of counted rows: matured complete periods, oldest first.

    The last is held against the `periods` before it, pooled; `phi` None is estimated from them.
    """
    if is_stale:
        return Alert(level="stale_data", scale="share")
    if not shares:
        return Alert(level="insufficient", scale="share", reason="no_value")
    is_long = season is None or len(shares) >= season + PERIODS
    sign = 1.0 if direction == "up" else -1.0
    now, reason = _share_z(shares, periods, phi)
    before, _ = _share_z(shares[:-1], periods, phi)
    z, z_before = (None if v is None else sign * v for v in (now, before))
    past = _pooled(shares[-1 - periods : -1])
    last = shares[-1]
    return Alert(
        level=_level(z, z_before, is_long), level_up=_level(_turn(z), _turn(z_before), is_long),
        z=z, z_before=z_before, scale="share", centre=past.value,
        interval=wilson(last.hits, last.n), reason=reason,
    )  # fmt: skip


def _share_z(shares: Sequence[Share], periods: int, phi: float | None) -> tuple[float | None, str]:
    if not shares or shares[-1].n <= 0:
        return None, "no_value"
    before = shares[-1 - periods : -1]
    past = _pooled(before)
    if shares[-1].n < MIN_N or past.n < MIN_BASELINE:
        return None, "few_rows"
    z = share_z(shares[-1], past, overdispersion(before) if phi is None else max(1.0, phi))
    return z, "" if z is not None else "not_a_share"


def _pooled(shares: Sequence[Share]) -> Share:
    return Share(hits=sum(s.hits for s in shares), n=sum(s.n for s in shares))


def out_of_band(
    values: Sequence[float | None],
    band: tuple[float, float],
    *,
    counts: Sequence[float] | None = None,
    is_stale: bool = False,
) -> Alert:
    """The alert on a KPI that should stay inside a band, its edges included.

    "strong" when the last complete period left it, "persistent" when the one before was outside
    already. `level` speaks of below, `level_up` of above. `counts` under 10 rows: nothing is said.
    """
    if is_stale:
        return Alert(level="stale_data", scale="band")
    if not values or values[-1] is None:
        return Alert(level="insufficient", scale="band", reason="no_value")
    if counts and counts[-1] < MIN_COUNT:
        return Alert(level="insufficient", scale="band", reason="few_rows")
    before = values[-2] if len(values) > 1 else None
    low, high = band
    was_out = before is not None and not low <= before <= high
    level: Level = "persistent" if was_out else "strong"
    return Alert(
        level=level if values[-1] < low else "none",
        level_up=level if values[-1] > high else "none",
        scale="band", centre=(low + high) / 2,
    )  # fmt: skip


def is_stale(days_since_last: float, gaps: Sequence[float]) -> bool:
    """Whether a source has been silent for more than twice its usual (median) gap, in days."""
    return bool(gaps) and days_since_last > 2 * median(gaps)


def expected_false_alarms(kpis: int, periods: int, rate: float = FALSE_ALARMS) -> float:
    """How many alerts chance alone would give: KPIs × periods × the rate of one.

    The default, 1.7 %, is that of independent noise of 20 %; it is 0.07 % at 5 %.
    """
    return kpis * periods * rate
