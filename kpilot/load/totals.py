"""Lines of totals at the end of a table, which would count everything twice.

Reports and spreadsheets end with "Total;;;12 345" and call the sums of groups "Total Ann". Such a
line says nothing but figures beside that word. It is set aside when a figure is the sum, or the
number, of what stands above it, or when it lacks what every record has; a company that is called
Total and has a number of staff is not that.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from kpilot.load.numbers import CODES, SPACES, number
from kpilot.load.plan import TablePlan
from kpilot.load.values import EMPTY_VALUES
from kpilot.load.work import NAMED
from kpilot.warehouse.sql import Sql, fill, listed, one, rows, text

LAST = 3  # rows at the end that are looked at
MOST = 10_000  # lines of totals in one file
LACKS = 2  # columns that most rows fill and this one leaves empty
_WORD = r"(grand[- ]|sub-? ?|sous-? ?)?(totals?|totaux|sum|somme)"
_ENDS = re.compile(_WORD + r"( general)?( *\(.*\))? *:?", re.IGNORECASE)
_LABEL = re.compile(  # what stands beside the word: "Subtotal; Sum; 12" and below it "Count; 4"
    r"sum|somme|count|nombre|avg|average|moyenne|min|max|minimum|maximum|median|mediane",
    re.IGNORECASE)
_OF_A_GROUP = re.compile(_WORD + r"\b.*", re.IGNORECASE)
_SIGN = rf"(?:[€$£%]|{'|'.join(CODES)})?"
_FIGURE = re.compile(  # 05.01.2024 is a day
    rf"[-+−(]?{_SIGN}(?!\d+\.\d+\.\d)[\d.,'’{SPACES}]*\d[\d.,]*\)?[{SPACES}]*{_SIGN}-?")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the file, its empty cells as None."""

    row: int
    cells: Sequence[str | None]

    @classmethod
    def of(cls, row: int, cells: Sequence[str | None]) -> "Line":
        """The line with its empty cells and markers of nothing as None."""
        return cls(row=row, cells=[None if (c or "").lower() in ("", *EMPTY_VALUES) else c
                                   for c in cells])

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


def totals(plan: TablePlan, cursor: duckdb.DuckDBPyConnection) -> list[int]:
    """The numbers of the rows at the end that are totals, and of the sums of groups above them."""
    found: list[int] = []
    end = one(cursor, 'SELECT max("row") FROM {raw}', raw=Sql(plan.raw.cells))[0]
    # A number, no subquery: so the file is read at its end only.
    for line in reversed(lines(plan, cursor, Sql(f'"row" > {end - LAST}'))):
        if not (_may_be_one(plan, line) and _is_one(plan, line, cursor)):
            break
        found.append(line.row)
    return sorted([*found, *_of_groups(plan, cursor, min(found))]) if found else []


def is_sum(line: Line) -> bool:
    """By its own cells alone: nothing but figures beside words such as "Subtotal" and "Count"."""
    words = [_plain(str(line.cells[n])) for n in line.filled if n not in line.figures]
    return bool(words) and all(_ENDS.fullmatch(word) or _LABEL.fullmatch(word) for word in words)


def _may_be_one(plan: TablePlan, line: Line) -> bool:
    """By its own cells: "Total" and figures, or figures alone and no identifier."""
    if line.word:
        return _ENDS.fullmatch(_plain(line.word)) is not None
    return bool(line.figures) and line.figures == line.filled and not any(
        line.cells[column.index] for column in plan.columns if column.field == "id")


def _is_one(plan: TablePlan, line: Line, cursor: duckdb.DuckDBPyConnection) -> bool:
    """By the rows above it: what they add up to, and what they have that it lacks."""
    above, *counts = one(
        cursor, 'SELECT count(*), {counted} FROM {raw} WHERE "row" < {here}',
        raw=Sql(plan.raw.cells), here=Sql(str(line.row)),
        counted=listed(Sql(f"count(c{column.index})") for column in plan.columns))
    lacks = sum(2 * counts[n] > above for n in {*range(len(counts))} - {*line.filled})
    fits = adds_up(plan, line, cursor)
    if line.word:
        return fits or (plan.table not in NAMED and lacks >= LACKS)
    return fits and lacks >= LACKS


def adds_up(plan: TablePlan, line: Line, cursor: duckdb.DuckDBPyConnection, *,
            since: int = 0) -> bool:
    """Whether a figure of the line is the sum, or the number, of the rows above it.

    since  the row below which the sum begins
    """
    raw, here = Sql(plan.raw.cells), Sql(str(line.row))
    figures = [Sql(number(f"c{n}", "DECIMAL(18, 4)", plan.columns[n].style, percent=True))
               for n in line.figures]
    _, *said = rows(cursor, 'SELECT {figures} FROM {raw} WHERE "row" = {here}',
                    figures=listed([Sql('"row"'), *figures]), raw=raw, here=here)[0]
    above, *sums = one(
        cursor, 'SELECT {counted} FROM {raw} WHERE "row" < {here} AND "row" > {since}', raw=raw,
        here=here, since=Sql(str(since)),
        counted=listed([Sql("count(*)"), *(fill("sum({f})", f=figure) for figure in figures)]))
    return above > 1 and any(
        figure and figure in (total, above) for figure, total in zip(said, sums, strict=True))


def _of_groups(plan: TablePlan, cursor: duckdb.DuckDBPyConnection, end: int) -> Iterator[int]:
    """The sums of groups above a total: "Total Ann", beside it nothing but figures."""
    if plan.table in NAMED:
        return
    first = fill("lower(strip_accents(coalesce({cells})))",
                 cells=listed(Sql(f"c{column.index}") for column in plan.columns))
    for line in lines(plan, cursor, fill(
            'regexp_matches({first}, {pattern}) AND "row" < {end}', first=first,
            pattern=text("^" + _WORD), end=Sql(str(end)))):
        if line.figures and _OF_A_GROUP.fullmatch(_plain(line.word)):
            yield line.row


def lines(plan: TablePlan, cursor: duckdb.DuckDBPyConnection, where: Sql) -> list[Line]:
    """The rows for which the condition holds, from the top."""
    return [
        Line.of(row, cells) for row, *cells in rows(
            cursor, 'SELECT "row", {cells} FROM {raw} WHERE {where} ORDER BY "row" LIMIT {most}',
            cells=listed(f"c{column.index}" for column in plan.columns),
            raw=Sql(plan.raw.cells), where=where, most=Sql(str(MOST)))]


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", " ".join(word.split()))
                   if not unicodedata.combining(c))
