"""The mapping page's data: each file with its columns, samples, choices, and how sure it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.core.format import number
from kpilot.load.labels import field_label, table_label
from kpilot.load.plan import ColumnPlan, Plan, TablePlan
from kpilot.load.targets import find
from kpilot.web.imports import choices
from kpilot.web.imports.choices import Choice, Group
from kpilot.web.imports.words import language, said

SURE, LIKELY = 0.9, 0.6
SAMPLES = 3
DAYS = frozenset({"day first", "month first"})


@dataclass(frozen=True, kw_only=True)
class ColumnRow:
    """One column: what is in it, where it goes, how sure that is, what is wrong with it.

    `level` 3 is sure, 2 likely, 1 to check; 0 says nothing (a column left out).
    """

    index: int
    header: str
    samples: str
    groups: Sequence[Group]
    left_out: bool
    level: int
    word: str
    hint: str
    conflict: str = ""
    dates: Sequence[Choice] = ()
    decimals: Sequence[Choice] = ()


@dataclass(frozen=True, kw_only=True)
class FileTab:
    """One file or sheet among those of the import."""

    number: int
    name: str
    table: str
    rows: int
    to_check: int
    skipped: bool
    here: bool


@dataclass(frozen=True, kw_only=True)
class FilePage:
    """The file that is shown, with its columns."""

    number: int
    name: str
    size: str
    read_as: str
    notes: Sequence[str]
    unreadable: int
    finding: str
    tables: Sequence[Choice]
    skipped: bool
    known: bool
    columns: Sequence[ColumnRow]
    encoding: str
    delimiter: str
    is_text: bool


def tabs(plan: Plan, here: int) -> list[FileTab]:
    """The files, each with how many of its columns want a look."""
    return [
        FileTab(
            number=number_, name=_title(table), rows=table.raw.rows + table.raw.bad_rows,
            table=said(table_label(table.table)) if table.table and not table.skip else "",
            to_check=sum(_level(c) == 1 or c.style.assumed for c in table.columns if c.field)
            + len(_doubled(table)) if not table.skip else 0,
            skipped=table.skip, here=number_ == here,
        )
        for number_, table in enumerate(plan.tables)
    ]


def file_page(table: TablePlan, here: int) -> FilePage:
    """Everything about one file that the person may confirm or correct."""
    form = table.raw.format
    kept = [column for column in table.columns if column.field]
    doubled = _doubled(table)
    return FilePage(
        number=here, name=_title(table), size=_size(table), read_as=_read_as(table),
        notes=[said(note) for note in form.notes], unreadable=table.raw.bad_rows,
        finding=_finding(len(kept), len(table.columns) - len(kept), len(doubled)),
        tables=choices.tables(None if table.skip else table.table),
        skipped=table.skip, known=table.table is not None and not table.skip,
        columns=[_row(table, column, doubled) for column in table.columns],
        encoding=form.encoding, delimiter=form.delimiter, is_text=bool(form.delimiter),
    )


def conflicts(plan: Plan) -> list[str]:
    """What keeps the plan from being carried out."""
    return [said(conflict) for conflict in plan.conflicts]


def _title(table: TablePlan) -> str:
    return f"{table.raw.file} · {table.raw.sheet}" if table.raw.sheet else table.raw.file


def _read_as(table: TablePlan) -> str:
    """How the file was read, in words: delimiter, encoding, decimals, order of dates."""
    form = table.raw.format
    parts = []
    if form.delimiter:
        known = choices.DELIMITERS.get(form.delimiter)
        parts.append(said(known) if known else form.delimiter)
    if form.encoding:
        parts.append(form.encoding)
    used = [column for column in table.columns if column.field]
    kinds = {c.index: _kind(table, c) for c in used}
    decimals = {c.style.decimal for c in used if kinds[c.index] in ("money", "number", "ratio")}
    if "," in decimals:
        parts.append(_("decimal comma"))
    orders = Counter(c.style.dates for c in used if kinds[c.index] in ("date", "instant"))
    if orders:
        parts.append(said(choices.DATES[orders.most_common(1)[0][0]]))
    return ", ".join(parts)


def _finding(kept: int, out: int, doubled: int) -> str:
    parts = [ngettext("%(n)s column mapped", "%(n)s columns mapped", kept) % {"n": kept}]
    if out:
        parts.append(ngettext("%(n)s left out", "%(n)s left out", out) % {"n": out})
    if doubled:
        parts.append(ngettext("%(n)s in conflict", "%(n)s in conflict", doubled) % {"n": doubled})
    return ", ".join(parts)


def _row(table: TablePlan, column: ColumnPlan, doubled: dict[int, str]) -> ColumnRow:
    kind = _kind(table, column)
    level, style = _level(column), column.style
    return ColumnRow(
        index=column.index, header=column.header or _("(no header)"),
        samples=" · ".join(column.samples[:SAMPLES]),
        groups=choices.fields(table.table, column.field) if table.table else [],
        left_out=column.field is None, level=level, word=_word(column, level),
        hint=_hint(column, kind), conflict=doubled.get(column.index, ""),
        dates=[c for c in choices.of(choices.DATES, style.dates) if c.value in DAYS]
        if kind in ("date", "instant") and style.dates in DAYS and style.assumed else (),
        decimals=choices.of(choices.DECIMALS, style.decimal)
        if kind in ("money", "number", "ratio") and style.assumed else (),
    )


def _level(column: ColumnPlan) -> int:
    if column.field is None:
        return 0
    return 3 if column.confidence >= SURE else 2 if column.confidence >= LIKELY else 1


def _word(column: ColumnPlan, level: int) -> str:
    if column.reason == "said":
        return _("your choice")
    if column.reason == "remembered":
        return _("remembered")
    return ("", _("to check"), _("likely"), _("sure"))[level]


def _hint(column: ColumnPlan, kind: str) -> str:
    """What else to know: an order of dates that only was assumed, free text left aside."""
    if column.field is None:
        return ""
    if column.style.assumed and kind in ("date", "instant"):
        return _("No day is above 12: which comes first?")
    if column.style.assumed and kind in ("money", "number", "ratio"):
        return _("The cells do not tell which sign parts the decimals.")
    return ""


def _kind(table: TablePlan, column: ColumnPlan) -> str:
    target = find(table.table, column.field) if table.table and column.field else None
    return target.field.kind if target else ""


def _doubled(table: TablePlan) -> dict[int, str]:
    """Columns that want the same field, with the sentence that says so."""
    count = Counter(column.field for column in table.columns if column.field)
    return {
        column.index: _("Two columns for “%(field)s”: keep one.")
        % {"field": said(field_label(str(table.table), column.field))}
        for column in table.columns if column.field and count[column.field] > 1
    }


def _size(table: TablePlan) -> str:
    rows, width = table.raw.rows + table.raw.bad_rows, len(table.columns)
    return ", ".join((
        ngettext("%(n)s row", "%(n)s rows", rows) % {"n": number(rows, language())},
        ngettext("%(n)s column", "%(n)s columns", width) % {"n": number(width, language())},
    ))
