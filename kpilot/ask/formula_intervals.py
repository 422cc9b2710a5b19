"""Intervals of figures made of other figures: as unsure as what they are made of (record 0092)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import exp as power
from math import isfinite, log, sqrt

from sqlglot import exp

from kpilot.analysis.intervals import Z
from kpilot.ask.evaluate import figures
from kpilot.ask.formulas import shifted_period
from kpilot.ask.scans import Asking
from kpilot.core.arithmetic import ZeroDivision, worked_out
from kpilot.core.calendar import Period
from kpilot.core.expression import filled
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row

STEP = 1e-4
Leaf = tuple[str, Period]


@dataclass(kw_only=True)
class Parts:
    """A formula over figures that are none: its tree, and which figure of which days each of its
    columns stands for. What stands twice is one figure, so it may cancel."""

    asking: Asking
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def of(self, kpi: Kpi, span: Period) -> exp.Expr:
        """The tree of `kpi` in a period, formulas inside it written out."""
        if kpi.measure.value is None:
            raise ValueError(f"{kpi.name} is no formula")
        tree = filled(kpi.measure.value, self.asking.values)
        for column in list(tree.find_all(exp.Column)):
            part = exp.Paren(this=self._standing_for(kpi, column.name, span))
            if column is tree:
                return part
            column.replace(part)
        return tree

    def _standing_for(self, kpi: Kpi, name: str, span: Period) -> exp.Expr:
        stand_in = kpi.measure.otherwise.get(name)
        given = None if stand_in is None else filled(stand_in, self.asking.values)
        if given is not None and worked_out(given, {}):
            return given
        inner = self.asking.catalog[name]
        days = shifted_period(self.asking, span, kpi.measure.over.get(name, ""))
        if inner.measure.kind == "formula":
            return self.of(inner, days)
        known = next((at for at, leaf in self.leaves.items() if leaf == (name, days)), "")
        place = known or f"part_{len(self.leaves)}"
        self.leaves[place] = name, days
        return exp.column(place)


def parts_of(asking: Asking, kpi: Kpi, span: Period) -> tuple[exp.Expr, Mapping[str, Leaf]]:
    """The formula of a period over figures that are no formulas, and what those are."""
    parts = Parts(asking=asking)
    return parts.of(kpi, span), parts.leaves


def operand_rows(asking: Asking, leaves: Sequence[Leaf]) -> dict[Leaf, dict[tuple[str, ...], Row]]:
    """Each figure as rows by the groups asked, those of one KPI in one go; without intervals."""
    found: dict[Leaf, dict[tuple[str, ...], Row]] = {leaf: {} for leaf in leaves}
    for name in dict.fromkeys(name for name, _ in leaves):
        kpi = asking.catalog[name]
        days = list(dict.fromkeys(day for other, day in leaves if other == name))
        dims = asking.dims(kpi)
        for (day, key), one in figures(asking, kpi, days).items():
            if (name, day) in found and len(key) == len(dims):
                found[name, day][key] = Row(
                    kpi=name, period=day, dims={}, dim_ids=dict(zip(dims, key, strict=True)),
                    value=one.value, unit=kpi.unit, num=one.num, den=one.den, n=one.n, lo=one.lo,
                    hi=one.hi, method=one.method,
                )  # fmt: skip
    return found


def interval(tree: exp.Expr, parts: Mapping[str, Row]) -> tuple[float, float] | None:
    """The interval of the formula by the delta method, its parts being independent; one without an
    interval is known, as a booked total is. On the logarithm, as all parts are above 0."""
    bare = tree.unnest()
    if isinstance(bare, exp.Column):  # another figure as it is
        row = parts[bare.name]
        return None if row.lo is None or row.hi is None else (row.lo, row.hi)
    values = {name: float(row.value) for name, row in parts.items() if row.value is not None}
    unsure = {name: row for name, row in parts.items() if row.lo is not None and row.hi is not None}
    at = _value(tree, values)
    if at is None or at <= 0 or len(values) < len(parts) or not unsure:
        return None
    variance = 0.0
    for name, row in unsure.items():
        error = _error(values[name], row)
        sides = [
            _value(tree, {**values, name: values[name] * power(way)}) for way in (-STEP, STEP)
        ]
        if error is None or any(side is None or side <= 0 for side in sides):
            return None
        low, high = (log(float(side or 0)) for side in sides)
        variance += ((high - low) / (2 * STEP) * error) ** 2
    half = Z * sqrt(variance)
    return (at * power(-half), at * power(half)) if half > 1e-9 and isfinite(half) else None


def _error(value: float, row: Row) -> float | None:
    """The standard error of the logarithm of a figure, from its own interval."""
    low, high = float(row.lo or 0), float(row.hi or 0)
    if value <= 0:
        return None
    return log(high / low) / (2 * Z) if low > 0 else (high - low) / (2 * Z * value)


def _value(tree: exp.Expr, values: Mapping[str, float]) -> float | None:
    try:
        found = worked_out(tree, {name: Decimal(repr(value)) for name, value in values.items()})
    except (ZeroDivision, KeyError):
        return None
    return None if found is None else float(found)
