"""A board as pages show it, whether somebody's dashboard or a ready one, for the person who reads.

Addresses name a board by a number, or by ready/<name>; `BoardConverter` reads both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import catalog
from kpilot.project import Project
from kpilot.web.dashboards import making, placing, rights
from kpilot.web.dashboards.models import Dashboard, Sharing, Version
from kpilot.web.dashboards.placing import Cards, Placed
from kpilot.web.dashboards.ready import ready
from kpilot.web.kpis.cards import first_kpis
from kpilot.web.kpis.state import State, read_state, utc_now
from kpilot.web.people.models import Person
from kpilot.web.reader import reader_of

OWN_WORDS = ("edit", "mode", "every", "with", "whole")


class BoardConverter:
    """`7` and `ready/sales-review` in an address."""

    regex = r"\d{1,9}|ready/[a-z0-9-]{1,60}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board and what this person may do with it. `stored` is None for a ready one."""

    ref: str
    title: str
    cards: Cards
    about: str = ""
    stored: Dashboard | None = None
    version: Version | None = None
    may_edit: bool = False
    may_govern: bool = False

    @property
    def href(self) -> str:
        return reverse("dashboard", args=[self.ref])

    @property
    def shared_with(self) -> str:
        """Who sees it, in words."""
        if self.stored is None:
            return _("comes with kpilot")
        names = self.stored.named.count()
        if self.stored.sharing == Sharing.TEAM:
            return _("shared with the team")
        if self.stored.sharing == Sharing.EVERYONE:
            return _("shared with everyone")
        return _("shared with people named") if names else _("only you")


def find(ref: str, person: Person, project: Project) -> Board:
    """The board of an address; 404 when it is not there for this person."""
    if ref.startswith("ready/"):
        one = ready().get(ref.removeprefix("ready/"))
        if one is None:
            raise Http404
        return Board(ref=ref, title=one.title, about=one.about, cards=one.cards)
    stored = rights.visible(person, project).filter(pk=int(ref)).first()
    if stored is None:
        raise Http404
    version = making.now(stored)
    return Board(
        ref=ref,
        title=stored.title,
        cards=placing.from_json(version.cards),
        stored=stored,
        version=version,
        may_edit=rights.may_edit(person, stored),
        may_govern=rights.may_govern(person, stored),
    )


def card_of(board: Board, key: str) -> Placed:
    """A card of the board; 404 without it."""
    found = placing.one(board.cards, key)
    if found is None:
        raise Http404
    return found


def state_of(
    given: Mapping[str, Sequence[str]], cards: Cards, person: Person, project: Project
) -> State:
    """What the whole board is about: the words of the address without those of the page itself."""
    said = {word: values for word, values in given.items() if word not in OWN_WORDS}
    return read_state(
        said, project, reader_of(person, project), kpis=_kpis(cards, project), now=utc_now()
    )


def with_own_words(state: State, given: Mapping[str, Sequence[str]]) -> State:
    """The state whose links keep the page in its mode."""
    own = {word: tuple(given[word]) for word in OWN_WORDS if any(given.get(word, ()))}
    return replace(state, said={**state.said, **own})


def _kpis(cards: Cards, project: Project) -> Sequence[str]:
    known = catalog(project)
    asked = [name for card in cards for name in card.asked.words.get("kpi", ()) if name in known]
    return tuple(dict.fromkeys(asked)) or tuple(first_kpis(project))
