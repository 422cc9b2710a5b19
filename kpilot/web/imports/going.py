"""One import on its way: what the files mean, what they would do, and doing it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_POST

from kpilot.core.errors import UserError
from kpilot.web.imports import mapping, preview
from kpilot.web.imports.downloads import refused_download
from kpilot.web.imports.finding import mine
from kpilot.web.imports.missed import missed
from kpilot.web.imports.models import ImportJob, State
from kpilot.web.imports.refusing import refused_rows
from kpilot.web.imports.reread import ENCODINGS
from kpilot.web.imports.stages import alias_rows, stage_rows
from kpilot.web.imports.steps import Look, finished_load, let_go, load_rows, look
from kpilot.web.imports.words import kept_error, said, told
from kpilot.web.imports.work import is_interrupted, start
from kpilot.web.people.access import only
from kpilot.web.people.models import Role
from kpilot.web.shell.parts import Step
from kpilot.web.warehouse import project

STAGES = {
    "wait": N_("Waiting for another import to end"),
    "start": N_("Getting ready"),
    "read": N_("Reading the files"),
    "propose": N_("Looking at the columns"),
    "stage": N_("Checking the rows"),
    "compare": N_("Comparing with what is known"),
    "write": N_("Writing"),
}
PARTS = ("stage", "compare", "write")


@only(Role.ADMINISTRATOR)
def job(request: HttpRequest, key: str) -> HttpResponse:
    """Where the import stands: being read, to be confirmed, being loaded, done or failed."""
    found = _settled(mine(request, key))
    if found.is_running:
        return render(request, "imports/running.html", _running(found))
    if found.state == State.DONE and found.load_id:
        return redirect("load", load=found.load_id)
    if found.state != State.READY:
        return render(request, "imports/failed.html", {"job": found, "error": told(found.error)})
    seen = _seen(found)
    if isinstance(seen, str):
        return render(request, "imports/failed.html", {"job": found, "error": seen})
    if seen is None:
        return render(request, "imports/running.html", _running(found))
    return render(request, "imports/columns.html", _columns(request, found, seen))


@only(Role.ADMINISTRATOR)
def stages(request: HttpRequest, key: str) -> HttpResponse:
    """Which stages are open, won or lost, and in which order."""
    found = _settled(mine(request, key))
    if found.state != State.READY:
        return redirect("import", key=found.pk)
    seen = _seen(found)
    if seen is None:
        return render(request, "imports/running.html", _running(found))
    if isinstance(seen, str) or not seen.plan.stages:
        return redirect("import", key=found.pk)
    return render(request, "imports/stages.html", {
        **_common(found, seen, 3), "stages": stage_rows(seen.plan),
        "guessed": sum(stage.guessed for stage in seen.plan.stages),
    })


@only(Role.ADMINISTRATOR)
def progress(request: HttpRequest, key: str) -> HttpResponse:
    """The progress bar alone; when there is no more to wait for, the page is asked for anew."""
    found = _settled(mine(request, key))
    waiting = found.is_running or (found.state == State.READY and _seen(found, 0) is None)
    if not waiting:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "imports/progress.html", _running(found))


@only(Role.ADMINISTRATOR)
@require_POST
def load(request: HttpRequest, key: str) -> HttpResponse:
    """Carry out what was confirmed, in the background."""
    found = mine(request, key)
    if found.state == State.READY:
        start(found, State.LOADING, load_rows)
    return redirect("import", key=found.pk)


@only(Role.ADMINISTRATOR)
@require_POST
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """Give the import up; nothing of it stays."""
    found = mine(request, key)
    if found.state != State.DONE:
        found.state = State.STOPPED
        found.save(update_fields=["state"])
        let_go(found)
        found.delete()
    return redirect("data")


@only(Role.ADMINISTRATOR)
def refused_now(request: HttpRequest, key: str) -> HttpResponseBase:
    """The rows that would be refused, with the reasons, before anything is loaded."""
    found = mine(request, key)
    seen = _seen(found, 20) if found.state == State.READY else None
    if not isinstance(seen, Look) or seen.preview is None:
        raise Http404
    return refused_download(refused_rows(seen, said), "import")


def _seen(found: ImportJob, patience: float = 3.0) -> Look | str | None:
    """What the job would do; None while that is worked out, or why it cannot be told."""
    try:
        return look(found, patience=patience)
    except UserError as error:
        return told(kept_error(error))


def _settled(found: ImportJob) -> ImportJob:
    """The job; one that was interrupted says so, unless its load was written in time."""
    if not is_interrupted(found):
        return found
    written = finished_load(found) if found.state == State.LOADING else None
    if written is not None:
        found.state, found.load_id = State.DONE, written
        found.save(update_fields=["state", "load_id"])
    else:
        found.fail(kept_error(UserError(
            "kpilot was stopped during this import. Nothing of it was written.")))
    let_go(found)
    return found


def _running(found: ImportJob) -> dict[str, Any]:
    done, total = found.done, found.total
    if found.stage in PARTS:  # a file is checked, compared and written in turn
        done, total = done * len(PARTS) + PARTS.index(found.stage), total * len(PARTS)
    return {
        "job": found, "stage": _(STAGES.get(found.stage, STAGES["start"])),
        "done": done, "total": total,
    }


def _columns(request: HttpRequest, found: ImportJob, seen: Look) -> dict[str, Any]:
    here = _number(request.GET.get("file", ""), len(seen.plan.tables))
    table = seen.plan.tables[here]
    report = None
    if seen.preview:
        report = next((r for r in seen.preview.tables if r.name == table.raw.name), None)
    return {
        **_common(found, seen, 2), "tabs": mapping.tabs(seen.plan, here),
        "file": mapping.file_page(table, here), "missed": missed(table, project()),
        "wish": found.reading.get(table.raw.file, {}), "encodings": ENCODINGS,
        "aliases": alias_rows(seen.plan),
        "rows": preview.shown_rows(report, project().settings.currency) if report else None,
        "which": request.GET.get("rows", ""),
        "error": told(found.error),
    }


def _common(found: ImportJob, seen: Look, step: int) -> dict[str, Any]:
    """What both pages of the confirmation show: steps, totals, problems, and what may be done."""
    shown, currency = seen.preview, project().settings.currency
    labels = [(_("File"), reverse("import-new")),
              (_("Columns and preview"), reverse("import", args=[found.pk]))]
    if seen.plan.stages:
        labels.append((_("Sales stages"), reverse("import-stages", args=[found.pk])))
    labels.append((_("Import"), ""))
    tally = preview.tally(shown.counts, shown.tables, currency) if shown else None
    return {
        "job": found, "steps": [Step(label=label, href=href) for label, href in labels],
        "step": step, "conflicts": mapping.conflicts(seen.plan), "tally": tally,
        "troubles": preview.troubles(shown.problems) if shown else (),
        "cut_off": preview.cut_off(shown.problem_count) if shown else "",
        "implied": [preview.implied_said(i.table, i.count, i.names)
                    for i in shown.implied if i.count] if shown else (),
        "notes": [said(note) for note in seen.plan.notes],
        "has_stages": bool(seen.plan.stages),
        "undecided": sum(alias.accepted is None for alias in seen.plan.aliases),
    }


def _number(text: str, count: int) -> int:
    return int(text) if text.isdigit() and int(text) < count else 0
