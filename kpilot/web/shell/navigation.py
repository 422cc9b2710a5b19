"""What the rail, the tabs of the phone and the palette lead to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpilot.web.people.models import Role


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One place: its address's name, its words and icon, and who is shown it.

    `short` is what a tab of a phone says, where the words do not fit one. `own` entries concern the
    person or the project; they stand apart below a line.
    """

    url: str
    label: str | Promise
    icon: str
    roles: frozenset[str] = frozenset(Role.values)
    own: bool = False
    short: str | Promise = ""


ENTRIES = (
    Entry(url="home", label=_("What to look at"), icon="eye", short=_("Look at")),
    Entry(url="kpis", label=_("KPIs"), icon="trend"),
    Entry(url="dashboards", label=_("Dashboards"), icon="board"),
    Entry(url="goals", label=_("Goals"), icon="goal"),
    Entry(url="team", label=_("Team"), icon="people"),
    Entry(url="catalogue", label=_("Catalogue"), icon="book"),
    Entry(url="advice", label=_("Choose KPIs"), icon="check", own=True),
    Entry(
        url="data",
        label=_("Data"),
        icon="data",
        own=True,
        roles=frozenset({Role.ADMINISTRATOR, Role.MANAGER}),
    ),
    Entry(
        url="people",
        label=_("People"),
        icon="people",
        own=True,
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    Entry(url="profile", label=_("My settings"), icon="settings", own=True),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """An entry as one page shows it."""

    entry: Entry
    href: str
    here: bool


def places(role: str, path: str) -> Sequence[Place]:
    """The entries somebody in `role` sees, the one that holds `path` marked."""
    shown = [(entry, reverse(entry.url)) for entry in ENTRIES if role in entry.roles]
    inside = [href for _entry, href in shown if path.startswith(href) and href != "/"]
    here = max(inside, key=len, default="/" if path == "/" else "")
    return [Place(entry=entry, href=href, here=href == here) for entry, href in shown]
