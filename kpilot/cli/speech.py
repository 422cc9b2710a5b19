"""How the command line speaks: in the project's language, errors as one sentence."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import click

from kpilot.core.errors import UserError
from kpilot.core.faults import FAULTS, in_words
from kpilot.core.text import Text
from kpilot.language import pick_language, translator


def N_(text: str) -> str:  # the name translation tools know
    """Marks a text for translation where the language is not known yet."""
    return text


class Speech:
    """The language of this run, set once the project is known; English or French."""

    def __init__(self) -> None:
        self.language = pick_language(os.environ)
        self.as_json = False

    def render(self, text: Text) -> str:
        return text.render(translator_of(self.language), self.language)

    def __call__(self, template: str, /, **values: object) -> str:
        return self.render(Text(template, **values))


@cache
def translator_of(language: str) -> Callable[[str], str]:
    """The catalogue of a language, read once."""
    return translator(language)


def say(speech: Speech, text: Text) -> None:
    """One sentence on standard output."""
    click.echo(speech.render(text))


def give(answer: object) -> None:
    """One JSON object on standard output."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


@contextmanager
def even_unread() -> Iterator[None]:
    """What is printed here may go unread (`kpilot load … | head`): what follows is still done."""
    try:
        yield
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def complain(speech: Speech, error: UserError) -> None:
    """The error: a sentence and its hint on standard error, or an object when JSON is wanted."""
    said = [speech.render(part) for part in (error.text, error.hint) if part is not None]
    if speech.as_json:
        hint = said[1] if len(said) > 1 else None
        about = {"code": error.code, "message": said[0], "hint": hint}
        click.echo(json.dumps({"error": about}, ensure_ascii=False))
    else:
        click.echo(" ".join(said), err=True)


class Command(click.Command):
    """A command whose help is translated when it is shown."""

    def get_short_help_str(self, limit: int = 45) -> str:
        return re.split(r"[.:;] ", _here(self.help or ""))[0].rstrip(".: \u00a0")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            for part in _here(self.help or "").split("\n\n"):
                formatter.write_text(part)
                formatter.write_paragraph()


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace(self.help or "", _here(self.help or "")))


class Group(click.Group):
    """All commands; what a person can put right ends them with status 1 and no traceback."""

    def __init__(self, name: str, *, help: str, commands: list[click.Command]) -> None:
        super().__init__(name, help=help, commands=commands, no_args_is_help=True)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_here(self.help or ""))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # Any: what click declares
        ctx.obj = Speech()
        _open_streams()
        try:
            _must_be_somewhere()
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader has seen enough (`kpilot ask … | head`).
            sys.stderr.close()
            ctx.exit(0)
        except (KeyboardInterrupt, click.Abort):
            complain(ctx.obj, UserError("Stopped.", code="stopped", hint=Text(
                "A load that was being written is there whole or not at all: see kpilot loads.")))
            ctx.exit(130)
        except FAULTS as error:
            told = in_words(error, Path())
            if told is None:
                raise
            complain(ctx.obj, told)
            ctx.exit(1)


def _must_be_somewhere() -> None:
    """UserError when the folder kpilot was started in is gone: no path can be found from there."""
    try:
        Path.cwd()
    except OSError as error:
        raise UserError("The folder you are in is gone.", code="no_folder",
                        hint=Text("Go to another.")) from error


def _open_streams() -> None:
    """Standard streams that whoever started kpilot closed: files must not get their numbers, or
    what is said there would be written to them."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


def _here(text: str) -> str:
    context = click.get_current_context(silent=True)
    speech = context.obj if context and isinstance(context.obj, Speech) else Speech()
    return speech.render(Text(text.replace("{", "{{").replace("}", "}}"))) if text else text
