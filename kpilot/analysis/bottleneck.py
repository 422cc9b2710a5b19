"""Which stage of a pipeline converts worse than it used to, and what that costs.

Sources: specification §4.1; the pooled z of two shares with an overdispersion factor (Laney 2002
for charts of shares, McCullagh & Nelder 1989 for Pearson's φ), Bonferroni's bound over the
stages, Newcombe 1998 for the interval, Benjamini & Hochberg 1995 when many cuts are searched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, prod, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np

from kpilot.analysis.comparing import Estimate, difference
from kpilot.analysis.intervals import Interval, wilson

MIN_N, MIN_BASELINE = 30, 100
MIN_DROP = 0.10
ENOUGH_PERIODS = 8
WINDOWS = (7, 14, 30, 60, 90)
EQUAL = 1e-9


@dataclass(frozen=True, kw_only=True)
class Share:
    """`hits` of `n`: how many of those who entered advanced."""

    hits: float
    n: float

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n > 0 else None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage in its pipeline's order: now, its pooled past, that past by period, its duration."""

    name: str
    current: Share
    past: Share
    periods: tuple[Share, ...] = ()
    median_days: float | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is known of one stage.

    drop       the relative fall (p0 − p)/p0
    interval   Newcombe's of p − p0
    lost_wins  wins that would have been made at the rate of the past; `lost_value` in money
    """

    name: str
    status: Literal["ok", "degraded", "insufficient"]
    p: float | None
    p_past: float | None
    z: float | None = None
    phi: float = 1.0
    drop: float | None = None
    interval: Interval | None = None
    lost_wins: float | None = None
    lost_value: float | None = None
    is_better: bool = False
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Bottleneck:
    """The verdict on a pipeline. `stage` is "" when none deviates from its own past; then
    `lowest` and `slowest` name what its structure shows, which is no finding of decline."""

    stage: str
    threshold: float | None
    findings: tuple[Finding, ...]
    lowest: str = ""
    slowest: str = ""


def bottleneck(
    stages: Sequence[Stage],
    *,
    alpha: float = 0.05,
    min_n: float = MIN_N,
    min_past: float = MIN_BASELINE,
    min_drop: float = MIN_DROP,
    phi: float | None = None,
    stage_count: int | None = None,
    win_value: float | None = None,
) -> Bottleneck:
    """The degraded stage that loses most wins; `phi` None estimates it from each stage's periods.

    `stages` are all of one pipeline, first to last; `stage_count` when some of them are not given.
    """
    if not stages:
        return Bottleneck(stage="", threshold=None, findings=())
    limit = -NormalDist().inv_cdf(1 - alpha / (2 * max(1, stage_count or len(stages))))
    onward = [_onward(stages[place + 1 :], min_n) for place in range(len(stages))]
    findings = tuple(
        _finding(stage, after, limit, (min_n, min_past, min_drop), phi, win_value)
        for stage, after in zip(stages, onward, strict=True)
    )
    degraded = [f for f in findings if f.status == "degraded"]
    if degraded:
        worst = max(degraded, key=lambda f: (f.lost_wins or 0.0, -(f.z or 0.0)))
        return Bottleneck(stage=worst.name, threshold=-limit, findings=findings)
    return Bottleneck(
        stage="", threshold=-limit, findings=findings,
        lowest=_lowest(stages, min_n), slowest=_slowest(stages),
    )  # fmt: skip


def _finding(
    stage: Stage,
    onward: float | None,
    limit: float,
    gates: tuple[float, float, float],
    phi: float | None,
    win_value: float | None,
) -> Finding:
    min_n, min_past, min_drop = gates
    p, p_past = stage.current.value, stage.past.value
    if p is None or p_past is None or stage.current.n < min_n or stage.past.n < min_past:
        few = "few_now" if stage.current.n < min_n else "few_before"
        return Finding(name=stage.name, status="insufficient", p=p, p_past=p_past, reason=few)
    spread = overdispersion(stage.periods) if phi is None else max(1.0, phi)
    z = share_z(stage.current, stage.past, spread)
    if z is None:
        return Finding(
            name=stage.name, status="insufficient", p=p, p_past=p_past, reason="not_a_share"
        )
    drop = (p_past - p) / p_past if p_past else None
    is_big = drop is not None and drop >= min_drop - EQUAL
    is_risen = p > 0 if drop is None else drop <= -min_drop + EQUAL
    lost = None if onward is None else stage.current.n * max(0.0, p_past - p) * onward
    return Finding(
        name=stage.name,
        status="degraded" if z <= limit and is_big else "ok",
        p=p, p_past=p_past, z=z, phi=spread, drop=drop,
        interval=newcombe(stage.current, stage.past),
        lost_wins=lost,
        lost_value=None if lost is None or win_value is None else lost * win_value,
        is_better=z >= -limit and is_risen,
    )  # fmt: skip


def _onward(later: Sequence[Stage], min_n: float) -> float | None:
    """The chance of being won from the next stage on: today's rates where enough were seen."""
    rates = [_rate(stage, min_n) for stage in later]
    known = [rate for rate in rates if rate is not None]
    return prod(known) if len(known) == len(rates) else None


def _rate(stage: Stage, min_n: float) -> float | None:
    return stage.current.value if stage.current.n >= min_n else stage.past.value


def _lowest(stages: Sequence[Stage], min_n: float) -> str:
    rates = {stage.name: _rate(stage, min_n) for stage in stages}
    known = {name: rate for name, rate in rates.items() if rate is not None}
    return min(known, key=lambda name: known[name]) if known else ""


def _slowest(stages: Sequence[Stage]) -> str:
    known = {s.name: s.median_days for s in stages if s.median_days is not None}
    return max(known, key=lambda name: known[name]) if known else ""


def share_z(current: Share, past: Share, phi: float = 1.0) -> float | None:
    """(p − p0)/√(φ·p0(1−p0)(1/n+1/N)); None without rows or outside 0..1.

    A past of 0 % or 100 % has no variance of its own: the share of both together gives it.
    """
    p, p0 = current.value, past.value
    if p is None or p0 is None or not (0 <= p <= 1 and 0 <= p0 <= 1):
        return None
    pooled = (current.hits + past.hits) / (current.n + past.n) if p0 in (0, 1) else p0
    variance = phi * pooled * (1 - pooled) * (1 / current.n + 1 / past.n)
    return (p - p0) / sqrt(variance) if variance > 0 else 0.0


def overdispersion(periods: Sequence[Share]) -> float:
    """How much more the periods' shares vary than chance explains: Pearson's χ²/(m−1), at least 1.

    From 8 periods on; 1 below.
    """
    seen = [share for share in periods if share.n > 0]
    total = sum(share.n for share in seen)
    p = sum(share.hits for share in seen) / total if total else 0.0
    if len(seen) < ENOUGH_PERIODS or not 0 < p < 1:
        return 1.0
    chi2 = sum((s.hits - s.n * p) ** 2 / (s.n * p * (1 - p)) for s in seen)
    return max(1.0, chi2 / (len(seen) - 1))


def newcombe(current: Share, past: Share) -> Interval | None:
    """The 95 % interval of the difference of two shares, current − past."""
    one, other = (wilson(share.hits, share.n) for share in (current, past))
    if one is None or other is None:
        return None
    return difference(
        Estimate(value=current.hits / current.n, low=one[0], high=one[1]),
        Estimate(value=past.hits / past.n, low=other[0], high=other[1]),
    )


def window_days(advance_days: Sequence[float]) -> int | None:
    """The smallest of 7, 14, 30, 60 and 90 days in which three quarters had advanced.

    90 when even that is too short; None when nothing has advanced yet.
    """
    if not len(advance_days):
        return None
    needed = float(np.quantile(np.asarray(advance_days, dtype=np.float64), 0.75))
    return next((days for days in WINDOWS if days >= needed), WINDOWS[-1])


def worse_cuts(
    cuts: Mapping[str, tuple[Share, Share]], *, rate: float = 0.10, min_n: float = MIN_N
) -> tuple[str, ...]:
    """Of many agents or segments, those (current, past) that fell, `rate` of them by chance.

    Benjamini–Hochberg on the one-sided p of each cut that has enough rows.
    """
    tested: list[tuple[float, str]] = []
    for name, (current, past) in cuts.items():
        z = share_z(current, past)
        if z is not None and current.n >= min_n and past.n >= MIN_BASELINE:
            tested.append((erfc(-z / sqrt(2)) / 2, name))
    tested.sort()
    kept = [
        place for place, (p, _) in enumerate(tested, 1) if p <= rate * place / len(tested) + 1e-15
    ]
    return tuple(name for _, name in tested[: max(kept, default=0)])
