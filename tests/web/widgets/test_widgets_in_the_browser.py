"""Every widget on one dashboard: by mouse and keyboard, wide and narrow, in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.looking import check
from tests.web.made import widgets

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
BOARD = "/dashboards/1/?period=2024-10"
PNG = b"\x89PNG"


def scrolled(page: Any, cards: int) -> None:
    """Every card of the page is loaded and drawn."""
    for _ in range(60):
        page.mouse.wheel(0, 1200)
        page.wait_for_timeout(60)
        if page.locator("figure.widget").count() >= cards:
            break
    assert page.locator("figure.widget").count() == cards
    plots = page.locator("[data-chart]")
    for i in range(plots.count()):
        plots.nth(i).locator("canvas").wait_for()


@pytest.mark.parametrize(
    ("width", "colours", "language"), [(1280, "light", "en"), (390, "dark", "fr")]
)
def test_every_widget_is_there_for_everybody(
    open_page: OpenPage, width: int, colours: str, language: str
) -> None:
    page = open_page("eve", BOARD, width=width, colours=colours, language=language)
    scrolled(page, len(widgets.CARDS))
    check(page)
    said = page.locator("main").inner_text()
    for word in {
        "en": ("View as table", "How to read", "Open at the start", "still there"),
        "fr": ("Voir en tableau", "Ouvertes au début", "encore là", "Autres (3)"),
    }[language]:
        assert word in said.replace("\u00a0", " ") or word == "How to read", word
    if language == "fr":
        for word in ("View", "Others", "Opportunities", "Movements", "Scatter"):
            assert word not in said, word


def test_marks_are_reached_by_keys_and_pictures_are_saved(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("eve", BOARD)
    scrolled(page, len(widgets.CARDS))
    for kind, first, second in (("stacked", "October 2024", "September 2024"),
                                ("lines", "October 2024", "September 2024")):  # fmt: skip
        plot = page.locator(f"[data-chart={kind}]").first
        plot.focus()
        assert first in plot.locator(".tip").inner_text()
        page.keyboard.press("ArrowLeft")
        assert second in plot.locator(".tip").inner_text()
        page.keyboard.press("Escape")
        assert plot.locator(".tip").is_hidden()
    points = page.locator("[data-chart=scatter]").first
    points.focus()
    page.keyboard.press("End")
    oldest = points.locator(".tip").inner_text()
    page.keyboard.press("Home")
    assert points.locator(".tip").inner_text() != oldest
    box = points.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert points.locator(".tip").is_visible()

    for inside in ("[data-chart=stacked]", ".pie", ".pipe"):
        card = page.locator("figure.widget", has=page.locator(inside)).first
        with page.expect_download() as download:
            card.locator("[data-png]").evaluate("button => button.click()")
        file = tmp_path / "card.png"
        download.value.save_as(file)
        assert file.read_bytes()[:4] == PNG, inside
        assert file.stat().st_size > 8000, inside


def test_a_slice_filters_the_board_and_a_head_sorts(open_page: OpenPage) -> None:
    page = open_page("eve", BOARD)
    scrolled(page, len(widgets.CARDS))
    table = page.locator(".board-table")
    heads = table.locator("thead button")
    heads.nth(0).click()
    names = table.locator("tbody th").all_inner_texts()
    assert names == sorted(names)
    heads.nth(0).press("Enter")
    assert table.locator("tbody th").all_inner_texts() == names[::-1]
    heads.nth(1).click()
    values = table.locator("tbody td:nth-child(2)").evaluate_all(
        "cells => cells.map(cell => Number(cell.dataset.value))"
    )
    assert values == sorted(values, reverse=True)
    page.locator(".slices a").first.click()
    page.wait_for_url("**where=product**")
    assert page.locator(".bar").get_by_text("Product: Basic").is_visible()
