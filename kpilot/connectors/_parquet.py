"""Cells to Parquet: the last step of every connector that reads files."""

import csv
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import _duckdb as duckdb  # the engine without its Python shell: 0.05 s to start, not 0.2 s

from kpilot.core.raw import Tick

# Measured on a million rows of 12 columns: bloom filters cost 0.1 s, and so does a dictionary of
# more values than repeat. Row groups as long as those of a table become its own as they are;
# others are copied together first, 0.3 s at each table made of them.
OPTIONS = ("(FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION V2, WRITE_BLOOM_FILTER false,"
           " ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 5000)")
BAD = ("row", "text", "code", "detail")


def literal(text: object) -> str:
    """`text` as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory that spills to `folder` and keeps within a gigabyte."""
    connection = duckdb.connect(config={
        "memory_limit": "1GB", "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": "false"})
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    return connection


def copy(connection: duckdb.DuckDBPyConnection, query: str, parquet: Path, tick: Tick,
         size: int = 0, meanwhile: Callable[[], None] | None = None) -> int:
    """Write the rows of `query` to `parquet` and return how many they are.

    The engine works in a thread of its own, `meanwhile` runs in this one, and `tick` is told how
    far it is in bytes of `size`.
    """
    result: list[int] = []
    failed: list[duckdb.Error] = []

    def work() -> None:
        try:
            done = connection.execute(f"COPY ({query}) TO {literal(parquet)} {OPTIONS}").fetchone()
            result.append(int(done[0]) if done else 0)
        except duckdb.Error as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    if meanwhile:
        meanwhile()
    while thread.is_alive():
        thread.join(0.1)
        if thread.is_alive():
            tick(int(size * max(0.0, connection.query_progress()) / 100), size)
    if failed:
        raise failed[0]
    return result[0]


def write(connection: duckdb.DuckDBPyConnection, rows: Iterable[Sequence[object]],
          columns: Sequence[tuple[str, str]], parquet: Path) -> int:
    """Write `rows` of `columns` (name, SQL type) to `parquet`; an empty text becomes NULL."""
    draft = parquet.with_suffix(".draft")
    # What has a part of the line end in it is quoted, and a carriage return alone must be, too.
    with draft.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    types = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns)
    scan = (f"FROM read_csv({literal(draft)}, auto_detect = false, header = false, delim = ',',"
            f" new_line = '\\r\\n', quote = '\"', escape = '\"', max_line_size = 1000000000,"
            f" columns = {{{types}}})")
    try:
        return copy(connection, scan, parquet, lambda done, total: None)
    finally:
        draft.unlink(missing_ok=True)


def write_cells(connection: duckdb.DuckDBPyConnection, rows: Iterable[Sequence[object]],
                width: int, parquet: Path) -> int:
    """Write rows of (row number, cell, cell, …) as a RawTable's Parquet with its column `row`."""
    columns = [("row", "BIGINT"), *((f"c{n}", "VARCHAR") for n in range(width))]
    return write(connection, rows, columns, parquet)


def write_bad(connection: duckdb.DuckDBPyConnection,
              bad: Sequence[tuple[int, str, str, str]], parquet: Path) -> Path | None:
    """Write the rows that could not be read; None when there is none."""
    if not bad:
        return None
    write(connection, bad, [(n, "BIGINT" if n == "row" else "VARCHAR") for n in BAD], parquet)
    return parquet


def renumber(connection: duckdb.DuckDBPyConnection, parquet: Path, first: int, width: int,
             gaps: Sequence[int]) -> int:
    """Give `parquet` a column `row`, knowing that the rows `gaps` (ascending) are not in it.

    Rows without any cell are dropped. Returns how many rows are left.
    """
    names = ", ".join(f"c{n}" for n in range(width))
    empty = " AND ".join(f"c{n} IS NULL" for n in range(width))
    shifts = {gap - first - before: before + 1 for before, gap in enumerate(gaps)}
    connection.execute("CREATE OR REPLACE TEMP TABLE shift(start BIGINT, n BIGINT)")
    connection.execute("INSERT INTO shift SELECT unnest(?::BIGINT[]), unnest(?::BIGINT[])",
                       [list(shifts), list(shifts.values())])
    whole = parquet.with_suffix(".whole")
    parquet.rename(whole)
    rows = copy(
        connection,
        f"FROM read_parquet({literal(whole)}, file_row_number = true) AS t"
        f" ASOF LEFT JOIN shift AS s ON t.file_row_number >= s.start"
        f' SELECT t.file_row_number + {first} + coalesce(s.n, 0) AS "row", {names}'
        f' WHERE NOT ({empty}) ORDER BY "row"',
        parquet, lambda done, total: None)
    whole.unlink()
    return rows
