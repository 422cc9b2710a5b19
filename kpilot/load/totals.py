"""Lines of totals at the end of a table, which would count everything twice.

Reports and spreadsheets end with "Total;;;12 345" and call the sums of groups "Total Ann". Such a
line says nothing but figures beside that word. It is set aside when a figure is the sum, or the
number, of what stands above it, or when it lacks what every record has; a company that is called
Total and has a number of staff is not that.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb

from kpilot.core.text import Text
from kpilot.load.numbers import CODES, SPACES, number
from kpilot.load.plan import TablePlan
from kpilot.load.values import EMPTY_VALUES
from kpilot.load.work import NAMED
from kpilot.warehouse.sql import Sql, fill, listed, one, rows, text

LAST = 3  # rows at the end that are looked at
MOST = 10_000  # lines of totals in one file
SHOWN = 5
LACKS = 2  # columns that most rows fill and this one leaves empty
_WORD = r"(grand[- ]|sub-? ?|sous-? ?)?(totals?|totaux|sum|somme)"
_ENDS = re.compile(_WORD + r"( general)?( *\(.*\))? *:?", re.IGNORECASE)
_OF_A_GROUP = re.compile(_WORD + r"\b.*", re.IGNORECASE)
_SIGN = rf"(?:[€$£%]|{'|'.join(CODES)})?"
_FIGURE = re.compile(  # 05.01.2024 is a day
    rf"[-+−(]?{_SIGN}(?!\d+\.\d+\.\d)[\d.,'’{SPACES}]*\d[\d.,]*\)?[{SPACES}]*{_SIGN}-?")


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One row of the file, its empty cells as None."""

    row: int
    cells: Sequence[str | None]

    @property
    def filled(self) -> list[int]:
        """The columns that are not empty."""
        return [n for n, cell in enumerate(self.cells) if cell]

    @property
    def figures(self) -> list[int]:
        """The columns that hold a figure."""
        return [n for n, cell in enumerate(self.cells) if cell and _FIGURE.fullmatch(cell)]

    @property
    def word(self) -> str:
        """The first cell when all others are figures and it is none; else nothing."""
        filled = self.filled
        return str(self.cells[filled[0]]) if filled and self.figures == filled[1:] else ""


def without_totals(plan: TablePlan, cursor: duckdb.DuckDBPyConnection) -> TablePlan:
    """The plan with its lines of totals left out, and a note that says which they are."""
    if plan.table is None or plan.skip or plan.raw.rows <= 1:
        return plan
    found: list[int] = []
    end = one(cursor, 'SELECT max("row") FROM {raw}', raw=Sql(plan.raw.cells))[0]
    # A number, no subquery: so the file is read at its end only.
    for line in reversed(_lines(plan, cursor, Sql(f'"row" > {end - LAST}'))):
        if not (_may_be_one(plan, line) and _is_one(plan, line, cursor)):
            break
        found.append(line.row)
    if not found:
        return plan
    found = sorted([*found, *_of_groups(plan, cursor, min(found))])
    shown = ", ".join(map(str, found[-SHOWN:]))
    note = Text("Lines of totals, left out: {n} (row {rows}).", n=len(found),
                rows=shown if len(found) <= SHOWN else f"…, {shown}")
    raw = plan.raw
    return replace(plan, raw=replace(
        raw, rows=raw.rows - len(found), totals=tuple(found),
        format=replace(raw.format, notes=(*raw.format.notes, note))))


def _may_be_one(plan: TablePlan, line: _Line) -> bool:
    """By its own cells: "Total" and figures, or figures alone and no identifier."""
    if line.word:
        return _ENDS.fullmatch(_plain(line.word)) is not None
    return bool(line.figures) and line.figures == line.filled and not any(
        line.cells[column.index] for column in plan.columns if column.field == "id")


def _is_one(plan: TablePlan, line: _Line, cursor: duckdb.DuckDBPyConnection) -> bool:
    """By the rows above it: what they add up to, and what they have that it lacks."""
    raw, here = Sql(plan.raw.cells), Sql(str(line.row))
    figures = [Sql(number(f"c{n}", "DECIMAL(18, 4)", plan.columns[n].style, percent=True))
               for n in line.figures]
    _, *said = rows(cursor, 'SELECT {figures} FROM {raw} WHERE "row" = {here}',
                    figures=listed([Sql('"row"'), *figures]), raw=raw, here=here)[0]
    above, *found = rows(
        cursor, 'SELECT {counted} FROM {raw} WHERE "row" < {here}', raw=raw, here=here,
        counted=listed([Sql("count(*)"), *(fill("sum({f})", f=figure) for figure in figures),
                        *(Sql(f"count(c{column.index})") for column in plan.columns)]))[0]
    sums, counts = found[:len(figures)], found[len(figures):]
    adds_up = above > 1 and any(
        figure and figure in (total, above) for figure, total in zip(said, sums, strict=True))
    lacks = sum(2 * counts[n] > above for n in {*range(len(counts))} - {*line.filled})
    if line.word:
        return adds_up or (plan.table not in NAMED and lacks >= LACKS)
    return adds_up and lacks >= LACKS


def _of_groups(plan: TablePlan, cursor: duckdb.DuckDBPyConnection, end: int) -> Iterator[int]:
    """The sums of groups above a total: "Total Ann", beside it nothing but figures."""
    if plan.table in NAMED:
        return
    first = fill("lower(strip_accents(coalesce({cells})))",
                 cells=listed(Sql(f"c{column.index}") for column in plan.columns))
    for line in _lines(plan, cursor, fill(
            'regexp_matches({first}, {pattern}) AND "row" < {end}', first=first,
            pattern=text("^" + _WORD), end=Sql(str(end)))):
        if line.figures and _OF_A_GROUP.fullmatch(_plain(line.word)):
            yield line.row


def _lines(plan: TablePlan, cursor: duckdb.DuckDBPyConnection, where: Sql) -> list[_Line]:
    return [
        _Line(row=row, cells=[None if (c or "").lower() in ("", *EMPTY_VALUES) else c
                              for c in cells])
        for row, *cells in rows(
            cursor, 'SELECT "row", {cells} FROM {raw} WHERE {where} ORDER BY "row" LIMIT {most}',
            cells=listed(f"c{column.index}" for column in plan.columns),
            raw=Sql(plan.raw.cells), where=where, most=Sql(str(MOST)))]


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", " ".join(word.split()))
                   if not unicodedata.combining(c))
