"""The grid as a file: written so that the same numbers come back, read into cells to look at."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse

from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.export import csv_lines
from kpilot.core.text import Text
from kpilot.project import Project
from kpilot.web.kpis.words import say_error
from kpilot.web.targets import reading
from kpilot.web.targets.grid import Sheet, label_of
from kpilot.web.targets.rights import Scope

HEADS = ("kpi", "scope_type", "scope_id", "name")
LARGEST = 2_000_000


def csv_of(sheet: Sheet, project: Project) -> HttpResponse:
    """One line a row, one column a month; shares as percentages."""
    rows: list[Sequence[object]] = []
    for place in sheet.places:
        cells = [_written(sheet.standing((place.scope, key)), sheet) for key in sheet.year.keys]
        rows.append([sheet.kpi.name, *place.scope, label_of(place, project), *cells])
    lines = csv_lines([*HEADS, *sheet.year.keys], rows)
    answer = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    name = f"targets-{sheet.kpi.name}-{sheet.year.name}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(value: Decimal | None, sheet: Sheet) -> str:
    if value is None:
        return ""
    if sheet.kpi.unit == "ratio":
        return f"{value.scaleb(2).normalize():f}%"
    return f"{value:f}"


def read_csv(raw: bytes, sheet: Sheet) -> list[str]:
    """Write what the file says into the cells it names; the sentences say what was left out.

    UserError when the columns are not those of the grid. Cells a file does not name stay.
    """
    if len(raw) > LARGEST:
        raise UserError("The file is larger than a grid of targets can be.", code="too_large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    lines = [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if any(line)]
    if not lines:
        raise UserError("The file is empty.", code="empty")
    names = [name.strip() for name in lines[0]]
    known = [*HEADS, *sheet.year.keys]
    for needed in ("scope_type", "scope_id"):
        if needed not in names:
            raise UserError("The column “{name}” is missing.", name=needed, code="no_column",
                            hint=_columns(known))  # fmt: skip
    for name in names:
        if name and name not in known:
            raise UserError("“{name}” is no column of {year}.", name=name, year=sheet.year.name,
                            code="unknown_column",
                            hint=did_you_mean(name, known) or _columns(known))  # fmt: skip
    return _fill(lines, names, sheet, "fr" if delimiter == ";" else "en")


def _columns(known: Sequence[str]) -> Text:
    return Text("The columns are: {names}.", names=", ".join(known))


def _fill(lines: list[list[str]], names: list[str], sheet: Sheet, language: str) -> list[str]:
    problems = []
    mine = {scope for scope, _key in sheet.editable()}
    for number, line in enumerate(lines[1:], 2):
        row = dict(zip(names, (cell.strip() for cell in line), strict=False))
        scope: Scope = (row.get("scope_type", ""), row.get("scope_id", ""))
        if row.get("kpi", sheet.kpi.name) not in ("", sheet.kpi.name):
            problems.append(say_error(UserError("Line {n} is of another KPI: {kpi}.", n=number,
                                                kpi=row["kpi"], code="other_kpi")))  # fmt: skip
        elif scope in mine:
            for key in sheet.year.keys:
                if key in row:
                    problems += _one(sheet, (scope, key), row[key], number, language)
        elif scope not in {place.scope for place in sheet.places}:
            problems.append(say_error(UserError(
                "Line {n}: there is no “{scope}” in this grid.", n=number,
                scope=":".join(scope), code="no_scope")))  # fmt: skip
        elif any(row.get(key) for key in sheet.year.keys):
            problems.append(say_error(UserError(
                "Line {n}: the targets of “{scope}” are not yours to set.", n=number,
                scope=row.get("name") or ":".join(scope), code="rights")))  # fmt: skip
    return problems


def _one(
    sheet: Sheet, spot: tuple[Scope, str], text: str, number: int, language: str
) -> list[str]:
    try:
        value = reading.cell(text, sheet.kpi.unit, language)
    except UserError as error:
        sheet.typed[spot] = text
        sheet.wrong[spot] = say_error(error)
        return [say_error(UserError("Line {n}, {month}: {why}", n=number, month=spot[1],
                                    why=error.text, code="bad_cell"))]  # fmt: skip
    if value != sheet.standing(spot):
        sheet.fill(spot, value)
    return []
