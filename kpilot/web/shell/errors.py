"""Pages for what went wrong, in the words of the page's reader."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kpilot.web.people.access import public


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or the form makes no sense."""
    return render(request, "shell/400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person's role does not open this page."""
    return render(request, "shell/403.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing has this address."""
    return render(request, "shell/404.html", status=404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; the page needs nothing that could have broken too."""
    return render(request, "shell/500.html", status=500)


@public
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, or sent from elsewhere."""
    return render(request, "shell/stale_form.html", status=403)
