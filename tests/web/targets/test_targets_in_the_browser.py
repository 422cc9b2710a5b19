"""The grid as a person works in it: keyboard, paste, sums, save; then a proposal, decided."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
PATIENCE = 60_000
WALKS = [("en", 1280, "light", "2025"), ("fr", 390, "dark", "2026")]
SAID = {
    "en": {"pasted": "Pasted: 4 cells. 2 did not fit", "kept": "5 targets are kept.",
           "first": "9,000.5", "sum": "19,500.5", "readings": "Which reading?",
           "proposed": "Proposed. Your manager", "approved": "Kept, and told.",
           "levers": "A larger average sale", "bad": "is not a number"},
    "fr": {"pasted": "Collées : 4 cases. 2 ne tenaient pas", "kept": "5 cibles sont enregistrées.",
           "first": "9000,5", "sum": "19500,5", "readings": "Quelle lecture ?",
           "proposed": "Proposée. Votre responsable", "approved": "C'est enregistré",
           "levers": "Une vente moyenne plus élevée", "bad": "n'est pas un nombre"},
}  # fmt: skip
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def plain(text: str) -> str:
    return text.replace("\u202f", "").replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "width", "colours", "year"), WALKS)
def test_a_manager_fills_the_grid_and_decides_what_is_proposed(
    open_page: OpenPage, language: str, width: int, colours: str, year: str
) -> None:
    said = SAID[language]
    page = open_page("mia", f"/targets/?kpi=sales_value&year={year}", width=width,
                     colours=colours, language=language)  # fmt: skip
    page.set_default_timeout(PATIENCE)
    check(page)

    def cell(who: str, month: str) -> Any:
        return page.locator(f'input[name="c:agent:{year}-{month}:{who}"]')

    cell("ann", "01").focus()
    page.keyboard.type("9 000,5" if language == "fr" else "9,000.5")
    page.keyboard.press("Enter")  # down to Bob
    assert page.evaluate("document.activeElement.name") == f"c:agent:{year}-01:bob"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.name") == f"c:agent:{year}-02:ann"
    page.keyboard.type("5")
    page.keyboard.press("Escape")
    assert cell("ann", "02").input_value() == ""
    total = page.locator('tr[data-row="agent:ann"] [data-total="year"]')
    assert plain(total.inner_text()) == said["first"]

    cell("ann", "11").focus()
    page.evaluate(PASTE, "4 000\t6,500\t1\n7000\t8k\t2" if language == "en"
                  else "4 000\t6500,00\t1\n7000\t8k\t2")  # fmt: skip
    assert said["pasted"] in plain(page.locator("[data-grid-said]").inner_text())
    assert plain(total.inner_text()) == said["sum"]
    adds = page.locator('tr[data-adds="team:north-a"] [data-sum$="-12"]')
    assert plain(adds.inner_text()).replace(",", "") == "14500"
    page.click("main .commit button.primary")
    page.wait_for_selector(f"text={said['kept']}")
    assert plain(total.inner_text()) == said["sum"]
    check(page)

    cell("bob", "03").fill("twelve")
    assert cell("bob", "03").get_attribute("aria-invalid") == "true"
    page.click("main .commit button.primary")
    page.wait_for_selector(f"text={said['bad']}")
    assert cell("bob", "03").input_value() == "twelve"
    check(page)

    mine = open_page("ann", "/targets/proposals/", width=width, colours=colours,
                     language=language)  # fmt: skip
    mine.set_default_timeout(PATIENCE)
    mine.select_option("#p-kpi", "win_rate")
    mine.fill("#p-target", "+5 %")
    mine.wait_for_selector(f"text={said['readings']}")
    check(mine)
    mine.select_option("#p-kpi", "sales_value")
    mine.fill("#p-target", "13000")
    mine.wait_for_selector(".aim-checks")
    mine.click("#propose button.primary")
    mine.wait_for_selector(f"text={said['proposed']}")

    page.goto("/targets/proposals/")
    check(page)
    page.click('button[value="approve"]')
    page.wait_for_selector(f"text={said['approved']}")
    page.goto("/targets/what-it-takes/?kpi=sales_value&scope=team:north-a&period=2024-Q4&target=90k")
    page.wait_for_selector(f"text={said['levers']}")
    check(page)
