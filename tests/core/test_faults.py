"""Faults of the machine are sentences; everything else stays our own fault."""

import errno
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kpilot.core.faults import in_words


def full(folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        (folder / "rows.csv").write_bytes(b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def forbidden(folder: Path) -> None:
    raise PermissionError(errno.EROFS, "Read-only file system", str(folder / "rows.csv"))


def held(folder: Path) -> None:
    with (
        closing(sqlite3.connect(folder / "app.sqlite3")) as one,
        closing(sqlite3.connect(folder / "app.sqlite3", timeout=0)) as other,
    ):
        one.execute("BEGIN EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")


def garbage(folder: Path) -> None:
    (folder / "app.sqlite3").write_bytes(b"not a database " * 1000)
    with closing(sqlite3.connect(folder / "app.sqlite3")) as people:
        people.execute("SELECT * FROM people_person")


def gone(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "app.sqlite3")) as people:
        people.execute("SELECT * FROM people_person")


@pytest.mark.parametrize(("fault", "code"), [
    (full, "disk_full"), (forbidden, "not_writable"), (held, "locked"),
    (garbage, "people_lost"), (gone, "people_lost"),
])
def test_a_fault_is_said_in_words_whoever_met_it(
    tmp_path: Path, fault: Callable[[Path], None], code: str
) -> None:
    with pytest.raises((OSError, sqlite3.Error)) as met:
        fault(tmp_path)
    wrapped = RuntimeError("as Django wraps them")
    wrapped.__cause__ = met.value
    for error in (met.value, wrapped):
        told = in_words(error, tmp_path)
        assert told is not None
        assert told.code == code
        assert str(tmp_path) in str(told)


@pytest.mark.parametrize("ours", [
    KeyError("x"), FileNotFoundError(errno.ENOENT, "gone"), sqlite3.OperationalError("near FROM"),
])
def test_our_own_errors_are_not_called_faults_of_the_machine(ours: Exception) -> None:
    assert in_words(ours, Path("/project")) is None
