"""How far the rows of a load reach, and the facts of the source that go with them."""

from datetime import date

from kpilot.load.undo import undo
from tests.load.conftest import Desk, utc


def test_the_horizon_is_local_midnight_after_the_last_past_facing_date(desk: Desk) -> None:
    report = desk.load(desk.table("opportunity", """id; stage; created; close
        1; Won; 2024-01-05; 2024-03-31
        2; Offer; 2024-01-06; 2024-06-15""", "id stage_id created_at close_date"))
    assert report.horizon == utc(2024, 3, 31, 22)


def test_dates_after_the_load_move_no_horizon(desk: Desk) -> None:
    report = desk.load(desk.table("opportunity", """id; created
        1; 2024-01-05
        2; 2042-01-06""", "id created_at"))
    assert report.horizon == utc(2024, 1, 5, 23)


def test_coverage_gives_first_and_last_date_and_how_many_cells_are_filled(desk: Desk) -> None:
    report = desk.load(desk.table("opportunity", """id; created; amount
        1; 2024-01-05 23:30; 5
        2; 2024-02-01 10:00;
        3; ; 6""", "id created_at amount"))
    found = {c.field: (c.first, c.last, c.filled, c.rows) for c in report.coverage}
    assert found["created_at"] == (date(2024, 1, 5), date(2024, 2, 1), 2, 3)
    assert found["amount"] == (None, None, 2, 3)


def test_times_without_a_zone_are_local_in_a_file_and_utc_in_an_export_of_a_crm(
    desk: Desk,
) -> None:
    text = "id; created\n 1; 2024-07-05 10:00"
    report = desk.load(desk.table("opportunity", text, "id created_at"))
    assert "assumed_tz" in report.flags
    desk.source = "salesforce"
    other = desk.load(desk.table("opportunity", text, "id created_at"))
    assert "assumed_tz" not in other.flags
    assert desk.ask("SELECT created_at FROM opportunity ORDER BY id") == [
        (utc(2024, 7, 5, 8),), (utc(2024, 7, 5, 10),)]


def test_times_that_say_their_zone_are_not_assumed(desk: Desk) -> None:
    report = desk.load(desk.table("opportunity", "id; created\n 1; 2024-07-05T10:00:00Z",
                                  "id created_at"))
    assert "assumed_tz" not in report.flags


def test_a_column_of_midnights_is_a_column_of_dates(desk: Desk) -> None:
    desk.load(desk.table("opportunity", "id; created\n 1; 2024-07-05 00:00:00", "id created_at"))
    assert desk.ask("SELECT created_at, created_on FROM opportunity") == [
        (None, date(2024, 7, 5))]


def test_the_facts_of_the_source_are_flagged(desk: Desk) -> None:
    lost = "\n".join(f"{n}; Lost; 2024-01-05; 0" for n in range(20))
    report = desk.load(desk.table("opportunity", f"id; stage; engaged; amount\n{lost}",
                                  "id stage_id started_at amount"))
    assert set(report.flags) == {"assumed_currency", "created_at_proxy", "zero_lost_is_null"}


def test_an_undone_load_covers_nothing(desk: Desk) -> None:
    desk.load(desk.table("opportunity", "id; created\n 1; 2024-07-05", "id created_at"))
    undo(desk.project, 1, who="mia")
    assert desk.ask("SELECT count(*) FROM kp_coverage") == [(0,)]
