"""The pages of figures in a real browser: the walk from a card to its rows, at any width."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
PAGES = (
    "/", "/kpis/", "/kpis/win_rate/", "/kpis/sales_value/?period=this_quarter&by=product",
    "/kpis/win_rate/?by=agent&period=last_12_months", "/kpis/weighted_pipeline/",
    "/kpis/stage_conversion/?period=2024-Q1", "/kpis/win_rate/records/?period=last_month",
    "/kpis/win_rate/?period=soon", "/filters/?dimension=agent&figure=win_rate",
)  # fmt: skip


@pytest.mark.parametrize(
    ("width", "colours", "language"), [(1280, "light", "en"), (390, "dark", "fr")]
)
def test_nothing_keeps_anybody_out_and_nothing_scrolls_sideways(
    open_page: OpenPage, width: int, colours: str, language: str
) -> None:
    page = open_page("eve", "/", width=width, colours=colours, language=language)
    for path in PAGES:
        page.goto(path)
        page.locator("main h1").wait_for()
        if page.locator("[data-chart=trend]").count():
            page.locator("[data-chart=trend] canvas").first.wait_for()
            page.get_by_text("View as table" if language == "en" else "Voir en tableau").click()
        check(page)


def test_from_a_card_to_the_rows_behind_it(open_page: OpenPage) -> None:
    page = open_page("mia", "/?period=last_month")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_role("button", name="Close").click()
    card = page.locator("article", has_text="Sales value")
    value = card.locator(".kpi-value").inner_text()
    card.click()
    page.wait_for_url("**/kpis/sales_value/?period=last_month")
    assert page.locator(".figure-big").inner_text() == value

    page.get_by_role("link", name="Quarter").click()
    page.wait_for_url("**grain=quarter**")
    page.get_by_text("Sales value by quarter.").wait_for()
    page.locator("#trend canvas").first.wait_for()

    page.locator("#parts").get_by_role("link", name="Product", exact=True).click()
    page.wait_for_url("**by=product**")
    page.locator("#parts").get_by_role("link", name="Basic").click()
    page.wait_for_url("**where=product**")
    assert page.locator(".bar").get_by_text("Product: Basic").is_visible()

    page.get_by_role("link", name="Show all").click()
    page.wait_for_url("**/records/**")
    assert page.locator(".bar").get_by_text("Product: Basic").is_visible()
    page.get_by_role("link", name="Amount").click()
    page.wait_for_url("**sort=-amount**")
    amounts = page.locator("tbody tr td:last-child").all_inner_texts()
    assert amounts == sorted(amounts, key=_money, reverse=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename == "sales_value-2024-10.xlsx"


def _money(text: str) -> float:
    return float(text.replace("€", "").replace(",", ""))


def test_a_period_is_two_clicks_away(open_page: OpenPage) -> None:
    page = open_page("ann", "/kpis/win_rate/")
    page.get_by_role("button", name="compared with").click()
    button, menu = page.locator("[popovertarget=compare]"), page.locator("#compare")
    assert menu.bounding_box()["x"] == button.bounding_box()["x"], "it hangs under its button"
    page.get_by_role("button", name="This month").click()
    page.get_by_role("link", name="Last quarter").click()
    page.wait_for_url("**period=last_quarter**")
    assert page.locator(".bar").get_by_text("1 July – 30 Sept 2024").is_visible()


def test_a_filter_is_found_by_letters_and_chosen(open_page: OpenPage) -> None:
    page = open_page("eve", "/kpis/win_rate/")
    page.get_by_role("button", name="Filter").click()
    page.locator("#filter-choice").get_by_role("link", name="Account", exact=True).click()
    page.get_by_label("Search: Account").press_sequentially("bob plain account 2", delay=20)
    page.locator("#filter-values li").nth(1).wait_for(state="detached")
    page.get_by_role("link", name="Bob plain account 2").click()
    page.wait_for_url("**where=account**")
    assert page.locator(".bar").get_by_text("Account: Bob plain account 2").is_visible()
    page.get_by_role("link", name="Remove the filter Account").click()
    page.wait_for_url("**/kpis/win_rate/")


def test_the_definition_shows_on_focus(open_page: OpenPage) -> None:
    page = open_page("ann", "/")
    page.get_by_role("link", name="Win rate", exact=True).focus()
    words = page.get_by_text("Share of the opportunities closed in the period that were won.")
    words.wait_for(state="visible")


def test_the_pages_work_without_a_script(open_page: OpenPage) -> None:
    page = open_page("eve", "/kpis/win_rate/", script=False)
    page.get_by_role("button", name="This month").click()
    page.get_by_role("link", name="Last month").click()
    assert "period=last_month" in page.url
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Choose what to filter by").click()
    page.get_by_role("link", name="Product", exact=True).click()
    page.get_by_role("link", name="Pro", exact=True).click()
    assert "where=product%3DPro" in page.url
    assert "period=last_month" in page.url
    page.get_by_role("link", name="Quarter").click()
    assert page.get_by_text("Win rate by quarter.").is_visible()
