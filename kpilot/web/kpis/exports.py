"""Figures and rows as files: CSV for programs, XLSX with real numbers and dates for people.

Every file ends (or begins, on a sheet of its own) with what it is: KPI, period, filters, as of.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from kpilot.ask.catalog import catalog
from kpilot.ask.credit import credited
from kpilot.ask.scans import start
from kpilot.core.export import csv_lines
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.drill import ROLES, behind, column_label
from kpilot.web.kpis.state import State

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 1_000_000
FORMATS = {"amount": "#,##0.00", "value": "#,##0.00", "probability": "0%"}
Cells = Sequence[Any]


def about(kpi: Kpi, state: State, project: Project) -> Sequence[tuple[str, str]]:
    """What the file holds, in words: printed on every export."""
    cut = state.cut.at.replace(tzinfo=UTC).astimezone(project.settings.zone)
    pairs = [
        (_("KPI"), words.named(kpi.names)),
        (_("Definition"), f"{words.named(kpi.formula)} ({kpi.name}, v{kpi.version})"),
        (_("Period"), f"{state.period.start} – {state.period.end}"),
        (_("As of"), cut.isoformat(timespec="minutes")),
        (_("Attributed to"), words.attribution(credited(
            start(state.query, project, catalog(project), state.cut), kpi))),
    ]
    pairs += [(words.dimension_label(one.dimension) if one.dimension != "amount" else _("Amount"),
               f"{one.operator} {', '.join(one.values)}") for one in state.query.where]  # fmt: skip
    if only := state.said.get("only", ("",))[0]:
        pairs.append((_("Rows"), str(ROLES.get(only) or words.excluded(only))))
    return pairs


def rows_file(kpi: Kpi, state: State, project: Project, kind: str) -> HttpResponse:
    """All rows behind the figure (a million at most) as CSV or XLSX."""
    found = behind(kpi, state, project, limit=MOST)
    heads = [column_label(name) for name in found.columns]
    rows = [[_value(name, row[name]) for name in found.columns] for row in found.rows]
    notes = list(about(kpi, state, project))
    if found.total > len(rows):
        notes.append((_("Cut"), f"{len(rows)} / {found.total}"))
    name = f"{kpi.name}-{_slug(state.period.key)}"
    if kind == "xlsx":
        return xlsx_file(name, heads, rows, notes, found.columns)
    return csv_file(name, heads, rows, notes)


def figures_file(kpi: Kpi, state: State, project: Project, rows: Sequence[Row]) -> HttpResponse:
    """Figures (a trend, a breakdown) as CSV: one line each, ratios as fractions."""
    dims = list(rows[0].dims) if rows else []
    heads = ["kpi", "period", "start", "end", *dims, "value", "num", "den", "n", "low", "high",
             "unit", "currency", "partial", "reason", "flags"]  # fmt: skip
    lines = [
        [kpi.name, row.period.key, row.period.start, row.period.end,
         *(words.value_label(name, value) for name, value in row.dims.items()),
         row.value, row.num, row.den, row.n, row.lo, row.hi, row.unit, row.currency,
         row.partial, row.reason, " ".join(row.flags)]
        for row in rows
    ]  # fmt: skip
    return csv_file(f"{kpi.name}-{_slug(state.period.key)}", heads, lines,
                    about(kpi, state, project))  # fmt: skip


def _value(name: str, value: Any) -> Any:
    if name == "counts":
        return str(ROLES.get(value) or words.excluded(value))
    return words.value_label(name, value) if isinstance(value, str) else value


def _slug(text: str) -> str:
    return text.replace("/", "_")


def csv_file(
    name: str, heads: Sequence[str], rows: Sequence[Cells], notes: Sequence[tuple[str, str]]
) -> HttpResponse:
    """The rows, an empty line, and what they are."""
    lines = csv_lines(heads, [*rows, (), *notes])
    answer = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def xlsx_file(
    name: str,
    heads: Sequence[str],
    rows: Sequence[Cells],
    notes: Sequence[tuple[str, str]],
    columns: Sequence[str] = (),
) -> HttpResponse:
    """A workbook with the rows and a sheet that says what they are. Numbers stay numbers and dates
    dates; no text is ever taken for a formula or a link."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(
        held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"}
    )  # fmt: skip
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {name: book.add_format({"num_format": how}) for name, how in FORMATS.items()}
    sheet = book.add_worksheet(_("Rows"))
    sheet.write_row(0, 0, heads, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(heads) - 1, 0), 16)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 24 if column in ("name", "account") else 14,
                         formats.get(column))  # fmt: skip
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    page = book.add_worksheet(_("About"))
    page.set_column(0, 0, 22, bold)
    page.set_column(1, 1, 80)
    for number, (label, said) in enumerate(notes):
        page.write_string(number, 0, label)
        page.write_string(number, 1, said)
    book.close()
    answer = HttpResponse(held.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    match value:
        case None:
            return
        case bool() | str():
            sheet.write_string(row, column, str(value))
        case datetime() | date():
            sheet.write_datetime(row, column, value)
        case _:
            sheet.write_number(row, column, float(value))

