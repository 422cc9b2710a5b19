"""The preview's data: rows as understood with their fate, what is wrong, and the control totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.core import format_date
from kpilot.core.format import money, number
from kpilot.core.tables import TABLES
from kpilot.core.text import cut
from kpilot.load.labels import field_label, table_label
from kpilot.load.report import PROBLEMS_LISTED, Counts, Fate, Money, Problem, TableReport
from kpilot.load.targets import find
from kpilot.web.imports.words import language, said
from kpilot.web.shell.parts import Part

LISTED = 5
RIGHT = frozenset({"money", "number", "integer", "ratio", "date", "instant"})
CUT = 48
FEW = 12
Colour = Literal["accent", "c5", "other", "bad"]


@dataclass(frozen=True, kw_only=True)
class ShownCell:
    """One value; `why` says what is wrong with it."""

    text: str
    why: str
    right: bool


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """One of the first rows."""

    number: int
    fate: Fate
    cells: Sequence[ShownCell]
    why: str


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The first rows of a file, with the names of the fields."""

    heads: Sequence[tuple[str, bool]]
    rows: Sequence[ShownRow]
    read: int
    first: int

    @property
    def shown(self) -> int:
        """How many rows stand there before one asks for more."""
        return min(self.first, len(self.rows))


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is wrong in one column of one file: how often, and the first few places."""

    file: str
    column: str
    count: int
    first: Sequence[tuple[int, str, str]]
    more: int


@dataclass(frozen=True, kw_only=True)
class Total:
    """The control total of one table in one currency, written out; refused is "" for none."""

    table: str
    read: str
    accepted: str
    refused: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Rows by fate and the control totals of money."""

    parts: Sequence[Part]
    read: int
    accepted: int
    refused: int
    writes: int
    money: Sequence[Total]


def shown_rows(report: TableReport, currency: str) -> Rows:
    """The first rows of one file as they were understood."""
    first = report.first_rows
    fields = [cell.field for cell in first[0].cells] if first else []
    right = [_is_right(report.table, field) for field in fields]
    heads = [(said(field_label(report.table, field)), side)
             for field, side in zip(fields, right, strict=True)]
    rows = [ShownRow(
        number=row.row, fate=row.fate,
        why=said(row.why) if row.why and not any(cell.why for cell in row.cells) else "",
        cells=[ShownCell(text=cut(cell.written, CUT) if cell.why
                         else _understood(report.table, cell.field, cell.understood, currency),
                         why=said(cell.why) if cell.why else "", right=side)
               for cell, side in zip(row.cells, right, strict=True)],
    ) for row in first]
    return Rows(heads=heads, rows=rows, read=report.counts.read, first=FEW)


def tally(counts: Counts, tables: Sequence[TableReport], currency: str) -> Tally:
    """All rows read have one fate; the money read is the money accepted and refused."""
    words: tuple[tuple[int, str, Colour], ...] = (
        (counts.new, ngettext("%(n)s new", "%(n)s new", counts.new), "accent"),
        (counts.updated, ngettext("%(n)s updated", "%(n)s updated", counts.updated), "c5"),
        (counts.unchanged, ngettext("%(n)s unchanged", "%(n)s unchanged", counts.unchanged),
         "other"),
        (counts.refused, ngettext("%(n)s refused", "%(n)s refused", counts.refused), "bad"),
    )
    parts = [Part(label=text % {"n": number(count, language())}, count=count, colour=colour)
             for count, text, colour in words]
    return Tally(
        parts=parts, read=counts.read, accepted=counts.accepted, refused=counts.refused,
        writes=counts.new + counts.updated,
        money=[_total(table.table, total, total.currency or currency)
               for table in tables if table.table in ("opportunity", "order")
               for total in table.money if total.read],
    )


def troubles(problems: Sequence[Problem]) -> list[Trouble]:
    """The problems file by file and column by column, the most frequent first."""
    grouped: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        grouped.setdefault((problem.file, problem.column), []).append(problem)
    return [
        Trouble(
            file=file, column=column or _("(the whole row)"), count=len(found),
            first=[(p.row, cut(p.cell, CUT), said(p.why)) for p in found[:LISTED]],
            more=max(0, len(found) - LISTED),
        )
        for (file, column), found in sorted(grouped.items(), key=lambda item: -len(item[1]))
    ]


def cut_off(total: int) -> str:
    """Says so when not all problems were looked at one by one."""
    if total <= PROBLEMS_LISTED:
        return ""
    return _("The first %(n)s of %(total)s are shown here; the file of refused rows has all.") % {
        "n": number(PROBLEMS_LISTED, language()), "total": number(total, language())}


def implied_said(table: str, count: int, names: Sequence[str]) -> str:
    """Rows that are created because the files name them: "9 in Teams: Cara Losch, …"."""
    label = said(table_label(table)) if table in TABLES else table
    shown = ", ".join(names[:LISTED])
    more = "…" if count > LISTED else ""
    return f"{label}{_(': ')}{number(count, language())} ({shown}{more})"


def _is_right(table: str, field: str) -> bool:
    target = find(table, field)
    return target is not None and target.field.kind in RIGHT


def _understood(table: str, field: str, text: str, currency: str) -> str:
    """A value as it was understood, written for the reader."""
    target = find(table, field)
    kind = target.field.kind if target and text else ""
    try:
        if kind == "money":
            return money(Decimal(text), currency, language())
        if kind in ("date", "instant"):
            moment = datetime.fromisoformat(text)
            day = format_date.day(moment, language())
            return day if len(text) <= len("2017-03-31") else f"{day}, {moment:%H:%M}"
    except (ValueError, InvalidOperation):
        return cut(text, CUT)
    return cut(text, CUT)


def _total(table: str, total: Money, currency: str) -> Total:
    read, accepted, refused = (
        money(amount, currency, language())
        for amount in (total.read, total.accepted, total.refused))
    return Total(table=said(table_label(table)), read=read, accepted=accepted,
                 refused=refused if total.refused else "")
