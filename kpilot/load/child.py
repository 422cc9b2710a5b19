"""The process that parses one file after another, so that a hostile one can hurt only itself.

Started by `kpilot.load.reading` as a program of its own. It hears on standard input which files to
read and within which limits, and says on standard output, one JSON object a line, how far it is,
what it found, or what a person has to put right. It imports no more than it needs to start fast.
"""

import errno
import importlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

from kpilot.core.errors import UserError
from kpilot.core.faults import disk_full, in_words
from kpilot.core.raw import Limits, RawTable
from kpilot.core.text import Text

# JSON objects have values of any type; they are checked where they are read.
Json = dict[str, Any]


def main() -> None:
    """Read the files named on standard input; every outcome is a line on standard output."""
    order: Json = json.load(sys.stdin)
    limits = Limits(**order["limits"])
    _, given = resource.getrlimit(resource.RLIMIT_AS)  # no more may be asked for
    memory = limits.memory if given == resource.RLIM_INFINITY else min(limits.memory, given)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for place, (connector, path) in enumerate(order["files"]):
        folder = Path(order["folder"]) / str(place)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            read = importlib.import_module(f"kpilot.connectors.{connector}").read
            tables: list[RawTable] = read(Path(path), folder, limits, _tick(place))
        except MemoryError:
            _say({"memory": place})
            return
        except Exception as error:
            told = _unopened(error, path) or in_words(error, folder) or _full(error, folder)
            if told:
                _say_error(told)
                return
            raise
        _say({"tables": [_table(table) for table in tables], "file": place})


def _unopened(error: Exception, path: str) -> UserError | None:
    """The file went away, or its disk did, after it was found."""
    gone = isinstance(error, OSError) and (
        error.filename == path or error.errno in (errno.EIO, errno.ESTALE, errno.ENODEV))
    return UserError("“{file}” cannot be opened.", file=Path(path).name, code="unopened",
                     hint=Text("Check that kpilot may read it.")) if gone else None


def _full(error: Exception, folder: Path) -> UserError | None:
    """DuckDB, which the connectors write with, has no error of its own for a full disk."""
    signs = ("No space left", "File too large", "Disk quota", "max_temp_directory_size")
    return disk_full(folder) if any(sign in str(error) for sign in signs) else None


def _say_error(error: UserError) -> None:
    _say({"error": {"text": to_json(error.text), "code": error.code,
                    "hint": to_json(error.hint) if error.hint else None}})


def _tick(place: int) -> Any:  # a Tick; kept plain so that nothing more is imported
    shown = -1

    def tick(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 0
        if percent > shown:
            shown = percent
            _say({"file": place, "done": done, "total": total})

    return tick


def _say(line: Json) -> None:
    print(json.dumps(line), flush=True)


def to_json(text: Text) -> Json:
    """A Text with the Texts and figures in it, as `from_json` takes it back."""
    return {"template": text.template, "values": {
        name: to_json(value) if isinstance(value, Text)
        else value if isinstance(value, (int, float, str)) else str(value)
        for name, value in text.values.items()}}


def from_json(text: Json) -> Text:
    """The Text that `to_json` wrote."""
    template = text["template"]
    return Text(template, **{
        name: from_json(value) if isinstance(value, dict) else value
        for name, value in text["values"].items()})


def _table(table: RawTable) -> Json:
    form = table.format
    return {
        "name": table.name, "file": table.file, "sheet": table.sheet,
        "columns": list(table.columns), "parquet": str(table.parquet), "rows": table.rows,
        "first_row": table.first_row, "bad": str(table.bad) if table.bad else None,
        "bad_rows": table.bad_rows,
        "format": {"kind": form.kind, "encoding": form.encoding, "delimiter": form.delimiter,
                   "header_row": form.header_row,
                   "notes": [to_json(note) for note in form.notes]}}


if __name__ == "__main__":
    main()
