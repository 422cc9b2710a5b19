"""Kaplan–Meier in SQL: the quantile of a censored duration and the band around it.

At each distinct duration t the share that survives is multiplied by 1 − ended/at risk. The interval
of the quantile is where the log-log Greenwood band crosses 1 − p (rules G14, G15).
"""

from functools import lru_cache

import sqlglot
from sqlglot import exp

from kpilot.core.compile import BUCKET, Scan, compile_scan
from kpilot.core.nodes import filled_row, literal

Z = 1.959963984540054
TOLERANCE = 1e-12
# `leaves` is put in front: one row per group and duration, with how many left and how many ended.
CURVE = """
WITH steps AS (
  SELECT *, SUM(leaving) OVER (PARTITION BY {groups} ORDER BY t DESC) AS at_risk FROM leaves
),
hazards AS (
  SELECT
    *,
    SUM(CASE WHEN ended < at_risk THEN LN(1.0 - CAST(ended AS DOUBLE) / at_risk) ELSE -1e9 END)
      OVER (PARTITION BY {groups} ORDER BY t) AS log_s,
    SUM(CASE WHEN ended < at_risk THEN CAST(ended AS DOUBLE) / at_risk / (at_risk - ended)
      ELSE 0 END) OVER (PARTITION BY {groups} ORDER BY t) AS greenwood
  FROM steps
),
bands AS (
  SELECT
    *,
    EXP(log_s) AS s,
    CASE WHEN log_s > -1e-15 THEN 1.0 WHEN log_s < -1e8 THEN 0.0
      ELSE EXP(log_s * EXP({z} * SQRT(greenwood) / ABS(log_s))) END AS s_low,
    CASE WHEN log_s > -1e-15 THEN 1.0 WHEN log_s < -1e8 THEN 0.0
      ELSE EXP(log_s * EXP(-{z} * SQRT(greenwood) / ABS(log_s))) END AS s_high
  FROM hazards
)
SELECT
  {groups},
  MIN(CASE WHEN s <= {left} THEN t END) AS {name}__value,
  MIN(CASE WHEN s_low <= {left} THEN t END) AS {name}__lo,
  MIN(CASE WHEN s_high <= {left} THEN t END) AS {name}__hi,
  SUM(leaving) AS {name}__n,
  SUM(ended) AS {name}__ended
FROM bands
GROUP BY {groups}
"""


def compile_survival(scan: Scan) -> exp.Select:
    """The SELECT of one survival KPI: bucket, dimensions, then value, lo, hi, n, ended, x_…, f_…"""
    kpi = scan.kpis[0]
    groups = (BUCKET, *scan.dims)
    counted = compile_scan(scan)
    curve = _curve(groups, kpi.name, kpi.measure.p).copy()
    leaves = exp.CTE(this=_leaves(scan, len(groups)), alias=exp.TableAlias(this=_name("leaves")))
    curve.args["with_"].expressions.insert(0, leaves)
    extra = [column.alias for column in counted.expressions[len(groups) :]]
    if not extra:
        return curve
    own = [column.alias for column in curve.expressions[len(groups) :]]
    joined = exp.select(
        *(exp.column(group, "c") for group in groups),
        *(exp.column(column, "r") for column in own),
        *(exp.column(column, "c") for column in extra),
    ).from_(exp.Subquery(this=counted, alias=exp.TableAlias(this=_name("c"))))
    on = exp.and_(*(exp.EQ(this=exp.column(g, "r"), expression=exp.column(g, "c")) for g in groups))
    behind = exp.Subquery(this=curve, alias=exp.TableAlias(this=_name("r")))
    return joined.join(behind, on=on, join_type="left")


@lru_cache(maxsize=64)
def _curve(groups: tuple[str, ...], name: str, p: float) -> exp.Select:
    left = repr(1 - p + TOLERANCE)
    text = CURVE.format(groups=", ".join(groups), name=name, left=left, z=Z)
    tree = sqlglot.parse_one(text, dialect="duckdb")
    if not isinstance(tree, exp.Select):
        raise TypeError("the curve is one SELECT")
    return tree


def _leaves(scan: Scan, groups: int) -> exp.Select:
    """Bucket, dimensions, duration t, rows that left observation there, and those that ended."""
    measure = scan.kpis[0].measure
    if measure.value is None or measure.event is None:
        raise ValueError(f"{scan.kpis[0].name}: a survival measure needs a value and an event")
    rows = compile_scan(scan)
    value = filled_row(measure.value, scan.values)
    ended = exp.Case().when(filled_row(measure.event, scan.values), literal(1)).else_(literal(0))
    rows.set("expressions", rows.expressions[:groups])
    rows.select(
        exp.alias_(value, "t"),
        exp.alias_(exp.Count(this=exp.Star()), "leaving"),
        exp.alias_(exp.Sum(this=ended), "ended"),
        copy=False,
    )
    if measure.where is not None:
        rows.where(filled_row(measure.where, scan.values), copy=False)
    return rows.group_by(value.copy(), copy=False)


def _name(text: str) -> exp.Identifier:
    return exp.to_identifier(text)
