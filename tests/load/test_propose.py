"""From files to a plan, through the real reader and engine."""

import csv
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from kpilot.load.answers import from_dict, signature
from kpilot.load.memory import NOTHING, KnownStage, Memory
from kpilot.load.plan import AliasPlan, Answers, Plan
from kpilot.load.propose import propose
from kpilot.load.questions import questions
from kpilot.load.reading import read
from kpilot.load.recognise import recognise

SHARED = Path(__file__).parents[2] / "../shared/data"
PIPEDRIVE = """Deal - ID;Deal - Title;Deal - Stage;Deal - Status;Deal - Owner;Deal - Value
1;A;Qualified;open;Ann;100
2;B;Demo Scheduled;won;Bob;200
3;C;Demo Scheduled;lost;Ann;300
4;D;Qualified;open;Bob;400
"""


def plan_of(folder: Path, files: dict[str, str], said: str = "",
            memory: Memory = NOTHING) -> Plan:
    paths = []
    for name, text in files.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return planned(paths, folder, from_dict(tomllib.loads(said)), memory)


def planned(paths: Sequence[Path], folder: Path, answers: Answers | None = None,
            memory: Memory = NOTHING) -> Plan:
    incoming = folder / "incoming"
    incoming.mkdir()
    return propose(read(paths, incoming), memory, answers or Answers())


def fields(plan: Plan, file: str) -> dict[str, str | None]:
    table = next(table for table in plan.tables if table.raw.name == file)
    return {column.header: column.field for column in table.columns}


def kinds(plan: Plan) -> dict[str, str]:
    return {stage.name: stage.kind for stage in plan.stages}


def test_a_status_beside_the_stage_leaves_the_stage_open(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"deals.csv": PIPEDRIVE})
    assert fields(plan, "deals")["Deal - Status"] == "status"
    assert kinds(plan) == {"Qualified": "open", "Demo Scheduled": "open"}


def test_columns_for_won_and_lost_beside_the_stage_leave_the_stage_open(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"affaires.csv": (
        "Référence;Intitulé;Étape;Montant;Gagné;Perdu\n"
        "1;a;Qualification;10;Oui;Non\n2;b;Proposition;20;Oui;Non\n3;c;Proposition;30;Non;Oui\n"
        "4;d;Qualification;40;Non;Non\n")})
    assert {"Gagné": "is_won", "Perdu": "is_lost"}.items() <= fields(plan, "affaires").items()
    assert kinds(plan) == {"Qualification": "open", "Proposition": "open"}


def test_flags_in_the_rows_beat_the_words_of_a_stage(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"Opportunity.csv": (
        "Id,Name,StageName,IsWon,IsClosed,Probability\n"
        "006A1,a,Terminé,true,true,100\n006A2,b,Zorg,false,true,0\n006A3,c,Blip,false,false,20\n")})
    assert kinds(plan) == {"Terminé": "won", "Zorg": "lost", "Blip": "open"}
    assert {s.name: s.probability for s in plan.stages}["Blip"] == 0.2


def test_a_file_of_stages_names_and_orders_them(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {
        "pipeline_stage.csv": ("stage_id,label,display_order,probability,closed_won,is_closed\n"
                               "s9,Fini,2,1.0,true,true\ns7,Début,0,0.1,false,false\n"
                               "s8,Raté,3,0.0,false,true\n"),
        "deals.csv": ("deal_id,dealname,dealstage,amount\n1,a,s7,5\n2,b,s9,6\n3,c,s7,7\n"),
    })
    assert [(s.name, s.kind, s.pos, s.rows, s.guessed) for s in plan.stages] == [
        ("Début", "open", 1, 2, False), ("Fini", "won", 2, 1, False),
        ("Raté", "lost", 3, 0, False)]


def test_stages_of_different_pipelines_stand_apart(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"deals.csv": (
        "Record ID,Deal Name,Pipeline,Deal Stage\n1,a,Sales,Demo\n2,b,Sales,Won\n"
        "3,c,Renewals,Contact\n4,d,Renewals,Won\n")})
    assert [(s.pipeline, s.name, s.pos) for s in plan.stages] == [
        ("Renewals", "Contact", 1), ("Renewals", "Won", 2), ("Sales", "Demo", 1),
        ("Sales", "Won", 2)]


def test_what_was_said_of_a_stage_is_no_guess(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"deals.csv": PIPEDRIVE},
                   '[stages]\n"Demo Scheduled" = { kind = "won", pos = 9 }')
    said = next(stage for stage in plan.stages if stage.name == "Demo Scheduled")
    assert (said.kind, said.pos, said.guessed) == ("won", 9, False)


def test_a_known_stage_keeps_its_kind(tmp_path: Path) -> None:
    known = KnownStage(id="1", name="Qualified", pipeline="", kind="lost", pos=4)
    plan = plan_of(tmp_path, {"deals.csv": PIPEDRIVE}, memory=Memory(known_stages=(known,)))
    assert kinds(plan)["Qualified"] == "lost"


def test_near_names_are_offered_with_their_rows(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {
        "products.csv": "product,series,sales_price\nGTX Pro,GTX,10\nMG Special,MG,20\n",
        "deals.csv": ("opportunity_id,product,deal_stage\n1,GTXPro,Won\n2,GTXPro,Lost\n"
                      "3,GTX Pro,X\n"),
    })
    assert plan.aliases == (AliasPlan(table="product", heard="GTXPro", known="GTX Pro", rows=2,
                                      known_rows=1, confidence=0.97),)
    asked = [str(q.text) for q in questions(plan) if q.subject == "alias"]
    assert asked == ["2 rows say “GTXPro”, 1 say “GTX Pro”: the same?"]


def test_names_of_the_warehouse_count_as_known(tmp_path: Path) -> None:
    memory = Memory(known={"agent": {"7": "Hugo Lefèvre"}})
    plan = plan_of(tmp_path, {"deals.csv": "deal_id,owner,stage\n1,LEFEVRE H.,Won\n"},
                   memory=memory)
    assert [(a.heard, a.known, a.accepted) for a in plan.aliases] == [
        ("LEFEVRE H.", "Hugo Lefèvre", None)]


@pytest.mark.parametrize(("said", "accepted"), [('"GTX Pro"', True), ("false", False)])
def test_an_alias_that_was_decided_is_not_asked_again(tmp_path: Path, said: str,
                                                     accepted: bool) -> None:
    plan = plan_of(tmp_path, {
        "products.csv": "product,series\nGTX Pro,GTX\n",
        "deals.csv": "opportunity_id,product,deal_stage\n1,GTXPro,Won\n",
    }, f"[aliases.product]\nGTXPro = {said}")
    assert [alias.accepted for alias in plan.aliases] == [accepted]


def test_without_a_catalogue_the_rarer_spelling_stands_for_the_other(tmp_path: Path) -> None:
    rows = "".join(f"{i},Acme,Won\n" for i in range(9)) + "9,ACME SAS,Won\n"
    plan = plan_of(tmp_path, {"deals.csv": "deal_id,Company name,stage\n" + rows})
    assert [(a.heard, a.known, a.rows, a.known_rows) for a in plan.aliases] == [
        ("ACME SAS", "Acme", 1, 9)]


def test_unknown_headers_are_read_by_what_stands_below_them(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {
        "users.csv": "id,name,email\n1,Ann Doe,a@x.org\n2,Bob Ray,b@x.org\n3,Cy Poe,c@x.org\n",
        "deals.csv": ("deal_id,amount,Qui,Zustand,Wo\n1,5,Ann Doe,Gewonnen,EUR\n"
                      "2,6,Bob Ray,Verloren,USD\n3,7,Cy Poe,Gewonnen,EUR\n"),
    })
    assert fields(plan, "deals") == {"deal_id": "id", "amount": "amount", "Qui": "owner_id",
                                     "Zustand": "stage_id", "Wo": "currency"}


def test_friendly_names_are_understood_and_columns_left_out(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"teams.csv": "sales_agent,manager,office\nAnn,Mia,West\n"}, """
        [tables."teams.csv"]
        table = "agent"
        columns = { manager = "team", office = "-" }""")
    assert fields(plan, "teams") == {"sales_agent": "name", "manager": "team_id", "office": None}
    assert plan.conflicts == ()


def test_two_columns_said_to_be_one_field_are_refused(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"deals.csv": "deal_id,Montant HT,Montant TTC\n1,2,3\n"}, """
        [tables.deals.columns]
        "Montant HT" = "amount"
        "Montant TTC" = "amount" """)
    assert [str(text) for text in plan.conflicts] == [
        "Two columns of “deals” for “Amount”: “Montant HT” and “Montant TTC”. Keep one."]


def test_slips_in_a_mapping_are_refused_with_a_hint(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"deals.csv": "deal_id,amount,stage\n1,2,Won\n"}, """
        [tables.deals.columns]
        amont = "amount"
        stage = "stagee_id"
        [tables.dealz]
        table = "opportunity"
        [tables.other_file]
        table = "agent" """)
    assert sorted(str(text) for text in plan.conflicts) == [
        "The mapping speaks of “dealz”, which is not among these files. Did you mean “deals”?",
        "“deals” has no column “amont”. Did you mean “amount”?",
        "“stagee_id”, said of column “stage” in “deals”, is not a field of opportunity. "
        "Did you mean “stage_id”?"]
    assert "The mapping speaks of “other_file”, which is not among these files." in map(
        str, plan.notes)


def test_what_was_remembered_for_these_headers_is_taken_again(tmp_path: Path) -> None:
    headers = ["deal_id", "Zorg", "Blip"]
    said = from_dict({"tables": {"old_name": {
        "table": "opportunity", "columns": {"Zorg": "amount", "Blip": "stage"}}}})
    plan = plan_of(tmp_path, {"new_name.csv": "Zorg,deal_id,Blip\n5,1,Won\n"},
                   memory=Memory(answers={signature(headers): said}))
    assert fields(plan, "new_name") == {"Zorg": "amount", "deal_id": "id", "Blip": "stage_id"}
    assert [c.reason for c in plan.tables[0].columns] == ["remembered", "header", "remembered"]


def test_what_is_said_now_beats_what_is_remembered(tmp_path: Path) -> None:
    headers = ["deal_id", "Zorg", "stage"]
    old = from_dict({"tables": {"x": {"table": "opportunity", "columns": {"Zorg": "amount"}}}})
    plan = plan_of(tmp_path, {"x.csv": "deal_id,Zorg,stage\n1,5,Won\n"},
                   '[tables.x.columns]\nZorg = ""', Memory(answers={signature(headers): old}))
    assert fields(plan, "x")["Zorg"] is None


def test_a_file_of_something_else_is_left_out_and_said(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"recipes.csv": "dish,oven\nTart,180\n"})
    assert plan.tables[0].skip
    assert "“recipes” is left out: its columns are not those of a table kpilot knows." in map(
        str, plan.notes)


def test_a_style_that_was_said_is_used(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"deals.csv": "deal_id,Close Date,stage\n1,01/02/2024,Won\n"},
                   '[tables.deals.styles]\n"Close Date" = { dates = "month first" }')
    assert plan.tables[0].columns[1].style.dates == "month first"


needs_maven = pytest.mark.skipif(not (SHARED / "maven_crm").is_dir(),
                                 reason="../shared/data/maven_crm is not here")


@needs_maven
def test_maven_crm_needs_no_mapping_file(tmp_path: Path) -> None:
    plan = planned(sorted((SHARED / "maven_crm").glob("*.csv")), tmp_path)
    assert {table.raw.name: table.table for table in plan.tables} == {
        "accounts": "account", "products": "product", "sales_pipeline": "opportunity",
        "sales_teams": "agent"}
    assert fields(plan, "sales_pipeline") == {
        "opportunity_id": "id", "sales_agent": "owner_id", "product": "product_id",
        "account": "account_id", "deal_stage": "stage_id", "engage_date": "started_at",
        "close_date": "close_date", "close_value": "amount"}
    assert fields(plan, "sales_teams") == {
        "sales_agent": "name", "manager": "team_id", "regional_office": "parent_team"}
    assert fields(plan, "accounts") == {
        "account": "name", "sector": "industry", "year_established": None, "revenue": None,
        "employees": None, "office_location": "country", "subsidiary_of": None}
    assert fields(plan, "products") == {
        "product": "name", "series": "category", "sales_price": "list_price"}
    assert [(s.name, s.kind, s.rows) for s in plan.stages] == [
        ("Prospecting", "open", 500), ("Engaging", "open", 1589), ("Won", "won", 4238),
        ("Lost", "lost", 2473)]
    assert [(a.heard, a.known, a.rows) for a in plan.aliases] == [("GTXPro", "GTX Pro", 1480)]
    assert plan.conflicts == ()


@needs_maven
def test_maven_crm_with_a_mapping_file_of_a_few_lines(tmp_path: Path) -> None:
    answers = from_dict(tomllib.loads("""
        [tables.sales_teams]
        columns = { manager = "team", regional_office = "parent team" }
        [tables.accounts]
        columns = { subsidiary_of = "segment" }"""))
    plan = planned(sorted((SHARED / "maven_crm").glob("*.csv")), tmp_path, answers)
    assert fields(plan, "sales_teams") == {
        "sales_agent": "name", "manager": "team_id", "regional_office": "parent_team"}
    assert fields(plan, "accounts")["subsidiary_of"] == "segment"
    assert plan.conflicts == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_every_shared_file_is_recognised_or_left_out() -> None:
    expected = tomllib.loads(
        (Path(__file__).parent / "shared_tables.toml").read_text(encoding="utf-8"))
    got: dict[str, list[str]] = {}
    for path in sorted(SHARED.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            headers = next(csv.reader(file))
        table = recognise([path.stem], headers).table
        if table:
            got.setdefault(table, []).append(path.stem)
    assert got == expected
