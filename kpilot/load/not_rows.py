"""Lines of a report that are no rows: titles of groups, their sums, a header told again, footers.

Boards and reports write "Closed won" above a group, what it adds up to below it, and the header
once more on the next page. Counted, each would be an opportunity nobody knows. A line is set aside
when it is the header, or fills next to nothing of what every row fills. What a report names once
for a whole group is then read on every row of it.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.plan import TablePlan
from kpilot.load.totals import LACKS, MOST, Line, adds_up, is_sum, lines, totals
from kpilot.load.work import NAMED
from kpilot.warehouse.sql import Sql, fill, listed, one, rows, run, text

FULLEST = 12  # columns by which lines with next to nothing are found
LEAST = 4  # columns of a table of which one cell alone is no row
SHOWN = 5
SUMS = 200  # lines of figures alone that are added up
# A name alone may be one of these, unless it stands apart from the rows or above a header.
KNOWN_BY_A_NAME = NAMED | {"lead", "activity"}
GROUPED = 100_000  # rows of a report with groups
_NAMELESS = re.compile(r"Column \d+")


@dataclass(kw_only=True)
class _Found:
    """Numbers of the lines that are no rows."""

    titles: list[int]
    sums: list[int]


def without_lines(plan: TablePlan, cursor: duckdb.DuckDBPyConnection) -> TablePlan:
    """The plan without lines that are no rows, and notes that say which they are."""
    if plan.table is None or plan.skip:
        return plan
    plan, short = _without_short(plan, cursor)
    found = _Found(titles=_headers(plan.raw, cursor), sums=[])
    plan = _aside(plan, found.titles)
    if plan.raw.rows > 1:
        sparse = _sparse(plan, cursor, found.titles)
        plan = _aside(plan, [*sparse.titles, *sparse.sums])
        found = _Found(titles=[*found.titles, *sparse.titles], sums=sparse.sums)
    if plan.raw.rows > 1:
        more = totals(plan, cursor)
        plan = _aside(plan, more)
        found.sums += more
    if found.sums:
        plan = _with_groups(plan, cursor)
    notes = []
    if titles := sorted([*found.titles, *short.titles]):
        notes.append(Text("Titles, footers and repeated headers, left out: {n} (row {rows}).",
                          n=len(titles), rows=_shown(titles)))
    if sums := sorted([*found.sums, *short.sums]):
        notes.append(Text("Lines of totals, left out: {n} (row {rows}).", n=len(sums),
                          rows=_shown(sums)))
    return replace(plan, raw=replace(plan.raw, format=replace(
        plan.raw.format, notes=(*plan.raw.format.notes, *notes))))


def _shown(numbers: Sequence[int]) -> str:
    last = ", ".join(map(str, numbers[-SHOWN:]))
    return last if len(numbers) <= SHOWN else f"…, {last}"


def _aside(plan: TablePlan, found: Sequence[int]) -> TablePlan:
    if not found:
        return plan
    raw = plan.raw
    return replace(plan, raw=replace(raw, rows=raw.rows - len(found),
                                     totals=tuple(sorted([*raw.totals, *found]))))


def _without_short(plan: TablePlan, cursor: duckdb.DuckDBPyConnection) -> tuple[
        TablePlan, _Found]:
    """The plan without the lines among its unreadable ones that a report adds to its table."""
    raw, found = plan.raw, _Found(titles=[], sums=[])
    if raw.bad is None or len(raw.columns) < LEAST:
        return plan, found
    bad = fill("read_parquet({file})", file=text(str(raw.bad)))
    for row, line in rows(cursor, """
            SELECT "row", text FROM {bad} WHERE code = 'too_few_cells' ORDER BY "row" LIMIT {most}
            """, bad=bad, most=Sql(str(MOST))):
        try:
            cells = next(csv.reader(line.strip().splitlines(), delimiter=raw.format.delimiter), [])
        except csv.Error:
            continue
        told = Line.of(row, [cell.strip() for cell in cells])
        if is_sum(told):
            found.sums.append(row)
        elif len(told.filled) == 1:
            found.titles.append(row)
    gone = [*found.titles, *found.sums]
    if not gone:
        return plan, found
    rest = raw.bad.with_suffix(".rest.parquet")
    run(cursor, 'COPY (FROM {bad} WHERE "row" NOT IN ({gone})) TO {rest} (FORMAT parquet)',
        bad=bad, gone=listed(Sql(str(row)) for row in gone), rest=text(str(rest)))
    left = raw.bad_rows - len(gone)
    return replace(plan, raw=replace(raw, bad=rest if left else None, bad_rows=left)), found


def _headers(raw: RawTable, cursor: duckdb.DuckDBPyConnection) -> list[int]:
    """The rows that say the header again, as at the top of a page."""
    named = [(n, header) for n, header in enumerate(raw.columns) if not _NAMELESS.fullmatch(header)]
    if len(named) < 2 or not raw.rows:
        return []
    same = listed((fill("{cell} = {header}", cell=f"c{n}", header=text(header))
                   for n, header in named[:3]), between=" AND ")
    return [row for row, in rows(cursor, 'SELECT "row" FROM {raw} WHERE {same} LIMIT {most}',
                                 raw=Sql(raw.cells), same=same, most=Sql(str(MOST)))]


def _sparse(plan: TablePlan, cursor: duckdb.DuckDBPyConnection, headers: Sequence[int]) -> _Found:
    """Titles and sums among the rows that lack nearly all of what every row has.

    Two columns that are filled on every row say, from the statistics of the file, that there are
    none.
    """
    raw, found = plan.raw, _Found(titles=[], sums=[])
    total, *counts = one(cursor, "SELECT count(*), {counted} FROM {raw}", raw=Sql(raw.cells),
                         counted=listed(Sql(f"count(c{n})") for n in range(len(raw.columns))))
    fullest = sorted((n for n, count in enumerate(counts) if 2 * count > total),
                     key=lambda n: -counts[n])[:FULLEST]
    if len(fullest) < LEAST - 1 or sum(counts[n] == total for n in fullest) > 1:
        return found
    filled = listed((Sql(f"CAST(c{n} IS NOT NULL AS INTEGER)") for n in fullest), between=" + ")
    few = fill("{filled} <= {most}", filled=filled, most=Sql(str(min(2, len(fullest) - 2))))
    last = one(cursor, 'SELECT max("row") FROM {raw} WHERE NOT ({few})', raw=Sql(raw.cells),
               few=few)[0] or 0
    before = last
    for line in lines(plan, cursor, few):
        lacks = sum(2 * counts[n] > total for n in {*range(len(counts))} - {*line.filled})
        after_gap = line.row > last and line.row > before + 1
        before = line.row if after_gap else before
        apart = (line.row > last and before == line.row) or line.row + 1 in headers
        if lacks < LACKS or (plan.table in KNOWN_BY_A_NAME and not apart):
            continue
        if is_sum(line) and line.figures:
            found.sums.append(line.row)
        elif len(line.filled) == 1 and not line.figures:
            if not _identifies(plan, line):
                found.titles.append(line.row)
        elif line.figures == line.filled and len(found.sums) < SUMS:
            since = max((row for row in (*headers, *found.titles, *found.sums)
                         if row < line.row), default=0)
            if adds_up(plan, line, cursor, since=since):
                found.sums.append(line.row)
    return found


def _identifies(plan: TablePlan, line: Line) -> bool:
    """Whether the only cell is an identifier: a row about which nothing else is known."""
    n, said = line.filled[0], str(line.cells[line.filled[0]])
    return "@" in said or (" " not in said and any(
        c.index == n and c.field == "id" for c in plan.columns))


def _with_groups(plan: TablePlan, cursor: duckdb.DuckDBPyConnection) -> TablePlan:
    """The plan with the columns before all others filled that name a group on its first row only.

    They are known by what stands around: each of their cells is the first after a line set aside.
    """
    raw = plan.raw
    if raw.rows > GROUPED:
        return plan
    counts = one(cursor, "SELECT {counted} FROM {raw}", raw=Sql(raw.cells), counted=listed(
        Sql(f"count(c{n})") for n in range(len(raw.columns))))
    leading = []
    for n, count in enumerate(counts):
        if count == raw.rows:
            break
        if count:
            leading.append(n)
    if not leading:
        return plan
    starts, before, aside = set(), 0, [*raw.totals]
    told = rows(cursor, 'SELECT "row", {cells} FROM {raw} ORDER BY "row"', raw=Sql(raw.cells),
                cells=listed(f"c{n}" for n in leading))
    for row, *_ in told:
        if not before or any(before < gone < row for gone in aside):
            starts.add(row)
        before = row
    filled = []
    for place, n in enumerate(leading, 1):
        said = {line[0] for line in told if line[place] is not None}
        if not said <= starts or told[0][0] not in said:
            break
        filled.append(n)
    return replace(plan, raw=replace(raw, filled=tuple(filled)))
