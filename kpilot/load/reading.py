"""The first step of a load: files on disk become tables of text cells, in a process apart."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic

import kpilot
from kpilot.core.delimited import HEAD, content
from kpilot.core.errors import UserError
from kpilot.core.raw import Limits, RawFormat, RawTable
from kpilot.core.text import Text
from kpilot.load.child import Json, from_json
from kpilot.load.report import Progress, silent
from kpilot.load.shapes import reshape

DEFAULT = Limits()
EXTENSIONS = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xls")
_PANIC = "PanicException"  # what a library's own parser met and had no word for
_STARVED = re.compile("memory|allocat|can't start new thread|unavailable", re.IGNORECASE)
CHILD = Path(__file__).with_name("child.py")


def read(paths: Sequence[Path], folder: Path, *, limits: Limits = DEFAULT,
         progress: Progress = silent) -> list[RawTable]:
    """The tables of the files `paths` (a directory gives its data files), as Parquet in `folder`.

    `progress("read", done, total)` counts bytes over all files. Raises UserError when a file is
    missing, is no table or breaks a limit; rows that can't be read are in the tables' `bad`.
    """
    try:
        files = [(connector, path) for path, told in _expand(paths)
                 if (connector := _connector(path, told=told))]
        sizes = [path.stat().st_size for _, path in files]
    except OSError as error:
        raise UserError("“{file}” cannot be opened.", file=error.filename or paths[0],
                        code="unopened", hint=Text("Check that kpilot may read it.")) from error
    if not files:
        raise UserError("There is nothing to read: no CSV, TSV or XLSX file with rows in {paths}.",
                        paths=", ".join(f"“{path}”" for path in paths), code="no_files")
    folder.mkdir(parents=True, exist_ok=True)
    tables = _unique(reshape(_run(files, sizes, folder, limits, progress), folder))
    if not any(table.rows or table.bad_rows for table in tables):
        raise UserError("“{file}” has a header and no rows.", file=tables[0].file,
                        code="header_only", hint=Text("Check the filter of the export."))
    return tables


def _expand(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was named itself (True) or found in a directory."""
    for path in paths:
        if path.is_dir():
            yield from ((found, False) for found in sorted(path.iterdir())
                        if found.is_file() and found.suffix.lower() in EXTENSIONS)
        elif path.is_file():
            yield path, True
        elif path.exists():
            raise UserError("“{path}” is a pipe or a device, not a file.", path=path,
                            code="no_file", hint=Text("Save what it gives as a file first."))
        else:
            raise UserError("There is no file “{path}”.", path=path, code="no_file")


def _connector(path: Path, *, told: bool) -> str | None:
    """Which connector reads the file, by what is in it; None for an empty one of a directory."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if any("\ud800" <= letter <= "\udfff" for letter in str(path.resolve())):
        raise UserError("The name “{path}” is not written in UTF-8.", code="unnamed",
                        path=os.fsencode(path).decode(errors="replace"),
                        hint=Text("Rename it and load it again."))
    kind = content(head)
    if kind == "text":
        return "csv_file"
    if kind == "xls" or (kind == "zip" and _is_workbook(path)):
        return "excel"
    if kind == "empty":
        if told:
            raise UserError("“{file}” is empty.", file=path.name, code="empty",
                            hint=Text("Export it again."))
        return None
    hint = Text("Export it as CSV or XLSX.")
    if kind == "zip":
        raise UserError("“{file}” is a ZIP archive, not a table.", file=path.name,
                        code="not_a_table", hint=Text("Unpack it and load the files in it."))
    if kind == "binary":
        raise UserError("“{file}” is not a text file or a spreadsheet.", file=path.name,
                        code="not_a_table", hint=hint)
    if kind == "image":
        raise UserError("“{file}” is an image, not a table.", file=path.name, code="not_a_table",
                        hint=hint)
    raise UserError("“{file}” is a {kind} file, not a table.", file=path.name, kind=kind,
                    code="not_a_table", hint=hint)


def _is_workbook(path: Path) -> bool:
    """Is the ZIP a spreadsheet? The names of its parts stand in it as they are."""
    with path.open("rb") as file:
        return b"xl/" in file.read(HEAD) or path.suffix.lower() in (".xlsx", ".xlsm")


def _run(files: Sequence[tuple[str, Path]], sizes: Sequence[int], folder: Path, limits: Limits,
         progress: Progress) -> list[RawTable]:
    """Have a child read the files one after another, and end it whatever happens."""
    order = json.dumps({"limits": asdict(limits), "folder": str(folder.resolve()),
                        "files": [(connector, str(path.resolve())) for connector, path in files]})
    root = str(Path(kpilot.__file__).parents[1])
    # -P: the folder of the program is not searched for modules (its profile.py hides Python's).
    with tempfile.TemporaryFile() as orders, tempfile.TemporaryFile() as complaints:
        orders.write(order.encode())
        orders.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-P", str(CHILD)], stdin=orders, stdout=subprocess.PIPE,
            stderr=complaints, text=True, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"})
        try:
            tables: list[RawTable] = []
            read_so_far = 0
            for line in _heard(child, limits):
                if line is None:
                    name = files[min(read_so_far, len(files) - 1)][1].name
                    raise UserError("Reading “{file}” took more than {n} seconds and was stopped.",
                                    file=name, n=int(limits.seconds), code="too_slow",
                                    hint=Text("Split the file, or save a spreadsheet as CSV."))
                if "error" in line:
                    raise _error(line["error"])
                if "tables" in line:
                    tables += [_table(table) for table in line["tables"]]
                    read_so_far = line["file"] + 1
                    progress("read", sum(sizes[:read_so_far]), sum(sizes))
                elif line.get("total"):
                    part = sizes[line["file"]] * line["done"] // line["total"]
                    progress("read", sum(sizes[:line["file"]]) + part, sum(sizes))
            code = child.wait(10)
            if code == 0 and read_so_far == len(files):
                return tables
            complaints.seek(0)
            said = complaints.read().decode(errors="replace")
        finally:
            child.kill()
            child.wait()
    name = files[min(read_so_far, len(files) - 1)][1].name
    if _PANIC in said:
        raise UserError("“{file}” is damaged or is not a spreadsheet.", file=name, code="damaged",
                        hint=Text("Open it in a spreadsheet and save it again as XLSX."))
    # Out of memory has many faces: an exception, an abort, or a library that can't be loaded.
    if code in (0, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV) or _STARVED.search(said):
        raise UserError("“{file}” needs more memory than reading one file may take.",
                        file=name, code="memory",
                        hint=Text("Split the file, or save a spreadsheet as CSV."))
    raise RuntimeError(f"the reading process ended with {code}:\n{said}")


def _heard(child: "subprocess.Popen[str]", limits: Limits) -> Iterator[Json | None]:
    """What the child says, line by line; None, and the end, when a file takes too long."""
    said: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        for line in child.stdout or ():
            said.put(line)
        said.put("")

    threading.Thread(target=listen, daemon=True).start()
    until = monotonic() + limits.seconds
    while True:
        try:
            line = said.get(timeout=max(0.0, until - monotonic()))
        except queue.Empty:
            yield None
            return
        if not line:
            return
        heard: Json = json.loads(line)
        if "tables" in heard:
            until = monotonic() + limits.seconds
        yield heard


def _error(said: Json) -> UserError:
    text, hint = from_json(said["text"]), said["hint"]
    return UserError(text.template, hint=from_json(hint) if hint else None, code=said["code"],
                     **text.values)


def _table(said: Json) -> RawTable:
    form = dict(said["format"])
    form["notes"] = tuple(from_json(note) for note in form["notes"])
    return RawTable(**{**said, "columns": tuple(said["columns"]), "format": RawFormat(**form),
                       "parquet": Path(said["parquet"]),
                       "bad": Path(said["bad"]) if said["bad"] else None})


def _unique(tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with names that differ, so that what is said of one can't be taken for another."""
    taken: set[str] = set()
    named = []
    for table in tables:
        name, again = table.name, 1
        while name in taken:
            again += 1
            name = f"{table.name} ({again})"
        taken.add(name)
        named.append(replace(table, name=name))
    return named
