"""What SQL counts for the KPIs of one fact, all in one statement: for an engine where each costs.

Figures are made of these parts in Python, the same for every engine.
"""

from typing import Any

from kpilot.ask.catalog import catalog
from kpilot.ask.facts import cutoff
from kpilot.ask.fiscal import fiscal
from kpilot.ask.scans import Asking, collect, start
from kpilot.ask.windows import periods
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.project import Project
from tests.engines.asking import NOW, Pair, same

QUARTERS = {"period": ["2023-07-01/2024-04-01"], "grain": ["quarter"]}
Parts = dict[Any, Any]


def parts_apart(pair: Pair, name: str) -> list[str]:
    """What the parts of a plain KPI differ in, by quarter and agent where it has agents."""
    group, by = _group(pair.ours, name)
    expected, found = (_counted(side, group, by) for side in (pair.ours, pair.theirs))
    wrong = []
    for place in sorted({p for p in (*expected, *found) if p[0] == name}, key=str):
        one, two = expected.get(place, {}), found.get(place, {})
        wrong += [
            f"{place[1].key} {place[2]} {part}: {two.get(part)!r}, should be {one.get(part)!r}"
            for part in one.keys() | two.keys()
            if not same(one.get(part), two.get(part))
        ]
    return wrong


def _group(side: Project, name: str) -> tuple[tuple[str, ...], str]:
    """The KPIs counted together with `name`, and by what."""
    known = catalog(side)
    own = known[name]

    def place(kpi: Kpi) -> tuple[object, ...]:
        rows = (kpi.fact, kpi.date, kpi.agent, kpi.attribution, kpi.by, "agent" in kpi.not_by)
        return (*rows, kpi.name if kpi.measure.kind == "survival" else "")

    group = [kpi.name for kpi in known.values() if not kpi.is_formula and place(kpi) == place(own)]
    return tuple(group), "" if "agent" in own.not_by else "agent"


def _counted(side: Project, group: tuple[str, ...], by: str) -> Parts:
    kept = ("parts", *group)
    if kept not in side.memo:
        try:
            side.memo[kept] = _asked(side, group, by)
        except UserError as error:
            if error.code != "no_dimension" or not by:
                raise
            side.memo[kept] = _asked(side, group, "")
    made: Parts = side.memo[kept]
    return made


def _asked(side: Project, group: tuple[str, ...], by: str) -> Parts:
    known, cut = catalog(side), cutoff(side, None, NOW)
    words = {**QUARTERS, "kpi": list(group), **({"by": [by]} if by else {})}
    query = Query.from_params(words, reader=EVERYTHING, catalog=known, settings=side.settings)
    asking: Asking = start(query, side, known, cut)
    windows = periods(query, cut, fiscal(side, cut.version))
    return dict(collect(asking, [known[name] for name in group], windows))
