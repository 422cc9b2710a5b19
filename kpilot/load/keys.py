"""What makes a row of a file the same row next time: its id, its name, or what it says.

Entities that have names are found by id, then by a name only implied so far, so that a file which
describes an account completes the one an earlier file merely named. Records without an id get a
key made of what does not change about them: loading their file twice changes nothing.
"""

from collections.abc import Sequence

from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.load.references import key_of, look_up, resolve, still_implied
from kpilot.load.values import given
from kpilot.load.work import Mapped, Staged, Work
from kpilot.warehouse.sql import Sql, append, fill, listed, one, run, text

# What stays the same about a record while its stage, amount and dates change.
IDENTITY = {
    "opportunity": ("name", "account_id", "owner_id", "contact_id", "lead_id", "product_id",
                    "created_at", "started_at"),
    "lead": ("email", "phone", "contact_id", "account_id", "created_at", "first_contact_at"),
    "target": ("kpi_id", "scope_type", "scope_id", "agent_id", "team_id", "period"),
    "cost": ("category", "function", "start_date", "end_date", "channel_id", "campaign_id",
             "team_id"),
    "forecast": ("kpi_id", "scope", "period", "made_at"),
}
# Two equal lines of these are one thing exported twice; two equal orders are two orders.
ONCE = frozenset({"opportunity", "lead", "target", "forecast"})


def key_sql(work: Work, staged: Staged) -> tuple[Sql, Sql]:
    """(SQL of a record's id, SQL of the join that it needs) over the raw relation `raw`."""
    own = staged.column("id")
    if own:
        said = Sql(given(f"raw.{own.cell}"))
        return (said if work.plan.source == "file"
                else fill("{prefix} || {said}", prefix=work.prefix, said=said)), Sql("")
    return content_key(work, staged)


def named_key(work: Work, staged: Staged) -> tuple[str, Mapped]:
    """The dictionary of the entities a file describes, and the column it is looked up by."""
    table, own = staged.table.name, staged.column("id")
    by_name = staged.column("name")
    column = own or by_name or staged.column("email")
    if column is None:
        raise UserError(
            "{file}: no column has an identifier or a name.", file=staged.plan.raw.name,
            code="no_key", hint=Text("Map a column to one of them."))
    if own is None:
        return resolve(work, staged, column, table, kind="key"), column
    made = staged.temporary("key")
    run(work.cursor, """
        CREATE TEMP TABLE {heard} AS
        SELECT cell, said, {key} AS key FROM (
            SELECT {id} AS cell, any_value({given}) AS said
            FROM {raw} GROUP BY 1)
        WHERE said IS NOT NULL
        """, heard=made + "_heard", id=own.cell, given=Sql(given(own.cell)),
        key=Sql("said"), raw=staged.cells)
    look_up(work, made, table, names_too=False)
    if by_name:
        _adopt(work, staged, made, own, by_name)
    return made, own


def _adopt(work: Work, staged: Staged, made: str, own: Mapped, by_name: Mapped) -> None:
    """Give rows with a new id the implied row of the same name, and remember the id as alias."""
    table, adopted = staged.table.name, made + "_adopted"
    run(work.cursor, """
        CREATE TEMP TABLE {adopted} AS
        WITH implied AS (
            SELECT {key} AS key, min(id) AS id FROM {table}
            WHERE id IN ({implied}) GROUP BY 1 HAVING count(*) = 1),
        new AS (
            SELECT {id} AS cell, any_value({called_key}) AS key FROM {raw}
            WHERE {id} IN (SELECT cell FROM {made} WHERE fresh) GROUP BY 1)
        SELECT min(new.cell) AS cell, implied.id FROM new JOIN implied ON implied.key = new.key
        GROUP BY implied.id HAVING count(*) = 1
        """, adopted=adopted, key=key_of(Sql("name")), table=table, implied=still_implied(table),
        id=own.cell, called_key=key_of(Sql(given(by_name.cell))),
        raw=staged.cells, made=made)
    append(work.cursor, "kp_alias", """
        SELECT ?, m.said, a.id, ?
        FROM {adopted} AS a JOIN {made} AS m ON m.cell = a.cell
        """, table, work.load_id, adopted=adopted, made=made)
    run(work.cursor, """
        UPDATE {made} AS m SET id = a.id, fresh = FALSE FROM {adopted} AS a WHERE a.cell = m.cell
        """, made=made, adopted=adopted)


def coming(staged: Staged, made: str, column: Mapped) -> Sql:
    """SQL: (id, name, email) of the entities a file describes and the warehouse has not."""
    by_name, by_mail = staged.column("name"), staged.column("email")
    return fill("""(
        SELECT DISTINCT k.id, coalesce({name}, k.said) AS name, {email} AS email
        FROM {raw} AS raw JOIN {made} AS k ON k.cell = raw.{cell} WHERE k.fresh)""",
        name=Sql(given(f"raw.{by_name.cell}") if by_name else "NULL"),
        email=Sql(given(f"raw.{by_mail.cell}") if by_mail else "NULL::VARCHAR"),
        raw=staged.cells, made=made, cell=column.cell)


def content_key(work: Work, staged: Staged) -> tuple[Sql, Sql]:
    """A key made of the row's own words, and a number where several rows share them."""
    wanted = IDENTITY.get(staged.table.name)
    same = [m for m in staged.mapped if wanted and m.field in wanted]
    telling = {"name", "email", "phone", "lead_id", "created_at", "started_at", "first_contact_at",
               "period"}
    if not any(m.field in telling for m in same):
        same = list(staged.mapped)
    staged.flags.add("derived_id")
    staged.notes.append(Text(
        "{file} has no column with an identifier: rows are recognised by what they say in"
        " {columns}.", file=staged.plan.raw.name, columns=", ".join(m.header for m in same)))
    digest, everything = _digest(same), _digest(staged.mapped)
    made = staged.temporary("key")
    once = staged.table.name in ONCE
    # Numbered by content, not by position: a file sorted otherwise gives the same keys.
    run(work.cursor, """
        CREATE TEMP TABLE {made} AS
        SELECT "row", {prefix} || digest || CASE WHEN nth > 1 THEN '-' || nth ELSE '' END AS id
        FROM (SELECT "row", digest, {rank} OVER (PARTITION BY digest ORDER BY {by}) AS nth
            FROM (SELECT "row", {digest} AS digest, {everything} AS everything FROM {raw} AS raw))
        """, made=made, prefix=work.prefix, digest=digest, everything=everything,
        rank=Sql("dense_rank()" if once else "row_number()"),
        by=Sql("everything" if once else 'everything, "row"'),
        raw=staged.cells)
    shared = one(work.cursor, "SELECT count(*) FROM {made} WHERE contains(id, '-')", made=made)[0]
    if shared:
        staged.notes.append(Text(
            "Rows of {file} that share these with another row and are kept apart: {n}.",
            n=shared, file=staged.plan.raw.name))
    return Sql("k.id"), fill('LEFT JOIN {made} AS k ON k."row" = raw."row"', made=made)


def _digest(columns: Sequence[Mapped]) -> Sql:
    ordered = sorted(columns, key=lambda mapped: mapped.field)
    cells = listed(
        (fill("coalesce({given}, '')", given=Sql(given(f"raw.{m.cell}"))) for m in ordered),
        between=" || chr(31) || ")
    return fill("md5({prefix} || {cells})", prefix=text(""), cells=cells)
