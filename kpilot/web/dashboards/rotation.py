"""The wall screen: no rail, large type, and on to the next dashboard every few seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from kpilot.project import Project
from kpilot.web.dashboards import boards, rights
from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.ready import ready
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person

USUAL, LEAST, MOST = 30, 5, 3600


@dataclass(frozen=True, kw_only=True)
class Tv:
    """How the wall screen goes on.

    on      the page is on the wall
    every   seconds a board stays, 0 to stay for ever
    then    the address of the board after this one, "" when there is none
    leave   the same board as an ordinary page
    offers  (ref, title, chosen) of the boards that may take part
    """

    on: bool
    every: int
    then: str
    leave: str
    offers: Sequence[tuple[str, str, bool]]
    place: str = ""


def tv(
    board: Board,
    state: State,
    given: Mapping[str, Sequence[str]],
    person: Person,
    project: Project,
) -> Tv:
    """The wall screen that the words of the address mean: mode=tv, every=30, with=7&with=8."""
    on = list(given.get("mode", ())) == ["tv"]
    chosen = [
        ref for ref in dict.fromkeys(given.get("with", ())) if _is_there(ref, person, project)
    ]
    if on and chosen and board.ref not in chosen:
        chosen = [board.ref, *chosen]
    at = chosen.index(board.ref) if board.ref in chosen else 0
    following = chosen[(at + 1) % len(chosen)] if len(chosen) > 1 else ""
    every = _seconds(given) if following else 0
    # Filters and period stay as they are from one board to the next.
    then = reverse("dashboard", args=[following]) if following else ""
    return Tv(
        on=on,
        every=every,
        then=state.link(then, **{"with": chosen}) if then else "",
        leave=state.link(board.href, mode=None, every=None, **{"with": None}),
        offers=_offers(board, person, project),
        place=f"{at + 1} / {len(chosen)}" if following else "",
    )


def _seconds(given: Mapping[str, Sequence[str]]) -> int:
    text = next(iter(given.get("every", ())), "")
    return min(max(int(text), LEAST), MOST) if text.isdecimal() and len(text) < 7 else USUAL


def _is_there(ref: str, person: Person, project: Project) -> bool:
    if not ref.isdecimal() and ref.removeprefix("ready/") not in ready():
        return False
    try:
        boards.find(ref, person, project)
    except Http404:
        return False
    return True


def _offers(board: Board, person: Person, project: Project) -> Sequence[tuple[str, str, bool]]:
    own = [(str(one.pk), one.title) for one in rights.listed(person, project)]
    shipped = [(f"ready/{one.name}", one.title) for one in ready().values()]
    return [(ref, title, ref == board.ref) for ref, title in (*own, *shipped)]
