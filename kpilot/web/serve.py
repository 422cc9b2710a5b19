"""Runs the web application: one process that owns the project, with threads for the requests.

The process that is started only watches; Django and DuckDB live in its one child.
"""

import errno
import gc
import os
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import cast

from kpilot.core.errors import UserError
from kpilot.core.faults import FAULTS, in_words, lost
from kpilot.core.text import Text
from kpilot.language import translator
from kpilot.project import read_settings
from kpilot.web.local.door import open_door
from kpilot.web.secret import KEY_FILE

Application = Callable[..., Iterable[bytes]]
THREADS = 8


def serve(folder: Path, *, host: str = "127.0.0.1", port: int = 8000, names: str = "") -> None:
    """Serve the project in `folder` until stopped.

    `names` are further host names, separated by spaces, that pages may be asked for under.
    UserError when the port is taken, or the address is not of this machine.
    """
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    address = address_of(host, port)
    must_be_free(address, port)
    must_have_its_people(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kpilot.web.settings"
    os.environ["KPILOT_PROJECT"] = str(folder.resolve())
    shown = f"[{host}]" if ":" in host else host
    os.environ["KPILOT_HOSTS"] = f"{names} {shown}".strip()
    os.environ["KPILOT_ADDRESS"] = f"http://{shown}:{port}/"
    Server(
        "kpilot.web.serve:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        # A worker that gets the terminal's Ctrl-C and its parent's word at once may miss both.
        workers_kill_timeout=3,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def application() -> Application:
    """The application inside the server's process: tables brought up to date, project opened."""
    import django
    from django.core.management import call_command
    from django.db import DatabaseError

    folder = Path(os.environ["KPILOT_PROJECT"])
    is_first = not any((folder / name).exists() for name in ("app.sqlite3", KEY_FILE))
    try:
        django.setup()  # makes the key of a project that has none
        from kpilot.web.warehouse import project
        from kpilot.web.wsgi import application as made

        project()
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    except (*FAULTS, DatabaseError) as error:
        told = in_words(error, folder)
        if told is None and error.__context__:  # a migration tells of a fault in words of its own
            told = in_words(error.__context__, folder)
        if told is None:
            raise
        if is_first:  # else the next start would miss people who never were
            for begun in (*folder.glob("app.sqlite3*"), folder / KEY_FILE):
                begun.unlink(missing_ok=True)
        _complain(told, read_settings(folder).language)
        sys.exit(1)
    # Every view is imported now: what is broken shows here, and the first page is not slow.
    import_module("kpilot.web.urls")
    threading.Thread(target=_settle, daemon=True).start()
    open_door(folder, os.environ["KPILOT_ADDRESS"])
    print(os.environ["KPILOT_ADDRESS"], flush=True)
    return cast(Application, made)


def _settle() -> None:
    """What need not be waited for: memory put in order, goals told of."""
    set_aside()
    _announce()


def set_aside() -> None:
    """Take out of the collector's sight what lives as long as the program, the KPIs and their SQL
    included: walking through it took a sixth of a second, in the middle of some question."""
    from kpilot.ask.catalog import catalog
    from kpilot.web.warehouse import project

    catalog(project())
    gc.collect()
    gc.freeze()


def _announce() -> None:
    """Tell which goals were reached by what was loaded while nothing was served."""
    from django.db import connection

    from kpilot.ask import facts
    from kpilot.web.goals.completion import announce_all
    from kpilot.web.warehouse import project

    try:
        announce_all(project(), facts.utc_now())
    finally:
        connection.close()


def _complain(error: UserError, language: str) -> None:
    parts = [part for part in (error.text, error.hint) if part]
    said = " ".join(part.render(translator(language), language) for part in parts)
    print(said, file=sys.stderr, flush=True)


def must_have_its_people(folder: Path) -> None:
    """UserError when the project was served before and the file with its people is gone: pages
    would be open to whoever comes first."""
    file = folder / "app.sqlite3"
    if not (folder / KEY_FILE).exists():
        return
    if not file.exists():
        raise lost(file)
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as people:
        if not people.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
            raise lost(file)


def address_of(host: str, port: int) -> str:
    """The number behind `host`, a name or a number; UserError when there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _not_here(host) from error
    return str(min(found, key=lambda one: one[0] != socket.AF_INET)[4][0])


def must_be_free(address: str, port: int) -> None:
    """UserError when something else listens there, or nobody can."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise UserError(
                "kpilot may not listen on port {port}.",
                port=str(port),
                hint=Text("Choose one above 1023 with --port."),
                code="port_forbidden",
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise _not_here(address) from error
            raise UserError(
                "Port {port} is in use.",
                port=str(port),
                hint=Text("Choose another with --port."),
                code="port_in_use",
            ) from error


def _not_here(host: str) -> UserError:
    return UserError(
        "“{host}” is not an address of this machine.",
        host=host,
        hint=Text("Name one with --host, such as 127.0.0.1, or 0.0.0.0 for every network."),
        code="no_address",
    )
