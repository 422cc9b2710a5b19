"""What a team page is about: who reads, which team, which period; and how it asks.

Figures of each person are asked by the reader of the people shown, totals by a reader of the whole
group which is used for totals alone. Where a colleague could be singled out by a filter, there are
no filters: salespeople choose a period and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import ask, catalog
from kpilot.core.calendar import Grain, Period, ranged
from kpilot.core.errors import UserError
from kpilot.core.places import places_of
from kpilot.core.query import Filter
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State, read_state, utc_now
from kpilot.web.people.access import person_of
from kpilot.web.people.models import Person
from kpilot.web.reader import reader_of
from kpilot.web.team.keeping import sla_seconds
from kpilot.web.team.peers import Circle, Peers, members, peers, teams_of

KPIS = ("activities_done",)
RECENT_DAYS = 90
WORDS_OF_ALL = ("period", "from", "to", "until", "grain", "figure", "sort")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One team as one person reads it, in one period."""

    person: Person
    project: Project
    state: State
    team: str
    team_name: str
    teams: Mapping[str, str]
    peers: Peers
    circle: Circle
    refused: str = ""
    most: int | None = 60

    @property
    def listed(self) -> Sequence[tuple[str, str]]:
        """(agent, what she is called) of the people a page lists; a file has them all."""
        return list(self.circle.shown.items())[: self.most]

    @property
    def left_out(self) -> int:
        """How many people the page does not list."""
        return len(self.circle.shown) - len(self.listed)

    @property
    def recent(self) -> Period:
        """The last days for what waits now, whatever the page's period."""
        end = self.state.today.last + timedelta(1)
        return ranged(end - timedelta(RECENT_DAYS), end)

    @property
    def sla(self) -> int:
        """Within how many seconds this team's leads should be answered."""
        return sla_seconds("" if self.team == "*" else self.team, self.project)

    def of_named(self) -> "Desk":
        """The same without those shown by pseudonym, where figures would tell who they are."""
        return replace(self, circle=replace(self.circle, masked={}))

    def each(
        self, kpi: str, *by: str, grain: Grain | None = None, period: Period | None = None,
        where: Sequence[Filter] = (), sla: int | None = None,
    ) -> list[Row]:  # fmt: skip
        """The figures of each person shown, by name or pseudonym."""
        return self.asked(self.circle.reader, kpi, ("agent", *by), grain, period, where, sla)

    def together(
        self, kpi: str, *by: str, grain: Grain | None = None, period: Period | None = None,
        where: Sequence[Filter] = (), sla: int | None = None,
    ) -> list[Row]:  # fmt: skip
        """The figures of the whole group; none when its totals are not shown."""
        if self.circle.total is None:
            return []
        return self.asked(self.circle.total, kpi, by, grain, period, where, sla)

    def asked(
        self, reader: Reader, kpi: str, by: tuple[str, ...], grain: Grain | None,
        period: Period | None, where: Sequence[Filter], sla: int | None,
    ) -> list[Row]:  # fmt: skip
        """The rows for one reader; none where the page's filters don't go with the KPI."""
        query = self.state.query.but(
            kpis=(kpi,), reader=reader, by=by, grain=grain, compare=None,
            period=period or self.state.period, where=(*self.state.query.where, *where),
        )  # fmt: skip
        try:
            return ask(query, self.project, sla_seconds=sla).rows
        except UserError:
            return []

    def page_of(self, agent: str) -> str:
        """The page of a person; "" for those whose page is not open to the reader."""
        if agent not in self.circle.opened:
            return ""
        return self.state.link(reverse("team-person", args=[agent]))

    def rows_of(self, kpi: str, agent: str, *where: Filter, period: Period | None = None,
                only: str | None = None) -> str:  # fmt: skip
        """Where the rows behind a person's figure are; "" for those the reader may not open."""
        if agent not in self.circle.opened:
            return ""
        conditions = (*self.state.query.where, self.filter_of(agent), *where)
        changes: dict[str, str | Sequence[str] | None] = {
            "where": [str(one) for one in conditions], "only": only, "grain": None,
        }  # fmt: skip
        if period:
            changes["period"] = period.key
        return self.state.link(reverse("records", args=[kpi]), **changes)

    def filter_of(self, agent: str) -> Filter:
        """The filter for one person: by name as people read it, by id where two share a name."""
        name = self.circle.named.get(agent, agent)
        is_only = list(self.circle.named.values()).count(name) == 1
        return Filter(dimension="agent", values=(name if is_only else agent,))


def open_desk(request: HttpRequest, project: Project, team: str = "") -> Desk:
    """The desk for an address; Http404 for a team that is not there or not the reader's to see."""
    person = person_of(request)
    teams = teams_of(person, project)
    if team and team not in teams:
        raise Http404
    chosen = team or usual_team(person, teams)
    seen = peers(person, project)
    state, refused = state_of(request, project, seen)
    circle = seen.circle(
        project, members(project, chosen) if chosen else (), f"{chosen} {state.period.key}"
    )
    return Desk(
        person=person,
        project=project,
        state=state,
        team=chosen,
        team_name=teams.get(chosen, ""),
        teams=teams,
        peers=seen,
        circle=circle,
        refused=refused,
    )


def usual_team(person: Person, teams: Mapping[str, str]) -> str:
    """The team a page opens with: one's own, else the first."""
    return person.team_id if person.team_id in teams else next(iter(teams), "")


def state_of(request: HttpRequest, project: Project, seen: Peers) -> tuple[State, str]:
    """The state of the address, and what was left out of it for the colleagues' sake."""
    given = {str(word): [str(v) for v in values] for word, values in request.GET.lists()}
    refused = ""
    if seen.is_limited:
        kept = {word: values for word, values in given.items() if word in WORDS_OF_ALL}
        if kept != given:
            refused = _("Filters are left out here: they could single out a colleague.")
        given = kept
    reader = reader_of(seen.person, project)
    state = read_state(given, project, reader, kpis=KPIS, now=utc_now())
    return replace(state, query=state.query.but(grain=state.query.grain, by=())), refused


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What one KPI lacks; `fields` are those missing, each with where CRMs keep it."""

    needed_for: str
    fields: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def lacks(desk: Desk, *kpis: str) -> Sequence[Lack]:
    """What the data lacks for these KPIs; nothing when each can be measured."""
    from kpilot.ask.measurable import missing

    known = catalog(desk.project)
    found = []
    for name in kpis:
        lack = missing(known[name], known, desk.project, desk.state.cut.version)
        needs = [need.split("|") for need in lack.fields] if lack else []
        fields = [
            (_(" or ").join(words.field_label(one) for one in options), places_of(options[0]))
            for options in needs
        ]
        if fields:
            found.append(Lack(needed_for=words.named(known[name].names), fields=fields))
    return found
