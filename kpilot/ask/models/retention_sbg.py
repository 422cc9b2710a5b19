"""How many customers who renew each year will renew again: sBG over the cohorts seen so far."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from kpilot.analysis import sbg
from kpilot.analysis.curvature import interval, spread
from kpilot.analysis.intervals import Interval
from kpilot.ask.figures import Figure
from kpilot.ask.rows import Ask, Figures, before, grouped, is_ahead, own_dimension, rows_of
from kpilot.ask.scans import Asking
from kpilot.core.calendar import Period, add_months
from kpilot.core.kpi import Kpi

YEAR = "tenure_years"
YEARS = 10
Spells = Sequence[tuple[Any, ...]]


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """A row for each of the first ten years (specification §2.9), seen at the end of each window.

    value  the share of those still there that renews at the end of that year, by the model; of
           `…_survival` the share of all that is still there after it
    lo, hi  of the share, as sure as the model's parameters are (record 0091)
    num, den  what was counted: renewals over customers who had to renew; none beyond the data
    """
    inner, plain, placed = own_dimension(asking, kpi, YEAR)
    ends = {window: min(window.end, asking.cut.day) for window in windows}
    columns = {"started_on": exp.column("started_on"), "valid_to": exp.column("valid_to"),
               "customers": exp.Count(this=exp.Star())}  # fmt: skip
    read = grouped(
        rows_of(inner, plain, before(max(ends.values())), columns, ("started_on", "valid_to"))
    )
    found: Figures = {}
    for window, end in ends.items():
        for key, spells in {} if is_ahead(asking, window) else read.items():
            cohorts = _cohorts(spells, end)
            for year, one in _years(kpi, cohorts).items():
                found[window, placed(key, str(year))] = one
        if not any(place == window for place, _ in found):
            found[window, ()] = Figure(reason="no_rows")
    return found


def _cohorts(spells: Spells, end: date) -> list[list[int]]:
    """Customers by the whole years seen of them: at the start, and after each renewal.

    A renewal is seen when its day has come before `end`; who is still there on it has renewed.
    """
    found: dict[int, list[int]] = {}
    for started_on, valid_to, customers in spells:
        marks: list[date] = []
        while (mark := add_months(started_on, 12 * (len(marks) + 1))) < end:
            marks.append(mark)
        if started_on >= end:
            continue
        cohort = found.setdefault(len(marks), [0] * (len(marks) + 1))
        cohort[0] += customers
        for place, mark in enumerate(marks, 1):
            cohort[place] += customers if mark < valid_to else 0
    return [found[years] for years in sorted(found)]


def _years(kpi: Kpi, cohorts: list[list[int]]) -> dict[int, Figure]:
    fit = sbg.fit(cohorts) if sbg.enough(cohorts) else None
    model = fit.model if fit else None
    reason = fit.reason if fit else "too_few_customers"
    customers = sum(cohort[0] for cohort in cohorts)
    is_survival = kpi.name.endswith("_survival")
    shares = _shares(model, cohorts, is_survival=is_survival) if model else ()
    found = {}
    for year in range(1, YEARS + 1):
        seen = [cohort for cohort in cohorts if len(cohort) > year]
        due = sum(cohort[0 if is_survival else year - 1] for cohort in seen)
        value, edges = shares[year - 1] if shares else (None, None)
        low, high = edges or (None, None)
        found[year] = Figure(
            value=value,
            num=sum(cohort[year] for cohort in seen) if seen else None,
            den=due if seen else None,
            n=customers,
            lo=low,
            hi=high,
            method="information" if edges else "",
            reason=reason if value is None else "",
        )
    return found


def _shares(
    model: sbg.Renewals, cohorts: list[list[int]], *, is_survival: bool
) -> Sequence[tuple[float, Interval | None]]:
    """The share of each of the first years by the model, as sure as its parameters are."""

    def told(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        one = sbg.of(logs)
        if is_survival:
            return sbg.survival(one, YEARS)[1:]
        return np.array([sbg.retention(one, year) for year in range(1, YEARS + 1)])

    values = told(sbg.at(model))
    scatter = sbg.scatter(model, cohorts)
    if scatter is None:
        return [(float(value), None) for value in values]
    errors = spread(told, sbg.at(model), scatter, "odds")
    return [(float(value), interval(float(value), float(error), "odds"))
            for value, error in zip(values, errors, strict=True)]  # fmt: skip
