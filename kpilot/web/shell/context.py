"""What the page template needs on every page."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils import timezone

from kpilot.web.goals.notices import unread
from kpilot.web.people.models import Person, Theme
from kpilot.web.reader import missing_link
from kpilot.web.shell.freshness import freshness
from kpilot.web.shell.navigation import places
from kpilot.web.warehouse import project

TABS = 4  # at the bottom of a phone; the others stand behind “More”


def shell(request: HttpRequest) -> Mapping[str, object]:
    """Everybody's colours; for somebody signed in, where she can go and how old the data is."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"theme": _theme(request.COOKIES.get("theme", ""))}
    shown = places(person.role, request.path)
    return {
        "theme": _theme(person.theme),
        "person": person,
        "places": shown,
        "more_here": any(place.here for place in shown[TABS:]),
        "freshness": freshness(project(), now=timezone.now()),
        "unread_notices": unread(person),
        "missing_link": missing_link(person),
        "organisation": project().settings.organisation,
    }


def _theme(chosen: str) -> str:
    return chosen if chosen in Theme.values else Theme.SYSTEM
