"""Win rates of salespeople, those of a few deals drawn towards the rate of all."""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.analysis.shrinkage import Rate, Shrinkage, shrink
from kpilot.ask.figures import Figure
from kpilot.ask.rows import Ask, Figures, by_dims, check_whole
from kpilot.ask.scans import Asking, Key
from kpilot.core.calendar import Period
from kpilot.core.compile import AGENT_DIMS
from kpilot.core.dimensions import UNASSIGNED
from kpilot.core.kpi import Kpi


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """A row for each agent: the rate of the KPI `of`, shrunk (specification §2.10).

    All agents whom the reader and the filters admit are one pool, whatever their teams; another
    dimension has a pool of its own in each of its values. num, den as counted; mean  the rate of
    the pool. Where nothing can be shrunk the rate as counted is the partial value.
    """
    check_whole(asking, kpi)
    of = asking.catalog[kpi.measure.of]
    dims = asking.dims(kpi)
    made = ask(by_dims(asking, dims), of, windows)
    agent = dims.index("agent")
    pools: dict[tuple[Period, Key], list[Key]] = {}
    for window, key in sorted(made, key=lambda place: (place[0], place[1])):
        if not key:
            return made
        if key[agent] != UNASSIGNED:
            others = [v for name, v in zip(dims, key, strict=True) if name not in AGENT_DIMS]
            pools.setdefault((window, tuple(others)), []).append(key)
    found: Figures = {}
    for (window, _), keys in pools.items():
        counted = [made[window, key] for key in keys]
        together = shrink([int(c.num or 0) for c in counted], [int(c.den or 0) for c in counted])
        for key, one, rate in zip(keys, counted, together.rates, strict=True):
            found[window, key] = _shrunk(one, rate, together)
    for window in windows:
        if not any(place == window for place, _ in found):
            found[window, ()] = Figure(reason="no_rows")
    return found


def _shrunk(counted: Figure, rate: Rate, together: Shrinkage) -> Figure:
    flags = (*counted.flags, "no_difference") if together.no_difference else counted.flags
    if rate.value is None:
        reason = counted.reason or together.reason
        return replace(counted, value=None, reason=reason, partial_value=rate.raw)
    return replace(
        counted,
        value=rate.value,
        lo=rate.low,
        hi=rate.high,
        method="wilson" if together.no_difference else "shrinkage",
        mean=together.pooled,
        flags=flags,
    )
