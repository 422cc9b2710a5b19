"""The Data pages: what is there, each load, taking it back, and the refused rows."""

import csv
import io
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpilot.load.history import loads
from kpilot.load.kept import keep
from kpilot.load.reading import read
from kpilot.web.goals.models import Goal, Kind, Notice, Target
from kpilot.web.local.door import open_door
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_empty_project_offers_a_file_and_a_sample(eve: Any) -> None:
    page = eve.page("/data/")
    assert "Bring your CRM's export" in page
    assert "Try with sample data" in page


def test_the_overview_counts_rows_and_says_what_was_assumed(eve: Any, deals: str) -> None:
    eve.load(eve.upload(deals=deals))
    page = eve.page("/data/")
    assert "Opportunities" in page
    assert "in force" in page
    assert "Amounts without a currency are taken to be in EUR." in page
    assert "Try with sample data" not in page


def test_a_load_is_undone_and_says_by_whom(eve: Any, clean: str) -> None:
    eve.load(eve.upload(deals=clean))
    answer = eve.client.post("/data/loads/1/undo/", follow=True)
    page = answer.content.decode()
    assert "This load was undone" in page
    assert "Eve took it back" in page
    assert project().engine.query("SELECT count(*) FROM opportunity") == [(0,)]


def test_a_load_others_stand_on_says_which_to_undo_first(eve: Any, clean: str) -> None:
    eve.load(eve.upload(deals=clean))
    eve.load(eve.upload(deals=clean.replace("100", "150")))
    assert "/data/loads/2/" in eve.page("/data/loads/1/")
    page = eve.client.post("/data/loads/1/undo/", follow=True).content.decode()
    assert "Undo load 2 first." in page
    assert [load.undone_at for load in loads(project())] == [None, None]


def test_a_load_that_does_not_exist_is_not_found(eve: Any) -> None:
    assert eve.client.get("/data/loads/7/").status_code == 404


def test_refused_rows_come_back_as_a_file_before_the_load(eve: Any, deals: str) -> None:
    address = eve.upload(deals=deals)
    eve.page(address)
    answer = eve.client.get(f"{address}refused/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Opportunity ID", "O-4", "O-5"]
    assert "is not a number" in rows[1][-1]
    assert 'filename="deals-refused.csv"' in answer["Content-Disposition"]


def test_refused_rows_corrected_are_imported(eve: Any, deals: str) -> None:
    eve.load(eve.upload(deals=deals))
    answer = eve.client.get("/data/loads/1/refused/")
    text = answer.content.decode("utf-8-sig")
    corrected = text.replace("sixty", "60").replace("31/02/2024", "28/02/2024")
    report = eve.load(eve.upload(corrected=corrected))
    assert "2 rows are loaded" in report
    assert project().engine.query("SELECT count(*) FROM opportunity") == [(5,)]


def test_a_load_without_refused_rows_has_no_such_file(eve: Any, clean: str) -> None:
    eve.load(eve.upload(deals=clean))
    assert eve.client.get("/data/loads/1/refused/").status_code == 404


def goal_of_100(project_folder: Path) -> Target:
    """Mia's goal of 100 sold in 2024, which the clean file reaches."""
    goal = Goal.objects.create(name="2024", start_on=date(2024, 1, 1), due_on=date(2025, 1, 1))
    goal.owners.add(Person.objects.get(name="Mia"))
    return Target.objects.create(goal=goal, kind=Kind.KPI, name="Sold", kpi="sales_value", start=0,
                                 target=100)  # fmt: skip


def told(kinds: list[str]) -> None:
    """Mia is told these, and only these, although nobody opens a page of goals."""
    until = time.monotonic() + 20
    while Notice.objects.count() < len(kinds) and time.monotonic() < until:
        time.sleep(0.05)
    assert sorted(Notice.objects.values_list("kind", flat=True)) == kinds


def test_what_an_import_reaches_is_told_at_once(eve: Any, clean: str, house: Path) -> None:
    target = goal_of_100(house)
    eve.load(eve.upload(deals=clean.replace("100", "99")))
    told([])
    eve.load(eve.upload(deals=clean))
    told(["goal_achieved", "target_met"])
    eve.client.post("/data/loads/2/undo/")
    target.refresh_from_db()
    assert target.met_at is None  # reached again, it will be told again


def test_what_the_command_line_loads_is_told_too(eve: Any, clean: str, house: Path) -> None:
    goal_of_100(house)
    name = "0" * 32
    (house / "deals.csv").write_text(clean)
    keep(house / "incoming" / name, read([house / "deals.csv"], house / "incoming" / name))
    door = open_door(house, "http://127.0.0.1:1/")
    answer = eve.client.post(
        "/api/local/load/", {"read": name, "answers": {}, "yes": True, "who": "eve"},
        content_type="application/json", headers={"Authorization": f"Bearer {door.token}"},
    )  # fmt: skip
    assert b'"error"' not in b"".join(answer.streaming_content)
    told(["goal_achieved", "target_met"])
