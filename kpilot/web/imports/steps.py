"""The steps of an import: read the files, look at what they would do, load them."""

import json
import shutil
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC

from django.conf import settings
from django.db import DatabaseError

from kpilot.ask import facts
from kpilot.core.errors import UserError
from kpilot.core.faults import FAULTS, in_words
from kpilot.core.text import Text
from kpilot.load.answers import from_dict
from kpilot.load.commit import commit, preview
from kpilot.load.kept import keep, kept
from kpilot.load.memory import remember
from kpilot.load.plan import Plan
from kpilot.load.propose import propose
from kpilot.load.report import Preview, Progress, silent
from kpilot.web.goals.completion import announce_all
from kpilot.web.imports.models import ImportJob, State
from kpilot.web.imports.reread import read_as
from kpilot.web.imports.uploads import paths
from kpilot.web.warehouse import project

REMEMBERED = 8


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the files mean and would do. `preview` is None while there are conflicts."""

    plan: Plan
    preview: Preview | None


@dataclass(kw_only=True)
class _Looking:
    """A look in the making, in its thread."""

    key: str
    thread: threading.Thread | None = None
    look: Look | None = None
    error: UserError | None = None


_looks: OrderedDict[object, _Looking] = OrderedDict()
_lock = threading.Lock()


def read_files(job: ImportJob, progress: Progress) -> None:
    """Turn the files into tables of cells, as detected or as said."""
    for left in job.folder.glob("*"):
        if left.name.isdigit() or left.name == "as-said":
            shutil.rmtree(left)
    keep(job.folder, read_as(paths(job), job.folder, job.reading, progress))
    ImportJob.objects.filter(pk=job.pk, state=State.READING).update(state=State.READY)


def look(job: ImportJob, *, patience: float = 2.0) -> Look | None:
    """What the job would do as things stand; None when it takes longer than `patience`.

    UserError when the files cannot be understood.
    """
    with _lock:
        key = f"{json.dumps(job.answers, sort_keys=True)}{json.dumps(job.reading)}{_version()}"
        looking = _looks.get(job.pk)
        if looking is None or looking.key != key:
            looking = _looks[job.pk] = _Looking(key=key)
            looking.thread = threading.Thread(
                name="kpilot look", target=_look, args=(job, looking), daemon=True)
            looking.thread.start()
        _looks.move_to_end(job.pk)
        while len(_looks) > REMEMBERED:
            _looks.popitem(last=False)
    if looking.thread is not None:
        looking.thread.join(patience)
        if looking.look is None and looking.error is None and not looking.thread.is_alive():
            forget(job)
            raise UserError("These files cannot be looked at, by an error of kpilot.")
    if looking.error is not None:
        forget(job)  # what failed may have been put right meanwhile
        raise looking.error
    return looking.look


def _look(job: ImportJob, looking: _Looking) -> None:
    try:
        plan = _plan(job)
        shown = None if plan.conflicts else preview(plan, project(), silent)
        looking.look = Look(plan=plan, preview=shown)
    except (*FAULTS, DatabaseError) as error:
        looking.error = in_words(error, settings.PROJECT_FOLDER)
        if looking.error is None:
            raise


def load_rows(job: ImportJob, progress: Progress) -> None:
    """Carry the plan out in one transaction; let go of the files; tell which goals are reached."""
    report = commit(_plan(job), project(), who=str(job.person), now=job.began_at,
                    progress=progress)
    ImportJob.objects.filter(pk=job.pk).update(state=State.DONE, load_id=report.id)
    let_go(job)
    announce_all(project(), facts.utc_now())


def let_go(job: ImportJob) -> None:
    """Remove the job's files from the disk, and its look from memory."""
    shutil.rmtree(job.folder, ignore_errors=True)
    forget(job)


def forget(job: ImportJob) -> None:
    """Look at it anew when it is asked for again."""
    with _lock:
        _looks.pop(job.pk, None)


def finished_load(job: ImportJob) -> int | None:
    """The load of an interrupted job when it was written before the process ended."""
    if job.began_at is None:
        return None
    began = job.began_at.astimezone(UTC).replace(tzinfo=None)
    found = project().engine.query(
        "SELECT max(id) FROM kp_load WHERE started_at = ? AND who = ?", [began, str(job.person)]
    )
    return None if found[0][0] is None else int(str(found[0][0]))


def _plan(job: ImportJob) -> Plan:
    try:
        tables = kept(job.folder)
    except FileNotFoundError:
        tables = []
    if not tables or not all(table.parquet.exists() for table in tables):
        raise UserError("The files of this import are gone.", code="gone",
                        hint=Text("Bring them in again."))
    return propose(tables, remember(project()), from_dict(job.answers))


def _version() -> int:
    return int(str(project().engine.query("SELECT max(n) FROM kp_version")[0][0] or 0))
