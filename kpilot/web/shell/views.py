"""The shell's own pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from kpilot.web.people.access import only, person_of, public, signed_in
from kpilot.web.people.models import Role
from kpilot.web.shell.palette import groups
from kpilot.web.shell.samples import samples
from kpilot.web.warehouse import project


@signed_in
def palette(request: HttpRequest) -> HttpResponse:
    """The list inside the palette."""
    listed = groups(person_of(request), project())
    return render(request, "shell/palette_list.html", {"groups": listed})


@only(Role.ADMINISTRATOR)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with sample values."""
    language = (translation.get_language() or "en")[:2]
    return render(request, "shell/styleguide.html", samples(language))


@public
def health(request: HttpRequest) -> HttpResponse:
    """Answers when the server is up: for monitors."""
    return HttpResponse("ok", content_type="text/plain")
