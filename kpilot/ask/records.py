"""The rows behind a figure: drill-down, sorted and cut, with what each adds to the figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlglot
from sqlglot import exp

from kpilot.ask import facts
from kpilot.ask.catalog import catalog
from kpilot.ask.catalog import facts as known_facts
from kpilot.ask.fiscal import fiscal
from kpilot.ask.horizon import own_cutoff
from kpilot.ask.names import names
from kpilot.ask.scans import UNDATED, Asking, scan_of, start
from kpilot.ask.windows import periods
from kpilot.core.compile import (
    AGENT_DIMS,
    Scan,
    conditions,
    counted_rows,
    dimension_column,
    numerator_rows,
    plain_column,
)
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.expression import filled
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.query import Query
from kpilot.core.text import Both
from kpilot.project import Project

DIMS_SHOWN = ("account", "agent", "team", "product", "channel", "pipeline", "stage")
VALUES_SHOWN = ("amount", "currency", "value_created", "value_closed", "value_now", "value_sold",
                "probability", "cycle_days", "stage_days", "advance_days")  # fmt: skip
DATES_SHOWN = ("created_on", "entered_on", "closed_on", "sold_on", "left_on",
               "expected_close_date", "due_on")  # fmt: skip
WORDS_SHOWN = ("status", "close_reason")


@dataclass(frozen=True, kw_only=True)
class Records:
    """Rows behind a figure.

    columns  names of the columns: id, name, dimensions, dates, words, values, then `counts`
    rows     one mapping per row; dimension columns hold names; `counts` says what the row is to
             the figure: "numerator", "denominator", or the reason it is left out
    total    how many rows there are; `rows` may be a part of them
    """

    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    total: int
    kpi: str
    sql: str


def records(
    query: Query,
    project: Project,
    *,
    now: datetime | None = None,
    sort: str = "",
    descending: bool = True,
    limit: int | None = 50,
    offset: int = 0,
    only: str = "",
    also: Sequence[str] = (),
) -> Records:
    """The rows behind the first KPI of `query` in its (first) period, for the query's reader.

    also  further columns of the fact
    only  "" rows that count; "numerator" those above the line; or a reason: the rows left out,
          "no_closed_at" and "no_created_at" (rows in no period at all) among them
    """
    known = catalog(project)
    kpi = known[query.kpis[0]]
    kpi = counted_kpi(known, kpi)
    cut = facts.cutoff(project, query.as_of, now or facts.utc_now())
    cut = own_cutoff(project, known, known[query.kpis[0]], cut, query.as_of)
    asking = start(replace(query, kpis=(kpi.name,)), project, known, cut)
    span = periods(query, cut, fiscal(project))[0]
    undated = UNDATED.get(kpi.date, ("", ""))
    is_undated = only != "" and only == undated[0]
    scan = scan_of(asking, [kpi], [] if is_undated else [span])
    chosen = _undated(kpi, undated[1]) if is_undated else _chosen(kpi, scan, only)
    select = _select(asking, kpi, scan).select(*also)
    for condition in (*conditions(scan), *chosen):
        select = select.where(condition)
    columns = tuple(select.named_selects)
    total = exp.select(exp.Count(this=exp.Star())).from_(
        exp.Subquery(this=select.copy(), alias="r")
    )
    count = int(str(project.engine.query(total.sql(dialect="duckdb"))[0][0]))
    usual = kpi.date if kpi.date in columns else "created_on" if "created_on" in columns else "id"
    order = _order(sort or usual, columns, descending)
    shown = _by_name(select, sort).order_by(*order)
    if limit is not None:
        shown = shown.limit(limit).offset(offset)
    sql = shown.sql(dialect="duckdb")
    rows = [dict(zip(columns, row, strict=True)) for row in project.engine.query(sql)]
    return Records(
        columns=columns, rows=_named(project, rows, columns), total=count, kpi=kpi.name, sql=sql
    )


def counted_kpi(known: Catalog, kpi: Kpi) -> Kpi:
    """The KPI whose rows stand behind `kpi`: itself, or the first that a formula is made of."""
    while kpi.is_formula:
        if not kpi.measure.operands:
            raise UserError(
                "“{kpi}” has no rows of its own to show.",
                kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
                code="no_rows_behind",
            )
        kpi = known[kpi.measure.operands[0]]
    return kpi


def _select(asking: Asking, kpi: Kpi, scan: Scan) -> exp.Select:
    have = known_facts(asking.project)[kpi.fact].columns
    select = scan.source().select("id", "name")
    for name in DIMS_SHOWN:
        dimension = DIMENSIONS[name]
        shown = dimension_column(dimension, scan)
        if scan.bridged(name) and name not in scan.dims:
            # A record has several of these, or its owner is not among those the reader may see.
            if name in AGENT_DIMS:
                continue
            shown = plain_column(dimension, scan.agent, scan.teams)
        if dimension.column.format(agent=scan.agent) in have:
            select = select.select(exp.alias_(shown, name))
    own = () if kpi.is_windowed or kpi.date in DATES_SHOWN else (kpi.date,)
    for column in (*own, *DATES_SHOWN, *WORDS_SHOWN, *VALUES_SHOWN):
        if column in have and column not in ("value_created", "value_closed", "value_now",
                                             "value_sold"):  # fmt: skip
            select = select.select(exp.column(column))
    if kpi.money and kpi.money in have:
        select = select.select(exp.alias_(exp.column(kpi.money), "value"))
    role = exp.Case().when(numerator_rows(scan), exp.Literal.string("numerator"))
    for reason, condition in kpi.excluded.items():
        role = role.when(filled(condition, asking.values), exp.Literal.string(reason))
    return select.select(exp.alias_(role.else_(exp.Literal.string("denominator")), "counts"))


def _chosen(kpi: Kpi, scan: Scan, only: str) -> Sequence[exp.Expr]:
    if not only:
        return [counted_rows(scan)]
    if only == "numerator":
        return [numerator_rows(scan)]
    if only not in kpi.excluded:
        raise UserError(
            "“{word}” is not a reason for leaving rows out here.",
            word=only,
            hint=did_you_mean(only, kpi.excluded),
            code="bad_value",
        )
    return [filled(kpi.excluded[only], scan.values)]


def _undated(kpi: Kpi, counted: str) -> Sequence[exp.Expr]:
    """Rows that fall in no period because the KPI's date is not known."""
    missing = exp.Is(this=exp.column(kpi.date), expression=exp.null())
    return [missing, sqlglot.parse_one(counted, dialect="duckdb")]


def _by_name(select: exp.Select, sort: str) -> exp.Select:
    """`select` as a relation to order; a dimension is sorted by the names people see."""
    if sort not in DIMS_SHOWN or not DIMENSIONS[sort].table:
        return select
    inner = exp.Subquery(this=select, alias="r")
    columns = [exp.column(name, "r") for name in select.named_selects]
    names_ = exp.to_table(DIMENSIONS[sort].table, alias="called")
    on = exp.EQ(this=exp.column("id", "called"), expression=exp.column(sort, "r"))
    return exp.select(*columns).from_(inner).join(names_, on=on, join_type="left")


def _order(sort: str, columns: Sequence[str], descending: bool) -> list[exp.Expr]:
    if sort not in columns:
        raise UserError(
            "Rows cannot be sorted by “{word}”.",
            word=sort,
            hint=did_you_mean(sort, columns),
            code="bad_value",
        )
    if sort in DIMS_SHOWN and DIMENSIONS[sort].table:
        shown = exp.func("COALESCE", exp.column("name", "called"), exp.column(sort, "r"))
        by = _folded(shown)
        return [exp.Ordered(this=by, desc=descending), exp.Ordered(this=exp.column("id", "r"))]
    is_name = sort == "name" or sort in DIMS_SHOWN
    by = _folded(exp.column(sort)) if is_name else exp.column(sort)
    first = exp.Ordered(this=by, desc=descending, nulls_first=False)
    return [first, exp.Ordered(this=exp.column("id"))]


def _folded(text: exp.Expr) -> exp.Expr:
    """As `kpilot.core.text.folded`: “Élodie” stands between “Denis” and “Fabien”."""
    return exp.func("LOWER", exp.func("STRIP_ACCENTS", text))


def _named(
    project: Project, rows: list[dict[str, Any]], columns: Sequence[str]
) -> list[dict[str, Any]]:
    called: dict[str, Mapping[str, str]] = {
        name: names(project, DIMENSIONS[name].table, sorted({str(row[name]) for row in rows}))
        for name in DIMS_SHOWN
        if name in columns
    }
    for row in rows:
        for name, known in called.items():
            row[name] = known.get(str(row[name]), row[name])
    return rows
