"""Declines of what is followed, each against its own season (specification §4.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from kpilot.analysis.alert import Alert, decline, out_of_band, share_decline
from kpilot.analysis.bottleneck import Share
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.web.monday import reading

SEASON = 12
LOUD = ("strong", "persistent", "watch")


@dataclass(frozen=True, kw_only=True)
class Decline:
    """A KPI whose last whole month is worse than its history explains.

    usual   what it was held against: the value of a year before with the usual growth, or the
            usual level; is_season says which
    """

    kpi: Kpi
    period: Period
    value: float
    usual: float
    alert: Alert
    is_season: bool
    currency: str


def declines(kpis: Sequence[Kpi], monthly: Mapping[str, Sequence[Row]]) -> tuple[Decline, ...]:
    """The alerts that are on, the loudest first."""
    found = []
    for kpi in kpis:
        rows = [row for row in monthly.get(kpi.name, ()) if reading.is_known(row)]
        if not reading.is_plain(kpi) or len(rows) < 2 or not _is_unbroken(rows):
            continue
        alert = _alert(kpi, rows)
        if alert is not None and alert.level in LOUD:
            found.append(_said(kpi, rows, alert))
    return tuple(sorted(found, key=lambda one: one.alert.z or 0))


def _alert(kpi: Kpi, rows: Sequence[Row]) -> Alert | None:
    values = [None if row.value is None else float(row.value) for row in rows]
    counts = [float(row.n) for row in rows]
    if kpi.direction == "band":
        return out_of_band(values, kpi.band, counts=counts) if kpi.band else None
    way = "up" if kpi.direction == "up" else "down"
    if reading.is_share(kpi):
        shares = [Share(hits=float(r.num or 0), n=float(r.den or 0)) for r in rows]
        return share_decline(shares, direction="up" if way == "up" else "down", season=SEASON)
    return decline(values, direction="up" if way == "up" else "down", counts=counts, season=SEASON)


def _is_unbroken(rows: Sequence[Row]) -> bool:
    """Whether the months follow each other: a season is counted in rows."""
    return all(a.period.end == b.period.start for a, b in pairwise(rows))


def _said(kpi: Kpi, rows: Sequence[Row], alert: Alert) -> Decline:
    last, usual = rows[-1], alert.centre or 0.0
    is_season = alert.scale == "log"
    if is_season:
        usual = float(rows[-1 - SEASON].value or 0) * exp(usual)
    return Decline(
        kpi=kpi, period=last.period, value=float(last.value or 0), usual=usual, alert=alert,
        is_season=is_season, currency=last.currency,
    )  # fmt: skip
