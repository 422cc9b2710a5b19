"""What the page of one KPI holds, and the list of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import ask, catalog, facts
from kpilot.ask.measurable import missing
from kpilot.core.catalogue_words import FAMILIES, family_of
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.kpis import curves, explained, funnel, trend, words
from kpilot.web.kpis.breakdown import Parts, take_apart
from kpilot.web.kpis.cards import rests_on
from kpilot.web.kpis.drill import Table, addresses, table
from kpilot.web.kpis.filters import known_dimensions, varied_dimensions
from kpilot.web.kpis.state import State
from kpilot.web.kpis.strip import Strip, strip
from kpilot.web.shell.parts import Action, Preset

FIRST_ROWS = 8


@dataclass(frozen=True, kw_only=True)
class KpiPage:
    """Everything below the title; what cannot be shown is None, and `why` says why."""

    name: str
    meaning: str
    caveat: str
    companions: Sequence[Action]
    why: str
    missing: Sequence[str]
    strip: Strip | None
    trend: trend.Drawn | None
    trend_table: Sequence[tuple[str, str, str, str, str]]
    has_intervals: bool
    grains: Sequence[Preset]
    trend_csv: str
    curve: curves.Curve | None
    pipelines: Sequence[funnel.Pipeline]
    parts: Parts | None
    parts_why: str
    parts_csv: str
    longer: str
    dimensions: Sequence[Preset]
    explained: explained.Explained | None
    rows: Table | None
    rows_link: str
    files: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One KPI of the list."""

    name: str
    href: str
    meaning: str
    value: str
    why: str


def version(project: Project) -> int:
    """The number that a load raises: pages ask whether it is still theirs."""
    return facts.data_version(project)


def kpi_page(kpi: Kpi, state: State, project: Project, path: str) -> KpiPage:
    """The page of `kpi`."""
    row, why = _row(kpi, state, project)
    known = row is not None and row.reason not in ("not_measurable", "no_history")
    is_whole = row is not None and known and _is_one_group(kpi, state)
    drawn = trend.draw(kpi, state, project) if is_whole and not kpi.is_model else None
    curve = curves.draw(kpi, state, project) if known and not is_whole else None
    is_apart = is_whole or (known and curve is None and kpi.by != ("stage",))
    parts, parts_why, by = _parts(kpi, row, state, project, path) if is_apart else (None, "", "")
    if parts and parts.rows and not is_whole and all(one.value is None for one in parts.rows):
        why, parts = words.why(parts.rows[0]), None
    rows_at = reverse("records", args=[kpi.name])
    figures_at = reverse("figures", args=[kpi.name])
    return KpiPage(
        name=words.named(kpi.names),
        meaning=words.named(kpi.meaning),
        caveat=words.named(kpi.caveat),
        companions=_companions(kpi, state, project),
        why=why or (words.why(row) if row is not None and not known else ""),
        missing=words.missing_fields(row) if row is not None else (),
        strip=strip(kpi, row, state, project) if row is not None and is_whole else None,
        trend=drawn,
        trend_table=_trend_table(kpi, drawn),
        has_intervals=drawn is not None and any(words.interval(row) for row in drawn.rows),
        grains=_grains(state, path),
        trend_csv=state.link(
            figures_at, period=drawn.span.key, grain=drawn.grain, by=None, compare="year"
        ) if drawn else "",
        curve=curve,
        pipelines=funnel.pipelines(state, project, path)
        if kpi.by == ("stage",) and known else (),
        parts=parts,
        parts_why=parts_why,
        parts_csv=state.link(figures_at, by=by, grain=None) if by else "",
        longer=state.link(path, period="last_12_months", by=by)
        if parts and parts.is_thin else "",
        dimensions=_dimensions(kpi, state, project, path, by),
        explained=explained.take(kpi, state, project) if known else None,
        rows=_behind(kpi, state, project, rows_at) if known else None,
        rows_link=state.link(rows_at),
        files=dict(addresses(kpi, state)),
    )


def _behind(kpi: Kpi, state: State, project: Project, rows_at: str) -> Table | None:
    """The first rows behind the figure; None where there are none to show, as for targets, and
    where they are of other days: those of a formula stand on the pages of its operands."""
    if kpi.measure.kind in ("formula", "model") or kpi.over:
        return None
    try:
        return table(kpi, state, project, rows_at, page=1, size=FIRST_ROWS)
    except UserError:
        return None


def groups(
    state: State, project: Project
) -> tuple[Sequence[tuple[str, Sequence[Listed]]], int]:
    """The KPIs by family, each with its figure, and how many lack fields: those stand in the
    catalogue. Variants stand on their KPI's page; models are worked out there only."""
    known = catalog(project)
    found: dict[str, list[Listed]] = {family: [] for family in FAMILIES}
    lacking = 0
    for kpi in known.values():
        if kpi.variant_of:
            continue
        if missing(kpi, known, project, state.cut.version):
            lacking += 1
            continue
        found[family_of(kpi)].append(_listed(kpi, state, project))
    for kpis in found.values():
        kpis.sort(key=lambda one: folded(one.name))
    return [(words.both(FAMILIES[name]), kpis) for name, kpis in found.items() if kpis], lacking


def _listed(kpi: Kpi, state: State, project: Project) -> Listed:
    row, why = None, _("worked out on its page")
    if not kpi.is_model and not kpi.by:
        row, why = _row(kpi, state, project)
    elif kpi.by:
        why = _("by %(dimension)s") % {"dimension": words.dimension_label(kpi.by[0]).lower()}
    value = "" if row is None else words.figure(row.value, kpi, row.currency, short=True)
    if row is not None and row.value is None:
        why = words.why(row)
    return Listed(
        name=words.named(kpi.names),
        href=state.link(reverse("kpi", args=[kpi.name])),
        meaning=words.named(kpi.meaning),
        value=value,
        why=why,
    )


def _row(kpi: Kpi, state: State, project: Project) -> tuple[Row | None, str]:
    """The figure of the page, or why these filters leave none."""
    try:
        compare = None if kpi.is_model else state.query.compare
        query = state.query.but(kpis=(kpi.name,), grain=None, by=(), compare=compare)
        rows = ask(query, project).rows
    except UserError as error:
        return None, words.say_error(error)
    return (rows[0], "") if rows else (None, _("No rows with these filters."))


def _is_one_group(kpi: Kpi, state: State) -> bool:
    """Whether there is one figure to show: never pooled KPIs have one when a filter leaves one
    group, such as one stage."""
    left = {one.dimension for one in state.query.where
            if len(one.values) == 1 and one.operator == "="}  # fmt: skip
    return set(kpi.by) <= left


def _companions(kpi: Kpi, state: State, project: Project) -> Sequence[Action]:
    """KPIs to read beside this one, its variants among them."""
    known = catalog(project)
    names = [kpi.companion, kpi.guardrail, kpi.variant_of]
    names += [other.name for other in known.values() if other.variant_of == kpi.name]
    return [
        Action(label=words.named(known[name].names),
               href=state.link(reverse("kpi", args=[name])))
        for name in dict.fromkeys(names)
        if name in known
    ]  # fmt: skip


def _parts(
    kpi: Kpi, row: Row | None, state: State, project: Project, path: str
) -> tuple[Parts | None, str, str]:
    """The breakdown by the dimension asked, else by team, else by the first that says something."""
    if row is None:
        return None, "", ""
    if not _is_one_group(kpi, state):
        row = replace(row, value=None, lo=None, hi=None)
    tried: list[tuple[Parts | None, str, str]] = []
    for by in _ways(kpi, state, project):
        try:
            found = take_apart(kpi, row, state, project, by, path)
        except UserError as error:
            tried.append((None, words.say_error(error), by))
            continue
        tried.append((found, "", by))
        if len(found.rows) > 1:
            return tried[-1]
    return next((one for one in tried if one[0]), tried[0])


def _ways(kpi: Kpi, state: State, project: Project) -> Sequence[str]:
    """The dimension asked; without one those that may say something, the usual first."""
    if not _is_one_group(kpi, state):
        return kpi.by[:1]
    if state.query.by:
        return state.query.by[:1]
    known = known_dimensions(kpi, project)
    return ["team", *(name for name in ("agent", "product", "channel") if name in known)]


def _dimensions(
    kpi: Kpi, state: State, project: Project, path: str, by: str
) -> Sequence[Preset]:
    if not _is_one_group(kpi, state):
        return ()
    names, varied = known_dimensions(kpi, project), varied_dimensions(kpi, state, project)
    if kpi.measure.kind == "attainment":
        names = [name for name in names if name in ("agent", "team", "team_parent", "team_top")]
    return [
        Preset(
            label=words.dimension_label(name), href=state.link(path, by=name), current=name == by
        )
        for name in names
        if name == by or (name in varied and (name not in ("status", "stage") or kpi.is_stock))
    ]


def _grains(state: State, path: str) -> Sequence[Preset]:
    labels = {"week": _("Week"), "month": _("Month"), "quarter": _("Quarter")}
    now = trend.trend_grain(state)
    return [
        Preset(label=label, href=state.link(path, grain=grain), current=grain == now)
        for grain, label in labels.items()
    ]


def _trend_table(
    kpi: Kpi, drawn: trend.Drawn | None
) -> Sequence[tuple[str, str, str, str, str]]:
    if drawn is None:
        return ()
    return [
        (point.name, words.figure(row.value, kpi, row.currency), words.interval(row),
         rests_on(kpi, row).removeprefix("n = "), _before(kpi, row))
        for point, row in zip(drawn.trend.points, drawn.rows, strict=True)
    ]  # fmt: skip


def _before(kpi: Kpi, row: Row) -> str:
    if row.compare is None or row.compare.reason:
        return words.figure(None, kpi, row.currency)
    return words.figure(row.compare.prev, kpi, row.currency)
