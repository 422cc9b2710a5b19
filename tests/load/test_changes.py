"""What changed between two loads stands in history, just before the newer file's horizon."""

from datetime import datetime
from decimal import Decimal

from tests.load.conftest import NOW, Desk, utc

FIELDS = "id owner_id stage_id created_at expected_close_date amount"


def load(desk: Desk, *rows: str, now: datetime = NOW) -> None:
    text = "\n".join(["id; owner; stage; created; due; amount", *rows])
    desk.load(desk.table("opportunity", text, FIELDS), now=now)


def test_a_first_load_writes_no_history(desk: Desk) -> None:
    load(desk, "1; Ann; Offer; 2024-01-05; 2024-09-01; 5")
    assert desk.ask("SELECT count(*) FROM stage_history") == [(0,)]


def test_a_change_gives_the_former_value_and_the_new_one(desk: Desk) -> None:
    load(desk, "1; Ann; Offer; 2024-01-05; 2024-09-01; 5")
    load(desk, "1; Bob; Won; 2024-01-05; 2024-09-01; 7", "2; Bob; Offer; 2024-06-09; ; 1")
    assert [(str(at), stage, load_id, origin) for at, stage, load_id, origin in desk.ask(
        'SELECT "at", stage_id, load_id, origin FROM stage_history ORDER BY 1')] == [
        ("2024-01-05 00:00:00", "Offer", 2, "compared"),
        ("2024-06-09 21:59:59.999999", "Won", 2, "compared")]
    assert [row[0] for row in desk.ask('SELECT agent_id FROM owner_history ORDER BY "at"')] == [
        "Ann", "Bob"]
    assert [row[0] for row in desk.ask('SELECT amount FROM amount_history ORDER BY "at"')] == [
        Decimal(5), Decimal(7)]
    assert desk.ask("SELECT count(*) FROM close_date_history") == [(0,)]


def test_a_further_change_adds_one_row_after_the_last(desk: Desk) -> None:
    load(desk, "1; Ann; Contact; 2024-01-05; ; 5")
    load(desk, "1; Ann; Offer; 2024-01-05; ; 5")
    load(desk, "1; Ann; Won; 2024-01-05; ; 5")
    found = desk.ask('SELECT stage_id, "at", load_id FROM stage_history ORDER BY 2')
    assert [(row[0], row[2]) for row in found] == [("Contact", 2), ("Offer", 2), ("Won", 3)]
    assert found[1][1] < found[2][1]


def test_an_emptied_owner_and_due_date_are_changes_too(desk: Desk) -> None:
    load(desk, "1; Ann; Offer; 2024-01-05; 2024-09-01; 5")
    load(desk, "1; ; Offer; 2024-01-05; ; 5")
    assert [row[0] for row in desk.ask('SELECT agent_id FROM owner_history ORDER BY "at"')] == [
        "Ann", None]
    assert [str(row[0]) for row in desk.ask(
        'SELECT expected_close_date FROM close_date_history ORDER BY "at"')] == [
        "2024-09-01", "None"]


def test_a_closing_does_not_erase_the_chance_given_before(desk: Desk) -> None:
    for stage, chance in (("Offer", "30"), ("Offer", "60"), ("Won", "100")):
        desk.load(desk.table("opportunity", f"""id; stage; created; chance
            1; {stage}; 2024-01-05; {chance}
            2; Offer; 2024-01-05; 55""", "id stage_id created_at probability"))
    assert desk.ask('SELECT opportunity_id, probability FROM probability_history ORDER BY "at"') \
        == [("1", 0.3), ("1", 0.6), ("1", 1.0)]


def test_a_change_that_the_source_told_of_is_not_told_twice(desk: Desk) -> None:
    load(desk, "1; Ann; Offer; 2024-01-05; ; 5")
    desk.load(desk.table("stage_history", """deal; at; stage
        1; 2024-01-05 09:00; Offer
        1; 2024-05-02 09:00; Won""", "opportunity_id at stage_id"))
    load(desk, "1; Ann; Won; 2024-01-05; ; 5")
    assert desk.ask("SELECT count(*), min(origin), max(origin) FROM stage_history") == [
        (2, "source", "source")]


def test_histories_loaded_again_are_unchanged_and_corrected_ones_updated(desk: Desk) -> None:
    rows = "deal; at; stage\n 1; 2024-01-05 09:00; Offer\n 1; 2024-05-02; Won"
    fields = "opportunity_id at stage_id"
    desk.load(desk.table("stage_history", rows, fields))
    again = desk.load(desk.table("stage_history", rows, fields))
    assert (again.counts.unchanged, again.counts.new) == (2, 0)
    corrected = desk.load(desk.table("stage_history", rows.replace("Won", "Lost"), fields))
    assert (corrected.counts.updated, corrected.counts.unchanged) == (1, 1)


def test_an_agent_who_changes_teams_keeps_the_former_one_for_the_past(desk: Desk) -> None:
    desk.load(desk.table("agent", "name; team\n Ann; North", "name team_id"))
    desk.load(desk.table("agent", "name; team\n Ann; South", "name team_id"),
              now=utc(2024, 7, 1, 12))
    assert [(team, str(day)) for team, day in desk.ask(
        "SELECT team_id, from_date FROM agent_team_history ORDER BY from_date")] == [
        ("North", "1970-01-01"), ("South", "2024-07-01")]
