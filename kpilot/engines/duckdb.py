"""The default engine: DuckDB in the project folder, in this process.

One process owns the file for writing; threads take a cursor each. What SQL may touch is closed
before the first statement that a person could have influenced: no files but the incoming folder,
no extensions, no settings, no Python variables.

An internal error or a failed checkpoint makes DuckDB refuse every later statement until the file
is opened anew. That is done here, once, by the first question that comes after.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from kpilot.engines.failures import STOPPED, damaged, in_words, locked, missing, stopped

DIALECT = "duckdb"
FACTS = "facts.duckdb"
QUESTIONS = ("SELECT", "WITH")  # what statements that write nothing begin with
INTERRUPTED = "Query interrupted"  # what DuckDB makes of Ctrl-C
PATIENCE = 10.0  # seconds to wait for those who still hold a cursor


class Warehouse:
    """An open DuckDB file with one writer at a time and any number of reading threads.

    `openings` tells how often it was opened: what stood in memory is gone when it changes.
    `changes` counts what was or may have been written.
    """

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
        self.openings = 0
        self.changes = 0
        self._read_only = read_only
        self._settings = _settings(incoming, memory_limit, threads)
        self._writing = threading.RLock()
        self._door = threading.Condition()
        self._lent: set[duckdb.DuckDBPyConnection] = set()
        self._has_stopped = self._is_closed = False
        self._connection = self._opened()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one thread, closed at the end; UserError for what is nobody's SQL."""
        try:
            with self._cursor() as cursor:
                yield cursor
        finally:
            self._note_change()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._lend()
        try:
            yield cursor
        except duckdb.Error as error:
            with self._door:
                self._has_stopped |= isinstance(error, STOPPED)
                ended = self._has_stopped and isinstance(error, duckdb.InterruptException)
            told = stopped(self.path) if ended else in_words(error, self.path)
            if told is None:
                raise
            raise told from error
        except RuntimeError as error:
            if str(error) == INTERRUPTED:
                raise KeyboardInterrupt from error
            raise
        finally:
            with self._door:
                self._lent.discard(cursor)
                cursor.close()
                self._door.notify_all()

    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows of one statement."""
        try:
            with self._cursor() as cursor:
                return cursor.execute(sql, list(params)).fetchall()
        finally:
            if not sql.lstrip().startswith(QUESTIONS):
                self._note_change()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside one transaction: committed at the end, rolled back on any error."""
        with self._writing, self.reading() as cursor:
            cursor.execute("BEGIN TRANSACTION")
            try:
                yield cursor
            except BaseException:
                with suppress(duckdb.Error):  # a database that stopped has rolled back by itself
                    cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def close(self) -> None:
        """Write everything to the file and let go of it, once nobody reads any more.

        Nobody begins to meanwhile; who is still at it after `PATIENCE` seconds keeps the file.
        """
        with self._door:
            self._is_closed = True
            self._door.wait_for(lambda: not self._lent, PATIENCE)
            self._connection.close()

    def _note_change(self) -> None:
        with self._door:
            self.changes += 1

    def _lend(self) -> duckdb.DuckDBPyConnection:
        with self._door:
            if self._is_closed:
                raise duckdb.ConnectionException(f"{self.path} was closed.")
            while self._has_stopped:
                self._open_again()
            cursor = self._connection.cursor()
            self._lent.add(cursor)
            return cursor

    def _open_again(self) -> None:
        """Open the file anew: in this process that works once nobody holds the old one any more."""
        for cursor in self._lent:
            cursor.interrupt()
        if not self._door.wait_for(lambda: not self._lent or not self._has_stopped, PATIENCE):
            raise stopped(self.path)
        if self._has_stopped:
            self._connection.close()
            self._connection = self._opened()
            self._has_stopped = False

    def _opened(self) -> duckdb.DuckDBPyConnection:
        connection = self._connected()
        try:
            self._attach_scratch(connection)
            for setting in self._settings:
                connection.execute(setting)
        except duckdb.Error as error:
            connection.close()
            if told := in_words(error, self.path):
                raise told from error
            raise
        self.openings += 1
        return connection

    def _connected(self) -> duckdb.DuckDBPyConnection:
        if not self.path.exists() and self.path.with_name(FACTS).exists():
            raise missing(self.path)
        try:
            return duckdb.connect(str(self.path), read_only=self._read_only)
        except duckdb.Error as error:
            if isinstance(error, duckdb.IOException) and "lock" in str(error).lower():
                raise locked(self.path) from error
            raise (in_words(error, self.path) or damaged(self.path)) from error

    def _attach_scratch(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Attach `facts`, a file that can be made again at any time, and `moments`, in memory."""
        facts = self.path.with_name(FACTS)
        connection.execute("ATTACH ':memory:' AS moments")
        if self._read_only:
            connection.execute("ATTACH ':memory:' AS facts")
            return
        try:
            connection.execute(f"ATTACH '{_quoted(facts)}' AS facts")
        except duckdb.Error:
            for left in (facts, facts.with_name(f"{facts.name}.wal")):
                left.unlink(missing_ok=True)
            connection.execute(f"ATTACH '{_quoted(facts)}' AS facts")


def _settings(incoming: Path, memory_limit: str, threads: int) -> tuple[str, ...]:
    return (
        f"SET memory_limit = '{memory_limit}'",
        f"SET threads = {threads}",
        f"SET temp_directory = '{_quoted(incoming / '.spill')}'",
        f"SET allowed_directories = ['{_quoted(incoming)}/']",
        "SET enable_external_access = false",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET python_enable_replacements = false",
        "SET TimeZone = 'UTC'",
        "SET lock_configuration = true",
    )


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")
