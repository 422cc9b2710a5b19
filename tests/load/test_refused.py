"""Refused rows come back as a file that says why, and load once they are corrected."""

from pathlib import Path

from kpilot.load import load
from kpilot.load.history import load_report, loads, refused_files
from tests.load.conftest import Desk

ROWS = """id; name; created; amount
    1; =cmd(); 31/02/2024; 5
    2; Fine; 2024-01-01; 6
    3; Sixty; 2024-01-01; sixty"""
FIELDS = "id name created_at amount"


def test_refused_rows_come_back_with_their_cells_and_a_reason(desk: Desk) -> None:
    report = desk.load(desk.table("opportunity", ROWS, FIELDS))
    text = refused_files(desk.project, report.id, str)["opportunity"]
    lines = text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "id,name,created,amount,Why this row was refused"
    assert len(lines) == 3
    assert lines[1].startswith("1,'=cmd(),31/02/2024,5,")
    assert "amount: " in lines[2]


def test_the_reasons_are_in_the_language_of_the_reader(desk: Desk) -> None:
    report = desk.load(desk.table("opportunity", "id; amount\n ; 5", "id amount"))
    french = {"This cell must not be empty.": "Cette cellule ne doit pas être vide."}
    text = refused_files(desk.project, report.id, lambda said: said.render(
        lambda template: french.get(template, template), "fr"))["opportunity"]
    assert "ne doit pas être vide" in text


def test_a_corrected_row_loads(desk: Desk) -> None:
    desk.load(desk.table("opportunity", ROWS, FIELDS))
    report = desk.load(desk.table(
        "opportunity", "id; name; created; amount; Why\n 3; Sixty; 2024-01-01; 60; not a number",
        FIELDS + " ."))
    assert report.counts.new == 1


def test_the_report_of_a_load_is_kept_with_its_problems(desk: Desk) -> None:
    done = desk.load(desk.table("opportunity", ROWS, FIELDS))
    kept = load_report(desk.project, done.id)
    assert kept.problems == done.problems
    assert kept.counts == done.counts
    assert kept.tables == done.tables
    assert kept.coverage == done.coverage
    assert kept.horizon == done.horizon
    assert [report.id for report in loads(desk.project)] == [1]
    assert kept.to_json()["counts"]["refused"] == 2


def test_problems_are_counted_in_full_and_listed_up_to_a_limit(desk: Desk) -> None:
    rows = "\n".join(f"{n}; bad" for n in range(1500))
    report = desk.load(desk.table("opportunity", f"id; amount\n{rows}", "id amount"))
    assert (report.problem_count, len(report.problems)) == (1500, 1000)
    assert report.counts.refused == 1500


def test_the_refused_file_loads_again_and_its_last_column_is_left_out(
    desk: Desk, tmp_path: Path
) -> None:
    """Corrected rows load; a line that could not be parted is no row until someone parts it."""
    first = tmp_path / "opportunities.csv"
    first.write_text("Opportunity ID,Owner,Stage,Created Date,Close Date,Amount\n"
                     "1,Ann,Won,2024-01-01,2024-02-01,5\n2,Bob,Won,2024-01-01,2024-02-31,6\n"
                     "3,Bob,Won,2024-01-01,2024-02-03\n")
    report = load([first], desk.project, who="ann")
    assert (report.counts.new, report.counts.refused) == (1, 2)
    [text] = refused_files(desk.project, report.id, str).values()
    assert "3,Bob,Won,2024-01-01,2024-02-03" in text
    again = tmp_path / "corrected.csv"
    again.write_text(text.replace("2024-02-31", "2024-02-28"))
    report = load([again], desk.project, who="ann")
    assert report.counts.new == 1
    assert desk.ask("SELECT id FROM opportunity ORDER BY id") == [("1",), ("2",)]
