"""SQL put together from fixed templates and quoted names, so that nothing a file says becomes SQL.

Loading is written for the warehouse's own engine and moves whole tables: its statements are
templates that never change but for the names of tables and columns. A template's `{place}` takes
a name (quoted here) or a piece that is SQL already (`Sql`); values travel as parameters.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

PLACE = re.compile(r"\{(\w+)\}")


class Sql(str):
    """Text known to be SQL: made by `fill`, `name`, `text`, or written in our own source."""

    __slots__ = ()


def name(identifier: str) -> Sql:
    """An identifier in quotes."""
    return Sql('"' + identifier.replace('"', '""') + '"')


def text(value: str) -> Sql:
    """A string literal."""
    return Sql("'" + value.replace("'", "''") + "'")


def listed(parts: Iterable[str], between: str = ", ") -> Sql:
    """Pieces in a row; plain strings among them are names."""
    return Sql(between.join(_piece(part) for part in parts))


def fill(template: str, /, **parts: str) -> Sql:
    """The template with each `{place}` filled: `Sql` as it is, other strings as quoted names."""
    return Sql(PLACE.sub(lambda found: _piece(parts[found[1]]), template))


def run(
    cursor: duckdb.DuckDBPyConnection, template: str, /, *params: object, **parts: str
) -> duckdb.DuckDBPyConnection:
    """Execute a filled template with `params` for its question marks."""
    return cursor.execute(fill(template, **parts), list(params))


# Any: a row's values have the types of its columns.
def rows(
    cursor: duckdb.DuckDBPyConnection, template: str, /, *params: object, **parts: str
) -> list[tuple[Any, ...]]:
    """All rows of a filled template."""
    return run(cursor, template, *params, **parts).fetchall()


def one(
    cursor: duckdb.DuckDBPyConnection, template: str, /, *params: object, **parts: str
) -> Sequence[Any]:
    """The single row of an aggregate."""
    return rows(cursor, template, *params, **parts)[0]


def append(
    cursor: duckdb.DuckDBPyConnection, into: str, select: str, /, *params: object, **parts: str
) -> None:
    """INSERT the rows of a SELECT into a warehouse table, if there are any.

    `into` is "table" or "table (columns)". An INSERT of no row is never run: in DuckDB 2.0.0 one
    makes the rows of a later, large INSERT into the same table vanish, within the transaction and
    after it, in temporary tables as well.
    """
    if one(cursor, "SELECT EXISTS (" + select + ")", *params, **parts)[0]:
        run(cursor, "INSERT INTO " + into + " " + select, *params, **parts)


def _piece(part: str) -> str:
    return part if isinstance(part, Sql) else name(part)
