"""Which project a command is about, and who answers: this process, or the server that holds it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

from kpilot.cli.speech import N_, Option, Speech
from kpilot.core.errors import UserError
from kpilot.core.settings import Settings
from kpilot.core.text import Text
from kpilot.load.report import Progress, silent

Json = dict[str, Any]  # what a command is asked and answers; see kpilot.web.local.commands


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A project folder and the words of its commands: `answer(command, body)` does the work."""

    folder: Path
    settings: Settings
    speech: Speech

    @property
    def language(self) -> str:
        return self.speech.language

    def answer(self, command: str, body: Json, progress: Progress = silent) -> Json:
        """What `command` gives, done here or by the server that holds the warehouse."""
        from kpilot.cli.handing import hand
        from kpilot.project import open_project
        from kpilot.web.local.commands import carry_out

        body = {"language": self.language, **body}
        try:
            project = open_project(self.folder)
        except UserError as error:
            if error.code != "locked":
                raise
            return hand(self.folder, command, body, progress, error)
        try:
            return carry_out(command, project, body, progress)
        finally:
            project.close()


Function = Callable[..., None]


def on_project(function: Function) -> Function:
    """Gives a command its `--project` and hands it the `Desk` of that project first."""

    def run(project_folder: Path | None, **given: object) -> None:
        speech = click.get_current_context().find_object(Speech) or Speech()
        speech.as_json = bool(given.get("as_json"))
        function(desk_of(project_folder, speech), **given)

    return project_option(update_wrapper(run, function))


def project_option(function: Function) -> Function:
    """Adds `--project`."""
    return click.option(
        "--project", "project_folder", cls=Option, metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        help=N_("The project's folder; by default this one or the nearest above it,"
                " or $KPILOT_PROJECT."),
    )(function)


def desk_of(given: Path | None, speech: Speech) -> Desk:
    """The desk of the project that is meant; UserError when there is none."""
    from kpilot.project import read_settings

    folder = given or _named() or _nearest(Path.cwd())
    if folder is None:
        raise UserError(
            "There is no kpilot project here.",
            hint=Text("Go to one, name it with --project, or make one with: kpilot init DIR"),
            code="no_project",
        )
    settings = read_settings(folder)
    speech.language = settings.language
    return Desk(folder=folder, settings=settings, speech=speech)


def _named() -> Path | None:
    named = os.environ.get("KPILOT_PROJECT")
    return Path(named) if named else None


def _nearest(start: Path) -> Path | None:
    return next((f for f in (start, *start.parents) if (f / "kpilot.toml").exists()), None)
