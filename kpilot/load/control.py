"""The control total: read = new + updated + unchanged + refused, and money to the cent.

What was read is counted by the reader, what was accepted is counted again in the warehouse, and
what was refused in the list that goes back to the person. If the three disagree, the load is
ours to repair, and nothing of it is kept.
"""

from dataclasses import dataclass
from decimal import Decimal

from kpilot.core.errors import UserError
from kpilot.load.report import Counts, Money
from kpilot.load.work import Staged, Work
from kpilot.warehouse.sql import Sql, fill, listed, one, rows

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The warehouse table as one load sees it: all rows, its rows, its new rows, their money."""

    rows: int
    written: int
    new: int
    money: tuple[Decimal, ...]


def money_columns(staged: Staged) -> tuple[str, ...]:
    """The money columns of the table that the file speaks for."""
    return tuple(m.field for m in staged.mapped
                 if m.target.field.kind == "money" and not m.target.through
                 and not m.target.field.virtual)


def measure(work: Work, staged: Staged) -> Measure:
    """Count the table in the warehouse, apart for the rows this load wrote."""
    sums = [fill("coalesce(sum({column}) FILTER (WHERE load_id = {load}), 0)", column=column,
                 load=Sql(str(work.load_id))) for column in money_columns(staged)]
    found = one(work.cursor, """
        SELECT {measures} FROM {table}
        """, table=staged.table.name, measures=listed([
            Sql("count(*)"), Sql(f"count(*) FILTER (WHERE load_id = {work.load_id})"),
            Sql(f"count(*) FILTER (WHERE first_load_id = {work.load_id})"), *sums]))
    return Measure(rows=found[0], written=found[1], new=found[2],
                   money=tuple(Decimal(value) for value in found[3:]))


def counts(staged: Staged) -> Counts:
    """The fates of the rows of one file; `read` is what the reader counted."""
    raw, found = staged.plan.raw, staged.fates
    repeated = int(found.get("repeated", 0))
    return Counts(
        read=raw.rows + raw.bad_rows, new=int(found.get("new", 0)),
        updated=int(found.get("updated", 0)), unchanged=int(found.get("unchanged", 0)) + repeated,
        refused=int(found.get("refused", 0)) + raw.bad_rows, repeated=repeated)


def money(work: Work, staged: Staged) -> tuple[Money, ...]:
    """The control totals of the file's money columns, currency by currency."""
    found = []
    currency = Sql("coalesce(currency, '')" if "currency" in staged.columns else "''")
    for column in money_columns(staged):
        for code, read, accepted, refused in rows(work.cursor, """
                SELECT {currency} AS code, sum({column}),
                    sum({column}) FILTER (WHERE _fate <> 'refused'),
                    sum({column}) FILTER (WHERE _fate = 'refused')
                FROM {rows} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1
                """, currency=currency, column=column, rows=staged.rows):
            found.append(Money(field=column, currency=str(code), read=read or NOTHING,
                               accepted=accepted or NOTHING, refused=refused or NOTHING))
    return tuple(found)


def check(work: Work, staged: Staged, before: Measure, total: Counts) -> None:
    """Compare what the warehouse gained with what the rows' fates say; UserError when it differs.

    Rows that this same load had written already (two files about one table) are set apart.
    """
    after = measure(work, staged)
    columns = money_columns(staged)
    again = one(work.cursor, "SELECT count(*) FROM {rows} WHERE _fate = 'updated' AND _was = ?",
                work.load_id, rows=staged.rows)[0] if staged.fates.get("updated") else 0
    sums = listed([Sql("count(*)"), *(fill("coalesce(sum({c}), 0)", c=c) for c in columns)])
    accepted = one(work.cursor, "SELECT {sums} FROM {rows} WHERE _fate IN ('new', 'updated')",
                   sums=sums, rows=staged.rows)
    facts: dict[str, tuple[int | Decimal, int | Decimal]] = {
        "read": (total.read, total.new + total.updated + total.unchanged + total.refused),
        "rows": (after.rows - before.rows, total.new),
        "new": (after.new - before.new, total.new),
        "written": (after.written - before.written, total.new + total.updated - again),
    }
    if not again:
        facts |= {column: (later - earlier, said) for column, later, earlier, said
                  in zip(columns, after.money, before.money, accepted[1:], strict=True)}
    for what, (found, expected) in facts.items():
        if found != expected:
            raise UserError(
                "{file}: the control total “{what}” does not add up ({found} and {expected})."
                " Nothing was loaded.", file=staged.plan.raw.name, what=what, found=found,
                expected=expected, code="control")
