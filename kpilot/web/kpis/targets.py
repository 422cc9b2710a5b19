"""The target that a figure is held against, when one is set for the same people and period."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpilot.ask import catalog
from kpilot.ask.evaluate import figures
from kpilot.ask.formulas import attainment
from kpilot.ask.kept import kept
from kpilot.ask.names import TeamTree
from kpilot.ask.scans import Asking, start
from kpilot.ask.targets import all_targets, filling, seen
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter
from kpilot.core.result import Number
from kpilot.project import Project
from kpilot.web.kpis.judge import is_flow
from kpilot.web.kpis.state import State

SCOPES = ("agent", "team")


def target_of(
    kpi: Kpi, state: State, project: Project, span: Period | None = None
) -> Number | None:
    """The target of `kpi` for the page's filters and period (or `span`), or None.

    What adds up takes the targets below where the scope has none of its own. A rate or a duration
    has a target only when exactly that scope and period has: rates don't add up.
    """
    if kpi.is_formula or not _has_targets(project):
        return None
    scopes = _scopes(state.query.where)
    if scopes is None:
        return None
    span = span or state.period
    known = catalog(project)
    dims = (scopes.dimension,) if scopes.values else ()
    query = state.query.but(kpis=(kpi.name,), by=dims, compare=None, grain=None, period=span)
    asking = start(query, project, known, state.cut)
    if not is_flow(kpi):
        return _own(asking, kpi, span)
    formula = known["quota_attainment"]
    of_this = replace(formula, measure=replace(formula.measure, of=kpi.name))
    made = attainment(asking, of_this, [span], figures)
    aims = {key: one.den for (_, key), one in made.items() if one.den}
    counted = aims if not dims else _apart(asking, kpi, span, project)
    found = [Decimal(str(den)) for key, den in aims.items() if key in counted]
    return sum(found, Decimal(0)) if found else None


def _apart(asking: Asking, kpi: Kpi, span: Period, project: Project) -> frozenset[tuple[str, ...]]:
    """The people or teams filtered by, without teams whose target is in that of one above."""
    wanted = _wanted(asking)
    if asking.query.by != ("team",):
        return frozenset((one,) for one in wanted)
    tree = TeamTree(project)
    on_record = filling(all_targets(asking, kpi.name), span)
    own = {target.scope_id for target in on_record if target.scope_type == "team"} & wanted
    return frozenset((one,) for one in wanted if not set(tree.above(one)) & own)


def _has_targets(project: Project) -> bool:
    return bool(kept(project, "SELECT 1 FROM target LIMIT 1"))


def _scopes(where: Sequence[Filter]) -> Filter | None:
    """The one filter that names people or teams; None when other filters cut across targets."""
    if not where:
        return Filter(dimension="", values=())
    if len(where) == 1 and where[0].dimension in SCOPES and where[0].operator == "=":
        return where[0]
    return None


def _wanted(asking: Asking) -> frozenset[str]:
    return frozenset(value for one in asking.where for value in one.values)


def _own(asking: Asking, kpi: Kpi, span: Period) -> Decimal | None:
    """The one target set for exactly this scope and period."""
    wanted = _wanted(asking)
    kind = asking.query.by[0] if asking.query.by else "org"
    found = [
        target.value
        for target in seen(asking, filling(all_targets(asking, kpi.name), span))
        if target.period.start == span.start
        and target.period.end == span.end
        and target.scope_type == kind
        and (not wanted or target.scope_id in wanted)
    ]
    return found[0] if len(found) == 1 else None
