"""To whom figures are credited, and whether the data know who that was (rule G16)."""

from collections.abc import Iterator

from kpilot.ask.catalog import facts
from kpilot.ask.measurable import filled_fields
from kpilot.ask.scans import Asking
from kpilot.core.compile import AGENT_DIMS
from kpilot.core.kpi import Catalog, Kpi

PAST = ("owner_at_event", "owner_first")
SIGN = "lacks_owner_history"  # a column of the facts whose rows have owners that change


def credited(asking: Asking, kpi: Kpi) -> str:
    """The attribution in force: who has a record today, where nobody recorded who had it before."""
    mode = asking.attribution(kpi)
    return "owner_current" if mode in PAST and not knows_owners(asking, kpi) else mode


def is_credited_anew(asking: Asking, kpi: Kpi) -> bool:
    """Whether people are asked about, and today's owners stand for those at the time."""
    asked = {*asking.dims(kpi), *(one.dimension for one in asking.where)}
    return bool(asked & set(AGENT_DIMS)) and credited(asking, kpi) != asking.attribution(kpi)


def knows_owners(asking: Asking, kpi: Kpi) -> bool:
    """Whether the records that the KPI counts have a history of owners, or owners at all."""
    filled = filled_fields(asking.project, asking.cut.version)
    known = facts(asking.project)
    kinds = {
        "lead" if one.fact.startswith("lead") else "opportunity"
        for one in _leaves(kpi, asking.catalog)
        if one.fact and SIGN in known[one.fact].columns
    }
    return all(
        filled.get("lead_owner_history.at" if kind == "lead" else "owner_history.at")
        or not filled.get(f"{kind}.owner_id")
        for kind in kinds
    )


def _leaves(kpi: Kpi, known: Catalog) -> Iterator[Kpi]:
    """The KPIs with rows of their own that it is made of; itself when it has rows."""
    if not kpi.measure.operands:
        yield kpi
    for name in kpi.measure.operands:
        yield from _leaves(known[name], known)
