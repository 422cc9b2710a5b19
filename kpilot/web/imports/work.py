"""Runs imports in the background, one after another, and tells how far each is."""

import secrets
import threading
from collections.abc import Callable
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from kpilot.core.errors import UserError
from kpilot.core.faults import FAULTS, in_words
from kpilot.load.report import Progress
from kpilot.web.imports.models import RUNNING, ImportJob, State
from kpilot.web.imports.words import kept_error

RUN = secrets.token_hex(8)
OFTEN = 0.3  # seconds between two notes of how far it is
_turn = threading.Lock()
Work = Callable[[ImportJob, Progress], None]


class Stopped(Exception):
    """The person stopped the import; what was begun is taken back on the way out."""


def start(job: ImportJob, state: State, work: Work, *, patience: float = 0.8) -> None:
    """Do `work` in a thread; return when it is done or `patience` has passed.

    A UserError, or a fault of the machine, makes the job fail with it while reading, and ready
    again while loading.
    """
    job.state, job.run, job.error, job.stage = state, RUN, {}, "wait"
    job.done = job.total = 0
    job.began_at = timezone.now()
    job.save()
    thread = threading.Thread(
        name="kpilot import", target=_run, args=(job.pk, state, work), daemon=True)
    thread.start()
    thread.join(patience)
    job.refresh_from_db()


def _run(key: UUID, state: State, work: Work) -> None:
    try:
        with _turn:
            _do(ImportJob.objects.get(pk=key), state, work)
    except (Stopped, ImportJob.DoesNotExist):
        pass
    finally:
        _mark_broken(key)
        connection.close()


def _do(job: ImportJob, state: State, work: Work) -> None:
    tell = _teller(job)
    tell("start", 0, 0)
    try:
        work(job, tell)
    except (*FAULTS, DatabaseError) as error:
        told = in_words(error, settings.PROJECT_FOLDER)
        if told is None:
            raise
        after = State.FAILED if state == State.READING else State.READY
        running = ImportJob.objects.filter(pk=job.pk, state__in=RUNNING)  # what is done stays done
        running.update(error=kept_error(told), state=after)


def _mark_broken(key: UUID) -> None:
    """Whatever still runs here after its thread has ended broke by our fault."""
    running = ImportJob.objects.filter(pk=key, state__in=RUNNING, run=RUN)
    broken = UserError("The import stopped by an error of kpilot. Nothing was written.")
    running.update(state=State.FAILED, error=kept_error(broken))


def _teller(job: ImportJob) -> Progress:
    """Writes progress to the job now and then, and ends the work when it was stopped."""
    last = 0.0

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal last
        if stage == job.stage and monotonic() - last < OFTEN:
            return
        last, job.stage = monotonic(), stage
        running = ImportJob.objects.filter(pk=job.pk, state__in=RUNNING)
        if not running.update(stage=stage, done=done, total=total):
            raise Stopped

    return tell


def is_interrupted(job: ImportJob) -> bool:
    """True for a job that another process was working on when it ended."""
    return job.is_running and job.run != RUN
