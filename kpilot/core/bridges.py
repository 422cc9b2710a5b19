"""Facts joined to what a row has several of: agents who share its credit, products in it.

`touched`: every agent who owned the record or worked on it up to the event has the whole of it,
so columns do not add up. `touch_equal`: each of the k has 1/k. `split`: explicit shares (rule G16).
A product has the part of the amount its lines have; a count has the record whole in each (G17).
A level in the past has the stage of its moment, not the one of the cut-off.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

import sqlglot
from sqlglot import exp

from kpilot.core.compile import (
    AGENT_DIMS,
    Bridge,
    Scan,
    filter_condition,
    plain_column,
    rights,
    time_conditions,
)
from kpilot.core.dimensions import DIMENSIONS, NONE
from kpilot.core.expression import filled
from kpilot.core.nodes import literal
from kpilot.core.windows_sql import moments_relation

SHARED = ("touched", "touch_equal", "split")
TOUCHES = {
    "opportunity": "opportunity_touch",
    "sale": "opportunity_touch",
    "stage_passage": "opportunity_touch",
    "lead": "lead_touch",
}
SHARES = {"opportunity": "opportunity_share", "sale": "opportunity_share"}
PRODUCTS = {
    "opportunity": "opportunity_product",
    "stage_passage": "opportunity_product",
    "sale": "sale_product",
    "order_net": "order_product",
    "revenue": "order_product",
}
KEYS = {"stage_passage": ("id", "stage_id")}

TOUCHING = """
SELECT
  f.id AS b_id,
  COALESCE(t.agent_id, '(unassigned)') AS touch_agent_id,
  COALESCE(CASE WHEN s.agent_id IS NULL THEN a.team_id ELSE s.team_id END, '(none)')
    AS touch_team_id
FROM rows_of_fact AS f
LEFT JOIN touches AS t ON t.id = f.id AND t.since < until_event
LEFT JOIN agent AS a ON a.id = t.agent_id
LEFT JOIN team_spans AS s
  ON s.agent_id = t.agent_id AND s.valid_from <= day_event AND day_event < s.valid_to
"""
DAY_END = """
COALESCE({known}, CAST(f.{day} + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
"""
SPLITTING = """
SELECT
  f.id AS b_id,
  COALESCE(t.agent_id, owner_event) AS touch_agent_id,
  COALESCE(CASE WHEN s.agent_id IS NULL THEN a.team_id ELSE s.team_id END, '(none)')
    AS touch_team_id,
  COALESCE(t.weight, 1.0) AS b_weight
FROM rows_of_fact AS f
LEFT JOIN touches AS t ON t.id = f.id
LEFT JOIN agent AS a ON a.id = COALESCE(t.agent_id, owner_event)
LEFT JOIN team_spans AS s ON s.agent_id = COALESCE(t.agent_id, owner_event)
  AND s.valid_from <= day_event AND day_event < s.valid_to
"""


def needs_agents(scan: Scan, mode: str) -> bool:
    """Whether sharing changes the answer: without agents asked about, a record counts once."""
    asked = set(scan.dims) | {one.dimension for one in scan.where}
    return mode in SHARED and (bool(asked & set(AGENT_DIMS)) or scan.reader.agent_ids is not None)


def agent_bridge(
    scan: Scan,
    mode: str,
    fact: str,
    tables: Mapping[str, str],
    *,
    columns: Collection[str],
    zone: str,
) -> Bridge:
    """The agents of each row of the scan, with the reader's rights and the agent filters applied.

    tables   names of the stored facts: the touches or shares, and team_span
    columns  those of the fact; zone the organisation's, in which days end
    """
    keys = KEYS.get(fact, ("id",))
    text = SPLITTING if mode == "split" else TOUCHING
    pairs = _placed(sqlglot.parse_one(text, dialect="duckdb"), scan, fact, mode, tables)
    _dated(pairs, scan, columns, zone)
    names = {key: f"b_{key}" for key in keys}
    for key in keys[1:]:
        pairs.select(exp.alias_(exp.column(key, "f"), f"b_{key}"), copy=False)
    if len(scan.moments) > 1:
        pairs.select(exp.alias_(exp.column("moment", "f"), "b_moment"), copy=False)
        names["moment"] = "b_moment"
    if mode == "touch_equal":
        each = exp.Window(
            this=exp.Count(this=exp.Star()), partition_by=[exp.column(key, "f") for key in names]
        )
        pairs.select(
            exp.alias_(exp.Div(this=literal(1.0), expression=each), "b_weight"), copy=False
        )
    return Bridge(
        tree=_credited(pairs, scan, mode, tuple(names.values())),
        keys=names,
        dims=AGENT_DIMS,
        alias="touching",
        weight="b_weight" if mode != "touched" else "",
    )


def _placed(
    tree: exp.Expr, scan: Scan, fact: str, mode: str, tables: Mapping[str, str]
) -> exp.Select:
    """The template with the scan's rows, tables and event put in."""
    if not isinstance(tree, exp.Select):
        raise TypeError("a bridge is one SELECT")
    shared = (SHARES if mode == "split" else TOUCHES)[fact]
    relations = {
        "rows_of_fact": _rows(scan),
        "touches": exp.to_table(tables[shared]),
        "team_spans": exp.to_table(tables["team_span"]),
    }
    for table in list(tree.find_all(exp.Table)):
        if table.name in relations:
            found = relations[table.name].copy()
            found.set("alias", exp.TableAlias(this=exp.to_identifier(table.alias)))
            table.replace(found)
    return tree


def _rows(scan: Scan) -> exp.Subquery:
    """The rows of the scan's windows or moments, each with its moment when there are several."""
    rows = exp.select("*").from_(scan.relation.copy())
    if len(scan.moments) > 1:
        rows.join(moments_relation(scan.moments), join_type="cross", copy=False)
    for condition in time_conditions(scan):
        rows.where(condition, copy=False)
    return exp.Subquery(this=rows)


def _dated(tree: exp.Select, scan: Scan, columns: Collection[str], zone: str) -> None:
    """The event put into the template."""
    until, day = _event(scan, columns, zone)
    owner = exp.column(f"{scan.agent}_agent_id", "f")
    events = {"until_event": until, "day_event": day, "owner_event": owner}
    for column in list(tree.find_all(exp.Column)):
        if column.name in events:
            column.replace(events[column.name].copy())


def _event(scan: Scan, columns: Collection[str], zone: str) -> tuple[exp.Expr, exp.Expr]:
    """The exclusive instant up to which a touch counts, and the business date of the event.

    A fact without `<agent>_until` has the moment of the event beside its date, or the date only:
    then its day counts to its end.
    """
    if len(scan.moments) > 1:
        return exp.column("moment_at", "f"), exp.column("moment_day", "f")
    if scan.moments:
        return literal(scan.moments[0].at), literal(scan.moments[0].day)
    day = scan.kpis[0].date
    if f"{scan.agent}_until" in columns:
        return exp.column(f"{scan.agent}_until", "f"), exp.column(day, "f")
    moment = f"{day.removesuffix('_on')}_at"
    known = f"f.{moment} + INTERVAL '1' MICROSECOND" if moment in columns else "NULL"
    until = sqlglot.parse_one(DAY_END.format(known=known, day=day), dialect="duckdb")
    return filled(until, {"tz": literal(zone)}), exp.column(day, "f")


def _credited(pairs: exp.Select, scan: Scan, mode: str, keys: tuple[str, ...]) -> exp.Select:
    """One row per record and group asked, of the agents this reader and these filters keep."""
    behind = exp.Subquery(this=pairs, alias=exp.TableAlias(this=exp.to_identifier("p")))
    asked = [name for name in scan.dims if name in AGENT_DIMS]
    columns = {name: plain_column(DIMENSIONS[name], "touch", scan.teams) for name in AGENT_DIMS}
    select = exp.select(
        *keys, *(exp.alias_(columns[name].copy(), f"bridge_{name}") for name in asked)
    ).from_(behind)
    for condition in rights(scan.reader, "touch_agent_id"):
        select.where(condition, copy=False)
    for one in scan.where:
        if one.dimension in AGENT_DIMS:
            select.where(filter_condition(one, columns[one.dimension].copy()), copy=False)
    if mode == "touched":
        return select.distinct(copy=False)
    weight = exp.Sum(this=exp.column("b_weight"))
    select.select(exp.alias_(weight, "b_weight"), copy=False)
    return select.group_by(*keys, *(columns[name].copy() for name in asked), copy=False)


def needs_products(scan: Scan, fact: str) -> bool:
    """Whether products are asked about and rows of the fact may have several."""
    asked = {*scan.dims, *(one.dimension for one in scan.where)}
    return fact in PRODUCTS and "product" in asked


def product_bridge(scan: Scan, fact: str, tables: Mapping[str, str]) -> Bridge:
    """The products of each record and the part of its amount each has."""
    select = exp.select(
        exp.alias_(exp.column("id"), "l_id"),
        exp.alias_(exp.column("product_id"), "bridge_product"),
        exp.alias_(exp.column("share"), "l_share"),
    ).from_(tables[PRODUCTS[fact]])
    for one in scan.where:
        if one.dimension == "product":
            select.where(filter_condition(one, exp.column("product_id")), copy=False)
    if "product" not in scan.dims:
        select = _once(select)
    return Bridge(
        tree=select,
        keys={"id": "l_id"},
        dims=("product",),
        alias="containing",
        weight="l_share",
        counts=False,
    )


def _once(select: exp.Select) -> exp.Select:
    """One row per record with the part of all products kept, when they only filter."""
    behind = exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier("k")))
    share = exp.alias_(exp.Sum(this=exp.column("l_share")), "l_share")
    return exp.select("l_id", share).from_(behind).group_by("l_id", copy=False)


def needs_stages(scan: Scan, fact: str) -> bool:
    """Whether the stages of opportunities are asked about at moments other than the cut-off."""
    asked = {*scan.dims, *(one.dimension for one in scan.where)}
    is_past = any(not moment.is_now for moment in scan.moments)
    return fact == "opportunity" and is_past and "stage" in asked


def stage_bridge(scan: Scan, table: str) -> Bridge:
    """The stage each opportunity was in at each moment; `table` is the fact of stage spans."""
    keys, at = {"id": "s_id"}, literal(scan.moments[0].at)
    if len(scan.moments) > 1:
        keys["moment"], at = "s_moment", exp.column("moment_at", "f")
    stage = exp.func("COALESCE", exp.column("stage_id", "t"), literal(NONE))
    given = [exp.alias_(exp.column(key, "f"), name) for key, name in keys.items()]
    select = exp.select(*given, exp.alias_(stage, "bridge_stage"))
    select.from_(exp.alias_(_rows(scan), "f"), copy=False)
    standing = exp.and_(
        exp.EQ(this=exp.column("id", "t"), expression=exp.column("id", "f")),
        exp.LT(this=exp.column("valid_from", "t"), expression=at),
        exp.LTE(this=at.copy(), expression=exp.column("valid_to", "t")),
    )
    select.join(exp.to_table(table, alias="t"), on=standing, join_type="left", copy=False)
    for one in scan.where:
        if one.dimension == "stage":
            select.where(filter_condition(one, stage.copy()), copy=False)
    return Bridge(tree=select, keys=keys, dims=("stage",), alias="standing")


def with_bridges(scan: Scan, *bridges: Bridge) -> Scan:
    """The scan with its rows joined to these, after those it has."""
    return replace(scan, bridges=(*scan.bridges, *bridges))
