"""The shell's own pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kpilot.web.people.access import only, public
from kpilot.web.people.models import Role


@only(Role.ADMINISTRATOR)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with sample values."""
    return render(request, "shell/styleguide.html")


@public
def health(request: HttpRequest) -> HttpResponse:
    """Answers when the server is up: for monitors."""
    return HttpResponse("ok", content_type="text/plain")
