"""A file as it was read, before anyone said what it means."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kpilot.core.text import Text

Tick = Callable[[int, int], None]  # (bytes or rows done, their total; 0 = unknown)


def silent(done: int, total: int) -> None:
    """The progress callback of those who don't show progress."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost, so that no upload can stop the machine.

    line_bytes  the longest row; a file whose first row is longer is refused unread
    unpacked    bytes an XLSX may unpack to, and `ratio` how many times its own size
    seconds     wall-clock time for one file; `memory` the address space of the reading process
    """

    file_bytes: int = 4_000_000_000
    line_bytes: int = 2_000_000
    unpacked: int = 1_000_000_000
    ratio: int = 200
    rows: int = 20_000_000
    columns: int = 2_000
    cells: int = 40_000_000
    seconds: float = 300.0
    memory: int = 6_000_000_000
    bad_rows: int = 100_000


@dataclass(frozen=True, kw_only=True)
class RawFormat:
    """How a file was read; shown to the person so that she can object.

    `notes` are sentences such as "12 lines were read as Windows-1252".
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 1
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """The cells of one file or sheet, as text, in a Parquet file beside it. Read it by `cells`.

    parquet    columns `c0`…`cN`, one for each of `columns`; NULL is an empty cell. It has a column
               `row` too when `first_row` is None; else rows follow one another from `first_row`
    rows       rows in `parquet`; row numbers are those a spreadsheet shows for the file, so blank
               rows count and a line break inside quotes does not
    bad        rows that could not be read (`row` BIGINT, `text`, `code`, `detail`), or None
    bad_rows   how many rows are in `bad`
    table      the canonical table it was made for, when it was made from another file's rows
    left_out   why it has nothing to load, in the words after "is left out:"; None when it may have
    totals     numbers of rows in `parquet` that are titles or totals of others: no `cells`, not in
               `rows`
    filled     columns that name a group on its first row: each empty cell is as the one above
    read_as    (column, cell → the word that its text stands for); other cells stay as they are
    """

    name: str
    file: str
    columns: tuple[str, ...]
    parquet: Path
    rows: int
    format: RawFormat
    sheet: str = ""
    first_row: int | None = None
    bad: Path | None = None
    bad_rows: int = 0
    table: str = ""
    left_out: Text | None = None
    totals: tuple[int, ...] = ()
    filled: tuple[int, ...] = ()
    read_as: tuple[tuple[int, Mapping[str, str]], ...] = ()

    @property
    def cells(self) -> str:
        """The SQL of the relation (`row` BIGINT, `c0`…`cN` VARCHAR), to stand after FROM."""
        file = str(self.parquet).replace("'", "''")
        cells = f"read_parquet('{file}')"
        if self.first_row is not None:
            named = ", ".join(f"c{n}" for n in range(len(self.columns)))
            cells = (
                f"(FROM read_parquet('{file}', file_row_number = true)"
                f' SELECT file_row_number + {self.first_row} AS "row", {named})'
            )
        if self.totals:
            cells = f'(FROM {cells} WHERE "row" NOT IN ({", ".join(map(str, self.totals))}))'
        if self.filled:
            named = ", ".join(
                f'last_value(c{n} IGNORE NULLS) OVER (ORDER BY "row" ROWS UNBOUNDED PRECEDING)'
                f" AS c{n}" for n in self.filled)
            cells = f"(FROM {cells} SELECT * REPLACE ({named}))"
        if self.read_as:
            named = ", ".join(f"coalesce({_map(words)}[c{n}], c{n}) AS c{n}"
                              for n, words in self.read_as)
            cells = f"(FROM {cells} SELECT * REPLACE ({named}))"
        return cells


def _map(words: Mapping[str, str]) -> str:
    """SQL of a map; the words are quoted."""
    pairs = (tuple("'" + word.replace("'", "''") + "'" for word in pair) for pair in words.items())
    return "MAP {" + ", ".join(": ".join(pair) for pair in pairs) + "}"


def why_bad(code: str, row: int, detail: str = "") -> Text:
    """Why a row of `bad` could not be read, from its `code` and `detail`."""
    counts = json.loads(detail or "{}")
    if "cells" in counts:
        return Text("Cells in row {row}: {cells}; in the header: {header}.", row=row, **counts)
    if code == "quote":
        return Text("The quotation marks of row {row} don't match.", row=row)
    if code == "too_long":
        return Text("Row {row} is too long to be one.", row=row)
    return Text("Row {row} can't be read.", row=row)
