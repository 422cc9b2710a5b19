"""The Data pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kpilot.web.people.access import only
from kpilot.web.people.models import Role


@only(Role.ADMINISTRATOR, Role.MANAGER)
def data(request: HttpRequest) -> HttpResponse:
    """What was loaded, and the way to load more."""
    return render(request, "imports/data.html")
