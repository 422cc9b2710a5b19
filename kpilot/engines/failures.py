"""What the embedded database cannot do any more, as a sentence for whoever asked.

Only what lies outside kpilot's own SQL is here: the disk, the memory, the file, a database that has
shut itself down. Everything else DuckDB refuses is our own fault and may crash.
"""

from pathlib import Path

import duckdb

from kpilot.core.errors import UserError
from kpilot.core.faults import disk_full, not_writable
from kpilot.core.text import Text

# After one of these the whole database of this process refuses every statement.
STOPPED = (duckdb.FatalException, duckdb.InternalException)

FULL = ("No space left", "File too large", "Disk quota", "max_temp_directory_size")
FORBIDDEN = ("Permission denied", "Read-only file system", "Operation not permitted")
DAMAGED = ("Corrupt", "not a valid DuckDB", "Could not read enough bytes", "checksum",
           "replaying WAL", "Failed to load metadata", "Failed to deserialize")
NEWER = ("newer version", "version number")


def in_words(error: duckdb.Error, path: Path) -> UserError | None:
    """The sentence for `error` of the database in the file `path`; None when it is our fault."""
    # What a statement made of somebody's data is quoted in other errors than these.
    said = "" if isinstance(error, (duckdb.DataError, duckdb.ProgrammingError)) else str(error)
    if any(sign in said for sign in FULL):
        return disk_full(path.parent)
    if any(sign in said for sign in FORBIDDEN):
        return not_writable(path.parent)
    if isinstance(error, duckdb.OutOfMemoryException):
        return UserError(
            "This needs more memory than kpilot may take.", code="memory",
            hint=Text("Raise memory_limit in kpilot.toml, or ask for less at once."))
    if isinstance(error, STOPPED):
        return stopped(path)
    if any(sign in said for sign in DAMAGED):
        return damaged(path)
    if any(sign in said for sign in NEWER):
        return UserError(
            "{file} was written by a newer kpilot than this one.", file=path, code="newer",
            hint=Text("Install the newer version."))
    return None


def stopped(path: Path) -> UserError:
    """What is said to the questions that were open when the database shut itself down."""
    return UserError(
        "The database in {folder} stopped while it answered.", folder=path.parent, code="stopped",
        hint=Text("It is opened again by itself: ask again. What was loaded is safe, and a load"
                  " that was being written is there whole or not at all."))


def damaged(path: Path) -> UserError:
    """The file holds no database, or only a part of one."""
    return UserError(
        "{file} is damaged and cannot be read.", file=path, code="damaged",
        hint=Text("Put a copy of it back. To begin again without data, remove it and {facts}.",
                  facts="facts.duckdb"))


def missing(path: Path) -> UserError:
    """The file is gone, and what was computed from it still stands beside it."""
    return UserError(
        "{file} is missing: it holds all that was loaded.", file=path, code="missing",
        hint=Text("Put it back. To begin again without data, remove {facts} too.",
                  facts="facts.duckdb"))


def locked(path: Path) -> UserError:
    """Another process has the file open."""
    return UserError(
        "The figures of {folder} are open in another kpilot process.",
        folder=path.parent,
        code="locked",
        hint=Text("Stop it, or ask through its page or its address."),
    )
