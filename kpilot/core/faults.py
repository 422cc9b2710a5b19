"""Faults of the machine kpilot runs on, as sentences: the disk, rights on files, a held database.

An error that is none of these is our own and stays what it is.
"""

import errno
import sqlite3
from pathlib import Path

from kpilot.core.errors import UserError
from kpilot.core.text import Text

FAULTS = (UserError, OSError, sqlite3.Error)  # what `in_words` may know; Django has its own beside
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def in_words(error: BaseException, folder: Path) -> UserError | None:
    """The sentence for `error` met while working in the project `folder`; None when it is ours."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, UserError):
            return at
        if isinstance(at, OSError) and (told := _of_the_system(at, folder)):
            return told
        if isinstance(at, sqlite3.Error):
            return _of_the_people(str(at), folder / "app.sqlite3")
        at = at.__cause__
    return None


def disk_full(folder: Path) -> UserError:
    """No file in `folder` can grow any more."""
    return UserError(
        "There is no room left on the disk of {folder}.", folder=folder, code="disk_full",
        hint=Text("Make room there and try again: what was loaded before is safe."))


def not_writable(folder: Path) -> UserError:
    """The account that runs kpilot may not write in `folder`."""
    return UserError(
        "kpilot may not write to {folder}.", folder=folder, code="not_writable",
        hint=Text("Give the person kpilot runs as the right to write there."))


def _of_the_system(error: OSError, folder: Path) -> UserError | None:
    place = Path(error.filename).parent if isinstance(error.filename, str) else folder
    if error.errno in FULL:
        return disk_full(place)
    return not_writable(place) if error.errno in FORBIDDEN else None


def _of_the_people(said: str, file: Path) -> UserError | None:
    """What SQLite says of the file with people, dashboards, goals and targets."""
    if "locked" in said or "busy" in said:
        return UserError(
            "Another program holds {file}.", file=file, code="locked",
            hint=Text("Close it there, or wait, and try again. Nothing was changed."))
    if "full" in said or "I/O error" in said:
        return disk_full(file.parent)
    if "readonly" in said or "unable to open" in said:
        return not_writable(file.parent)
    if any(sign in said for sign in ("malformed", "not a database", "no such table")):
        return lost(file)
    return None


def lost(file: Path) -> UserError:
    """The file with people, dashboards, goals and targets is gone or is something else."""
    return UserError(
        "{file} is missing or damaged: it holds the people, dashboards, goals and targets.",
        file=file, code="people_lost",
        hint=Text("Stop kpilot, put a copy of the file back and start again. To begin without"
                  " people, remove it and {key}.", key="secret.key"))
