"""The many ways in which a file says that an opportunity is open, won or lost, and when."""

from decimal import Decimal

import pytest

from tests.load.conftest import Desk


@pytest.mark.parametrize(("fields", "row", "expected"), [
    ("won_at lost_at", "2024-02-01; ", ("won", "2024-02-01")),
    ("won_at lost_at", "; 2024-02-01", ("lost", "2024-02-01")),
    ("won_at lost_at", "2024-01-01; 2024-02-01", ("lost", "2024-02-01")),
    ("won_at lost_at", "; ", (None, None)),
    ("is_won is_closed", "true; true", ("won", None)),
    ("is_won is_closed", "false; true", ("lost", None)),
    ("is_won is_closed", "false; false", ("open", None)),
    ("is_won is_lost", "false; true", ("lost", None)),
    ("is_won is_lost", "false; false", (None, None)),
    ("is_won close_date", "true; 2024-02-01", ("won", "2024-02-01")),
    ("is_active close_date", "false; 2024-02-01", ("lost", "2024-02-01")),
    ("is_active close_date", "true; 2024-02-01", (None, None)),
    ("status won_at", "lost; 2024-02-01", ("lost", None)),
    ("status close_date", "won; 2024-02-01", ("won", "2024-02-01")),
])
def test_a_sign_of_closing_is_understood(
    desk: Desk, fields: str, row: str, expected: tuple[str | None, str | None]
) -> None:
    header = "; ".join(["id", *fields.split()])
    desk.load(desk.table("opportunity", f"{header}\n 1; {row}", f"id {fields}"))
    [(status, closed)] = desk.ask("SELECT status, closed_on FROM opportunity")
    assert (status, str(closed) if closed else None) == expected


def test_a_moment_of_one_column_never_stands_beside_a_date_of_another(desk: Desk) -> None:
    desk.load(desk.table("opportunity", """id; status; won; close
        1; won; 2024-02-01 10:00; 2024-02-03
        2; won; ; 2024-02-03""", "id status won_at close_date"))
    assert [(str(at), str(on)) for at, on in desk.ask(
        "SELECT closed_at, closed_on FROM opportunity ORDER BY id")] == [
        ("2024-02-01 09:00:00", "None"), ("None", "2024-02-03")]


def test_the_days_of_winning_move_the_horizon(desk: Desk) -> None:
    report = desk.load(desk.table("opportunity", "id; won\n 1; 2024-02-01", "id won_at"))
    assert str(report.horizon) == "2024-02-01 23:00:00"


def test_first_and_last_name_are_one_name(desk: Desk) -> None:
    desk.load(desk.table("agent", "first; last; mail\n Ann; Lee; a@x.org\n Bob; Ray; b@x.org",
                         "first_name last_name email"))
    desk.load(desk.table("contact", "id; first; last\n 7; ; Roe", "id first_name last_name"))
    assert desk.ask("SELECT id, name FROM agent ORDER BY id") == [
        ("Ann Lee", "Ann Lee"), ("Bob Ray", "Bob Ray")]
    assert desk.ask("SELECT id, name FROM contact") == [("7", "Roe")]
    desk.load(desk.table("opportunity", "id; owner\n 1; ann lee", "id owner_id"))
    assert desk.ask("SELECT owner_id FROM opportunity") == [("Ann Lee",)]


def test_a_target_belongs_to_the_person_or_team_its_row_names(desk: Desk) -> None:
    desk.load(desk.table("agent", "id; name\n a1; Ann", "id name"))
    report = desk.load(desk.table("target", """who; team; period; value
        Ann; ; 2024-Q1; 100
        ; North; 2024-Q1; 200
        ; ; 2024-Q1; 300
        ; ; 2024-Q2; x""", "agent_id team_id period value"))
    assert report.counts.refused == 1
    assert desk.ask("SELECT scope_type, scope_id, value FROM target ORDER BY value") == [
        ("agent", "a1", Decimal(100)), ("team", "North", Decimal(200)),
        ("org", None, Decimal(300))]


def test_a_file_of_stages_takes_kinds_and_order_from_the_plan(desk: Desk) -> None:
    desk.load(desk.table("stage", "id; name\n s1; Offer\n s2; Won", "id name"))
    assert desk.ask("SELECT id, kind, pos FROM stage ORDER BY id") == [
        ("s1", "open", 2), ("s2", "won", 3)]
    desk.load(desk.table("opportunity", "id; stage\n 1; s2\n 2; Offer", "id stage_id"))
    assert desk.ask("SELECT stage_id FROM opportunity ORDER BY id") == [("s2",), ("s1",)]
