"""Every broken file people send, and the sentence each of them gets."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from kpilot.core.errors import UserError
from kpilot.core.raw import Limits, RawTable, why_bad
from kpilot.load import reading
from kpilot.load.report import silent


def read(tmp_path: Path, name: str, data: bytes, limits: Limits = reading.DEFAULT) -> RawTable:
    file = tmp_path / name
    file.write_bytes(data)
    [table] = reading.read([file], tmp_path / "incoming", limits=limits)
    return table


def refusal(tmp_path: Path, name: str, data: bytes, limits: Limits = reading.DEFAULT) -> str:
    with pytest.raises(UserError) as raised:
        read(tmp_path, name, data, limits)
    return str(raised.value)


def cells(table: RawTable) -> list[tuple[object, ...]]:
    return duckdb.sql(f'FROM {table.cells} ORDER BY "row"').fetchall()


def bad(table: RawTable) -> list[str]:
    if table.bad is None:
        return []
    found = duckdb.sql(f"FROM read_parquet('{table.bad}') SELECT code, \"row\", detail").fetchall()
    return [str(why_bad(code, row, detail)) for code, row, detail in found]


def notes(table: RawTable) -> list[str]:
    return [str(note) for note in table.format.notes]


def workbook(rows: list[list[object]], *, change: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """The bytes of an XLSX with `rows`, in which a piece of its sheet was changed."""
    made, spoilt = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(spoilt, "w") as out:
        for part in parts.namelist():
            out.writestr(part, parts.read(part).replace(*change) if change[0] in parts.read(part)
                         and "sheet1.xml" in part else parts.read(part))
    return spoilt.getvalue()


@pytest.mark.parametrize(("name", "data", "message"), [
    ("a.csv", b"", "“a.csv” is empty. Export it again."),
    ("a.csv", b"\xef\xbb\xbf\r\n\r\n", "“a.csv” is empty. Export it again."),
    ("a.csv", b"name,amount\n",
     "“a.csv” has a header and no rows. Check the filter of the export."),
    ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
     "“a.csv” is a PDF file, not a table. Export it as CSV or XLSX."),
    ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "“a.csv” is an image, not a table. "
                                           "Export it as CSV or XLSX."),
    ("a.csv", b"\x1f\x8b\x08\0\0", "“a.csv” is a gzip file, not a table. "
                                   "Export it as CSV or XLSX."),
    ("a.csv", bytes(range(256)) * 20,
     "“a.csv” is not a text file or a spreadsheet. Export it as CSV or XLSX."),
    ("a.xls", b"<html><body><table><tr><td>Name</td></tr></table></body></html>",
     "“a.xls” is a HTML file, not a table. Export it as CSV or XLSX."),
    ("a.csv", b'[{"name": "Acme"}]', "“a.csv” is a JSON file, not a table. "
                                     "Export it as CSV or XLSX."),
    ("a.xlsx", workbook([["a"], [1]], change=(b'r="A2"', b'r="ZZZZZZ99999999999"')),
     "“a.xlsx” is damaged or is not a spreadsheet. "
     "Open it in a spreadsheet and save it again as XLSX."),
    ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
     "“a.xlsx” is damaged or is not a spreadsheet. "
     "Open it in a spreadsheet and save it again as XLSX."),
])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    assert refusal(tmp_path, name, data) == message


def test_a_zip_of_files_is_not_taken_for_a_spreadsheet(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deals.csv", "a,b\n1,2\n")
    assert refusal(tmp_path, "a.csv", packed.getvalue()) == (
        "“a.csv” is a ZIP archive, not a table. Unpack it and load the files in it.")


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    message = refusal(tmp_path, "bomb.xlsx", packed.getvalue())
    assert message.startswith("“bomb.xlsx” would unpack to 60 MB, ")
    assert message.endswith("times its size, and was not opened. "
                            "If it is a real export, save it as CSV.")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"There is no file “.*nothing\.csv”\."):
        reading.read([tmp_path / "nothing.csv"], tmp_path / "incoming")


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"“.*” cannot be opened\."):
        reading.read([tmp_path / ("x" * 300)], tmp_path / "incoming")


def test_what_goes_away_while_it_is_read_is_named(tmp_path: Path) -> None:
    for connector in ("csv_file", "excel"):
        with pytest.raises(UserError, match=r"“gone” cannot be opened\."):
            reading._run([(connector, tmp_path / "gone")], [1], tmp_path, reading.DEFAULT, silent)


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UserError, match=r"“.*pipe\.csv” is a pipe or a device, not a file\."):
        reading.read([tmp_path / "pipe.csv"], tmp_path / "incoming")


def test_a_name_may_be_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    for name, data in (("x" * 251 + ".csv", b"a,b\n1,2\n3\n"),
                       ("y" * 250 + ".xlsx", workbook([["a", "b"], [1, 2]]))):
        assert cells(read(tmp_path, name, data)) == [(2, "1", "2")]


def test_a_name_that_is_no_text_is_to_be_changed(tmp_path: Path) -> None:
    message = refusal(tmp_path, os.fsdecode(b"\xe9t\xe9.csv"), b"a,b\n1,2\n")
    assert message.endswith("t\ufffd.csv” is not written in UTF-8. Rename it and load it again.")


def test_a_gigabyte_of_one_line_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    with file.open("wb") as long:
        long.write(b"name,amount" * 1000)
        long.seek(10**9)
        long.write(b"x")
    start = time.perf_counter()
    with pytest.raises(UserError) as raised:
        reading.read([file], tmp_path / "incoming")
    assert str(raised.value) == (
        "The first line of “long.csv” is longer than 2,000,000 characters: this is not a table. "
        "Export it again as CSV, one record on each line.")
    assert time.perf_counter() - start < 5


def test_a_line_too_long_in_the_middle_spoils_only_itself(tmp_path: Path) -> None:
    data = b"a,b\n1,2\n3," + b"x" * 3_000_000 + b"\n5,6\n"
    table = read(tmp_path, "a.csv", data)
    assert cells(table) == [(2, "1", "2"), (4, "5", "6")]
    assert bad(table) == ["Row 3 is too long to be one."]


def test_ragged_rows_are_set_aside_and_named(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b"a,b,c\n1,2,3\n4\n6,7,8,9,10\n10,11,12\n")
    assert cells(table) == [(2, "1", "2", "3"), (5, "10", "11", "12")]
    assert bad(table) == ["Cells in row 3: 1; in the header: 3.",
                          "Cells in row 4: 5; in the header: 3."]


def test_two_hundred_columns_are_read(tmp_path: Path) -> None:
    header = ",".join(f"h{n}" for n in range(200))
    table = read(tmp_path, "a.csv", f"{header}\n{','.join('1' * 200)}\n".encode())
    assert len(table.columns) == 200
    assert table.rows == 1


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, "a.csv", b"a,b,c\n1,2,3\n", Limits(columns=2))
    assert message == "“a.csv” has 3 columns; at most 2 can be read."


def test_repeated_and_empty_headers_get_names_of_their_own(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b"Amount,Amount,,amount\n1,2,3,4\n")
    assert table.columns == ("Amount", "Amount (2)", "Column 3", "amount (3)")
    assert notes(table) == [
        "The header “Amount” stands there again: this one is called “Amount (2)”.",
        "The header “amount” stands there again: this one is called “amount (3)”.",
        "Columns without a header, called by their number: 1."]


def test_lines_in_two_encodings_are_both_read(tmp_path: Path) -> None:
    data = "name;city\nÉlodie;Orléans\n".encode() + "Zoé;Nîmes\n".encode("cp1252")
    table = read(tmp_path, "a.csv", data)
    assert cells(table) == [(2, "Élodie", "Orléans"), (3, "Zoé", "Nîmes")]
    assert notes(table) == ["Lines that are not UTF-8, read as Windows-1252: 1."]


def test_another_encoding_far_down_the_file_is_seen(tmp_path: Path) -> None:
    data = b"name;city\n" + b"a;b\n" * 50_000 + "Zoé;Nîmes\n".encode("cp1252")
    table = read(tmp_path, "a.csv", data)
    assert cells(table)[-1] == (50_002, "Zoé", "Nîmes")
    assert table.format.encoding == "Windows-1252"


def test_nul_characters_are_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b"a,b\n1\0,2\n3,4\n")
    assert cells(table) == [(2, "1", "2"), (3, "3", "4")]
    assert notes(table) == ["NUL characters, left out: 1."]


def test_a_quotation_mark_never_closed_spoils_one_row(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b'a,b\n1,"open\n3,4\n5,6\n')
    assert cells(table) == [(3, "3", "4"), (4, "5", "6")]
    assert bad(table) == ["The quotation marks of row 2 don't match."]


def test_line_breaks_inside_quotation_marks_are_kept_and_count_as_one_row(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b'a,b\n1,"x\n\ny"\n3,4\n')
    assert cells(table) == [(2, "1", "x\n\ny"), (3, "3", "4")]


def test_blank_rows_count_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b"a,b\n1,2\n\n,\n3,4\n\n\n")
    assert cells(table) == [(2, "1", "2"), (5, "3", "4")]


@pytest.mark.parametrize("data", [
    b'a,b\r\n1,"2\n2"\n3,4\r\n',
    b'a,b\r1,"2\n2"\r3,4\r',  # Excel for the Mac: a line feed inside a cell
    b'a,b\r1,"2\r2"\n3,4\n',
    b'a,b\n1,"2\r2"\r3,4\r\n',
    b'a,b\r\r\n1,"2\r2"\r\r\n3,4\r\r\n',
    'a,b\r1,"2\n2"\r3,4'.encode("utf-16"),
])
def test_mixed_line_ends_are_read(tmp_path: Path, data: bytes) -> None:
    table = read(tmp_path, "a.csv", data)
    assert cells(table) == [(2, "1", "2\n2"), (3, "3", "4")]
    assert not bad(table)


def test_a_line_end_cut_in_two_by_the_reader_is_one(tmp_path: Path) -> None:
    lines = [b"a,b\r\n", b"1,\xe9\r2,2\r"]
    lines += [b"%07d,x\r\n" % n for n in range(110_000)]
    for shift in range(3):  # where a piece of the file ends
        table = read(tmp_path, "a.csv", b"a" * shift + b"".join(lines))
        assert (table.rows, table.bad_rows) == (110_002, 0)
        assert cells(table)[-1] == (110_003, "0109999", "x")


def test_lines_of_title_are_left_out(tmp_path: Path) -> None:
    data = b"Opportunities of June;;\n\nName;Amount;Close date\nAcme;10,5;01/06/2024\n"
    table = read(tmp_path, "a.csv", data)
    assert table.columns == ("Name", "Amount", "Close date")
    assert cells(table) == [(4, "Acme", "10,5", "01/06/2024")]
    assert notes(table) == ["Lines above the header, left out: 2."]


def test_a_file_without_header_numbers_its_columns(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b"Acme,10.5,2024-06-01\nInitech,20,2024-06-02\n")
    assert table.columns == ("Column 1", "Column 2", "Column 3")
    assert [row[0] for row in cells(table)] == [1, 2]
    assert notes(table) == ["The first row holds data: the columns are numbered."]


def test_formulas_stay_text(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", b"a,b\n=cmd(),+1+1\n")
    assert cells(table) == [(2, "=cmd()", "+1+1")]


def test_cells_with_an_error_are_counted_and_line_breaks_in_cells_kept(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", "b"], ["x\ry", 2], ["x\r\ny", "=1/0"], ["z", 4]]
    table = read(tmp_path, "a.xlsx", workbook(rows, change=(
        b'r="B3"><f>1/0</f><v>0</v>', b'r="B3" t="e"><f>1/0</f><v>#DIV/0!</v>')))
    assert cells(table) == [(2, "x\ry", "2"), (3, "x\r\ny", None), (4, "z", "4")]
    assert notes(table) == ["Cells with an error such as #DIV/0!, read as empty: 1."]


def test_a_file_over_its_time_is_stopped(tmp_path: Path) -> None:
    data = b"a,b\n" + b"1,2\n" * 1000
    assert refusal(tmp_path, "a.csv", data, Limits(seconds=0.01)) == (
        "Reading “a.csv” took more than 0 seconds and was stopped. "
        "Split the file, or save a spreadsheet as CSV.")


def test_a_file_over_its_memory_is_stopped(tmp_path: Path) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(20_000):  # 300 MB resident, where one of five rows takes 70
        sheet.write_row(row, 0, [f"{row} {'x' * 200} {column}" for column in range(10)])
    book.close()
    # What runs out first, a library, the stack of a thread or the cells, is told in the same words.
    for memory in (150_000_000, 300_000_000, 350_000_000, 400_000_000):
        message = refusal(tmp_path, "a.xlsx", file.getvalue(), Limits(memory=memory, ratio=10**6))
        assert message == ("“a.xlsx” needs more memory than reading one file may take. "
                           "Split the file, or save a spreadsheet as CSV.")


@pytest.mark.parametrize(("memory", "is_read"), [(3 * 10**9, True), (10**8, False)])
def test_who_runs_kpilot_may_give_it_less_memory(
    tmp_path: Path, memory: int, is_read: bool
) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n")
    order = {"limits": asdict(reading.DEFAULT), "folder": str(tmp_path),
             "files": [("csv_file", str(tmp_path / "a.csv"))]}
    done = subprocess.run(
        ["/bin/sh", "-c", f'ulimit -v {memory // 1024}; exec "$@"', "sh", sys.executable, "-P",
         str(reading.CHILD)], input=json.dumps(order), capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(reading.__file__).parents[2])}, check=False)
    assert ('"tables"' in done.stdout) is is_read, done.stderr


def test_no_child_is_left_behind(tmp_path: Path) -> None:
    refusal(tmp_path, "a.csv", b"a,b\n" + b"1,2\n" * 1000, Limits(seconds=0.01))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
