"""The Data pages: what is loaded, the list of loads, one load, taking it back."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.ask import facts
from kpilot.core.errors import UserError
from kpilot.load.history import load_report, loads, refused_files
from kpilot.load.labels import table_label
from kpilot.load.report import LoadReport
from kpilot.load.undo import undo
from kpilot.web.goals.completion import announce_all
from kpilot.web.imports import overview
from kpilot.web.imports.downloads import refused_download
from kpilot.web.imports.models import ImportJob, State
from kpilot.web.imports.preview import cut_off, implied_said, troubles
from kpilot.web.imports.words import kept_error, said, told
from kpilot.web.people.access import only, person_of
from kpilot.web.people.models import Role
from kpilot.web.warehouse import project

OPEN = (State.READING, State.READY, State.LOADING, State.FAILED)


@only(Role.ADMINISTRATOR, Role.MANAGER)
def data(request: HttpRequest) -> HttpResponse:
    """What was loaded, and the way to load more."""
    here = project()
    reports = loads(here)
    currency = here.settings.currency
    in_force = [report for report in reports if report.undone_at is None]
    return render(request, "imports/data.html", {
        "tables": overview.tables(here),
        "loads": [overview.load_line(report, currency) for report in reports],
        "in_force": bool(in_force),
        "assumed": overview.assumed(
            sorted({flag for report in in_force for flag in report.flags}), here.settings),
        "jobs": ImportJob.objects.filter(state__in=OPEN, person=person_of(request)),
        "may_load": person_of(request).is_administrator,
    })


@only(Role.ADMINISTRATOR, Role.MANAGER)
def load(request: HttpRequest, load: int) -> HttpResponse:
    """One load: files, rows, money, what it covers; the refused cells for administrators only."""
    report = _report(load)
    may_load = person_of(request).is_administrator
    currency = project().settings.currency
    return render(request, "imports/load.html", {
        "load": overview.load_line(report, currency),
        "files": [(said(table_label(table.table)), table) for table in report.tables],
        "implied": [implied_said(i.table, i.count, i.names) for i in report.implied if i.count],
        "assumed": overview.assumed(report.flags, project().settings),
        "notes": [*map(said, report.notes), *_of_files(report)],
        "coverage": overview.coverage_lines(report),
        "troubles": troubles(report.problems) if may_load else (),
        "cut_off": cut_off(report.problem_count),
        "may_load": may_load,
    })


def _of_files(report: LoadReport) -> Iterator[str]:
    """What is said of single files; with their names, when there are several."""
    for table in report.tables:
        for note in table.notes:
            yield f"{table.name} · {said(note)}" if len(report.tables) > 1 else said(note)


@only(Role.ADMINISTRATOR)
@require_POST
def undo_load(request: HttpRequest, load: int) -> HttpResponse:
    """Take a load back; when it cannot be, the page says which load stands on it."""
    try:
        undo(project(), load, who=str(person_of(request)))
    except UserError as error:
        messages.error(request, told(kept_error(error)))
    else:
        messages.success(request, _("Load %(id)s is undone.") % {"id": load})
        announce_all(project(), facts.utc_now())
    return redirect("load", load=load)


@only(Role.ADMINISTRATOR)
def refused(request: HttpRequest, load: int) -> HttpResponseBase:
    """The refused rows with the reasons, to be corrected and loaded again."""
    _report(load)
    return refused_download(refused_files(project(), load, said), f"load-{load}")


def _report(load: int) -> LoadReport:
    try:
        return load_report(project(), load)
    except UserError as error:
        raise Http404 from error
