"""Pages for what went wrong, in the words of the page's reader; those who are signed in keep the
way to the other pages beside them."""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from kpilot.core.faults import in_words
from kpilot.web.kpis.words import say_error
from kpilot.web.people.access import public
from kpilot.web.people.models import Person


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or the form makes no sense."""
    return _told(request, "shell/400.html", 400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person's role does not open this page."""
    return _told(request, "shell/403.html", 403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing has this address."""
    return _told(request, "shell/404.html", 404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. 503: the machine's, in a sentence. Both need nothing that could have
    broken too, not even who the reader is."""
    error = sys.exception()
    told = in_words(error, settings.PROJECT_FOLDER) if error else None
    words = {"theme": request.COOKIES.get("theme", ""), "error": told and say_error(told)}
    page = "shell/503.html" if told else "shell/500.html"
    return HttpResponse(render_to_string(page, words), status=503 if told else 500)


@public
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, or sent from elsewhere."""
    return _told(request, "shell/stale_form.html", 403)


def _told(request: HttpRequest, page: str, status: int) -> HttpResponse:
    """Beside the navigation for somebody signed in; alone for anybody else."""
    inside = isinstance(getattr(request, "user", None), Person)
    return render(request, page, {"frame": "shell/page.html" if inside else ""}, status=status)
