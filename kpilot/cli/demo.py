"""`kpilot demo`: a made-up company to look at, served at once and filled while the page is up.

This process serves and stays small: making the project and filling it are done by processes of
their own, which end. Filling waits for the server, lets the people in, says where to sign in, and
loads the files through the server like anyone's.
"""

import os
import secrets
import subprocess
import sys
import webbrowser
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import click

from kpilot.cli.handing import is_answering
from kpilot.cli.loading import read_into
from kpilot.cli.opening import Desk, desk_of
from kpilot.cli.progress import bar
from kpilot.cli.speech import N_, Command, Option, Speech
from kpilot.core.errors import UserError
from kpilot.core.text import Text

PEOPLE = "demo-people.txt"
PATIENCE = 60.0


@click.command("demo", cls=Command, help=N_(
    "Open a made-up company in the browser: three years of sales of a team of 27, loaded from the"
    " files its CRM would export. The folder is made when it is missing."))
@click.option("--folder", cls=Option, default="kpilot-demo", show_default=True, metavar="DIR",
              type=click.Path(path_type=Path, file_okay=False),
              help=N_("Where the demo is kept; delete it to start anew."))
@click.option("--port", cls=Option, default=8000, show_default=True,
              help=N_("Port on this machine."))
@click.option("--no-browser", is_flag=True, cls=Option, help=N_("Open no browser."))
@click.option("--part", cls=Option, type=click.Choice(["make", "fill"]), hidden=True)
@click.pass_obj
def demo(speech: Speech, /, folder: Path, port: int, no_browser: bool, part: str | None) -> None:
    """Make the project when it is missing, then serve it."""
    if part == "make":
        _make(folder, speech)
    elif part == "fill":
        _fill(desk_of(folder, speech), f"http://127.0.0.1:{port}/", no_browser=no_browser)
    else:
        _serve(folder, port, no_browser=no_browser)


def _serve(folder: Path, port: int, *, no_browser: bool) -> None:
    from kpilot.web.serve import must_be_free, serve

    must_be_free("127.0.0.1", port)
    again = [sys.executable, "-m", "kpilot", "demo", "--folder", str(folder), "--port", str(port),
             *(["--no-browser"] if no_browser else [])]
    if subprocess.run([*again, "--part", "make"], check=False).returncode:
        click.get_current_context().exit(1)
    filling = subprocess.Popen([*again, "--part", "fill"])
    try:
        serve(folder, port=port)
    finally:
        filling.terminate()
        filling.wait()


def _make(folder: Path, speech: Speech) -> None:
    """The project with its password, unless it is there already."""
    from kpilot.demo.people import COMPANY
    from kpilot.project import create_project

    if (folder / "kpilot.toml").exists():
        if not (folder / PEOPLE).exists():
            raise UserError(
                "{folder} is a project of yours, not the demo.", folder=folder, code="not_demo",
                hint=Text("Name another folder with --folder."))
        return
    create_project(folder, organisation=COMPANY, language=speech.language)
    handle = os.open(folder / PEOPLE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(9))


def _fill(desk: Desk, address: str, *, no_browser: bool) -> None:
    """Let the people in and load the files, both through the server; what is there is kept."""
    if not _wait_for_server(desk.folder):
        return
    from dataclasses import asdict

    from kpilot.demo.cast import cast

    password = (desk.folder / PEOPLE).read_text(encoding="ascii").strip()
    people = cast()
    desk.answer("welcome", {"people": [asdict(part) for part in people], "password": password})
    _ = desk.speech
    click.echo(_("Sign in at {address} with the password {password} as:", address=address,
                 password=password))
    for part in people:
        click.echo(f"  {part.email:<24} {part.name} ({_(ROLES[part.role])})")
    if not no_browser:
        webbrowser.open(address)
    if all(load["undone_at"] for load in desk.answer("loads", {})["loads"]):
        _load(desk)
    desk.answer("plant", {})
    click.echo(_("Everything is in place. Ctrl-C ends the demo."))


ROLES = {
    "administrator": N_("administrator"),
    "manager": N_("manager"),
    "agent": N_("salesperson"),
    "viewer": N_("viewer"),
}


def _load(desk: Desk) -> None:
    from kpilot import demo as company

    written = desk.folder / "incoming" / ".demo"
    today = datetime.now(desk.settings.zone).date()
    paths = company.write(written, today=today)
    with read_into(desk, tuple(paths)) as place, bar(desk) as progress:
        body = {"read": place, "answers": {}, "yes": True, "who": "kpilot demo"}
        desk.answer("load", body, progress)
    for path in paths:
        path.unlink()
    written.rmdir()


def _wait_for_server(folder: Path) -> bool:
    """Whether the server answers, within a minute."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if is_answering(folder):
            return True
        if os.getppid() == 1:
            return False
        sleep(0.1)
    return False
