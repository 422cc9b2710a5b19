"""Folders and real exports: every file in them is read, and nothing is lost on the way."""

from pathlib import Path

import duckdb
import pytest

from kpilot.load.profile import profile
from kpilot.load.reading import read

SHARED = Path(__file__).parents[2] / "../shared/data"
ROWS = {"accounts": 85, "products": 7, "sales_pipeline": 8800, "sales_teams": 35}


def shared(folder: str) -> Path:
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED / folder


def test_the_maven_files_are_read_whole(tmp_path: Path) -> None:
    tables = {table.name: table for table in read([shared("maven_crm")], tmp_path)}
    assert {name: table.rows for name, table in tables.items()} == ROWS
    sales = tables["sales_pipeline"]
    assert sales.bad is None
    assert duckdb.sql(f"FROM {sales.cells} SELECT sum(c7::INT) WHERE c4 = 'Won'").fetchall() == [
        (10_005_534,)]
    by_header = {column.header: column for column in profile(sales)}
    assert by_header["account"].non_empty == 7375
    assert by_header["close_value"].distinct > 2000
    assert by_header["engage_date"].share("date") == 1


@pytest.mark.parametrize(("folder", "files"), [
    ("olist_funnel", 2), ("cdnow", 1), ("crm_exports/hubspot_fivetran", 56),
    ("crm_exports/salesforce_fivetran", 14)])
def test_every_real_export_is_read_without_an_error(
        tmp_path: Path, folder: str, files: int) -> None:
    tables = read([shared(folder)], tmp_path)
    joined = {f"{note.values['other']}.csv" for table in tables for note in table.format.notes
              if "other" in note.values}
    assert len({table.file for table in tables} | joined) == files
    assert not any(table.bad_rows for table in tables)
    assert all(len(profile(table)) == len(table.columns) for table in tables[:5])


def test_rows_of_a_real_export_are_numbered_as_its_lines(tmp_path: Path) -> None:
    [table] = read([shared("maven_crm/sales_pipeline.csv")], tmp_path)
    lines = (shared("maven_crm") / "sales_pipeline.csv").read_text().splitlines()
    for row in (2, 4000, 8801):
        [(found,)] = duckdb.sql(f'FROM {table.cells} SELECT c0 WHERE "row" = {row}').fetchall()
        assert lines[row - 1].startswith(f"{found},")


def test_a_folder_gives_its_data_files_in_order_and_leaves_the_rest(tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    (source / "b.csv").write_text("a\n1\n")
    (source / "a.tsv").write_text("a\tb\n1\t2\n")
    (source / "LICENSE").write_text("free")
    (source / "empty.csv").write_text("")
    tables = read([source], tmp_path / "incoming")
    assert [table.name for table in tables] == ["a", "b"]


def test_a_file_with_a_header_only_is_no_obstacle_beside_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n")
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    tables = read([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "incoming")
    assert [table.rows for table in tables] == [0, 1]
    assert [str(note) for note in tables[0].format.notes] == ["There is a header and no rows."]


def test_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "deals.csv").write_text(f"a\n{folder}\n")
    tables = read([tmp_path / "one", tmp_path / "two"], tmp_path / "incoming")
    assert [table.name for table in tables] == ["deals", "deals (2)"]
    assert [duckdb.sql(f"FROM {t.cells} SELECT c0").fetchall() for t in tables] == [
        [("one",)], [("two",)]]


def test_progress_reaches_the_size_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    heard: list[tuple[str, int, int]] = []
    read([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "incoming",
         progress=lambda stage, done, total: heard.append((stage, done, total)))
    assert heard[-1] == ("read", 16, 16)
