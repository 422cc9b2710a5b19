"""What the cells of a raw table say, counted by the engine: stages, statuses and names.

Every question is one GROUP BY over the table's Parquet file, so a million rows take no longer here
than the reading of the columns asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from kpilot.core.raw import RawTable
from kpilot.warehouse.sql import Sql, fill, listed, rows, text

EMPTY = ("", "-", "--", "n/a", "na", "null", "none", "nan", "#n/a", "\\n", "nd", "n.d.")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Rows that agree on all the columns asked for: their values, how many, the first of them."""

    values: tuple[str | None, ...]
    rows: int
    first: int
    number: float | None = None


def counted(cursor: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[int | None],
            *, average: int | None = None, limit: int = 500_000) -> list[Seen]:
    """The different combinations of these columns (None: always NULL), the most frequent first.

    `average` is a column whose mean number is wanted beside the count.
    """
    if raw.rows == 0 or all(column is None for column in columns):
        return []
    asked = [said(column) for column in columns]
    cells = dict.fromkeys(Sql(f"c{column}") for column in columns if column is not None)
    mean = Sql("NULL::DOUBLE") if average is None else fill("avg({n})", n=_number(average))
    # Grouped as written first: cleaning a few different values is nothing, a million cells is not.
    found = rows(cursor, """
        SELECT {asked}, CAST(sum(n) AS BIGINT), min(first),
            sum(mean * n) / sum(n) FILTER (mean IS NOT NULL)
        FROM (SELECT {cells}, count(*) AS n, min("row") AS first, {mean} AS mean FROM {raw}
              GROUP BY {cells})
        GROUP BY {places} ORDER BY sum(n) DESC, min(first) LIMIT {limit}
        """, asked=listed(asked), mean=mean, raw=Sql(raw.cells), limit=Sql(str(limit)),
        cells=listed(cells), places=listed([Sql(str(i + 1)) for i in range(len(asked))]))
    width = len(asked)
    return [Seen(values=row[:width], rows=row[width], first=row[width + 1], number=row[width + 2])
            for row in found]


def names(cursor: duckdb.DuckDBPyConnection, raw: RawTable, column: int,
          limit: int = 500_000) -> dict[str, int]:
    """The different names in one column and their rows, empty markers left out.

    Odoo writes "false" where nothing stands: that is no name either.
    """
    said = ((seen.values[0], seen.rows) for seen in counted(cursor, raw, [column], limit=limit))
    return {name: rows for name, rows in said if name and name.lower() != "false"}


def said(column: int | None) -> Sql:
    """SQL: the trimmed cell of a column, NULL when it is an empty marker."""
    if column is None:
        return Sql("NULL::VARCHAR")
    empty = listed([text(word) for word in EMPTY])
    return fill("CASE WHEN lower(trim({c})) IN ({empty}) THEN NULL ELSE trim({c}) END",
                c=f"c{column}", empty=empty)


def _number(column: int) -> Sql:
    return fill("TRY_CAST(replace(regexp_replace({c}, '[%\\s]', '', 'g'), ',', '.') AS DOUBLE)",
                c=f"c{column}")
