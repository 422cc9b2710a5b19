"""Spreadsheets (XLSX, and the older XLS), one table for each sheet that holds rows.

Cells arrive with their types, so dates become ISO text and numbers plain text: nothing depends on
the language the spreadsheet was written in. A formula counts as the value it had when saved.
"""

import datetime as dt
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from kpilot.connectors._parquet import connect, write_cells
from kpilot.connectors._zeros import Pattern, shown, zeros
from kpilot.core.delimited import RECORDS, header_index, unique
from kpilot.core.errors import UserError
from kpilot.core.raw import Limits, RawFormat, RawTable, Tick
from kpilot.core.text import Text

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
CHUNK = 1 << 20
SMALL = 20_000_000  # bytes that may be packed as tightly as they like


def read(path: Path, folder: Path, limits: Limits, tick: Tick) -> list[RawTable]:
    """One table for each visible sheet with rows; sheets left out are named in the notes.

    Raises UserError for a workbook that is too big, locked, damaged, or has no sheet with rows.
    """
    _weigh(path, limits)
    try:
        book = CalamineWorkbook.from_path(path)
        return _tables(book, path, folder, limits, tick)
    except PasswordError:
        raise UserError("“{file}” is protected by a password.", file=path.name, code="locked",
                        hint=Text("Save a copy without a password.")) from None
    except (CalamineError, zipfile.BadZipFile):
        raise UserError("“{file}” is damaged or is not a spreadsheet.", file=path.name,
                        code="damaged",
                        hint=Text("Open it in a spreadsheet and save it again as XLSX.")) from None


def _weigh(path: Path, limits: Limits) -> None:
    """Refuse a workbook that would unpack to more than a machine should swallow."""
    if path.stat().st_size > limits.file_bytes:
        raise UserError("“{file}” has {n} MB; at most {most} MB can be read.", file=path.name,
                        n=path.stat().st_size // 10**6, most=limits.file_bytes // 10**6,
                        code="too_big")
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    ratio = unpacked // max(1, path.stat().st_size)
    if unpacked > limits.unpacked or (unpacked > SMALL and ratio > limits.ratio):
        raise UserError(
            "“{file}” would unpack to {n} MB, {ratio} times its size, and was not opened.",
            file=path.name, n=unpacked // 10**6, ratio=ratio, code="zip_bomb",
            hint=Text("If it is a real export, save it as CSV."))


def _tables(book: CalamineWorkbook, path: Path, folder: Path, limits: Limits,
            tick: Tick) -> list[RawTable]:
    tables: list[RawTable] = []
    left_out: list[Text] = []
    sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    (dead, wrong), padded = _empty_cells(path, limits), zeros(path)
    for done, sheet in enumerate(sheets):
        tick(done, len(sheets))
        if sheet.visible != SheetVisibleEnum.Visible:
            left_out.append(Text("The hidden sheet “{sheet}” was left out.", sheet=sheet.name))
            continue
        table = _table(book.get_sheet_by_name(sheet.name), len(tables), path, folder, limits,
                       padded.get(sheet.name, {}))
        if table is None:
            left_out.append(Text("The empty sheet “{sheet}” was left out.", sheet=sheet.name))
        else:
            tables.append(table)
    if not tables:
        raise UserError("“{file}” has no visible sheet with rows.", file=path.name, code="empty")
    if dead:
        left_out.append(Text("Formulas saved without a value, so that their cells are empty: {n}.",
                             n=dead))
    if wrong:
        left_out.append(Text("Cells with an error such as {error}, read as empty: {n}.",
                             error="#DIV/0!", n=wrong))
    return [_named(table, path, alone=len(tables) == 1, notes=left_out) for table in tables]


def _named(table: RawTable, path: Path, *, alone: bool, notes: list[Text]) -> RawTable:
    name = path.stem if alone else f"{path.stem} / {table.sheet}"
    form = RawFormat(kind=table.format.kind, header_row=table.format.header_row,
                     notes=table.format.notes + tuple(notes))
    return RawTable(name=name, file=table.file, sheet=table.sheet, columns=table.columns,
                    parquet=table.parquet, rows=table.rows, format=form)


def _table(sheet: CalamineSheet, place: int, path: Path, folder: Path,
           limits: Limits, padded: Mapping[int, Pattern]) -> RawTable | None:
    """The cells of one sheet, or None when it has none; `padded` columns have zeros in front."""
    if sheet.start is None or not sheet.height:
        return None
    if sheet.total_width > limits.columns:
        raise UserError("“{file}” has {n} columns; at most {most} can be read.", file=path.name,
                        n=sheet.total_width, most=limits.columns, code="too_many_columns")
    if sheet.height > limits.rows or sheet.height * sheet.width > limits.cells:
        raise UserError("The sheet “{sheet}” of “{file}” has {n} rows: too many to read.",
                        file=path.name, sheet=sheet.name, n=sheet.height, code="too_many_rows",
                        hint=Text("Save it as CSV."))
    # The first row that comes is row 1, whatever stands in it.
    head = [[_text(v) for v in row] for row in islice(sheet.iter_rows(), RECORDS)]
    filled = Counter(_width(row) for row in head if _width(row))
    if not filled:
        return None
    first = header_index(head, max(filled, key=lambda w: (filled[w], w)))
    header = head[first]
    while header and not header[-1] and not any(row[len(header) - 1] for row in head[first:]):
        header = header[:-1]
    columns, renamed = unique([" ".join(cell.split()) for cell in header])
    notes = _notes(first, renamed, sheet)

    left = sheet.start[1]  # rows come from the first column that is filled
    below = _merged_down(sheet, first, left)

    def rows() -> Iterator[list[object]]:
        said: dict[tuple[int, int], str] = {}
        for number, row in enumerate(islice(sheet.iter_rows(), first + 1, None),
                                     first + 2):
            cells = [_text(value) for value in row[:len(columns)]]
            for column, pattern in padded.items():
                n = column - left
                if 0 <= n < len(cells) and cells[n].isdigit() and not isinstance(row[n], str):
                    cells[n] = shown(int(cells[n]), pattern)
            for top, n in below.get(number - 1, ()):
                if top == number - 1 and n < len(cells) and isinstance(row[n], str):
                    said[top, n] = cells[n]
                elif n < len(cells):
                    cells[n] = cells[n] or said.get((top, n), "")
            if any(cells):
                yield [number, *cells]

    parquet = folder / f"sheet{place}.parquet"
    with connect(folder) as connection:
        count = write_cells(connection, rows(), len(columns), parquet)
    if not count:
        notes.append(Text("There is a header and no rows."))
    return RawTable(name=path.stem, file=path.name, sheet=sheet.name, columns=columns,
                    parquet=parquet, rows=count,
                    format=RawFormat(kind="xlsx", header_row=first + 1, notes=tuple(notes)))


def _merged_down(sheet: CalamineSheet, header: int, left: int) -> dict[
        int, list[tuple[int, int]]]:
    """Row → the merged cells (their first row, column) it is in, of those over several rows."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in range(top, bottom + 1) if header < top < bottom else ():
            found.setdefault(row, []).append((top, column - left))
    return found


def _width(row: list[str]) -> int:
    return sum(1 for cell in row if cell)


def _notes(above: int, renamed: tuple[tuple[str, str], ...], sheet: CalamineSheet) -> list[Text]:
    notes = []
    if above:
        notes.append(Text("Lines above the header, left out: {n}.", n=above))
    notes += [Text("The header “{name}” stands there again: this one is called “{new}”.",
                   name=name, new=new) for name, new in renamed if name][:10]
    nameless = sum(1 for name, _ in renamed if not name)
    if nameless:
        notes.append(Text("Columns without a header, called by their number: {n}.",
                          n=nameless))
    merged = sheet.merged_cell_ranges or []
    if merged:
        notes.append(Text("Groups of merged cells: {n}. A word over several rows is on each of"
                          " them; a number stays in the first cell.", n=len(merged)))
    return notes


def _text(value: Value) -> str:
    """The cell as text that every reader of values understands."""
    if isinstance(value, str):
        return value.strip().replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        short = f"{value:.15g}"  # what the spreadsheet itself can show: no 0.30000000000000004
        return format(Decimal(short), "f") if "e" in short else short
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def _empty_cells(path: Path, limits: Limits) -> tuple[int, int]:
    """How many formulas of an XLSX carry no value, which is what programs write that can't compute,
    and how many cells an error.

    The reader shows such a cell as empty, so it is counted in the sheets' own text.
    """
    if not zipfile.is_zipfile(path):
        return 0, 0
    found, wrong, read_so_far = 0, 0, 0
    with zipfile.ZipFile(path) as packed:
        for part in packed.namelist():
            if not (part.startswith("xl/worksheets/") and part.endswith(".xml")):
                continue
            with packed.open(part) as sheet:
                tail = b""
                while piece := sheet.read(CHUNK):
                    read_so_far += len(piece)
                    if read_so_far > limits.unpacked:
                        return found, wrong
                    text = tail + piece
                    for end in (b"</f></c>", b"</f><v></v></c>", b"</f><v/></c>"):
                        found += text.count(end) - tail.count(end)
                    wrong += text.count(b' t="e"') - tail.count(b' t="e"')
                    tail = text[-20:]
    return found, wrong
