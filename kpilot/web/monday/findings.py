"""Everything the page has found for one reader, kept until the data or what she asks changes."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilot.ask import catalog
from kpilot.ask.catalog import additions
from kpilot.project import Project
from kpilot.web.kpis.state import State
from kpilot.web.monday import helping, loyalty, reading, times
from kpilot.web.monday.declines import Decline, declines
from kpilot.web.monday.fallen import Fall, fall_of
from kpilot.web.monday.helping import Held, Help
from kpilot.web.monday.loyalty import Runner
from kpilot.web.monday.moves import Move, moves
from kpilot.web.monday.slipping import Slipping, slipping
from kpilot.web.monday.stages import Funnel, funnels
from kpilot.web.people.models import Person

YEARS = 37
KEPT = 60
MEMO = ("monday",)
ALWAYS = ("sales_value", "win_rate")


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the analyses say; nothing where nothing can be said.

    falls   KPI → what its decline is made of
    tested  whether there was enough history to find anything at all
    """

    moves: tuple[Move, ...]
    declines: tuple[Decline, ...]
    falls: Mapping[str, Fall]
    funnel: Funnel | None
    help: Help | None
    teams: tuple[Held, ...]
    runners: tuple[Runner, ...]
    slipping: Slipping
    tested: bool


def findings(person: Person, state: State, project: Project, names: Sequence[str]) -> Findings:
    """The findings on the KPIs `names`, and on the pipeline, the people and the deals."""
    place = (
        person.role, person.agent_id, state.cut, additions(project), state.query, tuple(names),
    )  # fmt: skip
    kept: OrderedDict[object, Findings] = project.memo.setdefault(MEMO, OrderedDict())
    if place not in kept:
        kept[place] = _found(person, state, project, names)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return kept[place]


def watched(names: Sequence[str], project: Project) -> list[str]:
    """What is looked at for moves: the KPIs followed, those they are made of and guarded by, and
    always sales and the win rate."""
    known = catalog(project)
    wanted = [*names]
    for name in names:
        wanted += [*known[name].measure.operands, known[name].guardrail]
    wanted += ALWAYS
    return [
        name for name in dict.fromkeys(wanted) if name in known and reading.is_plain(known[name])
    ]


def _found(person: Person, state: State, project: Project, names: Sequence[str]) -> Findings:
    known = catalog(project)
    kpis = [known[name] for name in watched(names, project)]
    span = times.months_up_to(times.last_whole(state, "month"), YEARS)
    monthly = reading.rows_of(kpis, state, project, span, "month")
    found = funnels(state, project)
    funnel = found[0] if found else None
    sale = funnel.sale if funnel else None
    moved = moves(state, project, kpis, monthly)
    declined = declines(kpis, monthly)
    falls = {one.kpi.name: fall_of(one, state, project) for one in declined}
    return Findings(
        moves=moved,
        declines=declined,
        falls={name: fall for name, fall in falls.items() if fall is not None},
        funnel=funnel,
        help=helping.help_of(person, state, project, sale),
        teams=helping.teams_of(person, state, project, sale),
        runners=loyalty.runners(person, state, project),
        slipping=slipping(state, project, dict(funnel.days) if funnel else {}),
        tested=any(sum(reading.is_known(row) for row in rows) > times.YEARS_BACK
                   for rows in monthly.values()),
    )  # fmt: skip
