"""Writes the company's CRM export: CSV files, one of them the way a French spreadsheet saves it."""

from pathlib import Path

from kpilot.demo.chance import Columns
from kpilot.demo.sheets import SHEETS, Sheet
from kpilot.demo.views import text


def write_files(folder: Path, shown: dict[str, Columns]) -> list[Path]:
    """One file for each sheet, in the order they are loaded; overwrites what is there.

    French files use semicolons, decimal commas and Windows-1252; the others commas and UTF-8.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / sheet.file, sheet, shown[sheet.table]) for sheet in SHEETS]


def _write(path: Path, sheet: Sheet, columns: Columns) -> Path:
    """No cell holds a delimiter or a quote: names are made without them."""
    delimiter = ";" if sheet.is_french else ","
    cells = [text(columns[column], comma=sheet.is_french) for _, column in sheet.columns]
    lines = [delimiter.join(header for header, _ in sheet.columns)]
    lines.extend(map(delimiter.join, zip(*cells, strict=True)))
    path.write_text("\n".join(lines) + "\n", newline="\r\n" if sheet.is_french else "\n",
                    encoding="cp1252" if sheet.is_french else "utf-8")
    return path
