"""A file as it was read, before anyone said what it means."""

from dataclasses import dataclass
from pathlib import Path

from kpilot.core.text import Text


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
    """The cells of one file or sheet, as text, in a Parquet file beside it.

    parquet  columns `row` (as a person counts rows, the header being `format.header_row`)
             and `c0`…`cN`, one for each of `columns`; NULL is an empty cell
    bad      rows that could not be read (`row`, `text`, `code`, `detail`), or None
    rows     rows read into `parquet`; `bad_rows` those in `bad`
    """

    name: str
    file: str
    columns: tuple[str, ...]
    parquet: Path
    rows: int
    format: RawFormat
    sheet: str = ""
    bad: Path | None = None
    bad_rows: int = 0
