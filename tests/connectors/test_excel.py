"""Spreadsheets: sheets, formulas, merged cells and typed values become a CSV's text."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from kpilot.connectors import excel
from kpilot.core.errors import UserError
from kpilot.core.raw import Limits, RawTable, silent

# Any: xlsxwriter is not typed.
Fill = Callable[[xlsxwriter.Workbook], object]


def tables(tmp_path: Path, fill: Fill, limits: Limits | None = None) -> list[RawTable]:
    file = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(file))
    fill(book)
    book.close()
    return excel.read(file, tmp_path, limits or Limits(), silent)


def cells(table: RawTable) -> list[tuple[object, ...]]:
    return duckdb.sql(f'FROM {table.cells} ORDER BY "row"').fetchall()


def notes(table: RawTable) -> list[str]:
    return [str(note) for note in table.format.notes]


def test_typed_cells_become_plain_text(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["int", "float", "noise", "share", "day", "moment", "truth", "text"])
        sheet.write_row(1, 0, [1054, 1054.5, 0.1 + 0.2])
        sheet.write(1, 3, 0.25, book.add_format({"num_format": "0%"}))
        sheet.write_datetime(1, 4, datetime.fromisoformat("2024-01-05"),
                             book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_datetime(1, 5, datetime.fromisoformat("2024-01-05 10:30"),
                             book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        sheet.write_boolean(1, 6, True)
        sheet.write(1, 7, " Nîmes ")

    [table] = tables(tmp_path, fill)
    assert cells(table) == [(2, "1054", "1054.5", "0.3", "0.25", "2024-01-05",
                             "2024-01-05 10:30:00", "true", "Nîmes")]


def test_each_visible_sheet_with_rows_is_a_table(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("Deals", "Accounts", "Old"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["name", "n"])
            sheet.write_row(1, 0, [name, 1])
        sheet.hide()
        book.add_worksheet("Empty")

    found = tables(tmp_path, fill)
    assert [(table.name, table.sheet) for table in found] == [
        ("book / Deals", "Deals"), ("book / Accounts", "Accounts")]
    assert cells(found[1]) == [(2, "Accounts", "1")]
    assert notes(found[0]) == ["The hidden sheet “Old” was left out.",
                               "The empty sheet “Empty” was left out."]


def test_formulas_count_as_their_last_value(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "double"])
        sheet.write(1, 0, "a")
        sheet.write_formula(1, 1, "=2*5", None, 10)
        sheet.write(2, 0, "b")
        sheet.write_formula(2, 1, "=2*6", None, "")

    [table] = tables(tmp_path, fill)
    assert cells(table) == [(2, "a", "10"), (3, "b", None)]
    assert notes(table) == ["Formulas saved without a value, so that their cells are empty: 1."]


def test_a_merged_word_is_on_each_of_its_rows_and_a_merged_number_on_one(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 1, ["team", "agent", "target"])
        sheet.merge_range("B2:B3", "North")
        sheet.write(1, 2, "ann")
        sheet.write(2, 2, "bob")
        sheet.merge_range("D2:D3", 900)

    [table] = tables(tmp_path, fill)
    assert cells(table) == [(2, "North", "ann", "900"), (3, "North", "bob", None)]
    assert notes(table) == ["Groups of merged cells: 2. A word over several rows is on each of"
                            " them; a number stays in the first cell."]


def test_numbers_shown_with_zeros_in_front_keep_them(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Notes").write_row(0, 0, ["a", "b"])
        sheet = book.add_worksheet("Deals")
        sheet.write_row(0, 1, ["id", "phone", "customer", "amount", "share"])
        for n, (cell, form) in enumerate([
                (42, "00000"), (612345678, '0#" "##" "##" "##" "##'), (7, '"#"000'),
                (42, "#,##0"), (0.5, "0.00%")], 1):
            sheet.write_number(1, n, cell, book.add_format({"num_format": form}))
            sheet.write_number(2, n, cell)

    [_, table] = tables(tmp_path, fill)
    padded = ("00042", "06 12 34 56 78", "#007", "42", "0.5")
    assert cells(table) == [(2, *padded), (3, *padded)]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(1, 0, "Sales of June")
        sheet.write_row(3, 0, ["name", "amount", "stage"])
        sheet.write_row(4, 0, ["a", 1, "Won"])
        sheet.write_row(6, 0, ["b", 2, "Lost"])

    [table] = tables(tmp_path, fill)
    assert table.format.header_row == 4
    assert cells(table) == [(5, "a", "1", "Won"), (7, "b", "2", "Lost")]


def test_a_sheet_that_begins_in_the_middle_is_read_from_there(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(2, 3, ["name", "amount"])
        sheet.write_row(3, 3, ["a", 1])

    [table] = tables(tmp_path, fill)
    assert [name for name in table.columns if not name.startswith("Column")] == ["name", "amount"]
    assert [row[0] for row in cells(table)] == [4]
    assert cells(table)[0][-2:] == ("a", "1")


def test_a_book_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"“book\.xlsx” has no visible sheet with rows\."):
        tables(tmp_path, lambda book: book.add_worksheet("Empty"))


def test_too_many_rows_are_refused_before_they_are_read(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Deals")
        for row in range(20):
            sheet.write_row(row, 0, [f"n{row}", row])

    with pytest.raises(UserError, match=r"The sheet “Deals” of “book\.xlsx” has 20 rows: too many"):
        tables(tmp_path, fill, Limits(rows=10))
