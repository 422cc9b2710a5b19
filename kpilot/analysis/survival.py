"""Durations of which some have not ended: how many are over by when, and of what.

Rows still going on are not left out (that would make everything look quick): they count as at risk
up to the moment they were last seen. Sources: Kaplan & Meier 1958; Greenwood 1926 for the variance,
on the log-log scale (Kalbfleisch & Prentice 1980); Brookmeyer & Crowley 1982 for a quantile's
interval; Aalen & Johansen 1978 for causes that compete; Mantel 1966 for the log-rank test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from kpilot.analysis.intervals import CHUNK, RESAMPLES, SEED, Z

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Point:
    """What holds from `time` until the next point, and its 95 % interval where there is one.

    at_risk  rows not over and still seen just before `time`; events  rows over at it
    """

    time: float
    at_risk: int
    events: int
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Survival:
    """The share not over by each time at which some end; excluded  rows without a duration ≥ 0."""

    n: int
    events: int
    points: tuple[Point, ...]
    excluded: int = 0


@dataclass(frozen=True, kw_only=True)
class Quantile:
    """The time by which a share is over; None with its reason. An open end of the interval is None.

    reason  "no_rows", or "quantile_not_reached": too few have ended
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Incidence:
    """For each cause, the share over by it by each time at which some end so."""

    n: int
    curves: Mapping[str, tuple[Point, ...]]
    excluded: int = 0


@dataclass(frozen=True, kw_only=True)
class LogRank:
    """Whether groups end at different paces: p below 0.05 says so; None with its reason.

    observed, expected  group → rows over, and how many had all groups kept one pace
    reason  "no_rows", "one_group", or "no_events": nothing ended while groups could be compared
    """

    p: float | None
    statistic: float | None = None
    degrees: int = 0
    observed: Mapping[str, int]
    expected: Mapping[str, float]
    reason: str = ""


def kaplan_meier(durations: Sequence[float] | Floats, over: Sequence[bool]) -> Survival:
    """The share not over by each time, with Greenwood's log-log band.

    over  whether the row had ended; if not, its duration is how long it has been seen.
    The band is missing where nothing is left (its variance is not defined there).
    """
    times, known = _known(durations)
    ended = np.asarray(over, dtype=bool)[known]
    points = []
    share, spread = 1.0, 0.0
    for time, at_risk, events in zip(*_table(times, ended), strict=True):
        low = high = None
        if at_risk > events:
            share *= (at_risk - events) / at_risk
            spread += events / (at_risk * (at_risk - events))
            half = Z * sqrt(spread) / log(share)
            low, high = share ** exp(-half), share ** exp(half)
        else:
            share = 0.0
        points.append(
            Point(time=time, at_risk=at_risk, events=events, value=share, low=low, high=high)
        )
    return Survival(
        n=len(times),
        events=int(ended.sum()),
        points=tuple(points),
        excluded=len(known) - len(times),
    )


def quantile(curve: Survival, p: float = 0.5) -> Quantile:
    """The first time by which a share `p` (0 < p < 1) is over.

    Its interval lies where the band crosses 1 − p.
    """
    if not curve.n:
        return Quantile(value=None, reason="no_rows")

    def first(edge: str) -> float | None:
        levels = ((point.time, getattr(point, edge)) for point in curve.points)
        return next((t for t, v in levels if v is not None and v <= 1 - p + ROUNDING), None)

    value = first("value")
    reason = "" if value is not None else "quantile_not_reached"
    return Quantile(value=value, low=first("low"), high=first("high"), reason=reason)


def value_at(points: Sequence[Point], time: float, *, before: float) -> float:
    """The value in force at `time`; `before` is that before the first point (1 or 0)."""
    held = [point.value for point in points if point.time <= time]
    return held[-1] if held else before


def aalen_johansen(
    durations: Sequence[float] | Floats, causes: Sequence[str | None], *, band: bool = True
) -> Incidence:
    """The share over by each cause by each time, the other causes competing.

    causes  why the row ended; None: it has not. Intervals are a percentile bootstrap over rows,
            left out without `band`: their work grows with the number of different durations.
    """
    times, known = _known(durations)
    names = sorted({cause for cause in causes if cause is not None})
    codes = np.asarray([-1 if c is None else names.index(c) for c in causes], dtype=np.int64)
    excluded = len(known) - len(times)
    if not len(times):
        return Incidence(n=0, curves=dict.fromkeys(names, ()), excluded=excluded)
    at, place = np.unique(times, return_inverse=True)
    kinds = len(names) + 1  # with those that have not ended
    cells, counts = np.unique(place * kinds + codes[known] + 1, return_counts=True)
    starts = np.flatnonzero(np.r_[True, np.diff(cells // kinds) > 0])
    cause_of = cells % kinds - 1
    curves = {}
    for cause, name in enumerate(names):
        of_cause = cause_of == cause
        at_risk, events, value = _incidence(counts[None, :], starts, cause_of >= 0, of_cause)
        shown = np.flatnonzero(events[0])
        has_band = band and len(times) > 1
        edges = (
            _resampled(counts, starts, cause_of >= 0, of_cause, shown).T.tolist()
            if has_band
            else [(None, None)] * len(shown)
        )
        curves[name] = tuple(
            Point(
                time=float(at[k]),
                at_risk=int(at_risk[0, k]),
                events=int(events[0, k]),
                value=float(value[0, k]),
                low=low,
                high=high,
            )
            for k, (low, high) in zip(shown, edges, strict=True)
        )
    return Incidence(n=len(times), curves=curves, excluded=excluded)


def log_rank(
    durations: Sequence[float] | Floats, over: Sequence[bool], groups: Sequence[str]
) -> LogRank:
    """Whether rows of two groups or more end at different paces."""
    times, known = _known(durations)
    ended = np.asarray(over, dtype=bool)[known]
    names, codes = np.unique(np.asarray(groups, dtype=str)[known], return_inverse=True)
    if len(names) < 2:
        reason = "one_group" if len(names) else "no_rows"
        return LogRank(p=None, reason=reason, observed={}, expected={})
    table = _table(times, ended)
    at, at_risk, events = (np.asarray(column, dtype=np.float64) for column in table)
    own = [np.sort(times[codes == k]) for k in range(len(names))]
    risks = np.asarray([len(rows) - np.searchsorted(rows, at) for rows in own], dtype=np.float64)
    observed = np.bincount(codes, weights=ended)
    expected = (risks * events / at_risk).sum(axis=1)
    result = LogRank(
        p=None,
        reason="no_events",
        observed={str(name): int(n) for name, n in zip(names, observed, strict=True)},
        expected={str(name): float(n) for name, n in zip(names, expected, strict=True)},
    )
    # Covariance of the observed counts when events fall on the rows at risk by lot.
    several = at_risk > 1
    lot = (events * (at_risk - events) / (at_risk - 1).clip(1))[several]
    shares = (risks / at_risk)[:, several]
    spread = np.diag((lot * shares).sum(axis=1)) - (lot * shares) @ shares.T
    size = ROUNDING * float(np.abs(spread).max())  # what is left below is rounding
    degrees = int(np.linalg.matrix_rank(spread, tol=size, hermitian=True))
    if not degrees:
        return result
    from scipy.special import gammaincc

    apart = observed - expected
    statistic = float(apart @ np.linalg.pinv(spread, rcond=ROUNDING, hermitian=True) @ apart)
    p = float(gammaincc(degrees / 2, statistic / 2))
    return replace(result, p=p, statistic=statistic, degrees=degrees, reason="")


def _known(durations: Sequence[float] | Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The durations that are numbers ≥ 0, and which rows have one."""
    times = np.asarray(durations, dtype=np.float64)
    known = np.isfinite(times) & (times >= 0)
    return times[known], known


def _table(times: Floats, ended: NDArray[np.bool_]) -> tuple[list[float], list[int], list[int]]:
    """Times at which rows end, the rows at risk just before, and those that end: aligned lists."""
    at, events = np.unique(times[ended], return_counts=True)
    at_risk = len(times) - np.searchsorted(np.sort(times), at)
    return at.tolist(), at_risk.tolist(), events.tolist()


def _incidence(
    counts: Ints, starts: Ints, ends: NDArray[np.bool_], of_cause: NDArray[np.bool_]
) -> tuple[Ints, Ints, Floats]:
    """Rows at risk, rows over by the cause, and its incidence: (samples, times) each.

    counts    (samples, cells): rows in each cell of one time and one cause, by time
    starts    the first cell of each time; ends, of_cause  which cells are over, are by the cause
    """
    at_time = np.add.reduceat(counts, starts, axis=1)
    at_risk = at_time[:, ::-1].cumsum(axis=1)[:, ::-1]
    over = np.add.reduceat(counts * ends, starts, axis=1)
    by_cause = np.add.reduceat(counts * of_cause, starts, axis=1)
    risk = np.maximum(at_risk, 1)
    left = np.cumprod(1 - over / risk, axis=1)
    before = np.concatenate([np.ones((len(counts), 1)), left[:, :-1]], axis=1)
    return at_risk, by_cause, np.cumsum(before * by_cause / risk, axis=1)


def _resampled(
    counts: Ints,
    starts: Ints,
    ends: NDArray[np.bool_],
    of_cause: NDArray[np.bool_],
    shown: NDArray[np.intp],
) -> Floats:
    """The 2.5 and 97.5 % points of the incidence at the times `shown`: (2, times)."""
    rng = np.random.default_rng(SEED)
    n = int(counts.sum())
    found, left = [], RESAMPLES
    while left:
        size = min(left, max(1, CHUNK // len(counts)))
        drawn = rng.multinomial(n, counts / n, size=size)
        found.append(_incidence(drawn, starts, ends, of_cause)[2][:, shown])
        left -= size
    return np.asarray(np.quantile(np.concatenate(found), [0.025, 0.975], axis=0))
