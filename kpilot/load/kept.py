"""What a reading gave, kept beside its files: pages and processes come back to it later."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kpilot.core.raw import RawFormat, RawTable
from kpilot.load import kept_text

FILE = "read.json"


def keep(folder: Path, tables: Sequence[RawTable]) -> None:
    """Write down the tables read into `folder`, whose files must stay where they are."""
    said = [_plain(table, folder) for table in tables]
    fresh = folder / f".{FILE}"
    fresh.write_text(json.dumps(said), encoding="utf-8")
    fresh.replace(folder / FILE)


def kept(folder: Path) -> list[RawTable]:
    """The tables that `keep` wrote down in `folder`; FileNotFoundError when there are none."""
    said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return [_table(table, folder.resolve()) for table in said]


def _plain(table: RawTable, folder: Path) -> dict[str, Any]:
    form = table.format
    return {
        "name": table.name, "file": table.file, "sheet": table.sheet, "rows": table.rows,
        "columns": list(table.columns), "first_row": table.first_row, "bad_rows": table.bad_rows,
        "table": table.table,
        "left_out": kept_text.keep(table.left_out) if table.left_out else None,
        "parquet": _inside(table.parquet, folder),
        "bad": _inside(table.bad, folder) if table.bad else None,
        "format": {"kind": form.kind, "encoding": form.encoding, "delimiter": form.delimiter,
                   "header_row": form.header_row,
                   "notes": [kept_text.keep(note) for note in form.notes]},
    }


def _inside(path: Path, folder: Path) -> str:
    return str(path.resolve().relative_to(folder.resolve()))


def _table(said: dict[str, Any], folder: Path) -> RawTable:
    form = dict(said["format"])
    form["notes"] = tuple(kept_text.restore(note) for note in form["notes"])
    return RawTable(**{
        **said, "columns": tuple(said["columns"]), "format": RawFormat(**form),
        "left_out": kept_text.restore(said["left_out"]) if said.get("left_out") else None,
        "parquet": folder / said["parquet"], "bad": folder / said["bad"] if said["bad"] else None,
    })
