"""The leaderboard of a team that asked for one: own targets and fair win rates, with their doubt.

A place says how many people are clearly ahead: their interval lies wholly above. Those who cannot
be told apart share a place; those with too few rows are listed without one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpilot.ask.figures import ENOUGH
from kpilot.core import format as written
from kpilot.core.format import Unit
from kpilot.web.kpis import words
from kpilot.web.team.desk import Desk
from kpilot.web.team.tables import by_agent


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A figure with its interval; `enough` rows stand behind it or not."""

    value: float
    low: float
    high: float
    n: int
    enough: bool


@dataclass(frozen=True, kw_only=True)
class Leader:
    """One line: `place` None for those with too few rows to have one."""

    name: str
    href: str
    place: int | None
    text: str
    between: str
    rests: str
    is_you: bool


@dataclass(frozen=True, kw_only=True)
class Board:
    """One list; `is_level`: nobody can be told apart from anybody."""

    title: str
    note: str
    leaders: Sequence[Leader]
    is_level: bool


def places(standings: Mapping[str, Standing]) -> dict[str, int | None]:
    """name → 1 + how many are clearly ahead; None under the floor.

    >>> sure = dict(n=40, enough=True)
    >>> places({"a": Standing(value=.6, low=.5, high=.7, **sure),
    ...         "b": Standing(value=.5, low=.4, high=.6, **sure),
    ...         "c": Standing(value=.2, low=.1, high=.3, **sure),
    ...         "d": Standing(value=1.0, low=.3, high=1.0, n=2, enough=False)})
    {'a': 1, 'b': 1, 'c': 3, 'd': None}
    """
    placed = {name: one for name, one in standings.items() if one.enough}
    return {
        name: 1 + sum(other.low > one.high for other in placed.values()) if one.enough else None
        for name, one in standings.items()
    }


def boards(desk: Desk) -> Sequence[Board]:
    """Both lists: the share of one's own target, and the win rate drawn towards that of all."""
    return [
        _board(desk, _attainments(desk), _("Own target reached"), _(
            "Sales against one's own target. The interval is what as many sales could have been by "
            "chance; under %(n)s sales there is no place."
        ) % {"n": ENOUGH["count"]}, _("%(n)s sales")),
        _board(desk, _win_rates(desk), _("Win rate, fair between salespeople"), _(
            "Drawn towards the rate of all: two of two are not 100%%. Under %(n)s closed "
            "opportunities there is no place."
        ) % {"n": ENOUGH["ratio"]}, _("%(n)s closed")),
    ]  # fmt: skip


def _attainments(desk: Desk) -> dict[str, Standing]:
    sales = by_agent(desk.each("sales_count"))
    found = {}
    for agent, row in by_agent(desk.each("quota_attainment")).items():
        made = sales.get(agent)
        if row.value is None or made is None or made.value is None:
            continue
        value, n = float(row.value), int(made.value)
        low, high = made.lo or 0.0, made.hi or 0.0
        found[agent] = Standing(
            value=value,
            low=value * low / n if n else 0.0,
            high=value * high / n if n else 0.0,
            n=n,
            enough=n >= ENOUGH["count"],
        )
    return found


def _win_rates(desk: Desk) -> dict[str, Standing]:
    return {
        agent: Standing(
            value=float(row.value), low=row.lo or 0.0, high=row.hi or 0.0, n=row.n,
            enough=row.n >= ENOUGH["ratio"],
        )
        for agent, row in by_agent(desk.each("win_rate_eb")).items()
        if row.value is not None
    }  # fmt: skip


def _board(
    desk: Desk, standings: Mapping[str, Standing], title: str, note: str, rests: str
) -> Board:
    place, language = places(standings), words.language()
    shown = [agent for agent in desk.circle.shown if agent in standings]
    called = {agent: desk.circle.shown[agent] for agent in shown}
    ordered = sorted(
        shown,
        key=lambda agent: (place[agent] is None, place[agent] or 0, called[agent].casefold()),
    )
    leaders = []
    for agent in ordered:
        one = standings[agent]
        leaders.append(
            Leader(
                name=called[agent],
                href=desk.page_of(agent),
                place=place[agent],
                text=written.percent(one.value, language, 0) if one.enough
                else _("too few to say"),
                between=_between(one.low, one.high, "ratio") if one.enough else "",
                rests=rests % {"n": written.number(one.n, language)},
                is_you=agent == desk.person.agent_id,
            )
        )  # fmt: skip
    taken = {one.place for one in leaders if one.place is not None}
    return Board(title=title, note=note, leaders=leaders, is_level=taken == {1})


def _between(low: float, high: float, unit: Unit) -> str:
    return written.interval(low, high, unit, words.language())
