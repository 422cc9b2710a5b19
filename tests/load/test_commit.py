"""What becomes of the rows of a file: new, updated, unchanged or refused, and never lost."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.load.commit import commit
from kpilot.load.report import LoadReport
from tests.load.conftest import Desk

OPPORTUNITIES = """
    id; owner; account; stage; created; close; amount
    1; Ann; Acme; Won; 2024-01-05; 2024-02-01; 100.50
    2; Bob; Acme; Offer; 2024-01-06; 2024-09-01; 200
    3; Ann; Globex; Lost; 2024-01-07; 2024-03-01; 0
"""
FIELDS = "id owner_id account_id stage_id created_at close_date amount"


def one(desk: Desk, text: str = OPPORTUNITIES, fields: str = FIELDS) -> LoadReport:
    return desk.load(desk.table("opportunity", text, fields))


def test_a_first_load_brings_every_row_and_the_entities_it_names(desk: Desk) -> None:
    report = one(desk)
    assert (report.counts.read, report.counts.new) == (3, 3)
    assert {i.table: i.names for i in report.implied} == {
        "agent": ("Ann", "Bob"), "account": ("Acme", "Globex"),
        "stage": ("Offer", "Won", "Lost")}
    assert desk.ask("SELECT id, pipeline_id, kind, pos FROM stage ORDER BY pos") == [
        ("Offer", "default", "open", 2), ("Won", "default", "won", 3),
        ("Lost", "default", "lost", 4)]
    assert desk.ask("SELECT id, name FROM pipeline") == [("default", "Sales")]


def test_the_close_date_is_forecast_for_open_rows_and_closing_for_closed_ones(desk: Desk) -> None:
    one(desk)
    assert [tuple(map(str, row)) for row in desk.ask(
        "SELECT closed_on, expected_close_date FROM opportunity ORDER BY id")] == [
        ("2024-02-01", "None"), ("None", "2024-09-01"), ("2024-03-01", "None")]


def test_loading_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    one(desk)
    before = desk.everything(without=("kp_load", "kp_version", "kp_coverage"))
    report = one(desk)
    assert (report.counts.unchanged, report.counts.new, report.counts.updated) == (3, 0, 0)
    assert report.implied == ()
    assert desk.everything(without=("kp_load", "kp_version", "kp_coverage")) == before


def test_changed_rows_are_updated_and_the_others_are_not_touched(desk: Desk) -> None:
    one(desk)
    report = one(desk, OPPORTUNITIES.replace("; 200", "; 250"))
    assert (report.counts.updated, report.counts.unchanged) == (1, 2)
    assert desk.ask("SELECT id, load_id, first_load_id FROM opportunity ORDER BY id") == [
        ("1", 1, 1), ("2", 2, 1), ("3", 1, 1)]


def test_an_empty_cell_says_empty_and_a_missing_column_says_nothing(desk: Desk) -> None:
    one(desk)
    one(desk, "id; amount\n 2; ", "id amount")
    assert desk.ask("SELECT amount, owner_id FROM opportunity WHERE id = '2'") == [(None, "Bob")]


def test_money_adds_up_to_the_cent_with_what_is_refused(desk: Desk) -> None:
    text = OPPORTUNITIES + "4; Ann; Acme; Won; 31/02/2024; 2024-02-01; 999.99\n"
    report = one(desk, text)
    [money] = report.tables[0].money
    assert (money.read, money.accepted, money.refused) == (
        Decimal("1300.49"), Decimal("300.50"), Decimal("999.99"))
    assert money.balanced
    assert (report.counts.read, report.counts.new, report.counts.refused) == (4, 3, 1)
    [problem] = report.problems
    assert (problem.row, problem.column, problem.cell) == (5, "created", "31/02/2024")


def test_an_unreadable_amount_refuses_the_row_and_the_names_only_it_has(desk: Desk) -> None:
    report = one(desk, OPPORTUNITIES + "4; Zoe; Initech; Won; 2024-01-01; 2024-02-01; sixty\n")
    assert report.counts.refused == 1
    assert desk.ask("SELECT count(*) FROM agent WHERE name = 'Zoe'") == [(0,)]
    assert report.problems[0].field == "amount"


def test_a_row_without_an_identifier_is_refused(desk: Desk) -> None:
    report = one(desk, OPPORTUNITIES + "; Ann; Acme; Won; 2024-01-01; 2024-02-01; 5\n")
    assert [(p.code, p.row) for p in report.problems] == [("missing", 5)]


def test_a_date_in_the_year_217_is_refused(desk: Desk) -> None:
    report = one(desk, OPPORTUNITIES.replace("2024-01-05", "1017-01-05"))
    assert [(p.code, p.column) for p in report.problems] == [("range", "created")]


def test_a_row_that_repeats_another_exactly_counts_once(desk: Desk) -> None:
    report = one(desk, OPPORTUNITIES + "1; Ann; Acme; Won; 2024-01-05; 2024-02-01; 100.50\n")
    assert (report.counts.new, report.counts.unchanged, report.counts.repeated) == (3, 1, 1)
    assert desk.ask("SELECT count(*), sum(amount) FROM opportunity") == [(3, Decimal("300.50"))]
    assert "repeat" in str(report.tables[0].notes[0])


def test_a_row_that_contradicts_an_earlier_one_is_refused(desk: Desk) -> None:
    report = one(desk, OPPORTUNITIES + "1; Ann; Acme; Won; 2024-01-05; 2024-02-01; 777\n")
    assert (report.counts.new, report.counts.refused) == (3, 1)
    assert str(report.problems[0].why) == "Row 2 has the same key and says otherwise."


def test_of_two_versions_in_one_file_the_later_stands(desk: Desk) -> None:
    report = one(desk, """id; amount; modified
        1; 5; 2024-01-01
        1; 7; 2024-03-01""", "id amount updated_at")
    assert desk.ask("SELECT amount FROM opportunity") == [(Decimal("7"),)]
    assert [(p.row, p.code) for p in report.problems] == [(2, "superseded")]


def test_an_older_export_does_not_undo_newer_facts(desk: Desk) -> None:
    one(desk, "id; amount; modified\n 1; 7; 2024-03-01", "id amount updated_at")
    report = one(desk, "id; amount; modified\n 1; 5; 2024-01-01", "id amount updated_at")
    assert [p.code for p in report.problems] == ["older"]
    assert desk.ask("SELECT amount FROM opportunity") == [(Decimal("7"),)]
    same = one(desk, "id; amount; modified\n 1; 7; 2024-01-01", "id amount updated_at")
    assert same.counts.unchanged == 1


def test_names_are_found_whatever_their_case_and_spacing(desk: Desk) -> None:
    one(desk)
    report = one(desk, "id; owner\n 9; ann\n 10; ANN", "id owner_id")
    assert report.implied == ()
    assert desk.ask("SELECT DISTINCT owner_id FROM opportunity WHERE id IN ('9', '10')") == [
        ("Ann",)]


def test_two_agents_of_one_name_make_the_name_ambiguous_and_their_ids_not(desk: Desk) -> None:
    desk.load(desk.table("agent", "id; name\n a1; Jo Li\n a2; Jo Li", "id name"))
    report = one(desk, "id; owner\n 1; Jo Li\n 2; a2", "id owner_id")
    assert [(p.row, p.code) for p in report.problems] == [(2, "ambiguous")]
    assert desk.ask("SELECT id, owner_id FROM opportunity") == [("2", "a2")]


def test_an_agent_is_found_by_e_mail(desk: Desk) -> None:
    desk.load(desk.table("agent", "id; name; mail\n a1; Ann; Ann@x.org", "id name email"))
    one(desk, "id; owner\n 1; ann@x.org", "id owner_id")
    assert desk.ask("SELECT owner_id FROM opportunity") == [("a1",)]


def test_a_file_of_accounts_completes_those_only_named_before(desk: Desk) -> None:
    one(desk)
    report = desk.load(desk.table(
        "account", "id; name; industry\n 001; Acme; Steel\n 002; Hooli; Web", "id name industry"))
    assert (report.counts.new, report.counts.updated) == (1, 1)
    assert desk.ask("SELECT id, name, industry FROM account ORDER BY name") == [
        ("Acme", "Acme", "Steel"), ("Globex", "Globex", None), ("002", "Hooli", "Web")]
    one(desk, "id; account\n 50; 001", "id account_id")
    assert desk.ask("SELECT account_id FROM opportunity WHERE id = '50'") == [("Acme",)]


def test_two_described_accounts_may_share_a_name(desk: Desk) -> None:
    report = desk.load(desk.table("account", "id; name\n 1; Acme\n 2; Acme", "id name"))
    assert report.counts.new == 2


def test_ids_of_two_systems_never_collide(desk: Desk) -> None:
    one(desk, "id; amount\n 1; 5", "id amount")
    desk.source = "pipedrive"
    report = one(desk, "id; amount\n 1; 6", "id amount")
    assert report.counts.new == 1
    assert desk.ask("SELECT id FROM opportunity ORDER BY id") == [("1",), ("pipedrive:1",)]


def test_a_file_without_identifiers_loads_twice_as_once_in_any_order(desk: Desk) -> None:
    text = """name; owner; created; amount
        Big one; Ann; 2024-01-01; 5
        Small one; Bob; 2024-01-02; 6
        Small one; Bob; 2024-01-02; 7"""
    first = one(desk, text, "name owner_id created_at amount")
    assert (first.counts.new, "derived_id" in first.flags) == (3, True)
    lines = text.splitlines()
    report = one(desk, "\n".join([lines[0], *reversed(lines[1:])]),
                 "name owner_id created_at amount")
    assert (report.counts.unchanged, report.counts.new) == (3, 0)


def test_two_equal_orders_without_identifiers_are_two_orders(desk: Desk) -> None:
    text = "account; ordered; net\n Acme; 2024-01-01; 5\n Acme; 2024-01-01; 5"
    desk.load(desk.table("order", text, "account_id ordered_at net_amount"))
    report = desk.load(desk.table("order", text, "account_id ordered_at net_amount"))
    assert desk.ask('SELECT count(*), sum(net_amount) FROM "order"') == [(2, Decimal(10))]
    assert report.counts.unchanged == 2


def test_a_deletion_without_a_date_counts_at_every_moment(desk: Desk) -> None:
    report = one(desk, "id; gone\n 1; true\n 2; false", "id is_deleted")
    assert [(row[0], str(row[1])) for row in desk.ask(
        "SELECT id, deleted_at FROM opportunity ORDER BY id")] == [
        ("1", "1970-01-01 00:00:00"), ("2", "None")]
    assert "deleted_at_unknown" in report.flags
    assert any("no figure: 1." in str(note) for note in report.tables[0].notes)


def test_percentages_without_a_sign_are_divided_by_a_hundred(desk: Desk) -> None:
    one(desk, "id; chance\n 1; 10\n 2; 90\n 3; 250", "id probability")
    assert desk.ask("SELECT probability FROM opportunity ORDER BY id") == [(0.1,), (0.9,), (None,)]


def test_a_currency_sign_in_the_amount_is_its_currency(desk: Desk) -> None:
    one(desk, "id; amount\n 1; 10 €\n 2; $20\n 3; 30", "id amount")
    assert desk.ask("SELECT amount, currency FROM opportunity ORDER BY id") == [
        (Decimal(10), "EUR"), (Decimal(20), "USD"), (Decimal(30), None)]


def test_a_currency_is_its_code_however_it_is_written(desk: Desk) -> None:
    one(desk, "id; amount; cur\n 1; 10; eur\n 2; 20;  usd \n 3; 30; €\n 4; 40;",
        "id amount currency")
    assert desk.ask("SELECT currency FROM opportunity ORDER BY id") == [
        ("EUR",), ("USD",), ("EUR",), (None,)]


def test_a_file_that_has_a_stage_and_no_status_clears_an_older_status(desk: Desk) -> None:
    one(desk, "id; stage; status\n 1; Offer; won", "id stage_id status")
    one(desk, "id; stage\n 1; Lost", "id stage_id")
    assert desk.ask("SELECT stage_id, status FROM opportunity") == [("Lost", None)]


def test_the_same_stage_name_in_two_pipelines_is_two_stages(desk: Desk) -> None:
    one(desk, "id; pipeline; stage\n 1; New business; Offer\n 2; Renewals; Offer",
        "id pipeline_id stage_id")
    assert desk.ask("SELECT id, pipeline_id FROM stage ORDER BY id") == [
        ("New business/Offer", "New business"), ("Renewals/Offer", "Renewals")]
    assert one(desk, "id; pipeline; stage\n 1; New business; Offer",
               "id pipeline_id stage_id").counts.unchanged == 1


def test_what_a_person_says_of_a_known_stage_corrects_it(desk: Desk) -> None:
    one(desk)
    desk.stages, desk.guessed = (("Offer", "won"),), False
    one(desk, "id; stage\n 1; Won", "id stage_id")
    assert desk.ask("SELECT kind, pos, load_id FROM stage WHERE id = 'Offer'") == [("won", 1, 2)]


def test_two_files_of_one_load_may_tell_of_the_same_rows(desk: Desk) -> None:
    report = desk.load(
        desk.table("opportunity", "id; amount\n 1; 5\n 2; 6", "id amount", "amounts"),
        desk.table("opportunity", "id; owner\n 2; Ann\n 3; Bob", "id owner_id", "owners"))
    assert [(t.counts.new, t.counts.updated) for t in report.tables] == [(2, 0), (1, 1)]
    assert desk.ask("SELECT id, amount, owner_id FROM opportunity ORDER BY id") == [
        ("1", Decimal(5), None), ("2", Decimal(6), "Ann"), ("3", None, "Bob")]


def test_what_a_flat_file_says_of_accounts_and_teams_reaches_them(desk: Desk) -> None:
    report = one(desk, """id; owner; account; industry; team; region
        1; Ann; Acme; Steel; North; France
        2; Ann; Acme; Steel; North; France
        3; Bob; Acme; Iron; South; France""",
                 "id owner_id account_id account.industry owner.team_id owner.parent_team")
    assert desk.ask("SELECT id, industry FROM account") == [("Acme", "Steel")]
    assert desk.ask("SELECT id, team_id FROM agent ORDER BY id") == [
        ("Ann", "North"), ("Bob", "South")]
    assert desk.ask("SELECT id, parent_id FROM team ORDER BY id") == [
        ("France", None), ("North", "France"), ("South", "France")]
    assert any("several values" in str(note) for note in report.tables[0].notes)


def test_a_manager_named_before_her_own_row_is_one_person(desk: Desk) -> None:
    report = desk.load(desk.table("agent", "id; name; boss\n 1; Ann; Mia Ro\n 2; Mia Ro; ",
                                  "id name manager_id"))
    assert (report.counts.new, report.implied) == (2, ())
    assert desk.ask("SELECT manager_id FROM agent WHERE id = '1'") == [("2",)]


def test_history_of_opportunities_not_yet_here_waits_for_them(desk: Desk) -> None:
    report = desk.load(desk.table(
        "stage_history", "deal; at; stage\n 77; 2024-01-01 10:00; Offer",
        "opportunity_id at stage_id"))
    assert report.counts.new == 1
    assert desk.ask("SELECT count(*) FROM opportunity") == [(0,)]
    assert desk.ask("SELECT opportunity_id, origin FROM stage_history") == [("77", "source")]


def test_a_preview_shows_what_a_load_does_and_leaves_no_trace(desk: Desk) -> None:
    text = OPPORTUNITIES + "4; Ann; Acme; Won; 2024-01-01; 2024-02-01; sixty\n"
    table = desk.table("opportunity", text, FIELDS)
    before = desk.everything(without=())
    seen = desk.preview(table)
    assert desk.everything(without=()) == before
    done = desk.load(table)
    assert (seen.counts, seen.problems, seen.implied) == (done.counts, done.problems, done.implied)
    first = seen.tables[0].first_rows[0]
    assert [(c.written, c.understood) for c in first.cells][1:3] == [
        ("Ann", "Ann"), ("Acme", "Acme")]
    assert [row.fate for row in seen.tables[0].first_rows] == ["new", "new", "new", "refused"]
    assert seen.tables[0].first_rows[3].cells[6].why is not None


def test_a_plan_with_conflicts_is_not_carried_out(desk: Desk) -> None:
    plan = replace(desk.plan(), conflicts=(Text("Two columns for “{field}”", field="Amount"),))
    with pytest.raises(UserError, match="Two columns"):
        commit(plan, desk.project, who="ann")


def test_a_merge_names_the_row_it_went_into_as_any_identifier_does(desk: Desk) -> None:
    desk.source = "hubspot"
    done = desk.load(desk.table(
        "opportunity", "id; account; merged\n 1; Acme;\n 2; X; 1\n 3; X; 3\n 4; X; 5\n 5; X; 4\n",
        "id account_id merged_into_id"))
    assert [str(note) for note in done.tables[0].notes] == [
        "Rows of opportunity merged into one another in a circle, so that none of them is left: 2."]
    merged = "SELECT id, merged_into_id FROM {} WHERE merged_into_id IS NOT NULL ORDER BY id"
    assert desk.ask(merged.format("opportunity"))[0] == ("hubspot:2", "hubspot:1")
    desk.load(desk.table("account", "id; name; merged\n 5; Acme;\n 6; Acme bis; 5\n 7; Y; 6",
                         "id name merged_into_id"))
    assert desk.ask(merged.format("account")) == [
        ("hubspot:6", "hubspot:Acme"), ("hubspot:7", "hubspot:6")]
