"""Choosing a filter: the dimensions, then the values of one, as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from sqlglot import exp

from kpilot.ask import catalog
from kpilot.ask.catalog import facts
from kpilot.ask.facts import fact_table
from kpilot.ask.names import names
from kpilot.ask.records import counted_kpi
from kpilot.ask.scans import scan_of, start, universe
from kpilot.core.dimensions import DIMENSIONS, stem
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter
from kpilot.core.rights import EVERYTHING
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.bar import FILTERABLE
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Preset

SHOWN = 60
USUAL = "new_opportunities"
RESPONSES = ("response_bin", "meeting_response_bin", "customer_response_bin")


@dataclass(frozen=True, kw_only=True)
class Values:
    """The values of one dimension that match a search, cut at `SHOWN`."""

    dimension: str
    label: str
    links: Sequence[Preset]
    total: int
    clear: str


def known_dimensions(kpi: Kpi, project: Project) -> Sequence[str]:
    """The dimensions that the rows of a KPI have; those it is never pooled over among them."""
    counted = _counted(kpi, project)
    if counted is None:
        return ()
    columns = facts(project)[counted.fact].columns
    agent = stem(counted.attribution, counted.agent)
    # Each curve of response times has a dimension of its own; other figures of leads the plain one.
    curve = set(RESPONSES) & set(counted.by) or {RESPONSES[0]}
    return [
        n for n in FILTERABLE
        if DIMENSIONS[n].column.format(agent=agent) in columns and n not in counted.not_by
        and (n in curve or n not in RESPONSES)
    ]  # fmt: skip


def varied_dimensions(kpi: Kpi, state: State, project: Project) -> frozenset[str]:
    """Those dimensions by which rows differ at all in the data loaded, whoever reads; of rows
    that are made for a period, those of the page's."""
    counted = _counted(kpi, project)
    if counted is None:
        return frozenset()
    span = state.period if counted.is_windowed else None
    key = ("varied", counted.fact, counted.agent, counted.not_by, state.cut, span)
    if key not in project.memo:
        known = known_dimensions(kpi, project)
        agent = stem(counted.attribution, counted.agent)
        counts: Sequence[object] = ()
        if known:
            tree = _rows(counted, state, project).select(
                *(exp.ApproxDistinct(this=exp.column(DIMENSIONS[n].column.format(agent=agent)))
                  for n in known)
            )  # fmt: skip
            counts = project.engine.query(tree.sql(dialect="duckdb"))[0]
        different = {n for n, count in zip(known, counts, strict=True) if int(str(count)) > 1}
        above = {"team_parent", "team_top"} if _teams_have_parents(project) else set()
        project.memo[key] = frozenset(different - {"team_parent", "team_top"} | above & different)
    found = project.memo[key]
    return found if isinstance(found, frozenset) else frozenset()


def _rows(counted: Kpi, state: State, project: Project) -> exp.Select:
    """All rows of the KPI's fact, in the page's period when they are made for one."""
    if not counted.is_windowed:
        return exp.select().from_(fact_table(project, counted.fact, state.cut).table)
    query = replace(state.query, kpis=(counted.name,), by=(), where=(), reader=EVERYTHING)
    asking = start(query, project, catalog(project), state.cut)
    return scan_of(asking, [counted], [state.period]).source()


def _teams_have_parents(project: Project) -> bool:
    return bool(project.engine.query("SELECT 1 FROM team WHERE parent_id IS NOT NULL LIMIT 1"))


def _counted(kpi: Kpi, project: Project) -> Kpi | None:
    """The KPI whose rows are counted: for a formula, the first it is made of; None without any."""
    try:
        return counted_kpi(catalog(project), kpi)
    except UserError:
        return kpi if kpi.fact else None


def dimension_links(state: State, project: Project, kpi: str, back: str) -> Sequence[Preset]:
    """One link for each dimension, to its values."""
    chosen = catalog(project).get(kpi) or catalog(project)[USUAL]
    return [
        Preset(
            label=words.dimension_label(name),
            href=state.link(reverse("filters"), dimension=name, figure=kpi, back=back),
        )
        for name in known_dimensions(chosen, project)
        if name in varied_dimensions(chosen, state, project)
    ]


def values_of(
    state: State, project: Project, kpi: str, dimension: str, *, search: str, back: str
) -> Values:
    """Values that exist for this reader under the other filters, by name; each adds itself."""
    pairs = _pairs(state, project, kpi, dimension)
    typed = folded(search.strip())
    found = [(i, name) for i, name in pairs if typed in folded(name)]
    doubled = {name for _, name in pairs if sum(other == name for _, other in pairs) > 1} if (
        len(pairs) <= 2000
    ) else set()
    now = [value for one in state.query.where if one.dimension == dimension and one.operator == "="
           for value in one.values]  # fmt: skip
    links = []
    for identity, name in found[:SHOWN]:
        word = identity if name in doubled else name
        is_on = word in now or identity in now
        values = [v for v in now if v not in (word, identity)] if is_on else [*now, word]
        href = _href(state, dimension, values, back)
        links.append(
            Preset(label=words.value_label(dimension, name), href=href, current=is_on)
        )
    return Values(
        dimension=dimension,
        label=words.dimension_label(dimension),
        links=links,
        total=len(found),
        clear=_href(state, dimension, [], back) if now else "",
    )


def _href(state: State, dimension: str, values: Sequence[str], back: str) -> str:
    if values:
        return state.link_with(back, Filter(dimension=dimension, values=tuple(values)))
    kept = [str(one) for one in state.query.where if one.dimension != dimension]
    return state.link(back, where=kept)


def _pairs(
    state: State, project: Project, kpi_name: str, dimension: str
) -> Sequence[tuple[str, str]]:
    """(id, name) of the values the reader's rows have, those that belong to nobody last."""
    known = catalog(project)
    kpi = _counted(known.get(kpi_name) or known[USUAL], project) or known[USUAL]
    others = tuple(one for one in state.query.where if one.dimension != dimension)
    query = state.query.but(kpis=(kpi.name,), by=(dimension,), where=others)
    asking = start(query, project, known, state.cut)
    try:
        place = asking.dims(kpi).index(dimension)
        identities = sorted({key[place] for key in universe(asking, kpi)})
    except UserError:
        return []
    table = DIMENSIONS[dimension].table
    called = names(project, table, identities) if table else {}
    pairs = [(i, called.get(i, i)) for i in identities]
    return sorted(pairs, key=lambda pair: (pair[1].startswith("("), folded(pair[1])))
