"""The first rows of a file as they were understood, each cell beside what was written."""

from kpilot.core.schema import Field
from kpilot.core.tables import TABLES
from kpilot.load.refused import Source, reason, source_of
from kpilot.load.report import FIRST_ROWS, Cell, Fate, FirstRow
from kpilot.load.work import Mapped, Staged, Work
from kpilot.warehouse.sql import Sql, fill, listed, name, rows

FATES: dict[str, Fate] = {
    "new": "new", "updated": "updated", "unchanged": "unchanged", "repeated": "unchanged",
    "refused": "refused",
}


def first_rows(work: Work, staged: Staged, limit: int = FIRST_ROWS) -> tuple[FirstRow, ...]:
    """The first `limit` rows with the fate of each; references are shown by name."""
    shown = list(staged.mapped)
    understood = [_understood(staged, mapped) for mapped in shown]
    raw = fill('(SELECT * FROM {raw} ORDER BY "row" LIMIT {limit})',
               raw=staged.cells, limit=Sql(str(limit)))
    found = rows(work.cursor, """
        SELECT s."row", s._fate, {written}, {understood} FROM {raw} AS raw
        JOIN {rows} AS s ON s."row" = raw."row" ORDER BY s."row"
        """, written=listed(fill("raw.{c}", c=mapped.cell) for mapped in shown),
        understood=listed(understood), raw=raw, rows=staged.rows)
    why = _reasons(work, staged, limit)
    source, width = source_of(staged), len(shown)
    return tuple(
        _first_row(row[0], row[1], row[2:2 + width], row[2 + width:], shown,
                   why.get(row[0], []), source)
        for row in found)


def _first_row(
    number: int, fate: str, written: tuple[str | None, ...], understood: tuple[str | None, ...],
    shown: list[Mapped], why: list[tuple[int, str, str | None]], source: Source,
) -> FirstRow:
    told = {col: reason(source, col, _cell(shown, written, col), code, arg)
            for col, code, arg in reversed(why)}
    return FirstRow(
        row=number, fate=FATES[fate], why=next(iter(reversed(told.values())), None),
        cells=tuple(Cell(field=mapped.field, written=said or "", understood=meant or "",
                         why=told.get(mapped.index))
                    for mapped, said, meant in zip(shown, written, understood, strict=True)))


def _cell(shown: list[Mapped], written: tuple[str | None, ...], col: int) -> str:
    return next((said or "" for mapped, said in zip(shown, written, strict=True)
                 if mapped.index == col), "")


def _reasons(
    work: Work, staged: Staged, limit: int
) -> dict[int, list[tuple[int, str, str | None]]]:
    found: dict[int, list[tuple[int, str, str | None]]] = {}
    for row, col, code, arg in rows(work.cursor, """
            SELECT "row", col, code, arg FROM {problems} WHERE "row" IN (
                SELECT "row" FROM {rows} ORDER BY "row" LIMIT {limit}) ORDER BY "row", col
            """, problems=staged.problems, rows=staged.rows, limit=Sql(str(limit))):
        found.setdefault(row, []).append((col, code, arg))
    return found


def _understood(staged: Staged, mapped: Mapped) -> Sql:
    """SQL over `s`: what the cell was taken for, as text."""
    field = mapped.target.field
    if mapped.target.through or (field.virtual and field.name not in ("close_date", "is_deleted")):
        return fill("raw.{cell}", cell=mapped.cell)
    if field.name == "close_date":
        return Sql("coalesce(s.closed_at::VARCHAR, s.closed_on::VARCHAR,"
                   " s.expected_close_date::VARCHAR)")
    if field.name == "is_deleted":
        return Sql("(s.deleted_at IS NOT NULL)::VARCHAR")
    if field.references and TABLES[field.references].has("name"):
        return fill("coalesce((SELECT any_value(t.name) FROM {table} AS t WHERE t.id = s.{c}),"
                    " s.{c})", table=field.references, c=field.name)
    return _plain(staged, field)


def _plain(staged: Staged, field: Field) -> Sql:
    parts = [fill("s.{c}::VARCHAR", c=column) for column in (field.name, field.date_name)
             if column in staged.columns]
    if field.kind == "money":
        parts = [fill("s.{c}::DECIMAL(18, 2)::VARCHAR", c=field.name)]
    return Sql(f"coalesce({listed(parts)})") if parts else name("NULL")
