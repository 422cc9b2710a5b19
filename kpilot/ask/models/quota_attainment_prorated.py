"""Attainment of the part of the target that should have been reached by now (§2.10, §5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kpilot.analysis import pace
from kpilot.ask.figures import Figure
from kpilot.ask.formulas import attainment
from kpilot.ask.rows import Ask, Figures
from kpilot.ask.scans import Asking
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """The attainment of `of` with the target multiplied by the share of the period that is over.

    By season where the calendar weighs every day of the period, else by days; today's unfinished
    day is on neither side of the share.
    """
    weights = _season(asking)
    found: Figures = {}
    for (window, key), one in attainment(asking, kpi, windows, ask).items():
        by_season = pace.weighted(window.start, window.end, asking.cut.whole, weights)
        share = by_season
        if share is None:
            share = pace.linear(window.start, window.end, asking.cut.whole)
        found[window, key] = _prorated(one, share or 0.0, by_season is not None)
    return found


def _season(asking: Asking) -> dict[date, float]:
    """The weight of each day that has one, as the calendar says."""
    rows = asking.project.engine.query(
        "SELECT date, season_weight FROM calendar_day WHERE season_weight IS NOT NULL"
    )
    return {day: float(str(weight)) for day, weight in rows if isinstance(day, date)}


def _prorated(one: Figure, share: float, by_season: bool) -> Figure:
    if one.den is None:
        return one
    aimed = Decimal(one.den) * Decimal(repr(share))
    flags = (*one.flags, "seasonal") if by_season else one.flags
    reason = one.reason or ("" if aimed > 0 else "zero_denominator")
    value = None if reason else float(Decimal(one.num or 0) / aimed)
    return replace(one, value=value, den=aimed, reason=reason, flags=flags)
