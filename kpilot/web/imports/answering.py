"""What a person says on the import pages; every answer leads back to the page with its effect."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from kpilot.core.errors import UserError
from kpilot.load.plan import Plan
from kpilot.web.imports import saying
from kpilot.web.imports.finding import mine
from kpilot.web.imports.models import ImportJob, State
from kpilot.web.imports.reread import DELIMITERS, ENCODINGS
from kpilot.web.imports.saying import Json
from kpilot.web.imports.steps import look, read_files
from kpilot.web.imports.words import kept_error
from kpilot.web.imports.work import start
from kpilot.web.people.access import only
from kpilot.web.people.models import Role

PATIENCE = 20.0


@only(Role.ADMINISTRATOR)
@require_POST
def columns(request: HttpRequest, key: str) -> HttpResponse:
    """Where the columns of one file go, and how they are written."""
    found, plan = _open(request, key)
    number = _file(request, plan)
    if plan and number is not None:
        _save(found, lambda said: saying.say_columns(said, plan.tables[number], _posted(request)))
    return _back(found, number)


@only(Role.ADMINISTRATOR)
@require_POST
def table(request: HttpRequest, key: str) -> HttpResponse:
    """What one file holds, or that it is left out."""
    found, plan = _open(request, key)
    number = _file(request, plan)
    if plan and number is not None:
        chosen = request.POST.get("table", "")
        _save(found, lambda said: saying.say_table(said, plan.tables[number], chosen))
    return _back(found, number)


@only(Role.ADMINISTRATOR)
@require_POST
def format_(request: HttpRequest, key: str) -> HttpResponse:
    """Read one file again with another encoding or delimiter."""
    found, plan = _open(request, key)
    number = _file(request, plan)
    if plan and number is not None:
        wish = {
            word: chosen for word, known in (("encoding", ENCODINGS), ("delimiter", DELIMITERS))
            if (chosen := request.POST.get(word, "")) in known
        }
        found.reading = {**found.reading, plan.tables[number].raw.file: wish}
        start(found, State.READING, read_files)
    return _back(found, number)


@only(Role.ADMINISTRATOR)
@require_POST
def names(request: HttpRequest, key: str) -> HttpResponse:
    """Two names are the same, or not. Posted: `same` or `apart` with the place in the list."""
    found, plan = _open(request, key)
    for word in ("same", "apart"):
        place = request.POST.get(word, "")
        if plan and place.isdigit() and int(place) < len(plan.aliases):
            alias = plan.aliases[int(place)]
            _save(found, partial(saying.say_name, alias=alias, same=word == "same"))
    return _back(found, _file(request, plan))


@only(Role.ADMINISTRATOR)
@require_POST
def kinds(request: HttpRequest, key: str) -> HttpResponse:
    """Which stages are open, won or lost, and their order."""
    found, plan = _open(request, key)
    if plan:
        _save(found, lambda said: saying.say_stages(said, plan, _posted(request)))
    return redirect("import-stages", key=found.pk)


def _open(request: HttpRequest, key: str) -> tuple[ImportJob, Plan | None]:
    """The job and its plan; no plan when there is nothing to answer any more."""
    found = mine(request, key)
    seen = look(found, patience=PATIENCE) if found.state == State.READY else None
    return found, seen.plan if seen else None


def _file(request: HttpRequest, plan: Plan | None) -> int | None:
    text = request.POST.get("file", "")
    return int(text) if plan and text.isdigit() and int(text) < len(plan.tables) else None


def _posted(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items()}


def _save(found: ImportJob, change: Callable[[Json], Json]) -> None:
    """Keep the changed answers; what a tampered form says wrong is shown instead."""
    try:
        found.answers, found.error = change(found.answers), {}
    except UserError as error:
        found.error = kept_error(error)
    found.save(update_fields=["answers", "error"])


def _back(found: ImportJob, number: int | None) -> HttpResponse:
    place = reverse("import", args=[found.pk])
    return redirect(f"{place}?file={number}" if number else place)
