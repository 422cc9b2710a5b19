"""CSV, TSV and other delimited text, as CRM exports and spreadsheets write it.

A clean UTF-8 file goes through DuckDB's parallel reader straight to Parquet. Other encodings are
turned into UTF-8 first, and so are line ends of several kinds into one. What that reader refuses or
would number wrongly (lines in two encodings, NUL bytes, quotation marks never closed, blank rows in
the middle) is read row by row instead.
"""

import codecs
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import _duckdb as duckdb  # the engine without its Python shell: 0.05 s to start, not 0.2 s

from kpilot.connectors._parquet import (
    connect,
    copy,
    literal,
    renumber,
    write_bad,
    write_cells,
)
from kpilot.core.codepages import code_page, spoken
from kpilot.core.delimited import HEAD, Shape, content, encoding, shape
from kpilot.core.errors import UserError
from kpilot.core.raw import Limits, RawFormat, RawTable, Tick
from kpilot.core.records import records
from kpilot.core.text import Text

CHUNK = 1 << 20
LINE_END = re.compile(b"\r?\r\n|\r")
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
         "mixed": "UTF-8"}
_CODES = {"TOO MANY COLUMNS": "too_many_cells", "MISSING COLUMNS": "too_few_cells",
          "LINE SIZE OVER MAXIMUM": "too_long"}
# A row has one entry for each cell it lacks, or has too many.
_REJECTS = r"""
    SELECT line, any_value(csv_line), any_value(error_type)::VARCHAR,
           CASE WHEN any_value(error_type) = 'MISSING COLUMNS' THEN min(cells) ELSE max(cells) END
    FROM (SELECT *, nullif(regexp_extract(error_message, 'Found: (\d+)', 1), '')::INTEGER AS cells
          FROM reject_errors)
    GROUP BY line ORDER BY line"""


@dataclass(frozen=True, kw_only=True)
class _Source:
    """The file as it came, and the UTF-8 text of it that is read (the same when it is UTF-8)."""

    name: str
    path: Path
    shape: Shape
    encoding: str
    parquet: Path
    limits: Limits

    @property
    def width(self) -> int:
        return len(self.shape.columns)


@dataclass(kw_only=True)
class _Survey:
    """What a pass over the bytes tells: how many lines, how many carriage returns that are not part
    of a Windows line end, and is there a NUL among them."""

    lines: int = 0
    returns: int = 0
    nul: bool = False


def read(path: Path, folder: Path, limits: Limits, tick: Tick) -> list[RawTable]:
    """The one table of a delimited file; its Parquet is written to `folder`.

    Raises UserError when the file is no table or breaks a limit.
    """
    head = _head(path, limits)
    code = encoding(head)
    code = code_page(head) if code == "cp1252" else code
    complete = len(head) >= path.stat().st_size
    text = head.decode("utf-8" if code == "mixed" else code, "replace").removeprefix("\ufeff")
    form = shape(LINE_END.sub(b"\n", text.encode()).decode(), complete=complete)
    if len(form.columns) > limits.columns:
        raise UserError("“{file}” has {n} columns; at most {most} can be read.", file=path.name,
                        n=len(form.columns), most=limits.columns, code="too_many_columns")
    source = _Source(name=path.name, path=path, shape=form, encoding=code, limits=limits,
                     parquet=folder / "cells.parquet")
    plain, lines = folder / "cells.utf8", folder / "cells.lines"
    try:
        if code not in ("utf-8", "utf-8-sig", "mixed"):
            _transcode(path, plain, code, tick)
            source = replace(source, path=plain)
        seen = _Survey()
        table = _fast(source, seen, folder, tick)
        if table is None and seen.returns:
            _in_lines(source.path, lines)
            source = replace(source, path=lines)
            table = _fast(source, _Survey(), folder, tick)
        return [table or _careful(source, folder, tick)]
    finally:
        plain.unlink(missing_ok=True)
        lines.unlink(missing_ok=True)


def _head(path: Path, limits: Limits) -> bytes:
    """The first bytes of the file; a UserError when the file or its first line is too long."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise UserError("“{file}” has {n} MB; at most {most} MB can be read.", file=path.name,
                        n=size // 10**6, most=limits.file_bytes // 10**6, code="too_big")
    with path.open("rb") as file:
        head = file.read(HEAD)
        if b"\n" in head or b"\r" in head or content(head) != "text":
            return head
        more = file.read(limits.line_bytes)
        if b"\n" not in more and b"\r" not in more and len(more) == limits.line_bytes:
            raise UserError(
                "The first line of “{file}” is longer than {n} characters: this is not a table.",
                file=path.name, n=limits.line_bytes, code="line_too_long",
                hint=Text("Export it again as CSV, one record on each line."))
        return head + more


def _transcode(path: Path, out: Path, code: str, tick: Tick) -> None:
    """The file again in UTF-8, a piece at a time."""
    total, done = path.stat().st_size, 0
    decoder = codecs.getincrementaldecoder(code)("replace")
    with path.open("rb") as file, out.open("w", encoding="utf-8", newline="") as plain:
        while piece := file.read(CHUNK):
            text = decoder.decode(piece)
            text = text if done else text.removeprefix("\ufeff")
            plain.write(text)
            done += len(piece)
            tick(done // 2, total)
        plain.write(decoder.decode(b"", final=True))


def _in_lines(path: Path, out: Path) -> None:
    """The file again, with lines that all end in a line feed."""
    left = b""
    with path.open("rb") as file, out.open("wb") as plain:
        while piece := file.read(CHUNK):
            piece = left + piece
            body = piece[:-2] + piece[-2:].rstrip(b"\r")  # a line end may be cut in two
            left = piece[len(body):]
            plain.write(LINE_END.sub(b"\n", body))
        plain.write(LINE_END.sub(b"\n", left))


def _fast(source: _Source, seen: _Survey, folder: Path, tick: Tick) -> RawTable | None:
    """The table by the engine's own reader; None when it must be read row by row."""
    if source.encoding == "mixed":
        _survey(source.path, seen)
        return None
    with connect(folder) as connection:
        return _at_once(source, seen, connection, tick)


def _at_once(source: _Source, seen: _Survey, connection: duckdb.DuckDBPyConnection,
             tick: Tick) -> RawTable | None:
    form, width = source.shape, source.width
    types = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
    trimmed = ", ".join(  # a control character or space in front sorts before "!"
        f"CASE WHEN c{n} < '!' OR ends_with(c{n}, ' ') THEN nullif(trim(c{n}, ' \t\r\n'), '')"
        f" ELSE c{n} END AS c{n}" for n in range(width))
    scan = (f"FROM read_csv({literal(source.path)}, auto_detect = false, header = false,"
            f" skip = {form.header_row}, delim = {literal(form.delimiter)}, quote = '\"',"
            f" escape = {literal(form.escape)}, max_line_size = {source.limits.line_bytes},"
            f" columns = {{{types}}}, store_rejects = true) SELECT {trimmed}")
    try:
        rows = copy(connection, scan, source.parquet, tick, source.path.stat().st_size,
                    meanwhile=lambda: _survey(source.path, seen))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return None
    rejects = connection.execute(_REJECTS).fetchall()
    if seen.nul or seen.returns or any(
            kind not in _CODES or (text or "").rstrip().endswith(form.delimiter)
            for _, text, kind, _ in rejects):
        return None
    if seen.lines != form.header_row + rows + len(rejects):
        inside = _line_feeds(connection, source, [text or "" for _, text, _, _ in rejects])
        if seen.lines != form.header_row + rows + len(rejects) + inside:
            return None  # there are blank rows, which count
    bad = [(line, (text or "")[:10_000], _CODES[kind], _detail(found, width))
           for line, text, kind, found in rejects]
    first: int | None = form.header_row + 1
    empty = " AND ".join(f"c{n} IS NULL" for n in range(width))
    hollow = connection.execute(
        f"FROM read_parquet({literal(source.parquet)}) SELECT count(*) WHERE {empty}").fetchone()
    if bad or (hollow and hollow[0]):
        rows = renumber(connection, source.parquet, form.header_row + 1, width,
                        [row for row, *_ in bad])
        first = None
    return _table(source, connection, rows, first, bad, _notes(form, rows))


def _survey(path: Path, seen: _Survey) -> None:
    last = b""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            seen.nul = seen.nul or b"\0" in piece
            seen.lines += piece.count(b"\n")
            seen.returns += piece.count(b"\r") - piece.count(b"\r\n")
            seen.returns -= last.endswith(b"\r") and piece.startswith(b"\n")
            last = (last + piece)[-4096:]
    body = last.rstrip(b"\r\n")
    seen.lines += 1 - last[len(body):].count(b"\n") if body else 0


def _line_feeds(connection: duckdb.DuckDBPyConnection, source: _Source, bad: list[str]) -> int:
    """How many line ends stand inside cells."""
    inside = " + ".join(f"coalesce(sum(length(c{n}) - length(replace(c{n}, chr(10), ''))), 0)"
                        for n in range(source.width))
    found = connection.execute(
        f"FROM read_parquet({literal(source.parquet)}) SELECT {inside}").fetchone()
    return int(found[0] if found else 0) + sum(text.rstrip("\r\n").count("\n") for text in bad)


def _careful(source: _Source, folder: Path, tick: Tick) -> RawTable:
    """The table row by row, keeping what can be read of the most broken file."""
    with connect(folder) as connection:
        return _row_by_row(source, connection, tick)


def _row_by_row(source: _Source, connection: duckdb.DuckDBPyConnection, tick: Tick) -> RawTable:
    form, width = source.shape, source.width
    bad: list[tuple[int, str, str, str]] = []
    tally = {"utf-8": 0, "cp1252": 0, "nul": 0}
    csv.field_size_limit(source.limits.line_bytes + 1)

    def rows() -> Iterator[list[object]]:
        lines = _lines(source, tally, tick)
        for record in records(lines, form.delimiter, escape=form.escape,
                              size=source.limits.line_bytes):
            row, text, cells, code = record
            if row <= form.header_row:
                continue
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                cells = cells[:width]
            if len(cells) == width:
                cells = [cell.strip() for cell in cells]
                if any(cells):
                    yield [row, *cells]
            elif code or any(cell.strip() for cell in cells):
                code = code or ("too_many_cells" if len(cells) > width else "too_few_cells")
                bad.append((row, text[:10_000], code, _detail(len(cells) or None, width)))

    count = write_cells(connection, rows(), width, source.parquet)
    notes = _notes(form, count)
    code = source.encoding
    if tally["cp1252"] and tally["utf-8"]:
        notes.append(Text("Lines that are not UTF-8, read as Windows-1252: {n}.",
                          n=tally["cp1252"]))
    elif tally["cp1252"]:
        code = "cp1252"
    if tally["nul"]:
        notes.append(Text("NUL characters, left out: {n}.", n=tally["nul"]))
    return _table(source, connection, count, None, bad, notes, code)


def _lines(source: _Source, tally: dict[str, int], tick: Tick) -> Iterator[str | None]:
    """The lines of the file as text; None for one over the size limit."""
    total, done, most = source.path.stat().st_size, 0, source.limits.line_bytes
    with source.path.open("rb") as file:
        while raw := file.readline(most + 1):
            if not done:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            before, done = done, done + len(raw)
            if done >> 20 != before >> 20:
                tick(done, total)
            if len(raw) > most and not raw.endswith(b"\n"):
                while (rest := file.readline(most)) and not rest.endswith(b"\n"):
                    done += len(rest)
                yield None
                continue
            yield _text(raw.rstrip(b"\r\n"), tally)


def _text(raw: bytes, tally: dict[str, int]) -> str:
    if b"\0" in raw:
        tally["nul"] += raw.count(b"\0")
        raw = raw.replace(b"\0", b"")
    if raw.isascii():
        return raw.decode("ascii")
    try:
        text = raw.decode()
        tally["utf-8"] += 1
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
        tally["cp1252"] += 1
    return text


def _detail(cells: int | None, header: int) -> str:
    return json.dumps({"cells": cells, "header": header} if cells else {})


def _notes(form: Shape, rows: int) -> list[Text]:
    """What a person should know about the way the file was read."""
    notes = []
    above = form.header_row - form.named
    if above:
        notes.append(Text("Lines above the header, left out: {n}.", n=above))
    if not form.named:
        notes.append(Text("The first row holds data: the columns are numbered."))
    notes += [Text("The header “{name}” stands there again: this one is called “{new}”.",
                   name=name, new=new) for name, new in form.renamed if name][:10]
    nameless = sum(1 for name, _ in form.renamed if not name)
    if nameless:
        notes.append(Text("Columns without a header, called by their number: {n}.",
                          n=nameless))
    if not rows:
        notes.append(Text("There is a header and no rows."))
    return notes


def _table(source: _Source, connection: duckdb.DuckDBPyConnection, rows: int, first: int | None,
           bad: list[tuple[int, str, str, str]], notes: list[Text], code: str = "") -> RawTable:
    if rows > source.limits.rows:
        raise UserError("“{file}” has {n} rows; at most {most} can be read.", file=source.name,
                        n=rows, most=source.limits.rows, code="too_many_rows")
    form, code = source.shape, code or source.encoding
    return RawTable(
        name=Path(source.name).stem, file=source.name, columns=form.columns,
        parquet=source.parquet, rows=rows, first_row=first,
        bad=write_bad(connection, bad, source.parquet.with_suffix(".bad.parquet")),
        bad_rows=len(bad),
        format=RawFormat(kind="csv", encoding=NAMES.get(code) or spoken(code),
                         delimiter=form.delimiter, header_row=form.header_row,
                         notes=tuple(notes)))
