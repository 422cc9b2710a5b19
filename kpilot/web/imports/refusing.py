"""The rows a load would refuse, as files to correct, before anything is written."""

import csv
import io
from collections.abc import Sequence

import duckdb

from kpilot.core.export import harmless
from kpilot.core.raw import RawTable
from kpilot.load.refused import WHY
from kpilot.load.report import Problem, Render
from kpilot.warehouse.sql import Sql, fill, listed, name
from kpilot.web.imports.steps import Look


def refused_rows(seen: Look, render: Render) -> dict[str, str]:
    """File → CSV of its refused rows that are listed in the preview, the reasons last."""
    files = {}
    for plan in seen.plan.tables:
        raw = plan.raw
        problems = [p for p in (seen.preview.problems if seen.preview else ())
                    if (p.file, p.sheet) == (raw.file, raw.sheet)]
        if problems:
            files[raw.name] = _csv(raw, problems, render)
    return files


def _csv(raw: RawTable, problems: Sequence[Problem], render: Render) -> str:
    why: dict[int, list[str]] = {}
    unread: dict[int, str] = {}
    for problem in problems:
        told = render(problem.why)
        why.setdefault(problem.row, []).append(
            f"{problem.column}: {told}" if problem.column else told)
        if not problem.column:
            unread[problem.row] = problem.cell
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*map(harmless, raw.columns), render(WHY)])
    cells = _cells(raw, sorted(why))
    for row, reasons in sorted(why.items()):
        found = cells.get(row) or [unread.get(row, "")]
        padded = [*found, *[""] * (len(raw.columns) - len(found))]
        writer.writerow([*(harmless(cell or "") for cell in padded), "; ".join(reasons)])
    return "\ufeff" + out.getvalue()


def _cells(raw: RawTable, rows: Sequence[int]) -> dict[int, Sequence[str | None]]:
    reading = fill('SELECT "row", {cells} FROM {raw} WHERE list_contains(?, "row")',
                   cells=listed(name(f"c{n}") for n in range(len(raw.columns))),
                   raw=Sql(raw.cells))
    with duckdb.connect() as connection:
        found = connection.execute(reading, [list(rows)]).fetchall()
    return {int(row[0]): list(row[1:]) for row in found}
