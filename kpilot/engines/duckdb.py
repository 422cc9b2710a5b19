"""The default engine: DuckDB in the project folder, in this process.

One process owns the file for writing; threads take a cursor each. What SQL may touch is closed
before the first statement that a person could have influenced: no files but the incoming folder,
no extensions, no settings, no Python variables.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kpilot.core.errors import UserError
from kpilot.core.text import Text

DIALECT = "duckdb"


class Warehouse:
    """An open DuckDB file with one writer at a time and any number of reading threads."""

    def __init__(
        self,
        path: Path,
        *,
        incoming: Path,
        memory_limit: str,
        threads: int,
        read_only: bool = False,
    ) -> None:
        self.path = path
        self._writing = threading.RLock()
        self._connection = _connect(path, read_only)
        self._attach_scratch(path.with_name("facts.duckdb"), read_only)
        temporary = incoming / ".spill"
        for setting in (
            f"SET memory_limit = '{memory_limit}'",
            f"SET threads = {threads}",
            f"SET temp_directory = '{_quoted(temporary)}'",
            f"SET allowed_directories = ['{_quoted(incoming)}/']",
            "SET enable_external_access = false",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET python_enable_replacements = false",
            "SET TimeZone = 'UTC'",
            "SET lock_configuration = true",
        ):
            self._connection.execute(setting)

    def _attach_scratch(self, facts: Path, read_only: bool) -> None:
        """Attach `facts`, a file that can be made again at any time, and `moments`, in memory."""
        self._connection.execute("ATTACH ':memory:' AS moments")
        if read_only:
            self._connection.execute("ATTACH ':memory:' AS facts")
            return
        try:
            self._connection.execute(f"ATTACH '{_quoted(facts)}' AS facts")
        except duckdb.Error:
            for left in (facts, facts.with_name(f"{facts.name}.wal")):
                left.unlink(missing_ok=True)
            self._connection.execute(f"ATTACH '{_quoted(facts)}' AS facts")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one thread; close it when its rows are fetched."""
        return self._connection.cursor()

    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows of one statement."""
        cursor = self.cursor()
        try:
            return cursor.execute(sql, list(params)).fetchall()
        finally:
            cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside one transaction: committed at the end, rolled back on any error."""
        with self._writing:
            cursor = self.cursor()
            try:
                cursor.execute("BEGIN TRANSACTION")
                try:
                    yield cursor
                except BaseException:
                    cursor.execute("ROLLBACK")
                    raise
                cursor.execute("COMMIT")
            finally:
                cursor.close()

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._connection.close()


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")


def _connect(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise
        raise UserError(
            "The figures of {folder} are open in another kpilot process.",
            folder=path.parent,
            code="locked",
            hint=Text("Stop it, or ask through its page or its address."),
        ) from error
