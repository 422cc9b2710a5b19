"""Brings rows in from the command line: read the files, show what they mean, ask, load."""

import getpass
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kpilot.cli.asking import ask_until_clear
from kpilot.cli.opening import Desk, Json, on_project
from kpilot.cli.progress import bar
from kpilot.cli.shown import show_plan, show_preview, show_report
from kpilot.cli.speech import N_, Command, Option, complain, even_unread, give
from kpilot.core.errors import UserError
from kpilot.core.text import Text


@click.command("load", cls=Command, help=N_(
    "Load files of a CRM: CSV, TSV or XLSX, or folders of them. What each column means is proposed"
    " and remembered; nothing is written before you say so (or give --yes)."))
@click.argument("paths", nargs=-1, required=True, metavar="PATH…",
                type=click.Path(path_type=Path, readable=False))
@click.option("--mapping", cls=Option, metavar="FILE",
              type=click.Path(path_type=Path, dir_okay=False),
              help=N_("A TOML file that says what columns, stages and names mean."))
@click.option("--source", cls=Option, metavar="NAME",
              help=N_("The system the files come from, such as salesforce."))
@click.option("--yes", is_flag=True, cls=Option, help=N_("Take what is proposed, ask nothing."))
@click.option("--dry-run", is_flag=True, cls=Option,
              help=N_("Show what would be done and write nothing."))
@click.option("--json", "as_json", is_flag=True, cls=Option, help=N_("One JSON object."))
@on_project
def load(
    desk: Desk, *, paths: tuple[Path, ...], mapping: Path | None, source: str | None, yes: bool,
    dry_run: bool, as_json: bool,
) -> None:
    """Status 2 when there is something to confirm and nobody to ask."""
    answers = _answers(mapping, source)
    with _ended_as_by_hand(), read_into(desk, paths) as place:
        body = {"read": place, "answers": answers, "yes": yes}
        with bar(desk) as progress:
            found = desk.answer("propose", body, progress)
        if not as_json:
            with even_unread():
                show_plan(desk, found)
        if dry_run:
            _dry(desk, found, as_json=as_json)
            return
        if not yes and not as_json and is_somebody_there():
            body["answers"] = ask_until_clear(desk, body, found)
        elif not yes:
            _nobody_to_ask(desk, found, as_json=as_json)
        _refuse_conflicts(found if yes else {})
        with bar(desk) as progress:
            report = desk.answer("load", {**body, "who": getpass.getuser()}, progress)
    if as_json:
        give(report)
    else:
        show_report(desk, report)


@contextmanager
def _ended_as_by_hand() -> Iterator[None]:
    """A signal that ends the program, as when its terminal closes, leaves no more than Ctrl-C."""
    before = {word: signal.signal(word, signal.default_int_handler)
              for word in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for word, handler in before.items():
            signal.signal(word, handler)


def is_somebody_there() -> bool:
    """Whether there is a terminal to ask on."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _answers(mapping: Path | None, source: str | None) -> Json:
    from kpilot.load.answers import read_answers, to_dict

    answers = to_dict(read_answers(mapping)) if mapping else {}
    return {**answers, "source": source} if source else answers


@contextmanager
def read_into(desk: Desk, paths: tuple[Path, ...]) -> Iterator[str]:
    """The name of a folder under incoming/ with the files read into it; it is gone afterwards."""
    from kpilot.load.kept import keep
    from kpilot.load.reading import read

    place = secrets.token_hex(16)
    folder = desk.folder / "incoming" / place
    try:
        with bar(desk) as progress:
            keep(folder, read(paths, folder, progress=progress))
        yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _dry(desk: Desk, found: Json, *, as_json: bool) -> None:
    if as_json:
        give(found)
        return
    _refuse_conflicts(found)
    show_preview(desk, found["preview"])
    click.echo(desk.speech.render(Text("Nothing was written.")))


def _nobody_to_ask(desk: Desk, found: Json, *, as_json: bool) -> None:
    """Say what would be asked, and end with status 2."""
    if not as_json:
        if found["preview"]:
            show_preview(desk, found["preview"])
        for question in found["questions"]:
            click.echo(f"? {question['text']}")
    complain(desk.speech, UserError(
        "Nothing was loaded: there is nobody to confirm it.", code="unconfirmed",
        hint=Text("Add --yes to take what is proposed, or --mapping with your answers.")))
    click.get_current_context().exit(2)


def _refuse_conflicts(found: Json) -> None:
    for conflict in found.get("conflicts", ()):
        raise UserError("{conflict}", conflict=conflict, code="conflict",
                        hint=Text("Say which one in a file given with --mapping."))
