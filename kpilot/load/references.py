"""Which row a cell means: by id, then name, then alias, then e-mail; otherwise a new one.

Each column is resolved once per different cell, not per row, into a small dictionary table
(cell, id, code, fresh). Names are compared without regard to case and spacing. A name that fits two
rows is refused: choosing one would move somebody's sales.
"""

from collections.abc import Sequence

from kpilot.core.tables import TABLES
from kpilot.load.values import given
from kpilot.load.work import NAMED, Mapped, Staged, Work
from kpilot.warehouse.sql import Sql, append, fill, listed, name, one, rows, run, text

# Stands for the cells that found no row yet, in the ways of finding one.
OPEN = Sql("__still_open__")
# Names that people type differently and mean the same; codes, where case may tell two apart, stay.
KEY = r"""CASE WHEN regexp_matches({said}, '^\S*\d\S*$') THEN {said}
    ELSE lower(nfc_normalize(regexp_replace(trim({said}), '\s+', ' ', 'g'))) END"""


def key_of(said: str) -> Sql:
    """SQL: the form in which names are compared."""
    return fill(KEY, said=said)


def plan_aliases(work: Work) -> None:
    """Put what was accepted or refused in this load's plan into the table `kp_said`."""
    run(work.cursor, "CREATE TEMP TABLE kp_said (of VARCHAR, heard VARCHAR, known VARCHAR)")
    for alias in work.plan.aliases:
        if alias.accepted:
            run(work.cursor, "INSERT INTO kp_said VALUES (?, ?, ?)",
                alias.table, alias.heard, alias.known)


def resolve(
    work: Work, staged: Staged, mapped: Mapped, table: str, *, kind: str = "ref",
    names_too: bool = True, also: Sql | None = None,
) -> str:
    """The dictionary of the column's cells as rows of `table`: (cell, said, id, code, fresh).

    `code` is "ambiguous" when several rows bear the name; `fresh` when the row is new. `also` is a
    relation (id, name, email) of rows that are about to come, for tables that refer to themselves.
    Without `names_too` a cell is an identifier, never a name.
    """
    made = staged.temporary(kind, mapped.index)
    run(work.cursor, """
        CREATE TEMP TABLE {heard} AS
        SELECT cell, coalesce(s.known, said) AS said, {key} AS key
        FROM (SELECT cell, {given} AS said FROM (SELECT DISTINCT {column} AS cell FROM {raw}))
        LEFT JOIN kp_said AS s ON s.of = ? AND s.heard = said
        WHERE said IS NOT NULL
        """, table, heard=made + "_heard", given=Sql(given("cell")),
        key=key_of(Sql("coalesce(s.known, said)")), column=mapped.cell,
        raw=staged.cells)
    return look_up(work, made, table, names_too=names_too, also=also)


def look_up(
    work: Work, made: str, table: str, *, names_too: bool, also: Sql | None = None
) -> str:
    """Turn the table `<made>_heard` (cell, said, key) into the dictionary `made`."""
    known, said, relation = TABLES[table], Sql("h.said"), name(table)
    if also:
        own = listed(column for column in ("id", "name", "email") if known.has(column))
        relation = fill("(SELECT {own} FROM {table} UNION ALL SELECT {own} FROM {also})",
                        own=own, table=table, also=also)
    steps = [_step(relation, Sql("k.id"), fill("{prefix} || h.said", prefix=work.prefix))]
    if work.plan.source != "file":
        steps.append(_step(relation, Sql("k.id"), said))
    if names_too and known.has("name"):
        steps.append(_step(relation, key_of(Sql("k.name")), Sql("h.key")))
    alias = fill("""(
        SELECT heard, nullif(arg_max(coalesce(id, ''), load_id), '') AS id
        FROM kp_alias WHERE "table" = {table} GROUP BY heard)""", table=text(table))
    steps.append(_step(alias, Sql("k.heard"), said))
    steps.append(_step(alias, key_of(Sql("k.heard")), Sql("h.key")))
    if known.has("email"):
        steps.append(_step(relation, Sql("lower(trim(k.email))"), Sql("lower(h.said)")))
    is_known = also or one(work.cursor, """
        SELECT EXISTS (FROM {table}) OR EXISTS (FROM kp_alias WHERE "table" = ?)
        """, table, table=table)[0]
    _first_that_fits(work, made, steps if is_known else ())
    fresh = (fill("{prefix} || min(h.said) OVER (PARTITION BY h.key)", prefix=work.prefix)
             if table in NAMED else fill("{prefix} || h.said", prefix=work.prefix))
    run(work.cursor, """
        CREATE TEMP TABLE {made} AS
        SELECT h.cell, h.said, CASE WHEN f.n IS NULL THEN {fresh} WHEN f.n = 1 THEN f.id END AS id,
            CASE WHEN f.n > 1 THEN 'ambiguous' END AS code, f.n IS NULL AS fresh
        FROM {heard} AS h LEFT JOIN {found} AS f ON f.cell = h.cell
        """, made=made, heard=made + "_heard", found=made + "_found", fresh=fresh)
    return made


def _step(table: Sql, theirs: Sql, ours: Sql) -> Sql:
    return fill("SELECT h.cell, k.id FROM {open} AS h JOIN {table} AS k ON {theirs} = {ours}",
                open=OPEN, table=table, theirs=theirs, ours=ours)


def _first_that_fits(work: Work, made: str, steps: Sequence[Sql]) -> None:
    """Run the ways of finding a row in turn, each only for cells that found none before."""
    heard, found = made + "_heard", made + "_found"
    run(work.cursor, "CREATE TEMP TABLE {found} (cell VARCHAR, id VARCHAR, n BIGINT)", found=found)
    for step in steps:
        left = fill("(SELECT * FROM {heard} WHERE cell NOT IN (SELECT cell FROM {found}))",
                    heard=heard, found=found)
        if not one(work.cursor, "SELECT count(*) FROM {left}", left=left)[0]:
            return
        append(work.cursor, "{found}", """
            SELECT cell, min(id), count(DISTINCT id) FROM ({step})
            WHERE id IS NOT NULL GROUP BY cell
            """, found=found, step=Sql(step.replace(OPEN, left)))


def imply(work: Work, staged: Staged) -> dict[str, list[str]]:
    """Create the rows that accepted rows of the file name and nobody described: table → names.

    Records (opportunities, leads, orders …) are never made up: an id that is not there yet is kept
    as it is and finds its row when that is loaded.
    """
    made: dict[str, list[str]] = {}
    for mapped in staged.mapped:
        table = mapped.target.field.references
        dictionary = staged.references.get(mapped.index)
        if dictionary and table in NAMED and table != "stage":
            used = used_ids(staged, dictionary, mapped.field)
            made.setdefault(table, []).extend(create_named(work, dictionary, table, used))
    return {table: names for table, names in made.items() if names}


def used_ids(staged: Staged, dictionary: str, column: str) -> Sql:
    """SQL: the ids that accepted rows have in a column; without refusals, the whole dictionary."""
    if not staged.fates.get("refused"):
        return fill("SELECT id FROM {dictionary}", dictionary=dictionary)
    return fill("SELECT {column} FROM {rows} WHERE _fate <> 'refused'", column=column,
                rows=staged.rows)


def create_named(work: Work, dictionary: str, table: str, used: Sql) -> list[str]:
    """Insert the fresh rows of a dictionary whose ids are `used`; their names in order."""
    found = rows(work.cursor, """
        SELECT id, min(said) AS said FROM {dictionary}
        WHERE fresh AND id IN ({used}) AND id NOT IN (SELECT id FROM {table})
        GROUP BY id ORDER BY said
        """, dictionary=dictionary, used=used, table=table)
    if found:
        insert_named(work, table, found)
    return [said for _, said in found]


def insert_named(work: Work, table: str, found: Sequence[tuple[str, str]]) -> None:
    """Insert rows known by (id, name) alone, marked as implied."""
    run(work.cursor, """
        INSERT INTO {table} (id, name, source, load_id, first_load_id)
        SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), ?, ?, ?
        """, [row[0] for row in found], [row[1] for row in found], work.plan.source,
        work.load_id, work.load_id, table=table)
    run(work.cursor,
        "INSERT INTO kp_implied SELECT ?, unnest(?::VARCHAR[]), FALSE, ?",
        table, [row[0] for row in found], work.load_id)


def still_implied(table: str) -> Sql:
    """SQL: ids of the rows of `table` that were named but never described."""
    return fill("""SELECT id FROM kp_implied WHERE "table" = {table} GROUP BY id
        HAVING NOT bool_or(described)""", table=text(table))
