"""From the parts that SQL counted to a figure: value, reason when there is none, flags."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kpilot.core.kpi import Kpi
from kpilot.core.result import Number

ENOUGH = {"ratio": 30, "middle": 20, "count": 10}  # rule G15
COVERED_FROM = 20
COVERED_SHARE = 0.8
# Why nothing is left to divide by, when rows were left out: the first that was.
LEFT_OUT = {"missing_rate": "missing_rate", "null_amount": "not_measurable", "not_over": "not_over"}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one row says before it is put in its period."""

    value: Number | None = None
    num: Number | None = None
    den: Number | None = None
    n: int = 0
    lo: float | None = None
    hi: float | None = None
    method: str = ""
    reason: str = ""
    partial_value: Number | None = None
    mean: float | None = None
    flags: tuple[str, ...] = ()
    excluded: Mapping[str, int] = field(default_factory=dict)


NOTHING: Mapping[str, Any] = {}


def figure(kpi: Kpi, parts: Mapping[str, Any]) -> Figure:
    """The figure of a plain KPI; `parts` may be empty when no row was counted."""
    excluded = {k[2:]: int(v) for k, v in parts.items() if k.startswith("x_") and v}
    flags = [k[2:] for k, v in parts.items() if k.startswith("f_") and v]
    kind = kpi.measure.kind
    if kind == "sum":
        found = _sum(kpi, parts, excluded)
    elif kind == "ratio":
        found = _ratio(kpi, parts, excluded)
    else:
        found = _quantile(parts, excluded)
    if _is_few(kpi, found):
        flags.append("low_n")
    if kind == "ratio" and isinstance(found["value"], float) and found["value"] > 1 \
            and kpi.unit == "ratio" and not kpi.money:  # fmt: skip
        flags.append("gt_one")
    return Figure(**found, excluded=excluded, flags=tuple(flags))


def _sum(kpi: Kpi, parts: Mapping[str, Any], excluded: Mapping[str, int]) -> dict[str, Any]:
    if kpi.measure.num.distinct:
        different = int(parts.get("num") or 0)
        return {"value": different, "num": different, "n": different, "reason": ""}
    rows = int(parts.get("n") or 0)
    if kpi.measure.num.total is None:
        counted = parts.get("num") or 0
        return {"value": counted, "num": counted, "n": rows, "reason": ""}
    total = parts.get("num")
    total = Decimal(0) if total is None else total
    valued = int(parts.get("valued") or 0)
    if rows and not valued and not excluded.get("missing_rate"):
        return {"value": None, "n": rows, "reason": "not_measurable"}
    if excluded.get("missing_rate"):
        return {"value": None, "n": rows, "reason": "missing_rate", "partial_value": total}
    return {"value": total, "num": total, "n": rows, "reason": ""}


def _ratio(kpi: Kpi, parts: Mapping[str, Any], excluded: Mapping[str, int]) -> dict[str, Any]:
    num, den = parts.get("num") or 0, parts.get("den") or 0
    n = int(parts["valued"]) if kpi.measure.den.total is not None and "valued" in parts else den
    found = {"num": num, "den": den, "n": int(n), "value": None, "reason": ""}
    if not den:
        why = (reason for name, reason in LEFT_OUT.items() if excluded.get(name))
        return {**found, "reason": next(why, "zero_denominator")}
    value = Decimal(num) / Decimal(den) if isinstance(den, Decimal) else num / den
    if kpi.unit != "currency":
        value = float(value)
    if excluded.get("missing_rate"):
        return {**found, "reason": "missing_rate", "partial_value": value}
    if not _is_covered(kpi, parts):
        return {**found, "reason": "amount_coverage", "partial_value": value}
    return {**found, "value": value}


def _is_covered(kpi: Kpi, parts: Mapping[str, Any]) -> bool:
    """80 % of each side has an amount, wherever a side has at least 20 rows (rule G6)."""
    for side in kpi.covered:
        rows, have = int(parts.get(f"rows_{side}") or 0), int(parts.get(f"have_{side}") or 0)
        if rows >= COVERED_FROM and have < COVERED_SHARE * rows:
            return False
    return True


def _quantile(parts: Mapping[str, Any], excluded: Mapping[str, int]) -> dict[str, Any]:
    n = int(parts.get("n") or 0)
    value = parts.get("value")
    if excluded.get("missing_rate"):  # never the middle of those that happen to have a rate
        known = _real(value)
        return {"value": None, "n": n, "reason": "missing_rate", "partial_value": known}
    reason = "" if value is not None else "quantile_not_reached" if n else "no_rows"
    found = {"value": _real(value), "n": n, "reason": reason, "mean": _real(parts.get("mean"))}
    if "ended" in parts and n:
        found |= {"lo": _real(parts["lo"]), "hi": _real(parts["hi"]), "method": "kaplan_meier"}
    return found


def _real(value: Any) -> float | None:
    return None if value is None else float(value)


def _is_few(kpi: Kpi, found: Mapping[str, Any]) -> bool:
    n = int(found["n"])
    if kpi.measure.kind == "ratio":
        return 0 < n < ENOUGH["ratio"]
    if kpi.measure.kind != "sum":
        return 0 < n < ENOUGH["middle"]
    return kpi.unit == "count" and 0 < n < ENOUGH["count"]
