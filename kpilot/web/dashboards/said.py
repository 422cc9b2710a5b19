"""What was done to a dashboard, in words: for its history, and for who comes second."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.models import Version

DEEDS: dict[str, Callable[[], str]] = {
    "create": lambda: _("%(who)s made it"),
    "copy": lambda: _("%(who)s made it as a copy"),
    "apart": lambda: _("%(who)s's change was kept here as a copy"),
    "add": lambda: _("%(who)s added “%(about)s”"),
    "edit": lambda: _("%(who)s changed “%(about)s”"),
    "place": lambda: _("%(who)s moved or resized “%(about)s”"),
    "double": lambda: _("%(who)s doubled “%(about)s”"),
    "remove": lambda: _("%(who)s took “%(about)s” away"),
    "title": lambda: _("%(who)s called it “%(about)s”"),
    "undo": lambda: _("%(who)s took the last change back"),
    "redo": lambda: _("%(who)s made a change again"),
    "restore": lambda: _("%(who)s brought version %(about)s back"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One version in the history."""

    version: Version
    deed: str
    cards: int
    current: bool


def deed(version: Version) -> str:
    """Who did what."""
    who = str(version.person) if version.person else "kpilot"
    template = DEEDS.get(version.did, DEEDS["edit"])()
    return template % {"who": who, "about": version.about}


def history(board: Board) -> Sequence[Row]:
    """Every version, the latest first."""
    if board.stored is None:
        return ()
    return [
        Row(version=one, deed=deed(one), cards=len(one.cards),
            current=one.number == board.stored.version)
        for one in board.stored.versions.select_related("person")
    ]  # fmt: skip
