"""Where tables are taken apart and put together: their columns by name, new ones by a SELECT."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import duckdb

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import COPIED, fold
from kpilot.load.meanings import exact
from kpilot.load.recognise import recognise
from kpilot.warehouse.sql import Sql, fill, listed, name, one, rows, run, text

SURE = 0.9
ALL = Sql("TRUE")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the steps share: an engine in memory and the folder of the load."""

    cursor: duckdb.DuckDBPyConnection
    folder: Path

    def write(self, raw: RawTable, select: Sql, columns: Sequence[str], *, name: str = "",
              table: str | None = None, notes: Sequence[Text] = ()) -> RawTable:
        """The rows of `select` ("row" and the cells c0…) as a table made from `raw`."""
        path = self.folder / f"{uuid.uuid4().hex}.parquet"
        run(self.cursor, 'COPY ({select} ORDER BY "row") TO {path} (FORMAT parquet)',
            select=select, path=text(str(path)))
        found = one(self.cursor, "SELECT count(*) FROM read_parquet({path})",
                    path=text(str(path)))
        return replace(
            raw, name=name or raw.name, columns=tuple(columns), parquet=path,
            rows=found[0], first_row=None, read_as=(),
            table=raw.table if table is None else table,
            format=replace(raw.format, notes=(*raw.format.notes, *notes)))

    def values(self, raw: RawTable, index: int, limit: int = 1_000) -> list[str]:
        """The different cells of a column, the most frequent first."""
        return [row[0] for row in rows(self.cursor, """
            SELECT c, count(*) AS n FROM (SELECT {cell} AS c FROM {raw})
            WHERE c IS NOT NULL GROUP BY c ORDER BY n DESC, c LIMIT ?
            """, limit, cell=cell(index), raw=Sql(raw.cells))]


def cell(index: int) -> Sql:
    """The column of a raw relation."""
    return name(f"c{index}")


def column(raw: RawTable, *words: str) -> int | None:
    """The first column whose header is one of `words`, the earlier words preferred."""
    folded = [fold(header) for header in raw.columns]
    return next((folded.index(word) for word in words if word in folded), None)


def meant(raw: RawTable, table: str, *fields: str) -> int | None:
    """The column that surely means one of these fields in a file of `table`."""
    best, worth = None, SURE
    for index, header in enumerate(raw.columns):
        found = exact(table, header)[:1]
        if found and found[0].field in fields and found[0].confidence > worth:
            best, worth = index, found[0].confidence
    return best


def kind_of(raw: RawTable) -> str | None:
    """The canonical table a file seems to be."""
    return raw.table or _recognised((raw.name, raw.file, raw.sheet), raw.columns)


@lru_cache(maxsize=500)
def _recognised(names: tuple[str, ...], columns: tuple[str, ...]) -> str | None:
    return recognise([name for name in names if name], columns).table


def with_mark(raw: RawTable, columns: Sequence[str], cells: Sequence[Sql]) -> tuple[
        list[str], list[Sql]]:
    """Columns and cells, with the mark of a service's own copy when `raw` has it."""
    mark = column(raw, *COPIED)
    if mark is None:
        return list(columns), list(cells)
    return [*columns, raw.columns[mark]], [*cells, cell(mark)]


def take(raw: RawTable, cells: Sequence[Sql], where: Sql = ALL) -> Sql:
    """SQL: the rows of `raw` with these cells as c0, c1 …, as far as the condition holds."""
    return fill('SELECT "row", {cells} FROM {raw} WHERE {where}', where=where, raw=Sql(raw.cells),
                cells=listed(fill("{sql} AS {cell}", sql=sql, cell=cell(n))
                             for n, sql in enumerate(cells)))


def beside(raw: RawTable, key: int, other: Sql) -> Sql:
    """SQL: the rows of `raw` with one cell more, from a relation (k, v) whose k is cell `key`."""
    return fill("""
        SELECT raw."row", {own}, o.v AS {new} FROM {raw} AS raw
        LEFT JOIN ({other}) AS o ON o.k = raw.{key}""", raw=Sql(raw.cells), other=other,
        key=cell(key), new=cell(len(raw.columns)),
        own=listed(fill("raw.{cell}", cell=cell(n)) for n in range(len(raw.columns))))
