"""Who may be shown to whom, and how: the one place that decides it for every view of a team.

Administrators, viewers and managers see the people whose rows they may read. A salesperson sees
colleagues only as far as the administrator allows: not at all, in the team's totals, under
pseudonyms, or by name. Whatever is shown of people goes through a `Circle`.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from django.conf import settings
from django.utils.translation import gettext as _

from kpilot.ask.names import TeamTree, names
from kpilot.core.rights import Reader
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.people.models import Person, Role
from kpilot.web.reader import reader_of
from kpilot.web.team.keeping import rules
from kpilot.web.team.models import PeerView

EVERYBODY = "*"
PEOPLE = """
    SELECT id, coalesce(team_id, '') FROM agent
    WHERE deleted_at IS NULL AND deleted_on IS NULL AND merged_into_id IS NULL
      AND coalesce(kind, 'human') = 'human'
      AND (active_to IS NULL OR active_to >= (
        SELECT coalesce(CAST(max(horizon) AS DATE), current_date)
        FROM kp_load WHERE undone_at IS NULL))
"""


@dataclass(frozen=True, kw_only=True)
class Circle:
    """One group of people as one person may see it.

    named   agents shown by name, in the order of names (her own name first)
    masked  agent → pseudonym, in the order of pseudonyms
    opened  agents whose page and rows she may open
    total   who reads the group's totals, and nothing but totals; None when they are not shown
    size    how many people the group has; is_small  too few for totals or pseudonyms
    """

    named: Mapping[str, str]
    masked: Mapping[str, str]
    opened: frozenset[str]
    total: Reader | None
    size: int
    is_small: bool

    @property
    def reader(self) -> Reader:
        """Who reads the figures of each person shown, by name or pseudonym."""
        return Reader(agent_ids=frozenset({*self.named, *self.masked}))

    @property
    def shown(self) -> Mapping[str, str]:
        """agent → what she is called, in the order people are listed."""
        return {**self.named, **self.masked}


@dataclass(frozen=True, kw_only=True)
class Peers:
    """What one person sees of others.

    mode      "self", "aggregate", "pseudonyms" or "names"; names for all but salespeople
    smallest  the least size of a group whose totals or pseudonyms are shown
    own       agents whose rows she may read; None: everybody's
    """

    person: Person
    mode: str
    smallest: int
    own: frozenset[str] | None

    @property
    def is_limited(self) -> bool:
        """Whether colleagues are behind the administrator's rule."""
        return self.person.role == Role.AGENT

    def circle(self, project: Project, members: Iterable[str], mark: str) -> Circle:
        """The group `members` as this person may see it.

        mark  what pseudonyms are made for, such as the period: under another mark the same
              colleague has another one, so that two periods cannot be laid side by side
        """
        group = frozenset(members)
        mine = group if self.own is None else group & self.own
        if not self.is_limited:
            called = names(project, "agent", sorted(mine))
            return Circle(
                named=_sorted(called), masked={}, opened=mine, size=len(mine), is_small=False,
                total=Reader(agent_ids=mine) if mine else None,
            )  # fmt: skip
        is_small = len(group) < self.smallest
        inside = bool(mine) and self.mode != PeerView.SELF
        is_total = inside and (self.mode == PeerView.NAMES or not is_small)
        named = group if inside and self.mode == PeerView.NAMES else mine
        is_masked = is_total and self.mode == PeerView.PSEUDONYMS
        called = names(project, "agent", sorted(named))
        first = {agent: called[agent] for agent in sorted(mine) if agent in called}
        return Circle(
            named={**first, **_sorted(called)},
            masked=self._pseudonyms(group - mine, mark) if is_masked else {},
            opened=mine,
            total=Reader(agent_ids=group) if is_total else None,
            size=len(group),
            is_small=inside and is_small and self.mode != PeerView.NAMES,
        )

    def _pseudonyms(self, agents: frozenset[str], mark: str) -> Mapping[str, str]:
        """A letter for each, dealt by a secret of this server, this reader and this mark."""
        key = f"{settings.SECRET_KEY}\0{self.person.pk}\0{mark}".encode()
        dealt = sorted(
            agents, key=lambda agent: hmac.new(key, agent.encode(), hashlib.sha256).digest()
        )
        return {
            agent: _("Colleague %(letter)s") % {"letter": _letter(place)}
            for place, agent in enumerate(dealt)
        }


def peers(person: Person, project: Project) -> Peers:
    """How far `person` sees colleagues, by her role and the administrator's rule."""
    in_force = rules()
    is_agent = person.role == Role.AGENT
    return Peers(
        person=person,
        mode=in_force.peer_view if is_agent else PeerView.NAMES.value,
        smallest=in_force.smallest_group,
        own=reader_of(person, project).agent_ids,
    )


def people(project: Project) -> Mapping[str, str]:
    """agent → team, of the people who sell now: neither queues nor those who left."""
    return {str(agent): str(team) for agent, team in project.engine.query(PEOPLE)}


def members(project: Project, team_id: str) -> frozenset[str]:
    """The people of a team and of the teams below it; of all teams for `EVERYBODY`."""
    everybody = people(project)
    if team_id == EVERYBODY:
        return frozenset(everybody)
    below = set(TeamTree(project).below(team_id))
    return frozenset(agent for agent, team in everybody.items() if team in below)


def teams_of(person: Person, project: Project) -> Mapping[str, str]:
    """team → name of the teams whose page somebody may open, by name; `EVERYBODY` comes first for
    those who see all."""
    called = names(project, "team")
    if person.role in (Role.ADMINISTRATOR, Role.VIEWER):
        return {EVERYBODY: _("Everybody"), **_sorted(called)}
    if person.role == Role.MANAGER:
        below = TeamTree(project).below(person.team_id) if person.team_id else ()
        return _sorted({team: called[team] for team in below if team in called})
    team = people(project).get(person.agent_id, "") if person.agent_id else ""
    return {team: called[team]} if team in called else {}


def _letter(place: int) -> str:
    """A, B … Z, AA, AB …"""
    text: Sequence[str] = ()
    place += 1
    while place:
        place, rest = divmod(place - 1, len(ascii_uppercase))
        text = (ascii_uppercase[rest], *text)
    return "".join(text)


def _sorted(called: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(called.items(), key=lambda pair: folded(pair[1])))
