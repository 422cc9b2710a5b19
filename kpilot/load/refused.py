"""Rows that were refused: kept with their cells and reasons, given back as a file to correct.

The file has the columns of the original and a last one saying why, in the reader's language. Read
again, that last column is left out by its header, so the corrected file loads as it is. A line that
could not be parted into cells stands in that last column, to be put right by hand.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kpilot.core.export import harmless
from kpilot.core.text import Text
from kpilot.load.plan import Style
from kpilot.load.report import PROBLEMS_LISTED, Problem, Render
from kpilot.load.targets import find
from kpilot.load.values import why_not
from kpilot.load.work import Staged, Work
from kpilot.warehouse.sql import Sql, append, fill, listed, rows

WHY = Text("Why this row was refused")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What must be known of a file to tell why its rows were refused."""

    name: str
    file: str
    sheet: str
    table: str
    headers: tuple[str, ...]
    fields: tuple[str, ...]
    styles: tuple[Style, ...]

    def to_json(self) -> dict[str, Any]:
        """As kept in kp_load.files. Any: JSON."""
        return {"name": self.name, "file": self.file, "sheet": self.sheet, "table": self.table,
                "headers": list(self.headers), "fields": list(self.fields),
                "styles": [vars(style) for style in self.styles]}


def source_of(staged: Staged) -> Source:
    """The file of a staged table."""
    raw, by_index = staged.plan.raw, {column.index: column for column in staged.plan.columns}
    columns = [by_index.get(n) for n in range(len(raw.columns))]
    return Source(name=raw.name, file=raw.file, sheet=raw.sheet, table=staged.table.name,
                  headers=tuple(raw.columns),
                  fields=tuple((c.field or "") if c else "" for c in columns),
                  styles=tuple(c.style if c else Style() for c in columns))


def source_from_json(kept: dict[str, Any]) -> Source:
    """The inverse of `Source.to_json`. Any: JSON."""
    return Source(name=kept["name"], file=kept["file"], sheet=kept["sheet"], table=kept["table"],
                  headers=tuple(kept["headers"]), fields=tuple(kept["fields"]),
                  styles=tuple(Style(**style) for style in kept["styles"]))


def keep(work: Work, staged: Staged) -> None:
    """Put the refused rows of a file, and those that could not be read at all, in kp_refused."""
    raw = staged.plan.raw
    if staged.fates.get("refused"):
        _keep_judged(work, staged)
    if raw.bad:
        append(work.cursor, "kp_refused", """
            SELECT ?, ?, "row", ["text"], [{why}] FROM read_parquet({file})
            """, work.load_id, raw.name, why=Sql(
                "struct_pack(col := -1, code := 'read', arg := concat(code, ' ', detail))"),
            file=Sql("'" + str(raw.bad).replace("'", "''") + "'"))


def _keep_judged(work: Work, staged: Staged) -> None:
    raw = staged.plan.raw
    cells = listed(fill("raw.{c}", c=f"c{n}") for n in range(len(raw.columns)))
    append(work.cursor, "kp_refused", """
        SELECT ?, ?, raw."row", [{cells}], p.why FROM {raw} AS raw JOIN (
            SELECT "row", list(struct_pack(col := col, code := code, arg := arg)
                ORDER BY col, code) AS why
            FROM {problems} GROUP BY "row") AS p ON p."row" = raw."row"
        WHERE raw."row" IN (SELECT "row" FROM {rows} WHERE _fate = 'refused')
        """, work.load_id, raw.name, cells=cells,
        raw=Sql(raw.cells), problems=staged.problems, rows=staged.rows)


def problems(
    cursor: Any, load_id: int, sources: Sequence[Source], limit: int = PROBLEMS_LISTED
) -> tuple[tuple[Problem, ...], int]:
    """The first `limit` reasons of a load, file by file and row by row, and how many there are.

    Any: a DuckDB cursor.
    """
    total = rows(cursor, "SELECT coalesce(sum(len(why)), 0) FROM kp_refused WHERE load_id = ?",
                 load_id)[0][0]
    by_name = {source.name: source for source in sources}
    found = rows(cursor, """
        SELECT name, "row", cells, unnest(why) AS w FROM kp_refused WHERE load_id = ?
        ORDER BY name, "row" LIMIT ?
        """, load_id, limit)
    return tuple(_problem(by_name[name], row, cells, why)
                 for name, row, cells, why in found), int(total)


def _problem(source: Source, row: int, cells: Sequence[str], why: dict[str, Any]) -> Problem:
    col, code, arg = why["col"], why["code"], why["arg"]
    has_cell = 0 <= col < len(source.headers) and code != "read"
    cell = (cells[col] or "") if has_cell else (cells[0] or "" if cells else "")
    return Problem(
        file=source.file, sheet=source.sheet, row=row,
        column=source.headers[col] if has_cell else "",
        field=source.fields[col] if has_cell else "", cell=cell, code=code,
        why=reason(source, col, cell, code, arg))


def reason(source: Source, col: int, cell: str, code: str, arg: str | None) -> Text:
    """Why a cell or row was refused, as a sentence that says what to do."""
    if code == "unreadable":
        target = find(source.table, source.fields[col])
        if target is None:
            return Text("This cannot be read.")
        field = target.field
        choices = {choice: (choice,) for choice in field.choices} or None
        return why_not(field.kind, source.styles[col], cell, choices)
    sentences = {
        "missing": Text("This cell must not be empty."),
        "range": Text("This date is outside 1900 to 2199."),
        "ambiguous": Text("Several bear this name: write the identifier."),
        "contradicts": Text("Row {row} has the same key and says otherwise.", row=arg),
        "superseded": Text("Row {row} is a later version of the same.", row=arg),
        "older": Text("A later version of this is already loaded."),
    }
    return sentences.get(code) or why_row(arg or code)


def why_row(told: str) -> Text:
    """Why a whole row could not be read: the reader's code, a space, and its details as JSON."""
    code, _, detail = told.partition(" ")
    found = json.loads(detail or "{}")
    if code in ("too_many_cells", "too_few_cells") and found.get("cells"):
        return Text("Cells in this row: {n}; in the header: {columns}.", n=found["cells"],
                    columns=found["header"])
    return {
        "too_long": Text("This row is too long to be a row of a table."),
        "too_many_cells": Text("This row has more cells than the header."),
        "too_few_cells": Text("This row has fewer cells than the header."),
        "quote": Text("A quote is opened in this row and never closed."),
    }.get(code, Text("This row cannot be read ({code}).", code=code))


def refused_csv(
    cursor: Any, load_id: int, source: Source, render: Render
) -> Iterator[str]:
    """The refused rows of one file of a load as CSV text, piece by piece. Any: a DuckDB cursor."""
    yield _line([*map(harmless, source.headers), render(WHY)], first=True)
    found = cursor.execute(
        fill('SELECT "row", cells, why FROM kp_refused WHERE load_id = ? AND name = ?'
             ' ORDER BY "row"'), [load_id, source.name])
    while batch := found.fetchmany(1000):
        for row, cells, why in batch:
            said = [_problem(source, row, cells, one) for one in why]
            told = "; ".join(
                f"{p.column}: {render(p.why)}" if p.column else render(p.why) for p in said)
            if why[0]["code"] == "read":
                # A line that could not be parted is shown, not offered as cells: loaded again
                # uncorrected it must not pass for a row.
                told, cells = f"{told} {cells[0] or ''}", []
            padded = [*cells, *[None] * (len(source.headers) - len(cells))]
            yield _line([*(harmless(cell or "") for cell in padded), told])


def _line(cells: Sequence[str], *, first: bool = False) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return ("\ufeff" if first else "") + out.getvalue()
