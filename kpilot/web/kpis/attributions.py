"""To whom a KPI's rows can be attributed: only the ways that work for it are offered."""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.ask import catalog
from kpilot.ask.credit import PAST, credited, knows_owners
from kpilot.ask.scans import scan_of, start
from kpilot.core.dimensions import ATTRIBUTIONS
from kpilot.core.errors import UserError
from kpilot.core.kpi import Catalog, Kpi
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Preset


def choices(kpi: Kpi, state: State, project: Project, path: str) -> Sequence[Preset]:
    """One link for each way that works, the one in force marked; none when there is no choice."""
    asking = start(state.query, project, catalog(project), state.cut)
    now = credited(asking, kpi)
    unknown = () if knows_owners(asking, kpi) else PAST  # nobody recorded who it was
    modes = [
        mode
        for mode in ATTRIBUTIONS
        if mode == now or (mode not in unknown and _works(kpi, mode, state, project))
    ]
    if len(modes) < 2:
        return ()
    return [
        Preset(
            label=words.attribution(mode),
            href=state.link(path, attribution=None if mode == kpi.attribution else mode),
            current=mode == now,
        )
        for mode in modes
    ]


def _works(kpi: Kpi, mode: str, state: State, project: Project) -> bool:
    """Whether everything the KPI is made of can be counted so, person by person."""
    known = catalog(project)
    key = ("attributed", kpi.name, mode, state.cut, state.period)
    if key not in project.memo:
        query = replace(state.query, by=("agent",), where=(), attribution=mode)
        asking = start(query, project, known, state.cut)
        try:
            for leaf in _leaves(kpi, known):
                scan_of(asking, [leaf], [state.period])
        except UserError:
            project.memo[key] = False
        else:
            project.memo[key] = not kpi.is_model
    return bool(project.memo[key])


def _leaves(kpi: Kpi, known: Catalog) -> Sequence[Kpi]:
    """The KPIs with rows of their own that a formula ends in; itself when it has rows."""
    if not kpi.is_formula:
        return [kpi]
    return [leaf for name in kpi.measure.operands for leaf in _leaves(known[name], known)]
