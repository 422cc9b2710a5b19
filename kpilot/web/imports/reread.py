"""Reads the files again in the way a person says: another encoding, another delimiter.

The reader detects both; it is told by what it trusts most, a byte order mark and the line `sep=`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from kpilot.core.raw import RawTable
from kpilot.load.reading import read
from kpilot.load.report import Progress

ENCODINGS = {
    "UTF-8": "utf-8", "Windows-1252": "cp1252", "UTF-16": "utf-16", "Mac Roman": "mac-roman"
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
CHUNK = 1 << 20
Wished = Mapping[str, Mapping[str, str]]  # file name → "encoding" and "delimiter", by their names


def read_as(
    paths: Sequence[Path], folder: Path, wished: Wished, progress: Progress
) -> list[RawTable]:
    """The tables of the files, each read as wished; `folder` is in the project's incoming."""
    ready = [_ready(path, folder, wished.get(path.name, {})) for path in paths]
    tables = read(ready, folder, progress=progress)
    return [_back(table, wished.get(table.file, {})) for table in tables]


def _ready(path: Path, folder: Path, wish: Mapping[str, str]) -> Path:
    """The file itself, or a copy in UTF-8 that says its delimiter in its first line."""
    if not wish:
        return path
    copy = folder / "as-said" / path.parent.name / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    code = ENCODINGS.get(wish.get("encoding", ""), "utf-8")
    with copy.open("w", encoding="utf-8-sig", newline="") as out:
        if delimiter := DELIMITERS.get(wish.get("delimiter", "")):
            out.write(f"sep={delimiter}\n")
        with path.open(encoding=code, errors="replace", newline="") as text:
            first = text.read(CHUNK).removeprefix("\ufeff")
            out.write(first)
            while piece := text.read(CHUNK):
                out.write(piece)
    return copy


def _back(table: RawTable, wish: Mapping[str, str]) -> RawTable:
    """The table with the encoding that was said, and rows numbered without the added line."""
    form = table.format
    if encoding := wish.get("encoding"):
        form = replace(form, encoding=encoding)
    if wish.get("delimiter"):
        form = replace(form, header_row=form.header_row - 1)
        for path in _numbered(table):
            _renumber(path)
        if table.first_row is not None:
            table = replace(table, first_row=table.first_row - 1)
    return replace(table, format=form)


def _numbered(table: RawTable) -> Iterator[Path]:
    if table.first_row is None:
        yield table.parquet
    if table.bad:
        yield table.bad


def _renumber(path: Path) -> None:
    fresh = path.with_suffix(".renumbered")
    with duckdb.connect() as connection:
        moved = connection.read_parquet(str(path)).project('* REPLACE ("row" - 1 AS "row")')
        moved.write_parquet(str(fresh))
    fresh.replace(path)
