"""New, updated or unchanged: the staged rows beside those the warehouse holds.

A column the file has speaks, empty cells included: they say that there is nothing. A column it has
not leaves what is known. A row older than the one known (both saying when they were last modified)
is refused when it differs, so that an old export cannot undo newer facts.
"""

from kpilot.load.work import Staged, Work
from kpilot.warehouse.sql import Sql, append, fill, listed, one, rows, run


def compare(work: Work, staged: Staged) -> set[int]:
    """Give every accepted row its fate; the loads whose rows were met again."""
    met = _compare(work, staged)
    staged.fates = dict(rows(work.cursor, "SELECT _fate, count(*) FROM {rows} GROUP BY _fate",
                             rows=staged.rows))
    return met


def _compare(work: Work, staged: Staged) -> set[int]:
    if not one(work.cursor, "SELECT count(*) FROM {table}", table=staged.table.name)[0]:
        return set()
    staged_rows = staged.rows
    staged.is_compared = True
    modified = "updated_at" in staged.columns
    older = Sql("coalesce(s.updated_at, s.updated_on) < coalesce(t.updated_at, t.updated_on)"
                if modified else "FALSE")
    newer = Sql("coalesce(coalesce(s.updated_at, s.updated_on) IS DISTINCT FROM"
                " coalesce(t.updated_at, t.updated_on), FALSE)" if modified else "FALSE")
    run(work.cursor, """
        CREATE TEMP TABLE {compared} AS
        SELECT s.* REPLACE (CASE
            WHEN s._fate <> 'new' THEN s._fate
            WHEN t.load_id IS NULL THEN 'new'
            WHEN {differs} THEN CASE WHEN {older} THEN 'refused' ELSE 'updated' END
            WHEN {newer} AND NOT coalesce({older}, FALSE) THEN 'updated'
            ELSE 'unchanged' END AS _fate), t.load_id AS _was
        FROM {rows} AS s LEFT JOIN {table} AS t ON {matches}
        """, compared=staged.rows, rows=staged_rows, table=staged.table.name,
        differs=differs(staged), older=older, newer=newer, matches=staged.matches("s", "t"))
    if modified:
        column = staged.column("updated_at")
        append(work.cursor, "{problems}", """
            SELECT s."row", ?, 'older', NULL FROM {rows} AS s
            WHERE _fate = 'refused' AND _bad = 0
                AND "row" NOT IN (SELECT "row" FROM {problems})
            """, column.index if column else -1, problems=staged.problems, rows=staged.rows)
    met = rows(work.cursor, """
        SELECT DISTINCT _was FROM {rows} WHERE _fate IN ('updated', 'unchanged')
        """, rows=staged.rows)
    return {int(row[0]) for row in met}


def differs(staged: Staged) -> Sql:
    """SQL: the staged row `s` says something else than the known row `t`."""
    aside = {*staged.table.key, "updated_at", "updated_on"}
    said = [fill("(NOT {kept} AND s.{column} IS DISTINCT FROM t.{column})", column=column,
                 kept=staged.kept.get(column, Sql("FALSE")))
            for column in staged.columns if column not in aside]
    return Sql(f"({listed(said, between=' OR ')})") if said else Sql("FALSE")
