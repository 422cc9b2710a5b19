"""Before every page: whose language, zone and colours; and may this person open it at all."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kpilot.web.people.access import allowed
from kpilot.web.people.door import is_set_up
from kpilot.web.people.models import Person
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
    shown stays in no cache: after she signed out, “Back” must not show it to the next person."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
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
    door = resolve_url("sign-in")
    back = request.get_full_path()
    if request.method == "GET" and back != "/":
        door = f"{door}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url("sign-in")})
    return HttpResponseRedirect(door)
