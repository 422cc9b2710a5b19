"""A person's own import: nobody works on somebody else's."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from kpilot.web.imports.models import ImportJob
from kpilot.web.people.access import person_of


def mine(request: HttpRequest, key: str) -> ImportJob:
    """The import of this key that the person began; Http404 for any other."""
    return get_object_or_404(ImportJob, pk=key, person=person_of(request))
