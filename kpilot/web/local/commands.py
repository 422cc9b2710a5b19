"""What each command does with an open project: plain data in, plain data out.

The command line does this itself, or asks the server that holds the warehouse to. So both give the
same answer, and a person never meets the lock. Every function takes the open project, the words of
the command, where to tell how far it is, and what writes sentences in the person's language.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from kpilot.core.errors import UserError
from kpilot.language import translator
from kpilot.load.report import Progress, Render
from kpilot.project import Project

Json = dict[str, Any]  # values of every kind: they go through JSON
Command = Callable[[Project, Json, Progress, Render], Json]

COMMANDS: Mapping[str, str] = {
    "ask": "numbers.asked",
    "explain": "numbers.explained",
    "kpis": "numbers.listed",
    "check": "numbers.checked",
    "propose": "loading.proposed",
    "load": "loading.loaded",
    "loads": "loading.listed",
    "undo": "loading.undone",
    "refused": "loading.refusals",
    "welcome": "people.welcomed",
    "plant": "planting.planted",
}


def carry_out(name: str, project: Project, body: Json, progress: Progress) -> Json:
    """The answer of the command called `name`; UserError says what a person can put right."""
    if name not in COMMANDS:
        raise UserError("There is no command “{name}”.", name=name, code="unknown_command")
    module, _, function = COMMANDS[name].partition(".")
    # Imported when asked for: most runs need one of them.
    command: Command = getattr(import_module(f"kpilot.web.local.{module}"), function)
    return command(project, body, progress, render_of(body))


def render_of(body: Json) -> Render:
    """How sentences are written for the person at the command line."""
    language = "fr" if body.get("language") == "fr" else "en"
    translate = translator(language)
    return lambda text: text.render(translate, language)
