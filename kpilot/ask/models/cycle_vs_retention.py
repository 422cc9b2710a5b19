"""The tortoise and the hare: salespeople by how fast they close and how many customers stay."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from kpilot.analysis.shrinkage import shrink
from kpilot.analysis.tortoise import Place, Race, Seller, race
from kpilot.ask.figures import Figure
from kpilot.ask.rows import Ask, Figures, before, by_dims, is_ahead, rows_of
from kpilot.ask.scans import Asking, Key
from kpilot.core.calendar import Period
from kpilot.core.compile import AGENT_DIMS
from kpilot.core.dimensions import UNASSIGNED
from kpilot.core.kpi import Kpi

LOOKBACK = timedelta(730)
COLUMNS = ("won_on", "cycle_days", "is_customer", "is_known", "is_kept")
SURE = 0.05
Rows = list[tuple[Any, ...]]


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """A row for each agent at the end of each window (specification §2.10).

    value, num, den, lo, hi  retention of the customers they won at least :retention_days before
    mean   median cycle in days of the deals they won in the 730 days before
    flags  the quadrant (star, hare, tortoise, watch, insufficient), then `confident` or not

    `…_shrunk` draws the retention towards that of all. `…_correlation` is one row: Spearman's
    rank correlation over the agents, num and den the retention and mean the cycle of all.
    """
    is_one = kpi.name.endswith("_correlation")
    dims = asking.dims(kpi)
    inner = dims if "agent" in dims else (*dims, "agent")
    cuts = {window: min(window.end, asking.cut.whole) for window in windows}
    asked = by_dims(asking, inner)
    read = rows_of(
        asked, kpi, before(max(cuts.values())), {name: exp.column(name) for name in COLUMNS}
    )
    lasts = timedelta(asking.project.settings.retention_days)
    found: Figures = {}
    for window, cut in cuts.items():
        seen = [(key, row) for key, row in read if row[0] < cut]
        if not seen or is_ahead(asking, window):
            found[window, ()] = Figure(reason="no_rows")
            continue
        for pool, sellers in _pools(inner, seen).items():
            run = race(
                [_seller(str(n), rows, cut, lasts) for n, rows in enumerate(sellers.values())]
            )
            if is_one:
                found[window, pool] = _together(run, sellers, cut, lasts)
                continue
            whys = _shrinking(run)
            for place, (key, rows) in zip(run.places, sellers.items(), strict=True):
                is_shrunk = kpi.name.endswith("_shrunk")
                left_out = _left_out(rows, cut, lasts)
                found[window, key] = _place(place, left_out, whys if is_shrunk else None)
    return found


def _pools(
    dims: Sequence[str], rows: list[tuple[Key, tuple[Any, ...]]]
) -> dict[Key, dict[Key, Rows]]:
    """Other dimensions → agents → rows; deals that belong to nobody are nobody's speed."""
    found: dict[Key, dict[Key, Rows]] = {}
    agent = dims.index("agent")
    for key, row in rows:
        pool = tuple(v for name, v in zip(dims, key, strict=True) if name not in AGENT_DIMS)
        if key[agent] != UNASSIGNED:
            found.setdefault(pool, {}).setdefault(key, []).append(row)
    return found


def _seller(agent: str, rows: Rows, cut: date, lasts: timedelta) -> Seller:
    judged = [kept for won_on, _, is_customer, is_known, kept in rows
              if is_customer and is_known and won_on + lasts <= cut]  # fmt: skip
    return Seller(
        agent=agent,
        cycles=[float(days) for won_on, days, *_ in rows
                if won_on >= cut - LOOKBACK and days is not None and days >= 0],
        customers=len(judged),
        retained=sum(judged),
    )  # fmt: skip


def _left_out(rows: Rows, cut: date, lasts: timedelta) -> dict[str, int]:
    """Customers who are too young to judge, or older than the data they are judged by."""
    customers = [(won_on + lasts > cut, is_known) for won_on, _, is_customer, is_known, _ in rows
                 if is_customer]  # fmt: skip
    counts = {
        "immature": sum(is_young for is_young, _ in customers),
        "outside_coverage": sum(not is_young and not known for is_young, known in customers),
    }
    return {reason: count for reason, count in counts.items() if count}


def _shrinking(run: Race) -> str:
    """Why retention was not shrunk, if it was not."""
    kept = [round((place.retention or 0) * place.customers) for place in run.places]
    return shrink(kept, [place.customers for place in run.places]).reason


def _place(place: Place, left_out: dict[str, int], why: str | None) -> Figure:
    """`why` is None for the rate as counted, else the reason why it is not shrunk or ""."""
    flags = (place.quadrant, "confident") if place.confident else (place.quadrant,)
    rate, is_shrunk = place.shrunk, why is not None
    value = rate.value if is_shrunk else place.retention
    low, high = (rate.low, rate.high) if is_shrunk else (place.low, place.high)
    reason = "" if value is not None else why if why and place.customers else "zero_denominator"
    return Figure(
        value=value,
        num=None if place.retention is None else round(place.retention * place.customers),
        den=place.customers,
        n=place.customers,
        lo=low if value is not None else None,
        hi=high if value is not None else None,
        method=("shrinkage" if is_shrunk else "wilson") if value is not None else "",
        mean=place.cycle,
        reason=reason,
        flags=flags,
        excluded=left_out,
    )


def _together(run: Race, sellers: dict[Key, Rows], cut: date, lasts: timedelta) -> Figure:
    """How speed and loyalty go together, and where all of them stand."""
    customers = sum(place.customers for place in run.places)
    found = run.correlation
    left_out: dict[str, int] = {}
    for rows in sellers.values():
        for reason, count in _left_out(rows, cut, lasts).items():
            left_out[reason] = left_out.get(reason, 0) + count
    return Figure(
        value=found.value,
        num=None if run.retention is None else round(run.retention * customers),
        den=customers,
        n=found.n,
        mean=run.cycle,
        reason=f"correlation_{found.reason}" if found.reason else "",
        flags=("significant",) if found.p is not None and found.p < SURE else (),
        excluded=left_out,
    )
