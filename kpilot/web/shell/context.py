"""What the base template needs on every page."""

from collections.abc import Mapping

from django.http import HttpRequest

from kpilot.web.people.models import Person, Theme
from kpilot.web.shell.navigation import places


def shell(request: HttpRequest) -> Mapping[str, object]:
    """The person's colours and, for somebody signed in, where she can go."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"theme": _theme(request.COOKIES.get("theme", ""))}
    return {
        "theme": _theme(person.theme),
        "person": person,
        "places": places(person.role, request.path),
    }


def _theme(chosen: str) -> str:
    return chosen if chosen in Theme.values else Theme.SYSTEM
