"""One import on its way from the files to the warehouse; it outlives the page, not the process."""

import uuid
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an import stands. Files are read in `reading`, rows are written in `loading`."""

    READING = "reading", _("Being read")
    READY = "ready", _("To be confirmed")
    LOADING = "loading", _("Being loaded")
    DONE = "done", _("Loaded")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


RUNNING = frozenset({State.READING, State.LOADING})


class ImportJob(models.Model):
    """What a person brought and what she said about it.

    run      the process that works on it; when that is another one, it was interrupted
    stage    the step of the work, with `done` of `total`
    answers  what was said, in the words of a mapping file
    error    what went wrong, its texts as `kpilot.load.kept_text` keeps them
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    run = models.CharField(max_length=16, blank=True)
    stage = models.CharField(max_length=16, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    files = models.JSONField(default=list)
    reading = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    load_id = models.BigIntegerField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{', '.join(self.names)} ({self.state})"

    @property
    def names(self) -> list[str]:
        """The names of the files, as the person knows them."""
        return [str(file["name"]) for file in self.files]

    @property
    def folder(self) -> Path:
        """Where its files stand until they are loaded, inside the project."""
        incoming: Path = settings.PROJECT_FOLDER / "incoming"
        return incoming / self.id.hex

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def fail(self, error: dict[str, Any]) -> None:  # a Text as JSON
        """Remember what went wrong."""
        self.state, self.error = State.FAILED, error
        self.save(update_fields=["state", "error"])
