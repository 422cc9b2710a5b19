"""The whole story in a real browser: files in, figures out, taken apart, and back again."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
MAVEN = Path(__file__).parents[3] / "../shared/data/maven_crm"
FILES = ("accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv")
PATIENCE = 60_000
WORDS = {
    "en": {
        "data": "Data", "import": "Import a file", "columns": "Map the columns", "join": "Join",
        "stages": "Go on to the sales stages", "load": "Import 8,927 rows", "see": "See the KPIs",
        "kpi": "Win rate", "value": "63.2%", "operands": "4,238", "undo": "Undo",
        "undo load": "Undo the load", "undone": "This load was undone", "drop": "Drop files here",
        "two": "Two columns for",
    },
    "fr": {
        "data": "Données", "import": "Importer un fichier", "columns": "Relier les colonnes",
        "join": "Réunir", "stages": "Passer aux étapes de vente",
        "load": "Importer 8\u202f927 lignes", "see": "Voir les indicateurs",
        "kpi": "Taux de réussite", "value": "63,2\u00a0%", "operands": "4\u202f238",
        "undo": "Annuler", "undo load": "Annuler le chargement",
        "undone": "Ce chargement a été annulé", "drop": "Déposez", "two": "Deux colonnes pour",
    },
}


@pytest.mark.skipif(not MAVEN.exists(), reason="no ../shared/data/maven_crm here")
@pytest.mark.parametrize(
    ("language", "width", "colours"), [("en", 1280, "light"), ("fr", 390, "dark")]
)
def test_from_the_files_to_the_figures_and_back(
    language: str, width: int, colours: str, open_page: OpenPage
) -> None:
    say = WORDS[language]
    page = open_page("eve", "/data/", width=width, colours=colours, language=language)
    check(page)
    page.get_by_role("link", name=say["import"]).first.click()
    check(page)
    page.set_input_files("input[type=file]", [MAVEN / name for name in FILES])
    page.get_by_role("heading", name=say["columns"]).wait_for(timeout=PATIENCE)
    page.get_by_role("link", name=re.compile("sales_pipeline")).click()
    page.locator("#c0").wait_for(timeout=PATIENCE)
    check(page)
    page.select_option("#c6", "started_at")
    page.get_by_text(say["two"]).first.wait_for(timeout=PATIENCE)
    check(page)
    page.select_option("#c6", "close_date")
    page.get_by_text(say["two"]).first.wait_for(state="detached", timeout=PATIENCE)
    page.get_by_role("button", name=say["join"]).click()
    page.locator("[aria-pressed=true]").wait_for(timeout=PATIENCE)
    page.get_by_role("link", name=say["stages"]).click()
    page.locator(".stage-list").wait_for(timeout=PATIENCE)
    check(page)
    page.get_by_role("button", name=say["load"]).click()
    page.wait_for_url("**/data/loads/*/", timeout=PATIENCE)
    load = page.url
    check(page)
    page.get_by_role("link", name=say["see"]).click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/kpis/win_rate/?period=2017")
    page.get_by_role("heading", name=say["kpi"]).first.wait_for(timeout=PATIENCE)
    assert say["value"] in page.locator("main").inner_text()
    explained = page.locator("#explained")
    assert say["operands"] in explained.inner_text()
    explained.locator("a[href*='records']").first.click()
    page.wait_for_url("**/kpis/win_rate/records/**")
    assert page.locator("main table tbody tr").count() > 0
    page.goto("/data/")
    check(page)
    page.goto(load)
    page.get_by_role("button", name=say["undo"], exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    check(page)
    dialog.get_by_role("button", name=say["undo load"]).click()
    page.get_by_role("heading", name=say["undone"]).wait_for(timeout=PATIENCE)
    check(page)


def test_stages_are_ordered_by_keyboard_alone(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("id,name,stage,amount\nA,One,Alpha,1\nB,Two,Beta,2\nC,Three,Won,3\n")
    page = open_page("eve", "/data/import/")
    page.set_input_files("input[type=file]", path)
    page.locator(".map").wait_for(timeout=PATIENCE)
    page.locator(".commit .btn.primary").focus()
    page.keyboard.press("Enter")
    page.locator(".stage-list").wait_for(timeout=PATIENCE)
    names = page.locator(".stage-list b")
    before = names.all_inner_texts()
    page.locator("#down0").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "first => document.querySelector('.stage-list b').innerText !== first", arg=before[0])
    assert names.all_inner_texts()[:2] == [before[1], before[0]]


def test_a_file_with_nothing_in_it_says_so_on_the_page(
    open_page: OpenPage, tmp_path: Path
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    page = open_page("eve", "/data/import/", width=390)
    page.set_input_files("input[type=file]", path)
    page.get_by_role("alert").wait_for(timeout=PATIENCE)
    assert "“empty.csv” is empty." in page.get_by_role("alert").inner_text()
    check(page)


def settled(page: Any) -> None:
    """Without a script one looks again oneself, until nothing is being worked out."""
    again = page.get_by_role("link", name="Look again")
    for _ in range(300):
        if not again.count():
            return
        again.click()
        page.wait_for_timeout(100)


def test_the_pages_work_without_javascript(open_page: OpenPage) -> None:
    page = open_page("eve", "/data/import/", script=False)
    page.locator("details summary").click()
    page.fill("#pasted", "id\tname\tstage\tamount\nZ-1\tOne\tWon\t100\nZ-2\tTwo\tWon\tx\n")
    page.click("#upload button.primary")
    settled(page)
    page.select_option("#c3", "")
    page.get_by_role("button", name="Apply").last.click()
    for _ in ("stages", "load"):
        settled(page)
        page.locator(".commit .btn.primary").click()
    settled(page)
    assert "/data/loads/" in page.url
