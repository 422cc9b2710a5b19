"""Files arrive: uploaded, pasted from a spreadsheet, or made up as sample data."""

import shutil
import uuid
from datetime import date

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from kpilot import demo
from kpilot.load.history import loads
from kpilot.load.report import Progress
from kpilot.web.imports import uploads
from kpilot.web.imports.models import ImportJob, State
from kpilot.web.imports.steps import load_rows, read_files
from kpilot.web.imports.sweeping import sweep
from kpilot.web.imports.work import Work, start
from kpilot.web.people.access import only, person_of
from kpilot.web.people.models import Role
from kpilot.web.warehouse import project


@only(Role.ADMINISTRATOR)
@csrf_exempt  # only until the handler is set; `_receive` checks the token
def new(request: HttpRequest) -> HttpResponse:
    """Choose files or paste rows; they are read at once."""
    job = ImportJob(id=uuid.uuid4(), person=person_of(request))
    handler = uploads.ToFolder(request, job.folder)
    request.upload_handlers = [handler]
    try:
        return _receive(request, job, handler)
    except RequestDataTooBig:  # files are no part of what is counted
        return _form(request, _("More than 2 MB were pasted: save them as a file and choose it."))
    finally:
        if not ImportJob.objects.filter(pk=job.pk).exists():
            shutil.rmtree(job.folder, ignore_errors=True)


@csrf_protect
def _receive(request: HttpRequest, job: ImportJob, handler: uploads.ToFolder) -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    pasted = request.POST.get("pasted", "")
    if handler.is_too_big:
        return _form(
            request, _("This is more than one import may bring: at most 2 GB in 50 files.")
        )
    if "whole" not in request.POST:  # the last field of the form
        return _form(request, _("Not everything arrived: the connection broke. Send it again."))
    if pasted.strip():
        uploads.paste(job, pasted, _("pasted rows") + ".tsv")
    job.files = uploads.received(job)
    if not job.files:
        return _form(request, _("Choose a file, or paste some rows."))
    sweep()
    start(job, State.READING, read_files)
    place = reverse("import", args=[job.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": place})
    return redirect(place)


def _form(request: HttpRequest, error: str = "") -> HttpResponse:
    context = {"error": error, "in_force": any(r.undone_at is None for r in loads(project()))}
    return render(request, "imports/new.html", context, status=400 if error else 200)


@only(Role.ADMINISTRATOR)
@require_POST
def sample(request: HttpRequest) -> HttpResponse:
    """A made-up company, written as files and loaded like anyone's; only into an empty project."""
    if any(report.undone_at is None for report in loads(project())):
        messages.error(request, _("There is data already: the sample would mix with it."))
        return redirect("data")
    job = ImportJob(person=person_of(request), is_sample=True)
    job.files = [{"name": _("sample data"), "size": 0}]
    start(job, State.LOADING, load_sample(timezone.localdate()))
    return redirect("import", key=job.pk)


def load_sample(today: date) -> Work:
    """The work that writes the sample's files, reads them and loads what they mean."""

    def work(job: ImportJob, progress: Progress) -> None:
        place = job.folder / "files"
        for number, path in enumerate(demo.write(job.folder / "written", today=today), 1):
            (place / str(number)).mkdir(parents=True)
            path.rename(place / str(number) / path.name)
        job.files = uploads.received(job)
        job.save(update_fields=["files"])
        read_files(job, progress)
        load_rows(job, progress)

    return work
