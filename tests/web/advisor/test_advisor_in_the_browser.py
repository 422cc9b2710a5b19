"""Interview, answer, follow, order: as a person does it, with mouse and keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check, plain

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
WALKS = [("en", 1280, "light", "eve"), ("fr", 390, "dark", "ann")]
WORDS = {
    "en": {"show": "Show my KPIs", "follow": "Follow", "down": "Down Win rate", "drop": "Unfollow",
           "told": "median cycle 120 days", "left": "your sales cycle is 90 days or more",
           "which": "Which, and why", "list": "What is followed", "letters": "choose k",
           "place": "Choose KPIs", "followed": "Followed"},
    "fr": {"show": "Montrer mes indicateurs", "follow": "Suivre",
           "down": "Descendre Taux de réussite", "drop": "Ne plus suivre",
           "told": "cycle médian de 120 jours", "left": "votre cycle de vente dure 90 jours",
           "which": "Lesquels, et pourquoi", "list": "Ce qui est suivi", "letters": "choisir",
           "place": "Choisir ses indicateurs", "followed": "Suivi"},
}  # fmt: skip


@pytest.mark.parametrize(("language", "width", "colours", "name"), WALKS)
def test_from_the_interview_to_a_list_in_order(
    language: str, width: int, colours: str, name: str, open_page: OpenPage
) -> None:
    say = WORDS[language]
    page = open_page(name, "/", width=width, colours=colours, language=language)
    # The palette finds it by a few letters.
    page.keyboard.press("Control+k")
    page.keyboard.type(say["letters"])
    page.get_by_role("option", name=say["place"]).first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/advice/")
    check(page)
    assert say["told"] in plain(page.inner_text("main"))
    # Without an aim nothing is answered, and what was answered stays.
    page.check("input[name=calls][value=no]")
    page.get_by_role("button", name=say["show"]).click()
    page.locator("#objective_error").wait_for()
    assert page.is_checked("input[name=calls][value=no]")
    check(page)
    page.check("input[name=model][value=b2b]")  # fifteen accounts of one's own do not tell
    # By keyboard: the aims are one group of arrows, the button is reached by Tab.
    page.focus("input[name=objective][value=VOL]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("input[name=objective][value=REV]")
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name=say["show"]).focus()
    page.keyboard.press("Enter")
    page.locator(".picks").first.wait_for()
    check(page)
    assert page.locator("#pick-new_leads").count() == 0
    page.locator("summary", has_text=say["which"]).focus()
    page.keyboard.press("Enter")
    page.get_by_text(say["left"]).first.wait_for()
    page.get_by_role("button", name=say["follow"], exact=True).click()
    page.wait_for_url("**/advice/followed/**")
    assert say["list"] in plain(page.inner_text("main"))
    check(page)
    rows = page.locator(".follow-list > li")
    count, first = rows.count(), rows.first.get_attribute("id")
    assert 4 <= count <= 6
    # The order changes by keyboard, and the row that moved is where one goes on.
    down = rows.first.locator("button[value^='down:']")
    down.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{first}")
    assert rows.nth(1).get_attribute("id") == first
    rows.first.get_by_role("button", name=say["drop"]).click()
    page.wait_for_url("**#list")
    assert rows.count() == count - 1
    # From a KPI's own page, and back there.
    page.goto("/kpis/stalled_rate/")
    button = page.get_by_role("button", name=say["follow"], exact=True)
    button.click()
    page.get_by_role("button", name=say["followed"], exact=True).wait_for()
    assert "/kpis/stalled_rate/" in page.url
    check(page)
