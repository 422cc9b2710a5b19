"""Running scans: from KPIs and windows to the parts that figures are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from sqlglot import exp

from kpilot.ask import facts
from kpilot.ask.catalog import facts as known_facts
from kpilot.ask.chances import is_empirical, with_own_chances
from kpilot.ask.described import measure_values
from kpilot.ask.facts import Cutoff, FactTable
from kpilot.ask.fiscal import fiscal
from kpilot.ask.kept import kept
from kpilot.ask.measurable import filled_fields
from kpilot.ask.names import TeamTree, resolved
from kpilot.ask.windows import batches
from kpilot.core.bridges import (
    PRODUCTS,
    SHARED,
    SHARES,
    TOUCHES,
    agent_bridge,
    needs_agents,
    needs_products,
    needs_stages,
    product_bridge,
    stage_bridge,
    with_bridges,
)
from kpilot.core.calendar import Period, earlier
from kpilot.core.compile import (
    BUCKET,
    Scan,
    compile_scan,
    conditions,
    dimension_column,
    is_run,
)
from kpilot.core.dimensions import DIMENSIONS, stem
from kpilot.core.errors import UserError
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.query import Filter, Query, midnight
from kpilot.core.survival_sql import compile_survival
from kpilot.core.text import Both, Text
from kpilot.core.windows_sql import Moment, Window, windowed
from kpilot.project import Project

Key = tuple[str, ...]
Parts = Mapping[str, Any]


@dataclass(kw_only=True)
class Asking:
    """One query being answered: what every step needs, and the SQL that has run so far."""

    query: Query
    project: Project
    catalog: Catalog
    cut: Cutoff
    where: tuple[Filter, ...]
    teams: Mapping[int, Mapping[str, str]]
    values: Mapping[str, exp.Expr]
    sql: list[str] = field(default_factory=list)
    scanned: dict[object, dict[tuple[Period, Key], Parts]] = field(default_factory=dict)

    def shared(
        self, kpi: Kpi, spans: Sequence[Period], dims: tuple[str, ...]
    ) -> dict[tuple[Period, Key], Parts]:
        """The parts of `kpi` in `spans` by other dimensions than those asked, counted once."""
        place = (kpi.name, tuple(spans), dims)
        if place not in self.scanned:
            inner = replace(self, query=self.query.but(by=dims), sql=self.sql)
            found = collect(inner, [kpi], spans)
            self.scanned[place] = {(span, key): parts for (_, span, key), parts in found.items()}
        return self.scanned[place]

    def attribution(self, kpi: Kpi) -> str:
        return self.query.attribution or kpi.attribution

    def agent(self, kpi: Kpi) -> str:
        return stem(self.attribution(kpi), kpi.agent)

    def dims(self, kpi: Kpi) -> tuple[str, ...]:
        """The dimensions asked, and those the KPI is never pooled over."""
        return tuple(dict.fromkeys((*self.query.by, *kpi.by)))

    def fact(self, kpi: Kpi) -> FactTable:
        return facts.fact_table(self.project, kpi.fact, self.cut)

    def has_lines(self, kpi: Kpi) -> bool:
        """Whether records of the KPI may have several products: there are lines."""
        by_orders = self.project.settings.sales_source == "orders" and kpi.fact == "sale"
        is_order = kpi.fact.startswith(("order", "revenue")) or by_orders
        filled = filled_fields(self.project, self.cut.version)
        lines = "order_line.net_amount" if is_order else "opportunity_line.net_amount"
        return filled.get(lines, 0) > 0

    def run(self, tree: exp.Expr) -> list[tuple[Any, ...]]:
        sql = tree.sql(dialect="duckdb")
        self.sql.append(sql)
        return self.project.engine.query(sql)

    def run_once(self, tree: exp.Expr) -> list[tuple[Any, ...]]:
        """The same for what is asked whatever the period: its few rows are kept."""
        sql = tree.sql(dialect="duckdb")
        self.sql.append(sql)
        return kept(self.project, sql)


def start(query: Query, project: Project, catalog: Catalog, cut: Cutoff) -> Asking:
    """Check the query against this warehouse and make ready to answer it."""
    return Asking(
        query=query,
        project=project,
        catalog=catalog,
        cut=cut,
        where=resolved(project, query),
        teams=TeamTree(project).ups(),
        values=measure_values(project),
    )


def scan_of(asking: Asking, kpis: Sequence[Kpi], windows: Sequence[Period]) -> Scan:
    """The scan that counts `kpis` (of one fact, date and agent) in `windows`."""
    first = kpis[0]
    moments = tuple(_moment(asking, window) for window in windows) if first.is_stock else ()
    relation, present = (
        _windowed(asking, first.fact, kpis, windows)
        if first.is_windowed
        else _stored(asking, first)
    )
    if is_empirical(asking, first):
        relation = with_own_chances(asking, first, relation)
        present = {**present, first.name: frozenset((*first.excluded, *first.flags))}
    scan = Scan(
        relation=relation,
        kpis=tuple(kpis),
        reader=asking.query.reader,
        agent=asking.agent(first),
        dims=asking.dims(first),
        where=asking.where,
        windows=() if first.is_stock or first.is_windowed else tuple(windows),
        moments=moments,
        teams=asking.teams,
        present=present,
        values=asking.values,
    )
    _check_columns(asking, scan)
    return _bridged(asking, scan)


def _stored(asking: Asking, kpi: Kpi) -> tuple[exp.Expr, Mapping[str, frozenset[str]]]:
    fact = asking.fact(kpi)
    place, schema, name = fact.table.split(".")  # parsing it would take longer than the rest
    return exp.table_(name, db=schema, catalog=place), fact.present


def _windowed(
    asking: Asking, fact: str, kpis: Sequence[Kpi], windows: Sequence[Period]
) -> tuple[exp.Expr, Mapping[str, frozenset[str]]]:
    """A windowed fact over these periods; which reasons its rows have is not known beforehand."""
    made = [_window(asking, index, window) for index, window in enumerate(windows)]
    text = facts.fact_text(asking.project, fact, asking.cut)
    present = {kpi.name: frozenset((*kpi.excluded, *kpi.flags)) for kpi in kpis}
    return windowed(text, made), present


def _window(asking: Asking, index: int, window: Period) -> Window:
    moment = _moment(asking, window)
    before = earlier(window, "previous", fiscal(asking.project, asking.cut.version))
    return Window(
        bucket=index,
        start_on=window.start,
        end_on=window.end,
        prev_start_on=before.start,
        prev_end_on=before.end,
        start_at=midnight(window.start, asking.project.settings),
        end_at=midnight(window.end, asking.project.settings),
        cut_at=moment.at,
        cut_on=moment.until,
        cut_day=moment.day,
        is_over=midnight(window.end, asking.project.settings) <= asking.cut.at,
    )


def _bridged(asking: Asking, scan: Scan) -> Scan:
    """The scan with the agents or products its rows have several of, when they are asked about."""
    kpi, mode = scan.kpis[0], asking.attribution(scan.kpis[0])
    if needs_agents(scan, mode):
        shared = (SHARES if mode == "split" else TOUCHES).get(kpi.fact)
        if shared is None or not all(_is_shareable(asking, one, mode) for one in scan.kpis):
            raise UserError(
                "“{kpi}” cannot be attributed by “{mode}”.",
                kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
                mode=mode,
                hint=Text("Take owner_at_event, owner_current or owner_first."),
                code="no_attribution",
            )
        tables = {name: _table(asking, name) for name in (shared, "team_span")}
        columns = known_facts(asking.project)[kpi.fact].columns
        zone = asking.project.settings.tz
        shared_out = agent_bridge(scan, mode, kpi.fact, tables, columns=columns, zone=zone)
        scan = with_bridges(scan, shared_out)
    if needs_products(scan, kpi.fact) and asking.has_lines(kpi):
        name = PRODUCTS[kpi.fact]
        scan = with_bridges(scan, product_bridge(scan, kpi.fact, {name: _table(asking, name)}))
    if needs_stages(scan, kpi.fact):
        scan = with_bridges(scan, stage_bridge(scan, _table(asking, "stage_span")))
    return scan


def _is_shareable(asking: Asking, kpi: Kpi, mode: str) -> bool:
    """Whether a KPI can be counted in parts: medians and different things cannot, and explicit
    shares are shares of an amount."""
    measure = kpi.measure
    by_orders = kpi.fact == "sale" and asking.project.settings.sales_source == "orders"
    if by_orders:
        return False
    if mode == "touched":
        return True
    whole = measure.kind in ("quantile", "survival") or measure.num.distinct or measure.den.distinct
    return not whole and (mode != "split" or bool(kpi.money))


def _table(asking: Asking, name: str) -> str:
    return facts.fact_table(asking.project, name, asking.cut).table


def _check_columns(asking: Asking, scan: Scan) -> None:
    columns = known_facts(asking.project)[scan.kpis[0].fact].columns
    used = [(name, DIMENSIONS[name]) for name in scan.dims]
    used += [(one.dimension, DIMENSIONS[one.dimension]) for one in scan.where
             if one.dimension in DIMENSIONS]  # fmt: skip
    for kpi, (name, dimension) in product(scan.kpis, used):
        if name in kpi.not_by or dimension.column.format(agent=scan.agent) not in columns:
            raise UserError(
                "“{kpi}” cannot be broken down or filtered by “{dimension}”.",
                kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
                dimension=Both(en=dimension.en, fr=dimension.fr),
                hint=Text("Take another dimension.") if name in scan.dims else None,
                code="no_dimension",
            )


def _moment(asking: Asking, window: Period) -> Moment:
    """When a stock of this window is read: at its end, or at the cut-off if that comes first."""
    end = midnight(window.end, asking.project.settings)
    if end >= asking.cut.at:
        cut = asking.cut
        return Moment(at=cut.at, day=cut.whole, until=cut.day, is_now=True)
    return Moment(at=end, day=window.end, until=window.end, is_now=False)


def collect(
    asking: Asking, kpis: Sequence[Kpi], windows: Sequence[Period]
) -> dict[tuple[str, Period, Key], Parts]:
    """(kpi, window, dimension ids) → parts, for plain KPIs; windows without rows are absent."""
    found: dict[tuple[str, Period, Key], Parts] = {}
    groups: dict[tuple[object, ...], list[Kpi]] = {}
    for kpi in kpis:
        is_alone = kpi.measure.kind == "survival" or is_empirical(asking, kpi)
        alone = kpi.name if is_alone else ""
        mode = asking.attribution(kpi)
        place = (kpi.fact, kpi.date, asking.agent(kpi), mode, asking.dims(kpi), alone)
        groups.setdefault(place, []).append(kpi)
    for group in groups.values():
        together = group[0].is_stock or group[0].is_windowed
        runs = [tuple(windows)] if together else batches(list(windows))
        for batch in runs:
            scan = scan_of(asking, group, batch)
            tree = (
                compile_survival(scan)
                if group[0].measure.kind == "survival"
                else compile_scan(scan)
            )
            _read(asking.run(tree), tree, group, batch, found, len(scan.dims))
    return found


def _read(
    rows: list[tuple[Any, ...]],
    tree: exp.Query,
    kpis: Sequence[Kpi],
    windows: Sequence[Period],
    found: dict[tuple[str, Period, Key], Parts],
    dims: int,
) -> None:
    columns = tree.named_selects
    by_start = {}
    is_flow = not kpis[0].is_stock and not kpis[0].is_windowed
    if is_flow and len(windows) > 1 and is_run(windows):
        grain_start = {window.start: window for window in windows}
        by_start = grain_start
    places = [column.split("__", 1) for column in columns[1 + dims :]]
    for row in rows:
        bucket = row[columns.index(BUCKET)]
        window = by_start.get(bucket) if by_start else windows[int(bucket)]
        if window is None:
            continue
        key = tuple(str(value) for value in row[1 : 1 + dims])
        for kpi in kpis:
            found[kpi.name, window, key] = {
                part: value
                for (name, part), value in zip(places, row[1 + dims :], strict=True)
                if name == kpi.name
            }


def universe(asking: Asking, kpi: Kpi) -> set[Key]:
    """The groups that exist at all for this reader and these filters, whatever the period."""
    if kpi.is_windowed or asking.attribution(kpi) in SHARED:
        return set()
    if "product" in asking.dims(kpi) and asking.has_lines(kpi):
        return set()
    stored, _ = _stored(asking, kpi)
    scan = Scan(
        relation=stored,
        kpis=(kpi,),
        reader=asking.query.reader,
        agent=asking.agent(kpi),
        dims=asking.dims(kpi),
        where=asking.where,
        teams=asking.teams,
        present={},
        values=asking.values,
    )
    _check_columns(asking, scan)
    tree = exp.select().from_(stored).distinct()
    for name in asking.dims(kpi):
        column = dimension_column(DIMENSIONS[name], scan)
        if name == "stage" and kpi.is_stock and kpi.fact == "opportunity":
            # What is open is in none of the stages that close.
            column = exp.column("open_stage_id")
            tree = tree.where(exp.Not(this=exp.Is(this=column.copy(), expression=exp.null())))
        tree = tree.select(exp.alias_(column, name))
    for condition in conditions(scan):
        tree = tree.where(condition)
    return {tuple(str(value) for value in row) for row in asking.run_once(tree)}


UNDATED = {
    "created_on": ("no_created_at", "TRUE"),
    "closed_on": ("no_closed_at", "is_closed"),
    "sold_on": ("no_closed_at", "is_sale"),
}


def undated(asking: Asking, kpi: Kpi) -> dict[str, int]:
    """Rows that fall in no period because the KPI's date is not known: {reason: count}, if any."""
    if kpi.date not in UNDATED:
        return {}
    reason, counted = UNDATED[kpi.date]
    if counted not in ("TRUE", *known_facts(asking.project)[kpi.fact].columns):
        return {}
    scan = scan_of(asking, [kpi], [])
    tree = scan.source().select(exp.Count(this=exp.Star()))
    tree = tree.where(exp.Is(this=exp.column(kpi.date), expression=exp.null()), counted)
    for condition in conditions(scan):
        tree = tree.where(condition)
    count = int(asking.run_once(tree)[0][0])
    return {reason: count} if count else {}
