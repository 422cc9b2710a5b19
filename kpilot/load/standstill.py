"""Rows of a history that say again what the row before them said: no change took place.

A file of snapshots has a row for every version of a record, whatever changed in it. Its rows with
the value of the row before are set aside, those that the warehouse holds being looked at too; a row
whose key is there already is left to the comparison.
"""

from kpilot.core.schema import SQL_TYPES
from kpilot.core.text import Text
from kpilot.load.work import Staged, Work
from kpilot.warehouse.sql import Sql, fill, one, run


def find_standstill(work: Work, staged: Staged) -> None:
    """Give the fate "repeated" to new rows that change nothing."""
    record, at, value = (field.name for field in staged.table.fields)
    if {record, at, value} - set(staged.columns):
        return
    field = staged.table.field(at)
    when = fill("coalesce({at}, CAST({on} AS TIMESTAMP))", at=at, on=field.date_name) \
        if field.kind == "instant" else fill("CAST({at} AS TIMESTAMP)", at=at)
    still = staged.temporary("still")
    run(work.cursor, """
        CREATE TEMP TABLE {still} AS
        WITH known AS (
            SELECT NULL::BIGINT AS n, {record} AS record, {when} AS moment,
                CAST({value} AS {kind}) AS said FROM {table}
            WHERE {record} IN (SELECT {record} FROM {rows})),
        every AS (
            FROM known UNION ALL
            SELECT s."row", s.{record}, {when}, s.{value} FROM {rows} AS s
            WHERE s._fate = 'new' AND NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {matches}))
        SELECT n FROM (
            SELECT n, said, row_number() OVER w AS place, lag(said) OVER w AS before FROM every
            WINDOW w AS (PARTITION BY record ORDER BY moment, n NULLS FIRST))
        WHERE n IS NOT NULL AND place > 1 AND said IS NOT DISTINCT FROM before
        """, still=still, record=record, value=value, when=when, table=staged.table.name,
        kind=Sql(SQL_TYPES[staged.table.field(value).kind]), rows=staged.rows,
        matches=staged.matches("s", "t"))
    found = one(work.cursor, "SELECT count(*) FROM {still}", still=still)[0]
    if found:
        run(work.cursor, """
            UPDATE {rows} SET _fate = 'repeated' WHERE "row" IN (SELECT n FROM {still})
            """, rows=staged.rows, still=still)
        staged.notes.append(Text(
            "Rows of {file} that say again what the row before said, and are no change: {n}.",
            n=found, file=staged.plan.raw.name))
