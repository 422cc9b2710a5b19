"""The catalogue in a real browser: searched, and a KPI of one's own made, tried, kept, removed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
WORDS = {
    "en": {
        "found": "found", "own": "A KPI of your own", "try": "Try it on your data",
        "save": "Save", "gives": "What it gives", "saved": "Saved: it is in the catalogue.",
        "name": "Name in English", "remove": "Remove", "win": "Win rate",
        "closed": "Opportunities won or lost, by close date", "letters": "win rate",
    },
    "fr": {
        "found": "trouvé", "own": "Un indicateur à vous", "try": "Essayer sur vos données",
        "save": "Enregistrer", "gives": "Ce qu'il donne",
        "saved": "Enregistré : il est dans le catalogue.", "name": "Nom en français",
        "remove": "Supprimer", "win": "Taux de réussite",
        "closed": "Affaires gagnées ou perdues, à la date de clôture", "letters": "reussite",
    },
}  # fmt: skip
PATIENCE = 60_000
WALKS = [("en", 1280, "light"), ("fr", 390, "dark")]


@pytest.mark.parametrize(("language", "width", "colours"), WALKS)
def test_a_search_narrows_while_one_types_and_definitions_open_by_keyboard(
    language: str, width: int, colours: str, open_page: OpenPage
) -> None:
    say = WORDS[language]
    page = open_page("vic", "/catalogue/", width=width, colours=colours, language=language)
    check(page)
    everything = page.locator(".entry").count()
    lines = page.locator(".entry").first.evaluate(
        "e => [...e.children].map(child => child.getBoundingClientRect().left)"
    )
    assert len(set(lines)) == 1, "name, meaning and definition stand below each other"
    page.locator("#find-q").press_sequentially(say["letters"])
    page.get_by_role("status").filter(has_text=say["found"]).wait_for()
    assert 0 < page.locator(".entry").count() < everything
    assert page.get_by_role("heading", name=say["win"], exact=True).count() == 1
    assert "q=" in page.url
    summary = page.locator("#win_rate summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("#win_rate").get_by_text("Opportunity.CloseDate").first.wait_for()
    check(page)
    page.locator("#find-q").fill("zzzz")
    page.locator("#entries .entry").first.wait_for(state="detached")
    check(page)
    assert page.get_by_role("link", name=say["own"]).count() == 0


@pytest.mark.parametrize(("language", "width", "colours"), WALKS)
def test_a_kpi_of_ones_own_is_tried_kept_shown_and_removed(
    language: str, width: int, colours: str, open_page: OpenPage
) -> None:
    say = WORDS[language]
    name = f"Big wins {language}"
    page = open_page("mia", "/catalogue/", width=width, colours=colours, language=language)
    page.get_by_role("link", name=say["own"]).click()
    check(page)
    page.get_by_role("link", name=say["closed"]).click()
    page.get_by_label(say["name"]).fill(name)
    page.select_option("#id_measure", "share")
    page.select_option("#id_row_column_1", "value_closed")
    page.select_option("#id_row_operator_1", ">=")
    page.fill("#id_row_value_1", "100")
    page.select_option("#id_part_column_1", "is_won")
    page.fill("#id_part_value_1", "yes")
    check(page)
    assert page.get_by_role("button", name=say["save"], exact=True).count() == 0
    page.get_by_role("button", name=say["try"]).click()
    page.get_by_role("heading", name=say["gives"]).wait_for()
    assert page.locator("#tried tbody tr").count() == 6
    check(page)
    page.get_by_role("button", name=say["save"], exact=True).click()
    page.wait_for_url("**/kpis/big_wins_*/", timeout=PATIENCE)
    page.get_by_text(say["saved"]).wait_for()
    assert page.locator("h1").inner_text() == name
    check(page)
    page.goto("/catalogue/?family=own")
    page.locator(f"#big_wins_{language}").get_by_role("link", name=say["remove"]).click()
    check(page)
    page.get_by_role("button", name=say["remove"]).click()
    page.wait_for_url("**/catalogue/")
    answer = page.goto(f"/kpis/big_wins_{language}/")
    assert answer.status == 404
    check(page)


def test_without_javascript_the_search_is_a_form(open_page: OpenPage) -> None:
    page = open_page("eve", "/catalogue/", script=False)
    page.fill("#find-q", "win rate")
    page.locator(".find noscript button, .find button").first.click()
    assert "q=win+rate" in page.url
    assert page.get_by_role("heading", name="Win rate", exact=True).count() == 1
