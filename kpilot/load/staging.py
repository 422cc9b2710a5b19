"""A file's rows, typed and judged, in temporary tables: nothing is written to the warehouse yet.

Every row gets a fate ("new" until it is compared, "repeated" or "refused") and every refusal its
reasons. One vectorised SELECT does the work; rows are never looked at one by one.
"""

from dataclasses import dataclass

from kpilot.core.tables import TABLES
from kpilot.core.text import Text
from kpilot.load.choices import value_of
from kpilot.load.keys import coming, key_sql, named_key
from kpilot.load.pipelines import resolve_stages, stage_join
from kpilot.load.plan import TablePlan
from kpilot.load.references import key_of, resolve
from kpilot.load.rows import Check, checks, habits, join_of, typed_cells, written_columns
from kpilot.load.signs import row_kind
from kpilot.load.standstill import find_standstill
from kpilot.load.values import given
from kpilot.load.work import NAMED, Mapped, Staged, Work, mapped_columns
from kpilot.warehouse.sql import Sql, append, fill, listed, one, rows, run
from kpilot.warehouse.tables import is_history

NOTHING = Sql("")


@dataclass(frozen=True, kw_only=True)
class Key:
    """How the rows of a file get their id: SQL, the join it needs, and the checks it brings.

    `coming` is a relation (id, name, email) of the entities that the file itself brings.
    """

    id: Sql = NOTHING
    join: Sql = NOTHING
    coming: Sql | None = None
    checks: tuple[Check, ...] = ()


def stage(work: Work, plan: TablePlan, number: int) -> Staged:
    """Stage one file: its references resolved, its cells typed, its repetitions found."""
    staged = Staged(number=number, plan=plan, table=TABLES[str(plan.table)],
                    mapped=mapped_columns(plan))
    key = _key(work, staged)
    staged.references = {
        mapped.index: (
            resolve_stages(work, staged, mapped)
            if mapped.target.field.references == "stage"
            else resolve(work, staged, mapped, mapped.target.field.references,
                         also=key.coming if mapped.target.field.references == plan.table else None))
        for mapped in staged.mapped
        if mapped.target.field.references and not mapped.target.through}
    if (merged := staged.column("merged_into_id")) and staged.table.is_entity:
        staged.references = {**staged.references, merged.index: resolve(
            work, staged, merged, staged.table.name, names_too=False, also=key.coming)}
    staged.ambiguous = frozenset(
        index for index, made in staged.references.items()
        if one(work.cursor, "SELECT count(code) FROM {made}", made=made)[0])
    staged.choices = {mapped.index: _choices(work, staged, mapped) for mapped in staged.mapped
                      if mapped.target.field.kind == "choice" and not mapped.target.through}
    _type_rows(work, staged, key)
    _find_repeats(work, staged)
    if is_history(staged.table):
        find_standstill(work, staged)
    return staged


def _type_rows(work: Work, staged: Staged, key: Key) -> None:
    seen = habits(work, staged)
    inner = [fill('raw."row" AS _row')]
    if staged.table.is_entity:
        inner.append(Sql(f"{key.id} AS id"))
    if staged.table.name in NAMED:
        inner.append(Sql("k.said AS _said, k.code AS _code_key"))
    joins = [key.join]
    for mapped in staged.mapped:
        inner.append(fill("raw.{cell} AS {cell}", cell=mapped.cell))
        if mapped.index in staged.references:
            alias = f"r{mapped.index}"
            inner.append(fill("{r}.id AS {column}", r=alias, column=mapped.field))
            if mapped.index in staged.ambiguous:
                inner.append(fill("{r}.code AS {code}", r=alias, code=f"_code_{mapped.index}"))
            if mapped.target.field.references == "stage":
                inner += [fill("{r}.kind AS _kind, {r}.pipeline_id AS _pipeline_id", r=alias)]
            joins.append(join_of(staged, mapped))
        elif made := staged.choices.get(mapped.index):
            inner.append(fill("{c}.value AS {column}", c=f"c{mapped.index}_", column=mapped.field))
            joins.append(fill("LEFT JOIN {made} AS {c} ON {c}.cell = raw.{cell}", made=made,
                              c=f"c{mapped.index}_", cell=mapped.cell))
    inner += [fill("{sql} AS {column}", sql=sql, column=column)
              for column, sql in typed_cells(work, staged, seen)]
    if staged.table.name == "stage":
        inner += _said_of_stage(staged)
    written = written_columns(work, staged, seen)
    staged.columns = tuple(written)
    found = (*checks(staged), *key.checks)
    helpers = _helpers(staged)
    run(work.cursor, """
        CREATE TEMP TABLE {rows} AS
        SELECT *, CASE WHEN _bad = 0 THEN 'new' ELSE 'refused' END AS _fate FROM (
            SELECT _row AS "row", {written}, {helpers} {bad} AS _bad
            FROM (SELECT {inner} FROM {raw} AS raw {joins}))
        """, rows=staged.rows, helpers=helpers, bad=_mask(found), inner=listed(inner),
        written=listed(fill("{sql} AS {column}", sql=sql, column=column)
                       for column, sql in written.items()),
        raw=staged.cells, joins=listed(joins, between=" "))
    _list_problems(work, staged, found)


def _key(work: Work, staged: Staged) -> Key:
    if not staged.table.is_entity:
        return Key()
    if staged.table.name not in NAMED:
        made_id, joined = key_sql(work, staged)
        return Key(id=made_id, join=joined)
    by_name = staged.column("name")
    if staged.table.name == "stage" and by_name and staged.column("id") is None:
        column, made = by_name, resolve_stages(work, staged, by_name)
        joined = stage_join(staged, by_name, made, "k")
    else:
        made, column = named_key(work, staged)
        joined = fill("LEFT JOIN {made} AS k ON k.cell = raw.{cell}", made=made, cell=column.cell)
    if column.field != "id":
        staged.kept = {"name": Sql("TRUE")}
    elif by_name:
        staged.kept = {"name": Sql("s._unnamed")}
    return Key(id=Sql("k.id"), join=joined, coming=coming(staged, made, column), checks=(
        Check(column=column.index, code="ambiguous", when=Sql("_code_key = 'ambiguous'")),
        Check(column=column.index, code="missing", when=Sql("id IS NULL AND _code_key IS NULL"))))


def _choices(work: Work, staged: Staged, mapped: Mapped) -> str:
    """The dictionary (cell, value) of a column with a closed list of values."""
    made = staged.temporary("choice", mapped.index)
    heard = [row[0] for row in rows(
        work.cursor, "SELECT DISTINCT {cell} FROM {raw} WHERE {cell} IS NOT NULL",
        cell=mapped.cell, raw=staged.cells)]
    table, field = mapped.target.of, mapped.target.field.name
    run(work.cursor, """
        CREATE TEMP TABLE {made} AS
        SELECT unnest(?::VARCHAR[]) AS cell, unnest(?::VARCHAR[]) AS value
        """, heard, [value_of(table, field, cell) for cell in heard], made=made)
    return made


def _said_of_stage(staged: Staged) -> list[Sql]:
    """SQL over the raw relation: kind and position that the plan has for a file's own stages."""
    by_name, pipeline = staged.column("name"), staged.column("pipeline_id")
    called = Sql(given(f"raw.{by_name.cell}")) if by_name else Sql("k.said")
    own = fill("coalesce(s.pipeline_key = {key}, FALSE)", key=key_of(
        Sql(given(f"raw.{pipeline.cell}")))) if pipeline else Sql("FALSE")
    return [fill("(SELECT arg_max(s.{what}, {own}) FROM kp_said_stage AS s WHERE s.key = {key})"
                 " AS {column}", what=what, own=own, key=key_of(called), column=f"_said_{what}")
            for what in ("kind", "pos")]


def _helpers(staged: Staged) -> Sql:
    """Columns that later steps need beside the row's own."""
    made = []
    if staged.column("close_date") and not staged.column("expected_close_date"):
        staged.kept = {**staged.kept, "expected_close_date": Sql("s._closed")}
        made.append(fill("{kind} <> 'open' AS _closed,", kind=row_kind(staged)))
    made += [fill("{column},", column=mapped.field) for mapped in staged.mapped
             if mapped.target.field.virtual and mapped.index in staged.references]
    if "s._unnamed" in staged.kept.values():
        made.append(Sql('"name" IS NULL AS _unnamed,'))
    return listed(made, between=" ")


def _mask(found: tuple[Check, ...]) -> Sql:
    """SQL: a number with one bit for each check that fails."""
    bits = [Sql(f"CASE WHEN {check.when} THEN {1 << n}::{_mask_type(found)} ELSE 0 END")
            for n, check in enumerate(found)]
    return listed(bits, between=" + ") if bits else Sql("0")


def _mask_type(found: tuple[Check, ...]) -> Sql:
    return Sql("BIGINT" if len(found) < 63 else "HUGEINT")


def _list_problems(work: Work, staged: Staged, found: tuple[Check, ...]) -> None:
    run(work.cursor, 'CREATE TEMP TABLE {problems} ("row" BIGINT, col INT, code VARCHAR,'
        " arg VARCHAR)", problems=staged.problems)
    if not one(work.cursor, "SELECT count(*) FROM {rows} WHERE _bad <> 0", rows=staged.rows)[0]:
        return
    for n, check in enumerate(found):
        append(work.cursor, "{problems}", """
            SELECT "row", ?, ?, NULL FROM {rows}
            WHERE _bad <> 0 AND (_bad // ?::{mask}) % 2 = 1
            """, check.column, check.code, 1 << n, problems=staged.problems, rows=staged.rows,
            mask=_mask_type(found))


def _find_repeats(work: Work, staged: Staged) -> None:
    """Rows with the key of an earlier row: the same again is counted, another story is refused.

    Where the file says when rows were last modified, the latest stands; otherwise the first.
    """
    key = listed(staged.table.key)
    twice = staged.temporary("twice")
    run(work.cursor, """
        CREATE TEMP TABLE {twice} AS SELECT {key} FROM {rows} WHERE _fate = 'new'
        GROUP BY {key} HAVING count(*) > 1
        """, twice=twice, key=key, rows=staged.rows)
    if not one(work.cursor, "SELECT count(*) FROM {twice}", twice=twice)[0]:
        return
    modified = Sql('coalesce(s.updated_at, s.updated_on) DESC NULLS LAST, '
                   if "updated_at" in staged.columns else "")
    said = listed(fill("s.{column}", column=column) for column in staged.columns)
    run(work.cursor, """
        CREATE TEMP TABLE {judged} AS
        SELECT "row", nth, first_row, said IS NOT DISTINCT FROM first_said AS is_same FROM (
            SELECT s."row", row_number() OVER w AS nth, first_value(s."row") OVER w AS first_row,
                row({said}) AS said, first_value(row({said})) OVER w AS first_said
            FROM {rows} AS s JOIN {twice} AS t ON {matches} WHERE s._fate = 'new'
            WINDOW w AS (PARTITION BY {key} ORDER BY {modified} s."row"))
        WHERE nth > 1
        """, judged=twice + "_judged", said=said, rows=staged.rows, twice=twice,
        matches=staged.matches("s", "t"), modified=modified,
        key=listed(fill("s.{column}", column=column) for column in staged.table.key))
    run(work.cursor, """
        UPDATE {rows} AS s SET _fate = CASE WHEN j.is_same THEN 'repeated' ELSE 'refused' END
        FROM {judged} AS j WHERE j."row" = s."row"
        """, rows=staged.rows, judged=twice + "_judged")
    append(work.cursor, "{problems}", """
        SELECT "row", ?, ?, first_row FROM {judged} WHERE NOT is_same
        """, _key_column(staged), "superseded" if modified else "contradicts",
        problems=staged.problems, judged=twice + "_judged")
    same = rows(work.cursor, "SELECT count(*) FROM {judged} WHERE is_same",
                judged=twice + "_judged")[0][0]
    if same:
        staged.notes.append(Text(
            "Rows of {file} that repeat another row exactly and count once: {n}.",
            n=same, file=staged.plan.raw.name))


def _key_column(staged: Staged) -> int:
    column = staged.column(staged.table.key[0]) or staged.column("name")
    return column.index if column else -1
