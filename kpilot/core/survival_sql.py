"""Kaplan–Meier in SQL: the quantile of a censored duration and the band around it.

At each distinct duration t the share that survives is multiplied by 1 − ended/at risk. The interval
of the quantile is where the log-log Greenwood band crosses 1 − p (rules G14, G15).
"""

from sqlglot import exp

from kpilot.core.compile import Scan, compile_scan, filled_row

Z = 1.959963984540054
TOLERANCE = 1e-12


def compile_survival(scan: Scan) -> exp.Select:
    """The SELECT of one survival KPI: bucket, dimensions, then value, lo, hi, n, ended, x_…, f_…"""
    kpi = scan.kpis[0]
    measure = kpi.measure
    if measure.value is None or measure.event is None:
        raise ValueError(f"{kpi.name}: a survival measure needs a value and an event")
    counted = compile_scan(scan)
    groups = ["bucket", *scan.dims]
    rows = compile_scan(scan)
    value = filled_row(measure.value, scan.values)
    event = filled_row(measure.event, scan.values)
    rows.set("expressions", rows.expressions[: len(groups)])
    rows.select(exp.alias_(value, "t"), copy=False)
    rows.select(exp.alias_(exp.Count(this=exp.Star()), "leaving"), copy=False)
    ended = exp.Sum(this=exp.Case().when(event, exp.Literal.number(1)).else_(exp.Literal.number(0)))
    rows.select(exp.alias_(ended, "ended"), copy=False)
    if measure.where is not None:
        rows.where(filled_row(measure.where, scan.values), copy=False)
    rows.group_by(value.copy(), copy=False)
    part = ", ".join(groups)
    steps = (
        exp.select(
            *groups, "t", "leaving", "ended",
            f"SUM(leaving) OVER (PARTITION BY {part} ORDER BY t DESC) AS at_risk",
        ).from_("leaves")
    )  # fmt: skip
    hazards = exp.select(
        *groups, "t", "leaving", "ended", "at_risk",
        "SUM(CASE WHEN ended < at_risk THEN LN(1.0 - CAST(ended AS DOUBLE) / at_risk) "
        f"ELSE -1e9 END) OVER (PARTITION BY {part} ORDER BY t) AS log_s",
        f"SUM(CASE WHEN ended < at_risk THEN CAST(ended AS DOUBLE) / at_risk / (at_risk - ended)"
        f" ELSE 0 END) OVER (PARTITION BY {part} ORDER BY t) AS greenwood",
    ).from_("steps")  # fmt: skip
    bands = exp.select(
        *groups, "t", "leaving", "ended", "EXP(log_s) AS s",
        _band("-"), _band("+"),
    ).from_("hazards")  # fmt: skip
    left = 1 - measure.p + TOLERANCE
    name = kpi.name
    result = exp.select(
        *groups,
        f"MIN(CASE WHEN s <= {left!r} THEN t END) AS {name}__value",
        f"MIN(CASE WHEN s_low <= {left!r} THEN t END) AS {name}__lo",
        f"MIN(CASE WHEN s_high <= {left!r} THEN t END) AS {name}__hi",
        f"SUM(leaving) AS {name}__n",
        f"SUM(ended) AS {name}__ended",
    ).from_("bands").group_by(*groups)  # fmt: skip
    for cte, tree in (("leaves", rows), ("steps", steps), ("hazards", hazards), ("bands", bands)):
        result = result.with_(cte, as_=tree)
    extra = [column.alias for column in counted.expressions[len(groups) :]]
    if not extra:
        return result
    own = [f"r.{column}" for column in result.named_selects[len(groups) :]]
    joined = exp.select(*(f"c.{g}" for g in groups), *own, *(f"c.{c}" for c in extra))
    on = " AND ".join(f"r.{group} = c.{group}" for group in groups)
    return (
        joined.from_(exp.alias_(exp.Subquery(this=counted), "c", table=True))
        .join(exp.Subquery(this=result), on=on, join_type="left", join_alias="r")
    )  # fmt: skip


def _band(sign: str) -> str:
    """S raised to exp(∓ z·sd of log(−log S)): the lower ("-") or upper ("+") edge at t."""
    name = "s_low" if sign == "-" else "s_high"
    power = "" if sign == "-" else "-"
    inside = f"EXP({power}{Z} * SQRT(greenwood) / ABS(log_s))"
    return (
        f"CASE WHEN log_s > -1e-15 THEN 1.0 WHEN log_s < -1e8 THEN 0.0 "
        f"ELSE EXP(log_s * {inside}) END AS {name}"
    )
