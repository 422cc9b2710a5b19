"""Composing and reading a board in a real browser: mouse, keyboard, no script, phone, wall."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
PAGES = ("/dashboards/", "/dashboards/ready/sales-review/?period=2024-10",
         "/dashboards/ready/team/?period=2024-10")  # fmt: skip
JUMPS = """() => {
  window.jumped = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.jumped += one.value;
  }).observe({type: "layout-shift"});
}"""


def drawn(page: Any) -> None:
    """Every card of the board has come."""
    page.wait_for_function("() => !document.querySelector('.card.waiting')")


def placed(page: Any, key: str) -> list[int]:
    slot = page.locator(f"#slot-{key}")
    return [int(slot.get_attribute(f"data-{name}")) for name in "xywh"]


def begin(page: Any, title: str, cards: list[tuple[str, str]]) -> str:
    """A new dashboard with these cards, (kind, KPI); the address of its composing page."""
    page.goto("/dashboards/")
    page.get_by_placeholder("Name of a new dashboard").fill(title)
    page.get_by_role("button", name="New dashboard").click()
    page.wait_for_url("**edit=1")
    address: str = page.url
    for kind, kpi in cards:
        page.goto(f"{address.split('?')[0]}add/")
        page.locator(".kinds a", has=page.get_by_text(kind, exact=True)).click()
        page.get_by_label("KPI", exact=True).fill(kpi)
        page.get_by_label("KPI", exact=True).press("Tab")
        page.locator("#preview figure").wait_for()
        if kind == "Bars":
            page.get_by_label("Broken down by", exact=True).select_option("product")
            page.locator("#preview figure", has_text="by product").wait_for()
            page.get_by_label("Period", exact=True).select_option("last_12_months")
            page.locator("#preview", has_text="Last 12 months").wait_for()
        page.get_by_role("button", name="Put it on the dashboard").click()
        page.wait_for_url("**edit=1")
    return address


def test_a_board_is_composed_with_the_mouse_and_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("ann")
    begin(
        page, "Mine", [("Number", "Sales value"), ("Number", "Win rate"), ("Bars", "Sales value")]
    )
    drawn(page)
    assert [placed(page, key) for key in ("c1", "c2", "c3")] == [
        [0, 0, 3, 3], [0, 3, 3, 3], [0, 6, 6, 4]]  # fmt: skip
    check(page)

    # The mouse: the third card to the right of the first.
    page.wait_for_load_state("networkidle")
    third = page.get_by_role("button", name="Move “Bars – Sales value”")
    third.hover()
    handle = third.bounding_box()
    beside = page.locator("#slot-c1").bounding_box()
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 60, handle["y"] - 40, steps=3)
    page.locator(".ghost").wait_for()
    page.mouse.move(beside["x"] + beside["width"] + 40, beside["y"] + 15, steps=5)
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('#slot-c3').dataset.y === '0'")
    assert placed(page, "c3")[:2] == [3, 0]
    tops = [page.locator(f"#slot-{key}").bounding_box()["y"] for key in ("c1", "c3")]
    assert tops[0] == pytest.approx(tops[1], abs=2)

    # The keyboard: each press is kept and said.
    said = page.locator("#board-said")
    move = page.get_by_role("button", name="Move “Number – Win rate”")
    move.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.querySelector('#slot-c2').dataset.y === '0'")
    assert placed(page, "c1") == [0, 3, 3, 3]
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_function("() => document.querySelector('#slot-c2').dataset.h === '4'")
    assert said.inner_text() == ("Number – Win rate: column 1, row 1, 3 columns wide, 4 rows high.")
    assert move.evaluate("one => one === document.activeElement")
    page.keyboard.press("Control+z")
    page.wait_for_function("() => document.querySelector('#slot-c2').dataset.h === '3'")
    page.reload()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("() => document.querySelector('#slot-c1').dataset.y === '0'")
    page.get_by_role("button", name="Take “Number – Win rate” away").click()
    page.locator("#slot-c2").wait_for(state="detached")
    page.get_by_role("button", name="Undo").click()
    page.locator("#slot-c2").wait_for()


def test_an_open_board_takes_a_load_up_without_jumping(
    open_page: OpenPage, served_folder: Path, tmp_path: Path
) -> None:
    page = open_page("eve")
    address = begin(page, "Live", [("Bars", "Sales value"), ("Number", "Sales value")])
    page.goto(f"{address.split('?')[0]}?period=2024-10")
    drawn(page)
    page.wait_for_load_state("networkidle")
    bars = page.locator("#slot-c1")
    before = bars.locator("li, tr").count(), page.locator("#slot-c2").inner_text()
    page.evaluate(JUMPS)
    file = tmp_path / "opportunities.csv"
    file.write_text("id,name,stage,created_at,closed_at,amount,owner,product\n" + "".join(
        f"b-{n},Made meanwhile,Won,2024-10-02,2024-10-21,{9000 + n},ann,Novelty {n}\n"
        for n in range(3)))  # fmt: skip
    command = [sys.executable, "-m", "kpilot", "load", str(file), "--yes",
               "--project", str(served_folder)]  # fmt: skip
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
    bars.get_by_text("Novelty 2").first.wait_for(state="attached", timeout=20_000)
    page.wait_for_function("before => document.querySelector('#slot-c2').innerText !== before",
                           arg=before[1])  # fmt: skip
    assert bars.locator("li, tr").count() >= before[0] + 3
    page.wait_for_timeout(500)
    assert page.evaluate("window.jumped") <= 0.05


def test_a_click_in_a_card_filters_the_whole_board(open_page: OpenPage) -> None:
    page = open_page("mia")
    begin(page, "Filtered", [("Number", "Sales value"), ("Bars", "Sales value")])
    page.goto(page.url.replace("edit=1", "period=2024-10"))
    drawn(page)
    page.evaluate("window.stays = true")
    before = page.locator("#card-c1").inner_text()
    page.locator("#card-c2").get_by_role("link", name="Pro", exact=True).click()
    page.wait_for_url("**where=product**")
    assert page.locator(".bar").get_by_text("Product: Pro").is_visible()
    page.wait_for_function(
        "old => document.querySelector('#card-c1').innerText !== old", arg=before
    )
    assert page.evaluate("window.stays") is True
    page.locator("#card-c1").get_by_text("View as table").click()
    assert page.locator("#card-c1 table").is_visible()
    page.go_back()
    page.wait_for_function(
        "old => document.querySelector('#card-c1').innerText === old", arg=before
    )
    page.wait_for_function(
        "() => !document.querySelector('#card-c2 a[download]').href.includes('where')"
    )
    page.locator("#card-c2 .card-menu summary").click()
    box = page.locator("#card-c2 .card-menu .menu-box").bounding_box()
    assert box["width"] > 200, "as wide as words need, not as its button"
    with page.expect_download() as download:
        page.locator("#card-c2").get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    with page.expect_download() as picture:
        page.locator("#card-c2").get_by_role("button", name="PNG").click()
    assert picture.value.suggested_filename.endswith(".png")
    page.keyboard.press("Escape")
    assert not page.locator("#card-c2 .card-menu .menu-box").is_visible()


@pytest.mark.parametrize(
    ("width", "colours", "language"), [(1280, "light", "en"), (390, "dark", "fr")]
)
def test_nothing_keeps_anybody_out_and_nothing_scrolls_sideways(
    open_page: OpenPage, width: int, colours: str, language: str
) -> None:
    page = open_page("eve", "/", width=width, colours=colours, language=language)
    for path in PAGES:
        page.goto(path)
        drawn(page)
        page.wait_for_load_state("networkidle")
        check(page)


def test_the_wall_screen_turns_by_itself_and_can_rest(open_page: OpenPage) -> None:
    page = open_page("vic", "/dashboards/ready/team/?mode=tv&every=5&with=ready/pipeline")
    assert not page.locator(".rail").is_visible()
    pause = page.get_by_role("button", name="Pause")
    pause.click()
    assert page.get_by_role("button", name="Go on").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/ready/pipeline/?**", timeout=9_000)
    assert "mode=tv" in page.url


def test_a_board_is_composed_without_a_script(open_page: OpenPage) -> None:
    page = open_page("bob", "/dashboards/", script=False)
    page.get_by_role("button", name="Make “Pipeline” mine").click()
    page.get_by_role("link", name="Add a card").click()
    page.locator(".kinds a", has=page.get_by_text("Number", exact=True)).click()
    page.get_by_label("KPI", exact=True).fill("Win rate")
    page.get_by_role("button", name="Preview").click()
    assert page.locator("#preview", has_text="Win rate").is_visible()
    page.get_by_role("button", name="Put it on the dashboard").click()
    last = page.locator(".slot").last
    last.locator(".numbers summary").click()
    last.get_by_label("Row", exact=True).fill("1")
    last.get_by_role("button", name="Place it").click()
    assert page.locator(".slot").first.get_attribute("data-label") == "Number – Win rate"
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Done").click()
    page.goto(page.url + "?whole=1")
    assert page.locator("figure.card").count() == page.locator(".slot").count()
