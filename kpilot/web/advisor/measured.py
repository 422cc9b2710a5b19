"""How measurable each KPI of the advisor is for this reader, and why it is no more than that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kpilot.analysis.advisor import Measurability, measurability
from kpilot.ask import catalog, facts
from kpilot.ask.measured_fields import Filled, filled_needs
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.advisor.past import Past, past

ONLY_WHOLE = "only_whole"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One KPI: its share M with what holds it down, its fields, its months and its sample."""

    m: Measurability
    needs: Sequence[Filled]
    past: Past

    def kept(self) -> dict[str, Any]:
        """As JSON, to be read again when the answer is opened."""
        return {
            "value": self.m.value, "field": self.m.field, "reason": self.m.reason,
            "months": self.past.months, "n": self.past.n,
            "needs": [
                {"need": one.need, "valid": one.coverage.valid,
                 "applicable": one.coverage.applicable, "is_mapped": one.coverage.is_mapped,
                 "is_assumed": one.is_assumed}
                for one in self.needs
            ],
        }  # fmt: skip


def advised(known: Catalog) -> Sequence[Kpi]:
    """The KPIs that the advisor weighs."""
    return [kpi for kpi in known.values() if kpi.advice]


def measured(project: Project, reader: Reader, now: datetime) -> Mapping[str, Measured]:
    """KPI → how measurable it is, for every KPI of the advisor and their guardrails."""
    known = catalog(project)
    cut = facts.cutoff(project, None, now)
    kpis = advised(known)
    before = past([kpi.name for kpi in kpis], project, reader, now)
    found = {}
    for kpi in kpis:
        needs = filled_needs(kpi, known, project, reader, cut)
        m = measurability((one.coverage for one in needs), before[kpi.name].months)
        if reader.agent_ids is not None and _is_whole(kpi, known):
            m = Measurability(value=0.0, reason=ONLY_WHOLE)
        found[kpi.name] = Measured(m=m, needs=needs, past=before[kpi.name])
    return found


def _is_whole(kpi: Kpi, known: Catalog) -> bool:
    """Whether its rows, or those of what it is made of, belong to nobody."""
    return kpi.whole or any(_is_whole(known[name], known) for name in kpi.measure.operands)
