"""The team's pages as people use them: by mouse and keyboard, at any width, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
PAGES = ("/team/?period=2024", "/team/of/north-a/response/?period=2024-11",
         "/team/of/north-a/loyalty/", "/team/people/ann/?period=2024", "/team/rules/",
         "/team/rules/north-a/")  # fmt: skip


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
        check(page)
        if language == "fr":
            text = page.locator("main").inner_text()
            assert "Données personnelles" in text or "/rules/" in path
            assert "Salesperson" not in text


def test_a_manager_finds_who_could_use_a_hand_and_decides_on_a_leaderboard(
    open_page: OpenPage,
) -> None:
    page = open_page("mia", "/")
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Team").click()
    page.get_by_role("link", name="North A", exact=True).click()
    page.wait_for_url("**/team/of/north-a/**")
    assert page.get_by_text("Leaderboard").count() == 0
    page.get_by_role("link", name="2 tasks are past their due date").click()
    page.wait_for_url("**/kpis/tasks_overdue/records/**")
    assert page.get_by_text("bob later").is_visible()
    page.go_back()

    page.locator("#behind").get_by_role("link", name="Ann", exact=True).click()
    page.wait_for_url("**/team/people/ann/**")
    page.get_by_role("link", name="1 lead waits for a first answer").click()
    assert page.locator("#leads").get_by_text("l3").is_visible()

    page.get_by_role("link", name="Rules").click()
    page.locator("main table").get_by_role("link", name="North A", exact=True).click()
    page.get_by_label("Show a leaderboard").focus()
    page.keyboard.press("Space")
    page.get_by_label("Answer leads within (minutes)").fill("60")
    page.keyboard.press("Enter")
    page.wait_for_url("**/team/rules/")
    page.goto("/team/of/north-a/?period=2024")
    assert page.locator("#leaderboard tbody tr").first.inner_text().startswith("1")
    page.get_by_role("link", name="Lead response").click()
    assert page.get_by_text("Within 60 min").first.is_visible()
    with page.expect_download() as file:
        page.locator("#hot").get_by_role("link", name="CSV").click()
    assert file.value.suggested_filename.startswith("leads-waiting")


def test_a_salesperson_reads_her_own_page_on_the_phone(open_page: OpenPage) -> None:
    page = open_page("ann", "/team/?period=2024", width=390, colours="dark", language="fr")
    assert page.locator("#completed").get_by_text("North A, ensemble").is_visible()
    assert page.get_by_text("Bob").count() == 0
    page.get_by_role("link", name="Ma page").click()
    page.wait_for_url("**/team/me/**")
    assert page.get_by_text("20 ventes gagnées, pour 20 k€").is_visible()
    link = page.get_by_role("link", name="Affaires à reprendre : 1")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#deals")
    assert page.get_by_text("ann past its date").is_visible()
