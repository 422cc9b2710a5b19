"""The figures of one KPI in some periods, whatever kind of KPI it is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module

from kpilot.ask.begun import of_begun
from kpilot.ask.covering import covering
from kpilot.ask.figures import NOTHING, Figure, figure
from kpilot.ask.formulas import attainment, formula, growth, shifted_period, targets
from kpilot.ask.measurable import missing
from kpilot.ask.scans import Asking, Key, collect, universe
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi

FILLED = frozenset(
    {"agent", "team", "team_parent", "team_top", "product", "channel", "campaign", "pipeline",
     "stage", "segment", "industry"}
)  # fmt: skip
FILL_LIMIT = 200

Figures = dict[tuple[Period, Key], Figure]


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period]) -> Figures:
    """(window, dimension ids) → figure, for every group that exists in any of the windows."""
    lacking = missing(kpi, asking.catalog, asking.project, asking.cut.version)
    if lacking:
        flags = tuple(f"missing:{name}" for name in lacking.fields)
        return {(window, ()): Figure(reason=lacking.reason, flags=flags) for window in windows}
    if kpi.whole and asking.query.reader.agent_ids is not None:
        return {(window, ()): Figure(reason="only_whole") for window in windows}
    kinds: dict[str, Callable[..., Figures]] = {
        "growth": growth,
        "attainment": attainment,
        "target": targets,
        "formula": formula,
        "model": _model,
    }
    made = kinds.get(kpi.measure.kind)

    def counted(begun: Sequence[Period]) -> Figures:
        return made(asking, kpi, begun, figures) if made else _plain(asking, kpi, begun)

    return of_begun(asking, kpi, windows, counted)


def _model(
    asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Callable[..., Figures]
) -> Figures:
    module = import_module(f"kpilot.ask.models.{kpi.measure.model}")
    found: Figures = module.figures(asking, kpi, windows, ask)
    return found


def _plain(asking: Asking, kpi: Kpi, windows: Sequence[Period]) -> Figures:
    """Counted in one scan; a window of which no whole day has passed has no figure, not zero."""
    if kpi.over:
        return _over(asking, kpi, windows)
    lasting = sorted({window for window in windows if window.start < window.end})
    parts = collect(asking, [kpi], lasting) if lasting else {}
    keys = {key for _, _, key in parts} | _filling(asking, kpi)
    covered = covering(asking, kpi)
    found: Figures = {}
    for window in set(windows):
        for key in keys if asking.dims(kpi) else {()}:
            made = figure(kpi, parts.get((kpi.name, window, key), NOTHING))
            known = window.start < window.end
            found[window, key] = covered(window, made) if known else Figure()
    return found


def _over(asking: Asking, kpi: Kpi, windows: Sequence[Period]) -> Figures:
    """The figures of other stretches of days, said for the periods asked."""
    places = {window: shifted_period(asking, window, kpi.over) for window in windows}
    made = _plain(asking, replace(kpi, over=""), list(dict.fromkeys(places.values())))
    return {
        (window, key): one
        for window, place in places.items()
        for (found, key), one in made.items()
        if found == place
    }


def _filling(asking: Asking, kpi: Kpi) -> set[Key]:
    """Groups without a row in these periods, shown as zero or as nothing to divide by."""
    dims = asking.dims(kpi)
    if len(dims) != 1 or dims[0] not in FILLED:
        return set()
    found = universe(asking, kpi)
    return found if len(found) <= FILL_LIMIT else set()
