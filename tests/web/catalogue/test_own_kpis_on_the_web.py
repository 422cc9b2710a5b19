"""KPIs of one's own by the form: tried first, never over another's change, wrong parts named."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

Read = Callable[..., str]
Visit = Callable[[str], Client]
NEW = "/catalogue/new/"
BASE = {
    "what": "opportunity:closed_on", "name_en": "Big wins", "name_fr": "", "meaning": "",
    "measure": "count", "column": "", "written": "is_won AND value_closed >= 100", "part": "",
    "unit": "", "direction": "up", "seen": "", "tried": "",
}  # fmt: skip
API = "/api/ask?kpi=big_wins&period=2024"


def post(client: Client, path: str = NEW, action: str = "try", **changes: str) -> tuple[int, str]:
    answer = client.post(path, {**BASE, **changes, "action": action})
    return answer.status_code, answer.content.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def save(client: Client, path: str = NEW, **changes: str) -> tuple[int, str]:
    """Tried, then saved as a browser would."""
    _, page = post(client, path, **changes)
    return post(client, path, "save", **{**changes, "tried": hidden(page, "tried")})


def test_a_saved_kpi_is_everywhere_at_once(house: Path, visit: Visit, read: Read) -> None:
    eve = visit("eve")
    status, _ = save(eve)
    assert status == 302
    text = (house / "kpis" / "big_wins.toml").read_text()
    assert 'where = "is_won AND value_closed >= 100"' in text
    assert "Big wins" in read("ann", "/catalogue/?family=own")
    assert "Big wins" in read("ann", "/kpis/")
    assert "Big wins" in read("ann", "/kpis/big_wins/?period=2024")
    assert eve.get(API).json()["rows"][0]["value"] is not None
    assert "big_wins" in {kpi["kpi"] for kpi in eve.get("/api/kpis").json()["kpis"]}
    row = {"row_column_1": "value_closed", "row_operator_1": ">", "row_value_1": "1,000.5"}
    save(eve, name_en="Large wins", **row)
    assert "value_closed > 1000.5" in (house / "kpis" / "large_wins.toml").read_text()


def test_nothing_is_saved_that_was_not_looked_at(house: Path, visit: Visit) -> None:
    status, page = post(visit("eve"), action="save")
    assert status == 200
    assert "Look at what it gives now" in page
    _, page = post(visit("eve"))
    mark = hidden(page, "tried")
    status, page = post(visit("eve"), action="save", tried=mark, written="is_won")
    assert status == 200
    assert not (house / "kpis" / "big_wins.toml").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"written": "amont > 3"}, "has no column “amont”"),
        ({"written": "id IN (SELECT id FROM agent)"}, "refused"),
        ({"written": "read_csv('/etc/passwd')"}, "refused"),
        ({"written": "is_won; DROP TABLE agent"}, "refused"),
        ({"written": "closed_on > 3"}, "cannot be worked out"),
        ({"row_column_1": "value_closed", "row_value_1": "much"}, "is not a number"),
        ({"row_column_1": "value_closed", "row_value_1": "NaN"}, "is not a number"),
        ({"row_column_1": "product_id", "row_value_1": "Nothing"}, "There is no Product"),
        ({"measure": "sum"}, "Say which number."),
        ({"measure": "share"}, "Say which of them are above the line."),
        ({"name_en": ""}, "Give it a name"),
    ],
)
def test_the_part_that_is_refused_is_named(
    changes: dict[str, str], said: str, visit: Visit, house: Path
) -> None:
    status, page = post(visit("eve"), **changes)
    assert status == 400
    assert said in page.replace("&#x27;", "'")
    assert list((house / "kpis").iterdir()) == []


def test_somebody_elses_change_is_not_written_over(house: Path, visit: Visit) -> None:
    eve = visit("eve")
    save(eve)
    path = house / "kpis" / "big_wins.toml"
    edit = "/catalogue/big_wins/edit/"
    seen = hidden(eve.get(edit).content.decode(), "seen")
    path.write_text(path.read_text().replace("100", "200"))
    status, page = save(eve, edit, seen=seen, written="is_won")
    assert status == 400
    assert "Somebody changed this KPI" in page
    assert "200" in path.read_text()


def test_a_changed_kpi_tells_its_version(house: Path, visit: Visit, read: Read) -> None:
    eve = visit("eve")
    save(eve)
    read("eve", "/kpis/big_wins/?period=2024")
    edit = "/catalogue/big_wins/edit/"
    seen = hidden(eve.get(edit).content.decode(), "seen")
    assert save(eve, edit, seen=seen, written="is_won")[0] == 302
    page = read("eve", "/kpis/big_wins/?period=2024")
    assert "version 2 since" in page
    assert "How the definition changed" in page
    assert "version 2 depuis le" in read("eve", "/kpis/big_wins/?period=2024", language="fr")


@pytest.mark.parametrize(
    "changes",
    [
        {"measure": "sum", "column": "value_closed"},
        {"measure": "average", "column": "value_closed"},
        {"measure": "median", "column": "cycle_days", "direction": "down"},
        {"measure": "share", "part": "value_closed > 120"},
        {"measure": "share", "part": "is_won OR is_lost", "written": ""},
        {"what": "opportunity:", "written": ""},
        {"what": "lead:created_on", "written": "is_converted"},
    ],
)
def test_what_the_form_makes_it_can_open_again(
    changes: dict[str, str], house: Path, visit: Visit, read: Read
) -> None:
    eve = visit("eve")
    assert save(eve, **changes)[0] == 302
    page = read("eve", "/catalogue/big_wins/edit/")
    assert 'name="measure"' in page
    assert "written by hand" not in page
    read("eve", "/kpis/big_wins/?period=2024")


def test_a_wrong_file_is_said_on_the_catalogue_and_on_its_own_page(
    house: Path, read: Read
) -> None:
    (house / "kpis" / "broken.toml").write_text("unit = \n")
    assert "kpis/broken.toml cannot be read" in read("vic", "/catalogue/")
    assert "kpis/broken.toml cannot be read" in read("vic", "/kpis/broken/", status=404)
    read("vic", "/kpis/win_rate/?period=2024")


def test_a_kpi_by_hand_is_shown_not_bent(house: Path, read: Read) -> None:
    (house / "kpis" / "twice.toml").write_text(
        'unit = "ratio"\ndirection = "up"\n[names]\nen = "Twice"\n'
        '[measure]\nkind = "formula"\nvalue = "win_rate * 2"\n'
    )
    assert "written by hand" in read("eve", "/catalogue/twice/edit/")
    assert "Made of" in read("eve", "/kpis/twice/?period=2024")


def test_a_kpi_others_are_made_of_is_not_removed(house: Path, visit: Visit) -> None:
    eve = visit("eve")
    save(eve)
    (house / "kpis" / "twice.toml").write_text(
        'unit = "count"\ndirection = "up"\n[names]\nen = "Twice"\n'
        '[measure]\nkind = "formula"\nvalue = "big_wins * 2"\n'
    )
    answer = eve.post("/catalogue/big_wins/delete/")
    assert answer.status_code == 400
    assert "twice" in answer.content.decode()
    (house / "kpis" / "twice.toml").unlink()
    assert eve.post("/catalogue/big_wins/delete/").status_code == 302
    assert not (house / "kpis" / "big_wins.toml").exists()


def test_shipped_kpis_are_neither_edited_nor_removed(visit: Visit) -> None:
    assert visit("eve").get("/catalogue/win_rate/edit/").status_code == 404
    assert visit("eve").post("/catalogue/win_rate/delete/").status_code == 404


def test_the_catalogue_says_what_is_missing_and_where_it_stands(house: Path, read: Read) -> None:
    page = read("vic", "/catalogue/?q=win_rate")
    assert "Opportunity.CloseDate" in page
    assert "crm.lead.date_closed" in page
    french = read("vic", "/catalogue/?q=reussite", language="fr")
    assert "Taux de réussite" in french
    assert "Nothing like that" in read("vic", "/catalogue/?q=zzzz", language="en")
    assert 'id="win_rate"' not in read("vic", "/catalogue/?objective=RET")
    assert 'id="win_rate"' in read("vic", "/catalogue/?objective=VOL&measurable=1")
    assert "pill good" not in read("vic", "/catalogue/"), "only what cannot be measured is marked"
