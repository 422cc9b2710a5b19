"""What moved by more than chance, and why: the totals, the mix behind them, the declines.

Everything that is looked at is one family: Benjamini–Hochberg leaves one false finding in ten at
most (decision 0086). Sums, counts and levels of time are held against their own season (§4.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median

from kpilot.analysis.bottleneck import Share, overdispersion
from kpilot.analysis.comparing import discoveries, two_sided, z_between
from kpilot.analysis.mix import Segment, Split, mix_z, split
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis.state import State
from kpilot.web.monday import reading, times
from kpilot.web.monday.times import Pair

MATERIAL = 0.05
FEWEST = 30
HISTORY = 12
MONTHS = 15
MAD_TO_SD = 1.4826


@dataclass(frozen=True, kw_only=True)
class Move:
    """One KPI that moved from `pair.base` to `pair.this`.

    kind       "mix": the weights of a dimension's values changed; "total": the KPI itself did
    z          how many deviations of chance away; `split` explains it by `dimension`
    names      id → name of the dimension's values
    counted    how many rows stand below the line now
    """

    kpi: Kpi
    kind: str
    pair: Pair
    before: float
    after: float
    z: float
    dimension: str = ""
    split: Split | None = None
    names: Mapping[str, str] | None = None
    counted: float = 0.0

    @property
    def change(self) -> float:
        return self.after - self.before


Tested = dict[tuple[str, str, str], Move]


def moves(
    state: State, project: Project, kpis: Sequence[Kpi], monthly: Mapping[str, Sequence[Row]]
) -> tuple[Move, ...]:
    """The moves of ratios and durations that stand out, those of the mix first, one for a KPI.

    monthly  the KPIs' whole months up to the last one
    """
    looked = [k for k in kpis if reading.is_plain(k) and k.measure.kind in ("ratio", "quantile")]
    tested: Tested = {}
    by_dimension = _apart(looked, state, project)
    quarters = reading.rows_of(looked, state, project, _two(state), "quarter")
    for kpi in looked:
        months = [row for row in monthly.get(kpi.name, ()) if reading.is_known(row)]
        pairs = _pairs(months, quarters.get(kpi.name, ()), state)
        for pair, (before, after) in pairs.items():
            _total(tested, kpi, pair, before, after, months)
            for dimension, rows in by_dimension.get(kpi.name, {}).items():
                _mix(tested, kpi, pair, dimension, rows)
    kept = discoveries({place: two_sided(move.z) for place, move in tested.items()})
    found = [tested[place] for place in kept if _is_material(tested[place])]
    explained = [_explained(move, by_dimension.get(move.kpi.name, {})) for move in found]
    return _one_each(explained)


def _apart(
    kpis: Sequence[Kpi], state: State, project: Project
) -> dict[str, dict[str, Sequence[Row]]]:
    """KPI → dimension → rows by month; of means of money the two quarters only, as their
    intervals are worked out row by row."""
    found: dict[str, dict[str, Sequence[Row]]] = {}
    wide = times.months_up_to(times.last_whole(state, "month"), MONTHS)
    of = {
        kpi.name: reading.dimensions_of(kpi, state, project)
        for kpi in kpis
        if reading.has_counted_parts(kpi)
    }
    for dimension in reading.DIMENSIONS:
        having = [kpi for kpi in kpis if dimension in of.get(kpi.name, ())]
        shares = [kpi for kpi in having if reading.is_share(kpi)]
        means = [kpi for kpi in having if not reading.is_share(kpi)]
        rows = {
            **reading.rows_of(shares, state, project, wide, "month", (dimension,)),
            **reading.rows_of(means, state, project, _two(state), "quarter", (dimension,)),
        }
        for name, own in rows.items():
            found.setdefault(name, {})[dimension] = own
    return found


def _two(state: State) -> Period:
    """The last whole quarter and the one before."""
    last = times.last_whole(state, "quarter")
    return Period(start=times.before(last, state.today.fiscal).start, end=last.end)


def _pairs(
    months: Sequence[Row], quarters: Sequence[Row], state: State
) -> dict[Pair, tuple[Row, Row]]:
    """The last whole month and quarter beside those before, where both are known."""
    found = {}
    for grain, rows in (("month", months), ("quarter", quarters)):
        known = {row.period.start: row for row in rows if reading.is_known(row)}
        last = times.last_whole(state, "month" if grain == "month" else "quarter")
        if grain == "month" and known and last.start not in known:
            last = max(known.values(), key=lambda row: row.period.start).period
        pair = times.pair_of(last, state.today.fiscal)
        sides = known.get(pair.base.start), known.get(pair.this.start)
        if sides[0] is not None and sides[1] is not None:
            found[pair] = sides[0], sides[1]
    return found


def _total(
    tested: Tested, kpi: Kpi, pair: Pair, before: Row, after: Row, months: Sequence[Row]
) -> None:
    now, then = reading.estimate(after), reading.estimate(before)
    if now is None or then is None:
        return
    z = z_between(now, then)
    if z is None:
        return
    past = [row for row in months if row.period.end <= pair.base.end][-HISTORY:]
    phi = 1.0
    if reading.is_share(kpi):
        phi = overdispersion([Share(hits=float(r.num or 0), n=float(r.den or 0)) for r in past])
    tested[kpi.name, pair.this.key, ""] = Move(
        kpi=kpi, kind="total", pair=pair, before=then.value, after=now.value, z=z / sqrt(phi)
    )


def _mix(tested: Tested, kpi: Kpi, pair: Pair, dimension: str, rows: Sequence[Row]) -> None:
    segments = reading.segments_of(rows, dimension, pair)
    if not _is_enough(segments):
        return
    found, z = split(segments), mix_z(segments)
    if z is None or found.before is None or found.after is None:
        return
    tested[kpi.name, pair.this.key, dimension] = Move(
        kpi=kpi, kind="mix", pair=pair, before=found.before, after=found.after,
        z=z / _usual(rows, dimension, pair), dimension=dimension, split=found,
        names=reading.names_of(rows, dimension), counted=sum(s.den_after for s in segments),
    )  # fmt: skip


def _is_enough(segments: Sequence[Segment]) -> bool:
    before, after = (sum(s.den_before for s in segments), sum(s.den_after for s in segments))
    return min(before, after) >= FEWEST


def _usual(rows: Sequence[Row], dimension: str, pair: Pair) -> float:
    """How much more than chance the mix moves from month to month anyway, at least 1."""
    months = sorted({row.period for row in rows if row.period.end <= pair.base.end})
    found = []
    for base, this in pairwise(months):
        z = mix_z(reading.segments_of(rows, dimension, Pair(this=this, base=base)))
        if z is not None:
            found.append(abs(z))
    return max(1.0, MAD_TO_SD * median(found)) if len(found) >= HISTORY // 2 else 1.0


def _is_material(move: Move) -> bool:
    """Large enough to speak of: a twentieth of what it was, of the mix as of the total."""
    size = abs(move.change)
    if move.kind == "mix" and move.split is not None and move.split.mix is not None:
        size = abs(move.split.mix)
    return size >= MATERIAL * abs(move.before) > 0


def _explained(move: Move, by_dimension: Mapping[str, Sequence[Row]]) -> Move:
    """A total with the dimension of which one value did most; a mix is explained already."""
    if move.kind == "mix":
        return move
    best: tuple[float, str, Split] | None = None
    for dimension, rows in by_dimension.items():
        segments = reading.segments_of(rows, dimension, move.pair)
        if not segments or not _is_enough(segments):
            continue
        found = split(segments)
        size = max((abs(effect.rate) for effect in found.effects), default=0.0)
        if not found.reason and (best is None or size > best[0]):
            best = size, dimension, found
    if best is None:
        return move
    return Move(
        kpi=move.kpi, kind=move.kind, pair=move.pair, before=move.before, after=move.after,
        z=move.z, dimension=best[1], split=best[2],
        names=reading.names_of(by_dimension[best[1]], best[1]),
    )  # fmt: skip


def _one_each(found: Sequence[Move]) -> tuple[Move, ...]:
    """One move for each KPI: the one that surprises most, then the surest."""
    best: dict[str, Move] = {}
    for move in sorted(found, key=_order):
        best.setdefault(move.kpi.name, move)
    return tuple(sorted(best.values(), key=_order))


def _order(move: Move) -> tuple[bool, bool, float]:
    found = move.split
    is_simpson = found is not None and found.is_simpson
    is_mix = found is not None and found.is_mix_dominated
    return not is_simpson, not is_mix, -abs(move.z)
