"""Monday morning: eve at her desk, ann on her phone; every sentence leads to the figure it says."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check, plain

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def test_eve_follows_each_finding_to_its_figure(open_page: OpenPage) -> None:
    page = open_page("eve", "/")
    page.get_by_role("heading", name="What moved, and why").wait_for()
    check(page)
    assert "Fewer deals get past" in page.locator("h1").inner_text()

    note = plain(page.locator("[aria-labelledby=moved] .note").first.inner_text())
    after = re.search(r"→ ([\d.]+%)", note)
    assert after is not None, note
    page.get_by_role("link", name="See the figures").click()
    page.wait_for_url("**/kpis/win_rate/**by=channel**")
    assert plain(page.locator(".figure-big").first.inner_text()) == after[1]

    page.go_back()
    hot = page.locator(".steps .hot")
    rate = plain(hot.locator(".rate").inner_text()).split("%")[0] + "%"
    hot.get_by_role("link").click()
    page.wait_for_url("**/kpis/stage_conversion_in_30/**where=stage**")
    assert plain(page.locator(".figure-big").first.inner_text()) == rate

    page.go_back()
    row = page.locator(".falls li").first
    ends = plain(row.locator("small").inner_text())
    row.get_by_role("link").click()
    page.wait_for_url("**where=channel**")
    assert plain(page.locator(".figure-big").first.inner_text()) == ends.split("→ ")[1]

    page.go_back()
    team = page.locator(".also li", has_text="Bruxelles")
    share = re.search(r"Bruxelles: ([\d.]+%)", plain(team.inner_text()))
    assert share is not None
    team.get_by_role("link").click()
    page.wait_for_url("**/kpis/quota_attainment/**")
    assert plain(page.locator(".figure-big").first.inner_text()) == share[1]
    page.goto("/kpis/mrr_movements/records/?period=2024-10")
    table = page.locator("table.records")
    assert table.locator("thead").inner_text().rstrip().endswith("In EUR"), "what a row adds"
    assert "€" in table.locator("tbody tr").first.inner_text()


def test_eve_ticks_off_the_week_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("eve", "/")
    first = page.locator(".tasks li b").first.inner_text()
    page.get_by_role("button", name=f"Done: {first}").focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 thing done this week.").wait_for()
    assert first not in page.locator(".tasks").inner_text()
    page.get_by_role("button", name="Show them again").click()
    page.locator(".tasks li b", has_text=first).wait_for()


def test_ann_sees_herself_and_nobody_else_on_her_phone(open_page: OpenPage) -> None:
    page = open_page("ann", "/", width=390, colours="dark", language="fr")
    page.get_by_role("heading", name="Où vous en êtes").wait_for()
    check(page)
    assert page.locator(".helped li").count() == 1
    text = plain(page.locator("main").inner_text())
    for name in ("Bruxelles", "Lucas Ferrand", "Inès Vasseur", "Marc Zbinden"):
        assert name not in text
    page.locator(".slips a, .helped a").first.click()
    page.wait_for_url("**/kpis/**")
    assert page.locator("main h1").is_visible()
