"""Customers without a contract: who still buys, how often, and what they are worth (§2.9)."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
import sqlglot
from numpy.typing import NDArray

from kpilot.analysis import bgnbd, buying_range, gamma_gamma
from kpilot.analysis.clv import MONTHS, WEEKS_A_MONTH, lifetime_values, rank
from kpilot.analysis.curvature import Scale, interval
from kpilot.ask.figures import Figure
from kpilot.ask.intervals import RESAMPLED_ROWS
from kpilot.ask.rows import Ask, Figures, before, by_dims, is_ahead, rows_of
from kpilot.ask.scans import Asking, Key
from kpilot.core.calendar import Period, ranged
from kpilot.core.kpi import Kpi

Floats = NDArray[np.float64]
Fit = TypeVar("Fit")
A_YEAR = timedelta(365)
FITS = ("fits",)
KEPT_FITS = 200
COLUMNS = {
    "account_id": "account_id",
    "days": "COUNT(*)",
    "first_on": "MIN(first_on)",
    "last_on": "MAX(ordered_on)",
    "later": "CAST(SUM(CASE WHEN ordered_on > first_on THEN value_ordered ELSE 0 END) AS DOUBLE)",
    "unvalued": "SUM(CASE WHEN ordered_on > first_on AND lacks_value THEN 1 ELSE 0 END)",
}


@dataclass(frozen=True, kw_only=True)
class Buyers:
    """The customers seen by a day, the key of each, and their model or the reason for none."""

    keys: tuple[Key, ...]
    history: bgnbd.History
    model: bgnbd.Orders | None
    reason: str
    flags: tuple[str, ...]
    excluded: dict[str, int]


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """Figures of the customers seen at the end of each window, one model for all of them.

    p_alive             mean chance that a customer with a repeat order still buys
    expected_orders     days with an order in the next twelve months, of all customers together
    ltv_bgnbd_gg        mean margin of a customer in those months, discounted by 10 % a year
    …_top_share         the share of it that the best tenth of the customers brings
    """
    found: Figures = {}
    for window in windows:
        until = min(window.end, asking.cut.day)
        if is_ahead(asking, window):
            found[window, ()] = Figure(reason="outside_coverage")
            continue
        seen = _seen(asking, kpi, until)
        if not seen.keys:
            found[window, ()] = Figure(reason="no_rows")
            continue
        places: dict[Key, list[int]] = {}
        for place, key in enumerate(seen.keys):
            places.setdefault(key, []).append(place)
        groups = {key: np.asarray(rows) for key, rows in places.items()}
        if kpi.name.startswith("ltv"):
            made = _worth(asking, kpi, seen, groups, until, ask)
        else:
            made = _orders(kpi, seen, groups)
        found |= {(window, key): one for key, one in made.items()}
    return found


def _seen(asking: Asking, kpi: Kpi, until: date) -> Buyers:
    columns = {name: sqlglot.parse_one(text, dialect="duckdb") for name, text in COLUMNS.items()}
    rows = rows_of(asking, kpi, before(until), columns, ("account_id",))
    history = _history([row for _, row in rows], until)
    reason = bgnbd.shortfall(history.repeats) if rows else "no_rows"
    model = None
    if not reason:
        times = (history.repeats, history.last, history.age)
        fit = _fitted(asking, "bgnbd", times, lambda x, t_x, t: bgnbd.fit(x, t_x, t))
        model, reason = fit.model, fit.reason
    is_short = bool(rows) and min(row[2] for _, row in rows) + A_YEAR > until
    unvalued = sum(int(row[5]) for _, row in rows)
    return Buyers(
        keys=tuple(key for key, _ in rows),
        history=history,
        model=model,
        reason=reason,
        flags=("short_history",) if is_short else (),
        excluded={"null_amount": unvalued} if unvalued and kpi.money else {},
    )


def _fitted(asking: Asking, name: str, columns: tuple[Floats, ...], fit: Callable[..., Fit]) -> Fit:
    """The model of these customers, searched once: other questions have the same ones, and in
    whatever order they come the search sees them in one."""
    together = np.vstack(columns)
    together = together[:, np.lexsort(together)]
    mark = (name, hashlib.sha256(together.tobytes()).hexdigest())
    kept: OrderedDict[object, Fit] = asking.project.memo.setdefault(FITS, OrderedDict())
    if mark not in kept:
        kept[mark] = fit(*together)
        while len(kept) > KEPT_FITS:
            kept.popitem(last=False)
    return kept[mark]


def _history(rows: Sequence[tuple[Any, ...]], until: date) -> bgnbd.History:
    """The rows as histories observed up to the last day before `until`."""
    end = until - timedelta(1)
    repeats = np.array([float(days) - 1 for _, days, *_ in rows])
    weeks = bgnbd.DAYS_A_WEEK
    worth = [
        later / (days - 1) if days > 1 and not unvalued else np.nan
        for _, days, _, _, later, unvalued in rows
    ]
    return bgnbd.History(
        customers=tuple(str(account) for account, *_ in rows),
        repeats=repeats,
        last=np.array([(last - first).days / weeks for _, _, first, last, *_ in rows]),
        age=np.array([(end - first).days / weeks for _, _, first, *_ in rows]),
        value=np.array(worth, dtype=np.float64),
    )


def _orders(kpi: Kpi, seen: Buyers, groups: dict[Key, NDArray[np.int64]]) -> dict[Key, Figure]:
    model, history = seen.model, seen.history
    if model is None:
        return _without(seen, groups, seen.reason)
    is_alive = kpi.name == "p_alive"
    columns = (history.repeats, history.last, history.age)
    values = (
        bgnbd.p_alive(model, *columns)
        if is_alive
        else bgnbd.expected_orders(model, *columns, MONTHS * WEEKS_A_MONTH)
    )
    people = {
        key: rows[history.repeats[rows] > 0] if is_alive else rows for key, rows in groups.items()
    }
    ranges = buying_range.alive if is_alive else buying_range.orders
    errors = _errors(people, lambda some: ranges(model, history, some))
    found = {}
    for key, rows in groups.items():
        told = people[key]
        total, left = float(values[told].sum()), len(rows) - len(told)
        one = Figure(n=len(told), flags=seen.flags)
        if not is_alive:
            found[key] = _ranged(replace(one, value=total, num=total), errors.get(key), "log")
            continue
        excluded = {"no_repeats": left} if left else {}
        value, reason = (total / len(told), "") if len(told) else (None, "no_repeats")
        made = replace(one, value=value, num=total, den=len(told), excluded=excluded,
                       reason=reason)  # fmt: skip
        found[key] = _ranged(made, errors.get(key), "odds")
    return found


def _errors(
    groups: dict[Key, NDArray[np.int64]],
    told: Callable[[list[NDArray[np.int64]]], Floats | None],
) -> dict[Key, float]:
    """The standard error of the figures of the first groups that have customers."""
    keys = [key for key, rows in groups.items() if len(rows)][:RESAMPLED_ROWS]
    found = told([groups[key] for key in keys]) if keys else None
    return {} if found is None else dict(zip(keys, found.tolist(), strict=True))


def _ranged(made: Figure, error: float | None, scale: Scale) -> Figure:
    """The figure with its interval; beyond the first groups it says that there is none."""
    if made.value is None:
        return made
    if error is None:
        return replace(made, flags=(*made.flags, "interval_left_out"))
    edges = interval(float(made.value), error, scale)
    return replace(made, lo=edges[0], hi=edges[1], method="information") if edges else made


def _worth(
    asking: Asking,
    kpi: Kpi,
    seen: Buyers,
    groups: dict[Key, NDArray[np.int64]],
    until: date,
    ask: Ask,
) -> dict[Key, Figure]:
    history = seen.history
    if seen.model is None:
        return _without(seen, groups, seen.reason)
    margin = _margin(asking, until, ask)
    if margin.value is None:
        return _without(replace(seen, flags=margin.flags), groups, margin.reason)
    told = (history.repeats, history.value)
    fit = _fitted(asking, "gamma_gamma", told, lambda x, z: gamma_gamma.fit(x, z))
    if fit.model is None:
        return _without(seen, groups, fit.reason)
    worth = lifetime_values(seen.model, fit.model, history, margin=float(margin.value))
    if worth is None:
        return _without(seen, groups, "no_mean_value")
    related = gamma_gamma.too_related(gamma_gamma.correlation(history.repeats, history.value))
    flags = (*seen.flags, "value_follows_frequency") if related else seen.flags
    is_share, models = kpi.name.endswith("_top_share"), (seen.model, fit.model)
    errors = _errors(
        groups, lambda some: buying_range.worth(*models, history, some, is_share=is_share)
    )
    scale: Scale = "odds" if is_share else "log"
    made = {
        key: replace(_valued(kpi, worth[rows]), flags=flags, excluded=seen.excluded)
        for key, rows in groups.items()
    }
    return {key: _ranged(one, errors.get(key), scale) for key, one in made.items()}


def _valued(kpi: Kpi, worth: Floats) -> Figure:
    """The mean of these customers, or what the best tenth of them brings."""
    total, n = float(worth.sum()), len(worth)
    if not kpi.name.endswith("_top_share"):
        return Figure(value=total / n, num=total, den=n, n=n)
    found = rank(worth)
    if found.share is None:
        return Figure(n=n, reason="zero_denominator")
    return Figure(value=found.share, num=found.share * total, den=total, n=n)


def _margin(asking: Asking, until: date, ask: Ask) -> Figure:
    """The gross margin of the settings, else that of the year before `until`."""
    given = asking.project.settings.gross_margin
    if given:
        return Figure(value=given)
    year = ranged(until - A_YEAR, until)
    return ask(by_dims(asking, ()), asking.catalog["gross_margin"], [year])[year, ()]


def _without(seen: Buyers, groups: dict[Key, NDArray[np.int64]], reason: str) -> dict[Key, Figure]:
    return {
        key: Figure(n=len(rows), reason=reason, flags=seen.flags) for key, rows in groups.items()
    }
