"""Growth a year over several whole years (§2.10)."""

from collections.abc import Sequence
from datetime import timedelta

from kpilot.analysis.growth import cagr
from kpilot.ask import facts
from kpilot.ask.figures import Figure
from kpilot.ask.fiscal import fiscal
from kpilot.ask.rows import Ask, Figures
from kpilot.ask.scans import Asking
from kpilot.ask.windows import is_left_truncated
from kpilot.core.calendar import Fiscal, Grain, Period, period_of, split
from kpilot.core.kpi import Kpi


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """From the first whole year to the last one that is over, of the KPI `of`.

    The years are those of the window when it has two whole ones that are over; else all years up
    to the window's last day that the data cover from their start. num  the last year's value; den
    the first's; n  the years between.
    """
    of = asking.catalog[kpi.measure.of]
    calendar = fiscal(asking.project, asking.cut.version)
    coverage = facts.coverage(asking.project, of, asking.cut)
    ends: dict[Period, list[Period]] = {}
    for window in windows:
        grain: Grain = "fiscal_year" if (window.grain or "").startswith("fiscal") else "year"
        years = _over(asking, window, grain, calendar)
        if len(years) < 2 and coverage is not None and coverage.first < window.end:
            since = Period(start=coverage.first, end=window.end)
            first = period_of(since.start, grain, calendar)
            wide = Period(start=first.start, end=window.end)
            years = [
                year
                for year in _over(asking, wide, grain, calendar)
                if not is_left_truncated(year, coverage)
            ]
        ends[window] = [years[0], years[-1]] if len(years) > 1 else []
    wanted = sorted({year for pair in ends.values() for year in pair})
    made = ask(asking, of, wanted) if wanted else {}
    found: Figures = {}
    for window, pair in ends.items():
        if not pair:
            found[window, ()] = Figure(reason="too_few_years")
            continue
        years_between = round((pair[1].start - pair[0].start) / timedelta(365.2425))
        for key in {key for place, key in made if place in pair}:
            first_one, last_one = (made.get((year, key), Figure()) for year in pair)
            found[window, key] = _grown(first_one, last_one, years_between)
    return found


def _over(asking: Asking, window: Period, grain: Grain, calendar: Fiscal) -> list[Period]:
    """The whole years of the window that are over."""
    return [
        year
        for year in split(window, grain, calendar)
        if year == period_of(year.start, grain, calendar) and year.end <= asking.cut.whole
    ]


def _grown(first: Figure, last: Figure, years: int) -> Figure:
    reason = next((one.reason for one in (first, last) if one.reason), "")
    if not reason and any("left_truncated" in one.flags for one in (first, last)):
        reason = "left_truncated"
    start, end = (None if f.value is None else float(f.value) for f in (first, last))
    found = cagr(start, end, years)
    return Figure(
        value=None if reason else found.value,
        num=last.value,
        den=first.value,
        n=years,
        reason=reason or ("no_rows" if found.reason == "no_value" else found.reason),
        flags=tuple(flag for flag in last.flags if flag not in ("low_n", "left_truncated")),
        excluded={**last.excluded},
    )
