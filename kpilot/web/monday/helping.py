"""Who is behind the pace of their own target, and what waits for them.

By name for administrators and for managers of those people; a salesperson sees herself. Nobody is
held against anybody else. What somebody sold counts only where enough sales were to be expected.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kpilot.ask import ask, catalog
from kpilot.ask.names import TeamTree
from kpilot.core.calendar import Period
from kpilot.core.errors import UserError
from kpilot.core.result import Row
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.kpis import judge
from kpilot.web.kpis.state import State
from kpilot.web.monday import times
from kpilot.web.people.models import Person, Role

EARLY = 0.25
FEWEST_SALES = 3.0
FEWEST_SALES_OF_A_TEAM = 5.0
AHEAD = 1.2
SHOWN = 5
OF_PERSON, OF_TEAM = "agent", "team"
BY_NAME = (Role.ADMINISTRATOR, Role.MANAGER)


@dataclass(frozen=True, kw_only=True)
class Waits:
    """What waits for somebody: stalled deals and their amount, unanswered leads, late tasks."""

    stalled: int = 0
    value: float = 0.0
    leads: int = 0
    tasks: int = 0


@dataclass(frozen=True, kw_only=True)
class Held:
    """Somebody, or a team, against their own target of the running quarter.

    pace     sold over what should have been sold by now; None where too little can be expected
    gone     the share of the quarter that is over
    """

    id: str
    name: str
    sold: float
    target: float
    sales: int
    pace: float | None
    gone: float
    waits: "Waits"

    @property
    def status(self) -> str:
        """Where the pace puts them (specification §5); "" where nothing can be said."""
        if self.pace is None:
            return ""
        if self.sold >= self.target:
            return "achieved"
        if self.pace >= judge.ON_TRACK - judge.CLOSE:
            return "on_track"
        return "at_risk" if self.pace >= judge.AT_RISK - judge.CLOSE else "off_track"

    @property
    def is_behind(self) -> bool:
        return self.status in ("at_risk", "off_track")

    @property
    def missing(self) -> float:
        """How much less was sold than should have been by now."""
        return max(0.0, self.target * self.gone - self.sold)


@dataclass(frozen=True, kw_only=True)
class Help:
    """The people, in the order of names. `is_own`: the reader herself; others  behind too."""

    period: Period
    people: tuple[Held, ...] = ()
    behind: int = 0
    is_own: bool = False
    has_targets: bool = False

    @property
    def others(self) -> int:
        return self.behind - sum(one.is_behind for one in self.people)


def help_of(person: Person, state: State, project: Project, sale: float | None) -> Help | None:
    """Who needs help among those whom the reader answers for; None for who answers for nobody.

    deal  what a won deal is worth on average, to tell how many sales were to be expected
    """
    quarter = times.running(state)
    is_own = person.role == Role.AGENT
    if person.role not in BY_NAME and not (is_own and person.agent_id):
        return None
    held = held_by(OF_PERSON, quarter, state, project, sale, FEWEST_SALES)
    if is_own:
        own = tuple(one for one in held if one.id == person.agent_id)
        behind = sum(one.is_behind for one in own)
        return Help(period=quarter, people=own, behind=behind, is_own=True, has_targets=bool(own))
    behind_ = [one for one in held if one.is_behind]
    behind_.sort(key=lambda one: -(one.missing + one.waits.value))
    shown = sorted(behind_[:SHOWN], key=lambda one: folded(one.name))
    return Help(period=quarter, people=tuple(shown), behind=len(behind_), has_targets=bool(held))


def teams_of(
    person: Person, state: State, project: Project, sale: float | None
) -> tuple[Held, ...]:
    """The teams far from the pace of their own target, behind or ahead; teams of teams left out."""
    if person.role not in (*BY_NAME, Role.VIEWER):
        return ()
    quarter = times.running(state)
    held = held_by(OF_TEAM, quarter, state, project, sale, FEWEST_SALES_OF_A_TEAM)
    tree = TeamTree(project)
    above = {team for one in held for team in tree.above(one.id)}
    found = [one for one in held if one.id not in above and one.pace is not None]
    return tuple(one for one in found if one.is_behind or (one.pace or 0) >= AHEAD)


def held_by(
    dimension: str, quarter: Period, state: State, project: Project, sale: float | None,
    fewest: float,
) -> list[Held]:  # fmt: skip
    """Everybody with a target in the quarter, in the order of names."""
    aims = _by(dimension, ("quota_attainment",), quarter, state, project)
    waits = _waits(dimension, state, project) if dimension == OF_PERSON else {}
    gone = judge.share_gone(quarter, min(state.today.whole, times.looked_at(state)))
    found = []
    for identity, rows in aims.items():
        row = rows["quota_attainment"]
        if not row.den or float(row.den) <= 0:
            continue
        found.append(
            Held(
                id=identity,
                name=row.dims[dimension],
                sold=float(row.num or 0),
                target=float(row.den),
                sales=row.n,
                pace=_pace(row, gone, sale, fewest),
                gone=gone,
                waits=waits.get(identity, Waits()),
            )
        )
    return sorted(found, key=lambda one: folded(one.name))


def _pace(row: Row, gone: float, sale: float | None, fewest: float) -> float | None:
    """Sold over what linear pace asks by now; None where too few sales were to be expected."""
    due = float(row.den or 0) * gone
    if gone < EARLY or not sale or due / sale < fewest:
        return None
    return float(row.num or 0) / due


def _waits(dimension: str, state: State, project: Project) -> dict[str, Waits]:
    """What waits for each: stalled deals with their amount, unanswered leads, late tasks."""
    now = state.period if state.period.end > state.today.whole else times.running(state)
    found: dict[str, Waits] = {}
    stock = _by(dimension, ("stalled_rate", "stalled_rate_value"), now, state, project)
    late = _by(dimension, ("tasks_overdue",), now, state, project)
    recent = times.months_up_to(times.last_whole(state, "month"), 2)
    span = Period(start=recent.start, end=times.looked_at(state))
    leads = _by(dimension, ("leads_waiting",), span, state, project)
    for identity in {*stock, *late, *leads}:
        found[identity] = Waits(
            stalled=int(_number(stock, identity, "stalled_rate", "num")),
            value=_number(stock, identity, "stalled_rate_value", "value"),
            tasks=int(_number(late, identity, "tasks_overdue", "value")),
            leads=int(_number(leads, identity, "leads_waiting", "value")),
        )
    return found


def _number(rows: Mapping[str, Mapping[str, Row]], identity: str, kpi: str, side: str) -> float:
    row = rows.get(identity, {}).get(kpi)
    if row is None:
        return 0.0
    return float((row.num if side == "num" else row.value) or 0)


def _by(
    dimension: str, kpis: tuple[str, ...], span: Period, state: State, project: Project
) -> dict[str, dict[str, Row]]:
    """Identity → KPI → row; nothing for KPIs that are not known or that the filters refuse."""
    known = catalog(project)
    names = tuple(name for name in kpis if name in known)
    if not names or span.end <= span.start:
        return {}
    query = state.query.but(kpis=names, by=(dimension,), grain=None, period=span, compare=None)
    try:
        rows = ask(query, project).rows
    except UserError:
        return {}
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        if dimension in row.dim_ids and not row.dim_ids[dimension].startswith("("):
            found.setdefault(row.dim_ids[dimension], {})[row.kpi] = row
    return found
