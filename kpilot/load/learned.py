"""What a load teaches the next one: how headers map, which names are one, who is described."""

import json

from kpilot.load.answers import to_dict
from kpilot.load.plan import Answers, ColumnPlan, TableAnswers, TablePlan
from kpilot.load.references import key_of, still_implied
from kpilot.load.work import NAMED, Staged, Work, in_order
from kpilot.warehouse.sql import Sql, append, rows, run, text


def describe(work: Work, staged: Staged) -> None:
    """Mark rows that were only named so far and that this file describes."""
    if staged.table.name in NAMED:
        append(work.cursor, "kp_implied", """
            SELECT {table}, i.id, TRUE, ?
            FROM ({implied}) AS i
            WHERE i.id IN (SELECT id FROM {rows} WHERE _fate <> 'refused')
            """, work.load_id, table=text(staged.table.name),
            implied=still_implied(staged.table.name), rows=staged.rows)


def learn(work: Work) -> None:
    """Record aliases and mappings that are not known yet; undoing the load forgets them."""
    _aliases(work)
    for plan in in_order(work.plan):
        answers = json.dumps(to_dict(answers_of(plan)), sort_keys=True, ensure_ascii=False)
        known = rows(work.cursor, """
            SELECT arg_max(answers::VARCHAR, load_id) FROM kp_mapping WHERE signature = ?
            """, plan.signature)[0][0]
        if known != answers:
            run(work.cursor, "INSERT INTO kp_mapping VALUES (?, ?, ?)",
                plan.signature, answers, work.load_id)


def answers_of(plan: TablePlan) -> Answers:
    """What to remember of one file: its table, its columns and how they are written."""
    return Answers(tables={plan.raw.name: TableAnswers(
        table=plan.table,
        columns={column.header: column.field for column in plan.columns},
        styles={column.header: column.style for column in plan.columns if _was_said(column)})})


def _was_said(column: ColumnPlan) -> bool:
    """A style that the cells left open was decided by someone, and the next file may be as open.

    That a column had both decimal marks is nobody's decision: the next one may have one of them.
    """
    return column.field is not None and column.style.assumed and column.style.decimal != ""


def _aliases(work: Work) -> None:
    for alias in work.plan.aliases:
        if alias.accepted is None:
            continue
        found: list[str | None] = [None]
        if alias.accepted:
            found = _known_ids(work, alias.table, alias.known)
        if len(found) != 1:
            continue
        known = rows(work.cursor, """
            SELECT count(*), arg_max(coalesce(id, ''), load_id) FROM kp_alias
            WHERE "table" = ? AND heard = ?
            """, alias.table, alias.heard)[0]
        if not known[0] or known[1] != (found[0] or ""):
            run(work.cursor, "INSERT INTO kp_alias VALUES (?, ?, ?, ?)",
                alias.table, alias.heard, found[0], work.load_id)


def _known_ids(work: Work, table: str, called: str) -> list[str | None]:
    return [row[0] for row in rows(work.cursor, """
        SELECT t.id FROM {table} AS t, (SELECT ?::VARCHAR AS said) AS w
        WHERE t.id = w.said OR {key} = {wanted} LIMIT 2
        """, called, table=table, key=key_of(Sql("t.name")), wanted=key_of(Sql("w.said")))]
