"""Before every page: whose language, zone and colours; and may this person open it at all."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kpilot.web.people.access import allowed
from kpilot.web.people.door import is_set_up
from kpilot.web.people.models import Person
from kpilot.web.shell.errors import not_found
from kpilot.web.warehouse import project

Answer = Callable[[HttpRequest], HttpResponse]


class AsThePersonLikes:
    """Her language (else the browser's) and the project's time zone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if isinstance(person, Person) and person.language:
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
        timezone.activate(project().settings.zone)
        return self.get_response(request)


class AskWhoItIs:
    """Nothing is open unless its view says to whom: see `access`. What somebody signed in was
    shown stays in no cache: after she signed out, “Back” must not show it to the next person.
    An address that only takes forms is, opened in the browser, a page that is not there."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and _is_read(request):
            answer = not_found(request)
        if isinstance(request.user, Person) and answer.status_code != HTTPStatus.NOT_MODIFIED:
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponse | None:
        roles = allowed(view)
        if isinstance(request.user, Person):
            if request.user.role not in roles:
                raise PermissionDenied
            return None
        if "anonymous" in roles:
            return None
        return _to_the_door(request)


def _to_the_door(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        said = {"code": "signed_out", "message": _("Sign in first."), "hint": None}
        return JsonResponse({"error": said}, status=401)
    if not is_set_up():
        return redirect("set-up")
    is_part = bool(request.headers.get("HX-Request"))
    is_page = request.method == "GET" and not is_part
    back = request.get_full_path() if is_page else _page_it_is_on(request)
    if request.method != "GET":
        messages.info(request, _(
            "You are signed out: what you sent was not saved. Sign in and send it again."))
    door = resolve_url("sign-in")
    if back not in ("", "/"):
        door = f"{door}?{urlencode({'next': back})}"
    if is_part:
        return HttpResponse(status=204, headers={"HX-Redirect": door})
    return HttpResponseRedirect(door)


def _page_it_is_on(request: HttpRequest) -> str:
    """The page that a form or a part of a page stands on, when it is one of ours; else nothing."""
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = urlsplit(came)
    if parts.netloc != request.get_host():
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_read(request: HttpRequest) -> bool:
    return request.method == "GET" and not request.path.startswith("/api/")
