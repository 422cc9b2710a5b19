"""What the organisation, a team or a person achieved: a KPI's figure for the scope of a target."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kpilot.ask.covering import without_rows
from kpilot.ask.figures import Figure
from kpilot.ask.names import TeamTree
from kpilot.ask.rows import Ask, Figures, by_dims
from kpilot.ask.scans import Asking
from kpilot.ask.targets import Target
from kpilot.core.calendar import Period
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter

AIMED = frozenset({"attainment", "target", "model"})  # they would be made of one another


@dataclass(kw_only=True)
class Achieved:
    """Actuals of any KPI for any scope, each asked once for all periods it is wanted in."""

    asking: Asking
    ask: Ask
    spans: Sequence[Period]
    tree: TeamTree
    made: dict[tuple[str, str, str], Figures] = field(default_factory=dict)

    def of(self, target: Target) -> Figure:
        """The actual figure for a target's KPI, scope and period."""
        kpi = self.kpi(target.kpi)
        if kpi is None:
            return Figure(reason="not_measurable")
        scope_id = "" if target.scope_type in ("org", "agent") else target.scope_id
        place = (kpi.name, target.scope_type, scope_id)
        if place not in self.made:
            self.made[place] = self._asked(kpi, target.scope_type, scope_id)
        key = (target.scope_id,) if target.scope_type == "agent" else ()
        for one in ((target.period, key), (target.period, ())):
            if one in self.made[place]:
                return self.made[place][one]
        return without_rows(self.asking, kpi, target.period)

    def kpi(self, word: str) -> Kpi | None:
        """The KPI that a target is for, if it can be one's aim."""
        kpi = self.asking.catalog.get(word)
        return None if kpi is None or kpi.by or kpi.measure.kind in AIMED else kpi

    def _asked(self, kpi: Kpi, scope_type: str, team: str) -> Figures:
        asking = by_dims(self.asking, ("agent",) if scope_type == "agent" else ())
        if scope_type == "team":
            members = Filter(dimension="team", values=tuple(self.tree.below(team)))
            asking = replace(asking, where=(*asking.where, members))
        try:
            return self.ask(asking, kpi, self.spans)
        except UserError:  # this KPI is of no person or team
            return {(span, ()): Figure(reason="not_measurable") for span in self.spans}


def achieved(asking: Asking, ask: Ask, targets: Iterable[Target]) -> Achieved:
    """The actuals of `targets`, ready to be asked for."""
    spans = sorted({target.period for target in targets})
    return Achieved(asking=asking, ask=ask, spans=spans, tree=TeamTree(asking.project))
