"""Whether somebody closes fast and loses the customers, or slowly and keeps them (kpis.md §2.10).

Only for who answers for people, and only beyond what chance explains for as many as are looked at.
"""

from dataclasses import dataclass

from kpilot.analysis.bottleneck import Share, share_z
from kpilot.analysis.comparing import discoveries, two_sided
from kpilot.ask import ask, catalog
from kpilot.core.errors import UserError
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.kpis.state import State
from kpilot.web.monday import times
from kpilot.web.monday.helping import BY_NAME
from kpilot.web.people.models import Person

KPI = "cycle_vs_retention"


@dataclass(frozen=True, kw_only=True)
class Runner:
    """A salesperson whose customers stay far more or far less than those of all.

    kind  "hare" (fast, lost) or "tortoise" (slow, kept); days  the median length of their sales
    """

    name: str
    kind: str
    kept: float
    kept_by_all: float
    customers: int
    days: float


def runners(person: Person, state: State, project: Project) -> tuple[Runner, ...]:
    """Those told apart by more than chance, in the order of names."""
    if person.role not in BY_NAME or KPI not in catalog(project):
        return ()
    month = times.last_whole(state, "month")
    query = state.query.but(kpis=(KPI,), by=("agent",), grain=None, period=month, compare=None)
    try:
        rows = [row for row in ask(query, project).rows if row.den and "agent" in row.dim_ids]
    except UserError:
        return ()
    kept, of = (sum(float(getattr(row, side) or 0) for row in rows) for side in ("num", "den"))
    if not of:
        return ()
    chances, found = {}, {}
    for row in rows:
        own = Share(hits=float(row.num or 0), n=float(row.den or 0))
        rest = Share(hits=kept - own.hits, n=of - own.n)
        z = share_z(own, rest) if rest.n > 0 and "insufficient" not in row.flags else None
        if z is not None:
            identity = row.dim_ids["agent"]
            chances[identity], found[identity] = two_sided(z), row
    told = []
    for identity in discoveries(chances):
        row = found[identity]
        kind = next((flag for flag in ("hare", "tortoise") if flag in row.flags), "")
        if kind and "confident" in row.flags and row.value is not None and row.mean is not None:
            told.append(Runner(
                name=row.dims["agent"], kind=kind, kept=float(row.value), kept_by_all=kept / of,
                customers=int(row.den or 0), days=row.mean,
            ))  # fmt: skip
    return tuple(sorted(told, key=lambda one: folded(one.name)))
