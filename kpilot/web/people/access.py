"""Who may open which page. A view that does not say so is refused to everyone.

Every view carries one of the marks below; the middleware reads it before the view runs, and the
permission matrix in the tests lists every address with every role.
"""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from kpilot.web.people.models import Person, Role

View = TypeVar("View", bound=Callable[..., object])

MARK = "open_to"
EVERYONE = frozenset({"anonymous", *Role.values})
SIGNED_IN = frozenset(Role.values)


def only(*roles: str) -> Callable[[View], View]:
    """The view is for people in one of these roles."""
    return _marked(frozenset(roles))


def signed_in(view: View) -> View:
    """The view is for every person of the project, whatever the role."""
    return _marked(SIGNED_IN)(view)


def public(view: View) -> View:
    """The view is for the whole world: before signing in, and errors."""
    return _marked(EVERYONE)(view)


def allowed(view: Callable[..., object]) -> frozenset[str]:
    """Who may open `view`: nobody when it carries no mark."""
    roles: frozenset[str] = getattr(view, MARK, frozenset())
    return roles


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; only for views that are not public."""
    if not isinstance(request.user, Person):
        raise TypeError("A view that knows its person must not be public.")
    return request.user


def _marked(roles: frozenset[str]) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, MARK, roles)
        return view

    return mark
