"""The files of the made-up company: repeatable, exported like a CRM's, and read without help."""

from datetime import date
from pathlib import Path

import pytest

from kpilot.core.tables import TABLES
from kpilot.demo import last_working_day, write
from kpilot.demo.cast import cast
from kpilot.demo.rows import rows
from kpilot.demo.sheets import SHEETS
from kpilot.load.memory import NOTHING
from kpilot.load.plan import Answers
from kpilot.load.propose import propose
from kpilot.load.reading import read

TODAY = date(2026, 11, 20)
BY_NAME = {
    "owner": "owner_id", "channel": "channel_id", "status": "status_id", "stage": "stage_id",
    "pipeline": "pipeline_id", "product": "product_id", "campaign": "campaign_id",
    "percent": "probability", "created_on": "created_at", "ordered_at_local": "ordered_at",
    "refunded_on": "refunded_at", "started_on": "started_at", "ended_on": "ended_at",
    "made_on": "made_at", "at_on": "at",
}
SPECIAL = {("account", "channel"): "first_channel_id", ("order", "status"): "status",
           ("activity", "status"): "status"}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("export"), today=TODAY)


def test_the_same_seed_and_day_give_the_same_bytes(export: list[Path], tmp_path: Path) -> None:
    again = write(tmp_path, today=TODAY)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in export]


@pytest.mark.parametrize(("now", "day"), [
    (date(2026, 11, 21), date(2026, 11, 20)),
    (date(2026, 11, 23), date(2026, 11, 20)),
    (date(2026, 11, 12), date(2026, 11, 10)),
])
def test_the_demo_ends_on_the_last_working_day_that_is_over(now: date, day: date) -> None:
    assert last_working_day(now) == day


def test_another_seed_gives_another_company(export: list[Path], tmp_path: Path) -> None:
    other = {path.name: path.read_bytes() for path in write(tmp_path, 5, today=TODAY)}
    same = {path.name for path in export if other[path.name] == path.read_bytes()}
    assert not {"opportunities.csv", "leads.csv", "comptes.csv"} & same


def test_french_files_are_as_a_french_spreadsheet_saves_them(export: list[Path]) -> None:
    accounts = next(path for path in export if path.name == "comptes.csv").read_bytes()
    assert accounts.startswith("Identifiant;Nom du compte;Segment".encode("cp1252"))
    assert b"\r\n" in accounts
    with pytest.raises(UnicodeDecodeError):
        accounts.decode("utf-8")


def test_the_company_has_the_size_that_is_promised() -> None:
    made = rows(2026, TODAY)
    count = {name: len(next(iter(table.values()))) for name, table in made.items()}
    assert (count["lead"], count["opportunity"], count["account"]) == (8000, 6000, 1500)
    assert 25 <= (made["agent"]["kind"] == "human").sum() <= 28
    assert set(made["opportunity"]["currency"].tolist()) == {"EUR", "CHF"}
    assert set(made) <= set(TABLES)


def test_nothing_happens_after_today() -> None:
    made = rows(2026, TODAY)
    for name, table in made.items():
        for field in TABLES[name].all_fields:
            for column in (field.name, field.date_name if field.kind == "instant" else ""):
                if field.past and column in table:
                    days = table[column].astype("M8[D]").tolist()
                    assert max(day for day in days if day is not None) <= TODAY, (name, column)


def test_rows_refer_to_rows_that_are_there() -> None:
    made = rows(2026, TODAY)
    for name, table in made.items():
        for field in TABLES[name].all_fields:
            if field.references and field.name in table:
                known = set(made[field.references]["id"].tolist()) | {""}
                assert set(table[field.name].tolist()) <= known, (name, field.name)


def test_every_file_and_column_is_recognised_by_itself(export: list[Path], tmp_path: Path) -> None:
    plan = propose(read(export, tmp_path), NOTHING, Answers())
    sheets = {sheet.file: sheet for sheet in SHEETS}
    assert {table.raw.file for table in plan.tables} == set(sheets)
    for table in plan.tables:
        sheet = sheets[table.raw.file]
        assert table.table == sheet.table
        for column, (header, view) in zip(table.columns, sheet.columns, strict=True):
            field = SPECIAL.get((sheet.table, view), BY_NAME.get(view, view))
            assert column.field == field, f"{sheet.file}: {header}"
    assert not plan.conflicts
    assert {(alias.heard, alias.known) for alias in plan.aliases} == {
        ("Tamiso SensorPro", "Tamiso Sensor Pro"),
        ("Ruvento Cloud Enterprise", "Ruvento Cloud Entreprise"),
        ("Elodie Garnier", "Élodie Garnier"), ("Koen Verhagen", "Koen Verhaegen")}


def test_the_cast_sells_where_the_rows_say() -> None:
    made = rows(2026, TODAY)
    team_of = dict(zip(made["agent"]["id"].tolist(), made["agent"]["team_id"].tolist(),
                       strict=True))
    people = {part.email.split("@")[0]: part for part in cast()}
    assert [part.role for part in cast()].count("administrator") == 1
    for name in ("ann", "bob", "zoe"):
        assert team_of[people[name].agent_id] == people[name].team_id
    assert people["ann"].team_id == people["bob"].team_id == people["mia"].team_id
    assert people["zoe"].team_id != people["mia"].team_id


def test_no_record_changes_twice_at_one_moment() -> None:
    made = rows(2026, TODAY)
    for name, table in made.items():
        if "at" in table and TABLES[name].key[1:2] == ("at",):
            moments = list(zip(table[TABLES[name].key[0]].tolist(), table["at"].tolist(),
                               strict=True))
            assert len(set(moments)) == len(moments), name
