"""The names a load says and those already known, side by side in the engine.

A company has a hundred thousand accounts and few unknown names, so known names are taken off in
SQL and only what is left is compared one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from kpilot.load.heard import said
from kpilot.load.near import code
from kpilot.load.plan import TablePlan
from kpilot.load.targets import find
from kpilot.warehouse.sql import Sql, fill, listed, one, rows, run, text

MOST = 20_000  # unknown names compared one by one; of more, only those of the same letters
LETTERS = "regexp_replace(lower(strip_accents(name)), '[^\\pL\\pN]', '', 'g')"
PLAIN = "lower(regexp_replace(trim(name), '\\s+', ' ', 'g'))"


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """The names of one table that are said and not known; name → rows.

    more  how many unknown names there are when they are too many to be listed here, else 0
    """

    unknown: dict[str, int]
    more: int = 0


def listen(tables: Sequence[TablePlan], cursor: duckdb.DuckDBPyConnection, table: str,
           known: Sequence[str]) -> Spoken:
    """What the files say of `table` that is in none of their catalogues and not in `known`.

    Leaves the tables `kp_heard` (name, rows) and `kp_known` (name) for `known_names` and
    `rows_saying`.
    """
    heard = listed([*_references(tables, table)] or [NOTHING], " UNION ALL ")
    listing = listed([*_catalogues(tables, table)] or [NOTHING], " UNION ALL ")
    run(cursor, """CREATE OR REPLACE TEMP TABLE kp_heard AS
        SELECT name, CAST(sum(n) AS BIGINT) AS rows FROM ({heard}) GROUP BY name""", heard=heard)
    # As a WHERE above, the engine would put this to every row of the files before it counts them.
    run(cursor, "DELETE FROM kp_heard WHERE name IS NULL OR lower(name) = 'false'")
    if not one(cursor, "SELECT count(*) FROM kp_heard")[0]:
        return Spoken(unknown={})
    run(cursor, """CREATE OR REPLACE TEMP TABLE kp_known AS
        SELECT DISTINCT name FROM ({listing}) WHERE name IS NOT NULL
        UNION SELECT unnest(CAST(? AS VARCHAR[]))""", list(known), listing=listing)
    run(cursor, """CREATE OR REPLACE TEMP TABLE kp_unknown AS
        SELECT h.name, h.rows FROM kp_heard AS h
        ANTI JOIN kp_known AS k ON h.name = k.name""")
    count = one(cursor, "SELECT count(*) FROM kp_unknown")[0]
    if count and one(cursor, "SELECT count(*) FROM kp_known")[0]:
        run(cursor, """DELETE FROM kp_unknown WHERE {plain} IN (SELECT {plain} FROM kp_known)""",
            plain=Sql(PLAIN))
        count = one(cursor, "SELECT count(*) FROM kp_unknown")[0]
    if count <= MOST:
        return Spoken(unknown=dict(rows(cursor, "FROM kp_unknown SELECT name, rows")))
    alike = rows(cursor, """FROM kp_unknown SELECT name, rows
        QUALIFY count(*) OVER (PARTITION BY {letters}) > 1 LIMIT {most}""",
        letters=Sql(LETTERS), most=Sql(str(MOST)))
    return Spoken(unknown=dict(alike), more=count)


def known_names(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The names `listen` took for known."""
    return [row[0] for row in rows(cursor, "SELECT name FROM kp_known ORDER BY name")]


def rows_saying(cursor: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, int]:
    """Name → rows, for those of `names` that the files say."""
    return dict(rows(cursor, "SELECT name, rows FROM kp_heard WHERE list_contains(?, name)",
                     list(names))) if names else {}


NOTHING = Sql("SELECT NULL::VARCHAR AS name, 0 AS n WHERE false")


def _references(tables: Sequence[TablePlan], table: str) -> Iterator[Sql]:
    """One SELECT (name, n) for each column that refers to rows of `table`."""
    for plan in tables:
        for column in plan.columns:
            target = find(plan.table or "", column.field) if column.field else None
            if target is None or target.field.references != table or not plan.raw.rows:
                continue
            coded = bool(column.samples) and all(code(sample) for sample in column.samples)
            if (target.through is None or table == "team") and not coded:
                yield fill("""SELECT {said} AS name, n FROM (
                    SELECT {cell}, count(*) AS n FROM {cells} GROUP BY {cell})""",
                           said=said(column.index), cell=f"c{column.index}",
                           cells=Sql(plan.raw.cells))


def _catalogues(tables: Sequence[TablePlan], table: str) -> Iterator[Sql]:
    """One SELECT (name, n) for each column of a file of `table` that identifies its rows."""
    for plan in tables:
        if plan.table != table or not plan.raw.rows:
            continue
        fields = {column.field: column.index for column in plan.columns if column.field}
        whole = [fill("SELECT {said} AS name, 0 AS n FROM {cells}", said=said(fields[name]),
                      cells=Sql(plan.raw.cells))
                 for name in ("name", "id", "email") if name in fields]
        if "first_name" in fields and "last_name" in fields:
            whole.append(fill(
                "SELECT concat_ws({space}, {first}, {last}) AS name, 0 AS n FROM {cells}",
                space=text(" "), first=said(fields["first_name"]), last=said(fields["last_name"]),
                cells=Sql(plan.raw.cells)))
        yield from whole
