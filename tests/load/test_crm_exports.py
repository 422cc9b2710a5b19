"""Whole folders of a CRM's own tables load without a mapping file, histories and links included."""

import csv
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpilot.load import load, undo
from kpilot.load.report import LoadReport
from kpilot.project import Project, create_project, open_project
from kpilot.warehouse.sql import fill
from tests.load.conftest import utc

SHARED = Path(__file__).parents[3] / "shared" / "data" / "crm_exports"
Rows = list[tuple[Any, ...]]


class Account:
    """A project with one folder loaded into it."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project, self.folder = project, folder
        self.report: LoadReport = load([folder], project, who="ann")

    def ask(self, sql: str) -> Rows:
        return self.project.engine.query(sql)

    def new(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for table in self.report.tables:
            found[table.table] += table.counts.new
        return dict(found)

    def notes(self) -> list[str]:
        return [str(note) for note in self.report.notes]


Opened = Callable[[Path], Account]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Opens a folder as an account in a new project in Paris."""
    made: list[Account] = []

    def account(folder: Path) -> Account:
        project = tmp_path_factory.mktemp("project") / "project"
        create_project(project)
        made.append(Account(open_project(project), folder))
        return made[-1]

    yield account
    for one in made:
        one.project.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up account as files."""
    told = tomllib.loads((Path(__file__).parent / "hubspot_like.toml").read_text(encoding="utf-8"))
    made = tmp_path_factory.mktemp("export")
    for name, text in told.items():
        (made / f"{name}.csv").write_text(text.lstrip("\n"), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def hubspot(opened: Opened, folder: Path) -> Account:
    """The made-up account, loaded once and only looked at."""
    return opened(folder)


@pytest.fixture(scope="module")
def salesforce(opened: Opened) -> Account:
    """The hashed account of ../shared, loaded once and only looked at."""
    return opened(real("salesforce_fivetran"))


def real(folder: str) -> Path:
    if not (SHARED / folder).is_dir():
        pytest.skip(f"../shared/data/crm_exports/{folder} is not here")
    return SHARED / folder


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_property_history_becomes_four_histories_and_repeats_are_no_change(
        hubspot: Account) -> None:
    ask = hubspot.ask
    assert ask('SELECT "at", stage_id FROM stage_history ORDER BY 1') == [
        (utc(2024, 1, 2, 8), "s1"), (utc(2024, 2, 1, 8), "s2"), (utc(2024, 3, 10, 9), "s3")]
    assert ask('SELECT "at", agent_id FROM owner_history ORDER BY 1') == [
        (utc(2024, 1, 2, 8), "12"), (utc(2024, 2, 20, 8), "11")]
    assert [float(row[0]) for row in ask("SELECT amount FROM amount_history ORDER BY 1")] == [
        1000, 1200]
    assert ask("SELECT expected_close_date FROM close_date_history ORDER BY 1") == [
        (date(2024, 3, 10),), (date(2024, 3, 31),)]
    assert ask("SELECT DISTINCT origin FROM stage_history") == [("source",)]
    assert hubspot.report.problem_count == 0


def test_deals_get_company_and_contact_from_the_files_of_links(hubspot: Account) -> None:
    assert hubspot.ask("SELECT id, account_id, contact_id, merged_into_id, deleted_at IS NULL"
                       " FROM opportunity ORDER BY id") == [
        ("1", "c1", "k1", None, True), ("2", "c2", None, None, True),
        ("3", None, None, "1", True), ("4", None, None, None, False)]
    assert hubspot.ask("SELECT name FROM account ORDER BY id") == [("Acme SA",), ("Bolt SARL",)]
    assert hubspot.ask("SELECT s.name, s.kind, p.name FROM stage AS s JOIN pipeline AS p"
                       " ON p.id = s.pipeline_id ORDER BY s.pos") == [
        ("Contact", "open", "Sales"), ("Offer", "open", "Sales"), ("Closed won", "won", "Sales")]


def test_owners_are_the_salespeople_and_their_users_give_the_team(hubspot: Account) -> None:
    assert hubspot.ask("SELECT a.id, a.name, t.name FROM agent AS a LEFT JOIN team AS t"
                       " ON t.id = a.team_id ORDER BY 1") == [
        ("11", "Ann Ames", "North"), ("12", "Bob Bell", "South")]


def test_contacts_who_are_leads_or_further_are_leads_with_their_status_history(
        hubspot: Account) -> None:
    assert hubspot.ask("SELECT l.id, l.name, s.name, c.name, l.owner_id, l.contact_id FROM lead"
                       " AS l JOIN lead_status AS s ON s.id = l.status_id"
                       " JOIN channel AS c ON c.id = l.channel_id ORDER BY 1") == [
        ("k1", "Amy Ash", "customer", "PAID_SEARCH", "11", "k1"),
        ("k2", "Ben Birch", "lead", "ORGANIC_SEARCH", "12", "k2")]
    assert hubspot.ask('SELECT lead_id, "at", status_id FROM lead_status_history ORDER BY 2') == [
        ("k1", utc(2023, 12, 1, 10), "lead"), ("k1", utc(2024, 3, 10, 9), "customer")]
    assert hubspot.new()["contact"] == 3


def test_engagements_have_their_kind_their_end_and_what_they_are_about(hubspot: Account) -> None:
    assert hubspot.ask("SELECT id, kind, status, agent_id, opportunity_id, account_id"
                       " FROM activity ORDER BY id") == [
        ("e1", "call", "done", "11", "1", "c1"), ("e2", "meeting", "done", None, "2", None),
        ("e3", "meeting", "no_show", None, None, None), ("e4", "task", "done", "12", None, None)]


def test_one_sending_is_one_message_and_only_events_that_count_are_kept(hubspot: Account) -> None:
    assert hubspot.ask('SELECT message_id, event, campaign_id FROM email_event ORDER BY "at"') == [
        ("m1", "sent", "9"), ("m1", "delivered", "9"), ("m1", "opened", "9"),
        ("m1", "unsubscribed", "9")]
    [events] = [t for t in hubspot.report.tables if t.table == "email_event"]
    assert ("Rows of email_event_data left out, as they say nothing that kpilot counts"
            " (PRINT, PROCESSED, STATUSCHANGE): 3.") in map(str, events.notes)


@pytest.mark.parametrize("said", [
    "“ticket_data” is left out: kpilot keeps nothing of this kind (“ticket”).",
    "“company_property_history_data” is left out: kpilot keeps no history of these records.",
    "“email_event_open_data” is left out: it only adds details to the events of"
    " “email_event_data”.",
    "“users_data” is left out: its rows are the users behind the owners of “owner_data”.",
])
def test_a_file_with_nothing_for_kpilot_is_left_out_by_name_with_the_reason(
        hubspot: Account, said: str) -> None:
    assert said in hubspot.notes()


def test_times_of_a_copy_are_utc_and_nothing_is_asked(hubspot: Account) -> None:
    assert hubspot.ask("SELECT created_at FROM opportunity WHERE id = '1'") == [
        (utc(2024, 1, 2, 8),)]
    assert "assumed_tz" not in hubspot.report.flags


def test_loading_the_folder_again_changes_nothing_and_undo_leaves_nothing(
        opened: Opened, folder: Path) -> None:
    account = opened(folder)
    again = load([folder], account.project, who="ann")
    assert all(t.counts.new == t.counts.updated == 0 for t in again.tables)
    undo(account.project, again.id, who="ann")
    undo(account.project, account.report.id, who="ann")
    for table in ("opportunity", "stage_history", "lead", "activity", "email_event", "agent"):
        assert account.ask(fill("SELECT count(*) FROM {table}", table=table)) == [(0,)]


def test_a_later_snapshot_adds_only_what_changed(opened: Opened, tmp_path: Path) -> None:
    header = "Opportunity ID,Created Date,Stage Name,Amount,Close Date,Owner ID\n"
    folder = tmp_path / "export"
    folder.mkdir()
    file = folder / "opportunity_history.csv"
    file.write_text(header + "o1,2024-01-01 08:00,Offer,100,2024-03-01,u1\n"
                    "o1,2024-02-01 08:00,Offer,100,2024-04-01,u1\n", encoding="utf-8")
    account = opened(folder)
    assert account.new() == {"stage_history": 1, "owner_history": 1, "amount_history": 1,
                             "close_date_history": 2}
    file.write_text(header + "o1,2024-03-01 08:00,Offer,150,2024-04-01,u1\n", encoding="utf-8")
    later = load([folder], account.project, who="ann")
    assert {t.table: t.counts.new for t in later.tables} == {
        "stage_history": 0, "owner_history": 0, "amount_history": 1, "close_date_history": 0}
    assert {t.counts.repeated for t in later.tables} == {0, 1}


def test_the_hashed_hubspot_account_loads_whole(opened: Opened) -> None:
    folder = real("hubspot_fivetran")
    account = opened(folder)
    new = account.new()
    assert account.report.problem_count == 0
    for file, table in (("deal_data", "opportunity"), ("deal_pipeline_data", "pipeline"),
                        ("deal_pipeline_stage_data", "stage"), ("deal_stage_data", "stage_history"),
                        ("owner_data", "agent"), ("team_data", "team"), ("contact_data", "contact"),
                        ("company_data", "account"), ("email_campaign_data", "campaign")):
        assert new[table] == len(cells(folder / f"{file}.csv")), file
    engagements = [*folder.glob("engagement_*_data.csv")]
    kept = [path for path in engagements if path.stem.split("_")[1] in (
        "call", "communication", "email", "meeting", "note", "task")]
    assert new["activity"] == sum(len(cells(path)) for path in kept)
    events = Counter(row["type"] for row in cells(folder / "email_event_data.csv"))
    assert account.ask("SELECT event, count(*) FROM email_event GROUP BY 1 ORDER BY 1") == [
        ("delivered", events["DELIVERED"]), ("opened", events["OPEN"]), ("sent", events["SENT"])]
    loaded = {table.file for table in account.report.tables}
    said = " ".join(account.notes()) + " ".join(
        str(note) for table in account.report.tables for note in table.notes)
    for path in folder.glob("*.csv"):
        assert path.name in loaded or f"“{path.stem}”" in said, path.name


def test_the_hashed_salesforce_account_loads_whole(salesforce: Account) -> None:
    account, folder = salesforce, salesforce.folder
    ask, new = account.ask, account.new()
    assert account.report.problem_count == 0
    for file, table in (
            ("sf_opportunity_data", "opportunity"), ("sf_lead_data", "lead"),
            ("sf_opportunity_history_data", "stage_history"), ("sf_order_data", "order"),
            ("sf_opportunity_line_item_data", "opportunity_line"), ("sf_user_data", "agent"),
            ("sf_user_role_data", "team"), ("sf_product_2_data", "product"),
            ("sf_account_data", "account"), ("sf_contact_data", "contact")):
        assert new[table] == len(cells(folder / f"{file}.csv")), file
    assert new["activity"] == sum(
        len(cells(folder / f"sf_{kind}_data.csv")) for kind in ("task", "event"))
    assert new["owner_history"] == new["amount_history"] == new["close_date_history"] == 10
    assert ask("SELECT count(*), count(deleted_at) FROM opportunity") == [(10, 10)]
    [deals] = [t for t in account.report.tables if t.table == "opportunity"]
    assert "Rows of sf_opportunity_data marked as deleted, which count in no figure: 10." in map(
        str, deals.notes)
    assert ask("SELECT count(*) FROM stage_history AS h JOIN opportunity AS o"
               " ON o.id = h.opportunity_id AND o.stage_id = h.stage_id") == [(10,)]


def test_what_and_who_of_a_salesforce_task_are_told_apart_by_the_id(
        salesforce: Account) -> None:
    account = salesforce
    tasks = cells(SHARED / "salesforce_fivetran" / "sf_task_data.csv")
    deals = {row["id"]: row["what_id"] for row in tasks if row["what_id"].startswith("006")}
    leads = {row["id"]: row["who_id"] for row in tasks if row["who_id"].startswith("00Q")}
    assert deals
    assert leads
    assert dict(account.ask("SELECT id, opportunity_id FROM activity"
                            " WHERE opportunity_id IS NOT NULL")) == deals
    assert dict(account.ask("SELECT id, lead_id FROM activity WHERE lead_id IS NOT NULL")) == leads
    assert account.ask("SELECT kind, count(due_at), count(\"at\") FROM activity"
                       " WHERE id LIKE '00T%' GROUP BY 1") == [("task", 10, 0)]
