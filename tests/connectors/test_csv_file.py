"""The fast reader and the careful one see the same table in any file that both can read."""

import csv
import io
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.connectors import csv_file
from kpilot.core.raw import Limits, RawTable, silent

LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
ODD = ['say "hi"', "a,b", "two\nlines", "", "12,5", " x "]
CELL = st.text(LETTERS, max_size=8) | st.sampled_from(ODD)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12)


def cells(table: RawTable) -> list[tuple[object, ...]]:
    return duckdb.sql(f'FROM {table.cells} ORDER BY "row"').fetchall()


def read(folder: Path, data: bytes) -> RawTable:
    file = folder / "a.csv"
    file.write_bytes(data)
    [table] = csv_file.read(file, folder, Limits(), silent)
    return table


@settings(max_examples=40, deadline=None)
@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_any_table_written_as_csv_comes_back(
        rows: list[list[str]], delimiter: str, newline: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second", "third"], *rows])
    data = text.getvalue().encode()
    expected = [(n, *(cell.strip(" \t\r\n") or None for cell in row)) for n, row in
                enumerate(rows, 2)]
    expected = [row for row in expected if any(row[1:])]
    with tempfile.TemporaryDirectory() as folder:
        found = cells(read(Path(folder), data))
        # A line in another encoding, after the rest, has the whole file read row by row.
        late = data + delimiter.join(["caf\xe9"] * 3).encode("cp1252") + newline.encode()
        careful = cells(read(Path(folder), late))
    assert found == expected
    bare = [tuple(c.strip() if isinstance(c, str) else c for c in row) for row in found]
    assert bare == careful[:-1]


def test_bad_rows_and_blank_rows_do_not_shift_the_numbers(tmp_path: Path) -> None:
    lines = [f"{n},x" if n % 7 else f"{n},x,y" for n in range(2, 2000)]
    table = read(tmp_path, ("n,a\n" + "\n".join(lines) + "\n").encode())
    assert table.first_row is None
    assert all(int(str(row[1])) == row[0] for row in cells(table))
    assert table.bad_rows == sum(1 for line in lines if line.endswith("y"))


def test_a_row_with_empty_cells_too_many_is_not_bad(tmp_path: Path) -> None:
    table = read(tmp_path, b"a,b\n1,2,,\n3,4\n")
    assert cells(table) == [(2, "1", "2"), (3, "3", "4")]


def test_a_delimiter_that_the_file_names_is_believed(tmp_path: Path) -> None:
    table = read(tmp_path, b"sep=;\na;b\n1,5;2\n")
    assert cells(table) == [(3, "1,5", "2")]


def test_one_column_is_a_table(tmp_path: Path) -> None:
    assert cells(read(tmp_path, b"name\nAcme\n\nInitech\n")) == [(2, "Acme"), (4, "Initech")]


def test_old_macintosh_line_ends_are_read(tmp_path: Path) -> None:
    assert cells(read(tmp_path, b"a,b\r1,2\r3,4\r")) == [(2, "1", "2"), (3, "3", "4")]


def test_quotation_marks_escaped_by_a_backslash_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, b'a,b\n"say \\"hi\\"",2\n')
    assert cells(table) == [(2, 'say "hi"', "2")]


@pytest.mark.parametrize("quote", ['5" screen', "it's", "a 'quoted' word"])
def test_marks_inside_a_cell_are_text(tmp_path: Path, quote: str) -> None:
    assert cells(read(tmp_path, f"a,b\n{quote},2\n".encode())) == [(2, quote, "2")]
