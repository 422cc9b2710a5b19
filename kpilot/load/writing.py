"""Staged rows into the warehouse, with the former image of every row that changes.

New rows are one INSERT; changed rows are taken out and put back whole, which costs less than
updating column by column and makes undoing a load the same movement backwards.
"""

from kpilot.core.schema import Table
from kpilot.load.work import Staged, Work, same
from kpilot.warehouse.sql import Sql, append, fill, listed, name, run
from kpilot.warehouse.tables import is_history, undo_table


def insert_new(work: Work, staged: Staged) -> None:
    """Insert the rows of the file that the warehouse has not."""
    marks = [(Sql("?"), "source"), (Sql("?"), "load_id"), (Sql("?"), "first_load_id")]
    params: list[object] = [work.plan.source, work.load_id, work.load_id]
    if is_history(staged.table):
        marks.append((Sql("'source'"), "origin"))
    columns = [name(column) for column in staged.columns]
    append(work.cursor, "{table} ({into})", "SELECT {values} FROM {rows} WHERE _fate = 'new'",
           *params, table=staged.table.name, rows=staged.rows,
           into=listed([*columns, *(column for _, column in marks)]),
           values=listed([*columns, *(value for value, _ in marks)]))


def changed_rows(work: Work, staged: Staged) -> str:
    """A temporary table of the updated rows as they will be, in the warehouse's own shape."""
    made = staged.temporary("changed")
    replaced = [fill("CASE WHEN {kept} THEN t.{column} ELSE s.{column} END AS {column}",
                     kept=staged.kept[column], column=column) if column in staged.kept
                else fill("s.{column} AS {column}", column=column)
                for column in staged.columns if column not in staged.table.key]
    replaced.append(Sql(f"{work.load_id} AS load_id"))
    if is_history(staged.table):
        replaced.append(Sql("'source' AS origin"))
    run(work.cursor, """
        CREATE TEMP TABLE {made} AS SELECT t.* REPLACE ({replaced})
        FROM {table} AS t JOIN {rows} AS s ON {matches} WHERE s._fate = 'updated'
        """, made=made, replaced=listed(replaced), table=staged.table.name, rows=staged.rows,
        matches=staged.matches("s", "t"))
    return made


def replace_rows(work: Work, table: Table, changed: str) -> None:
    """Put the rows of `changed` in the place of those with the same key, keeping former images.

    A row this load wrote before has no former image of its own: undoing removes or restores it.
    """
    matches = same(table.key, "t", "c")
    append(work.cursor, "{undo}", """
        SELECT ?, t.* FROM {table} AS t JOIN {changed} AS c ON {matches} WHERE t.load_id <> ?
        """, work.load_id, work.load_id, undo=undo_table(table), table=table.name,
        changed=changed, matches=matches)
    run(work.cursor, "DELETE FROM {table} AS t USING {changed} AS c WHERE {matches}",
        table=table.name, changed=changed, matches=matches)
    append(work.cursor, "{table}", "SELECT * FROM {changed}", table=table.name, changed=changed)
