"""The figures that the analyses of the page start from, asked as the person who reads."""

from collections.abc import Mapping, Sequence

from kpilot.analysis.comparing import Estimate
from kpilot.analysis.mix import Segment
from kpilot.ask import ask
from kpilot.core.calendar import Grain, Period
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis.filters import known_dimensions, varied_dimensions
from kpilot.web.kpis.state import State
from kpilot.web.monday.times import Pair

DIMENSIONS = ("channel", "segment", "product", "team", "country")
UNSURE = {"left_truncated", "interval_left_out", "ends_early", "outside_coverage"}


def is_plain(kpi: Kpi) -> bool:
    """Whether the KPI counts the rows of each period apart: no level, no formula, no look back."""
    return (
        kpi.measure.kind in ("sum", "ratio", "quantile")
        and not (kpi.is_stock or kpi.is_windowed or kpi.over or kpi.by or kpi.is_model)
        and not kpi.measure.num.distinct
    )


def is_share(kpi: Kpi) -> bool:
    """Whether it is a share of counted rows."""
    measure = kpi.measure
    return measure.kind == "ratio" and measure.num.total is None and measure.den.total is None


def has_counted_parts(kpi: Kpi) -> bool:
    """Whether it can be split into rate and mix: what stands below the line counts rows."""
    measure = kpi.measure
    return measure.kind == "ratio" and measure.den.total is None and not measure.den.distinct


def rows_of(
    kpis: Sequence[Kpi],
    state: State,
    project: Project,
    span: Period,
    grain: Grain | None,
    by: tuple[str, ...] = (),
) -> dict[str, list[Row]]:
    """KPI → its rows in `span`, in one question; nothing where the filters refuse it."""
    if not kpis:
        return {}
    names = tuple(kpi.name for kpi in kpis)
    query = state.query.but(kpis=names, by=by, grain=grain, period=span, compare=None)
    try:
        rows = ask(query, project).rows
    except UserError:
        return {}
    found: dict[str, list[Row]] = {name: [] for name in names}
    for row in rows:
        if len(row.dim_ids) >= len(by):
            found[row.kpi].append(row)
    return found


def dimensions_of(kpi: Kpi, state: State, project: Project) -> Sequence[str]:
    """The dimensions that may explain the KPI: its rows have and differ by them, and no filter
    has chosen a value already."""
    known, varied = known_dimensions(kpi, project), varied_dimensions(kpi, state, project)
    chosen = {one.dimension for one in state.query.where}
    return [name for name in DIMENSIONS if name in known and name in varied and name not in chosen]


def is_known(row: Row) -> bool:
    """Whether the figure is of a whole, matured period of which the data hold all."""
    young = row.excluded.get("immature", 0)
    return row.value is not None and not (row.partial or young or UNSURE & set(row.flags))


def estimate(row: Row | None) -> Estimate | None:
    """The value with its interval, where it rests on enough."""
    if row is None or not is_known(row) or "low_n" in row.flags:
        return None
    if row.lo is None or row.hi is None:
        return None
    return Estimate(value=float(row.value or 0), low=row.lo, high=row.hi)


def segments_of(rows: Sequence[Row], dimension: str, pair: Pair) -> tuple[Segment, ...]:
    """Both sides of a ratio by segment, in the two periods of the pair, from whole months."""
    totals: dict[str, list[float]] = {}
    for row in rows:
        for place, period in ((0, pair.base), (2, pair.this)):
            if period.start <= row.period.start and row.period.end <= period.end:
                sides = totals.setdefault(row.dim_ids[dimension], [0.0] * 4)
                sides[place] += float(row.num or 0)
                sides[place + 1] += float(row.den or 0)
    return tuple(
        Segment(name=name, num_before=a, den_before=b, num_after=c, den_after=d)
        for name, (a, b, c, d) in totals.items()
    )


def names_of(rows: Sequence[Row], dimension: str) -> Mapping[str, str]:
    """Id → name of the values of a dimension."""
    return {row.dim_ids[dimension]: row.dims[dimension] for row in rows}
