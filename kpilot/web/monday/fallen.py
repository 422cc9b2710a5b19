"""What a decline is made of: the part of the business it is in, and the factor that made it.

Sources: specification §4.4 and §4.5. Arithmetic on a sum that has fallen by more than its history
explains: nothing is looked for where nothing fell, and nothing is said where no part stands out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilot.analysis.bottleneck import Share, share_z
from kpilot.analysis.comparing import discoveries, two_sided
from kpilot.analysis.contribution import contributions
from kpilot.analysis.product import share_out
from kpilot.ask import catalog
from kpilot.core.calendar import Fiscal, Period, add_months, period_of
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis.state import State
from kpilot.web.monday import reading, times
from kpilot.web.monday.declines import SEASON, Decline

MOST = 0.5  # of the fall, before a part or a factor is named
BEYOND = 1.5  # times its share of what there was, for a part
CLOSE = 0.02
SALES, CLOSED, SIZE = "sales_value", "win_rate", "avg_deal_size"


@dataclass(frozen=True, kw_only=True)
class Fall:
    """How much less than in `base`, and where it is.

    part    the name of a value of `dimension` that lost most of it; "" where none stands out
    factor  "closed", "rate" or "size" for sales; "" where none made most of it
    """

    base: Period
    change: float
    dimension: str = ""
    part: str = ""
    part_change: float = 0.0
    factor: str = ""
    factor_change: float = 0.0


def fall_of(decline: Decline, state: State, project: Project) -> Fall | None:
    """What the decline of a sum is made of, against the month it was expected by."""
    kpi, this = decline.kpi, decline.period
    if kpi.measure.kind != "sum" or kpi.direction != "up":
        return None
    base = _base(decline, state.today.fiscal)
    whole = [_one(kpi, state, project, period) for period in (base, this)]
    before, after = (None if row is None or row.value is None else float(row.value)
                     for row in whole)  # fmt: skip
    if before is None or after is None or after >= before:
        return None
    change = after - before
    dimension, part, of_part = _part(kpi, state, project, (base, this), (before, after))
    factor, of_factor = "", 0.0
    if kpi.name == SALES:
        factor, of_factor = _factor(state, project, (base, this), (before, after))
    if not part and not factor:
        return None
    return Fall(base=base, change=change, dimension=dimension, part=part, part_change=of_part,
                factor=factor, factor_change=of_factor)  # fmt: skip


def _base(decline: Decline, fiscal: Fiscal) -> Period:
    if not decline.is_season:
        return times.before(decline.period, fiscal)
    start = add_months(decline.period.start, -SEASON)
    return period_of(start, decline.period.grain or "month", fiscal)


def _one(kpi: Kpi, state: State, project: Project, period: Period) -> Row | None:
    rows = reading.rows_of([kpi], state, project, period, None).get(kpi.name, [])
    return rows[0] if len(rows) == 1 else None


def _part(
    kpi: Kpi, state: State, project: Project, spans: tuple[Period, Period],
    whole: tuple[float, float],
) -> tuple[str, str, float]:  # fmt: skip
    """The value that lost most of it: more than its share, and in more rows than chance takes."""
    chances: dict[tuple[str, str], float] = {}
    found: dict[tuple[str, str], tuple[str, str, float]] = {}
    for dimension in reading.dimensions_of(kpi, state, project):
        sides = [reading.rows_of([kpi], state, project, span, None, (dimension,))[kpi.name]
                 for span in spans]  # fmt: skip
        values = [{row.dim_ids[dimension]: float(row.value or 0) for row in rows} for rows in sides]
        if any(abs(sum(side.values()) - total) > CLOSE * total
               for side, total in zip(values, whole, strict=True)):  # fmt: skip
            continue  # rows count in several values, or in none
        names = {**reading.names_of(sides[0], dimension), **reading.names_of(sides[1], dimension)}
        for one in contributions(*values).parts:
            chances[dimension, one.name] = _chance(one.name, dimension, sides)
            stands = one.share is not None and one.share >= MOST and whole[0] > 0
            if stands and (one.share or 0) >= BEYOND * one.before / whole[0]:
                found[dimension, one.name] = dimension, names[one.name], one.change
    sure = [place for place in discoveries(chances) if place in found]
    return found[sure[0]] if sure else ("", "", 0.0)


def _chance(name: str, dimension: str, sides: Sequence[Sequence[Row]]) -> float:
    """How often chance alone moves rows so far from one month to another, against the others."""
    old, new = ({row.dim_ids[dimension]: row.n for row in rows} for rows in sides)
    own = Share(hits=new.get(name, 0), n=new.get(name, 0) + old.get(name, 0))
    hits = sum(new.values()) - own.hits
    rest = Share(hits=hits, n=hits + sum(old.values()) - old.get(name, 0))
    z = share_z(own, rest)
    return 1.0 if z is None else two_sided(z)


def _factor(
    state: State, project: Project, spans: tuple[Period, Period], whole: tuple[float, float]
) -> tuple[str, float]:
    """Sales are deals closed × the share won × the size of one: which of them made most of it."""
    known, sides = catalog(project), list[Mapping[str, float | None]]()
    for span, total in zip(spans, whole, strict=True):
        rate, size = (_one(known[name], state, project, span) if name in known else None
                      for name in (CLOSED, SIZE))  # fmt: skip
        if rate is None or size is None or not (rate.den and rate.value and size.value):
            return "", 0.0
        side = {"closed": float(rate.den), "rate": float(rate.value), "size": float(size.value)}
        if abs(side["closed"] * side["rate"] * side["size"] - total) > CLOSE * total:
            return "", 0.0  # some won deals have no amount, or sales are counted from orders
        sides.append(side)
    found = share_out(*sides)
    if not found.effects or found.change is None or found.change >= 0:
        return "", 0.0
    name = min(found.effects, key=lambda one: found.effects[one])
    effect = found.effects[name]
    return (name, effect) if effect <= MOST * found.change else ("", 0.0)
