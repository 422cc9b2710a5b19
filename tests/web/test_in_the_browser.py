"""The frame of every page in a real browser: open to all, quick by keyboard, right at any width."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.looking import check

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
REFUSED = """async () => {
  const xhr = new XMLHttpRequest();
  xhr.open("GET", "/nothing/");
  await new Promise(done => { xhr.onload = done; xhr.send(); });
  document.dispatchEvent(new CustomEvent("htmx:responseError", {detail: {xhr}}));
}"""
PAGES = ("/", "/me/", "/people/", "/people/add/", "/styleguide/")


@pytest.mark.parametrize(("width", "colours"), [(1280, "dark"), (390, "light")])
def test_nothing_on_a_page_keeps_anybody_out(width: int, colours: str, open_page: OpenPage) -> None:
    page = open_page("", "/sign-in/", width=width, colours=colours)
    check(page)
    page = open_page("eve", "/", width=width, colours=colours, language="fr")
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        check(page)


def test_the_palette_opens_by_key_finds_without_accents_and_goes_there(
    open_page: OpenPage,
) -> None:
    page = open_page("mia", "/me/", language="fr")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Rechercher").fill("reussite")
    page.get_by_role("option", name="Taux de réussite", exact=True).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpis/win_rate/")


def test_the_palette_puts_first_what_begins_with_the_letters(open_page: OpenPage) -> None:
    page = open_page("mia", "/me/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill("win rate")
    page.get_by_role("option", name="Activities per win").wait_for(state="hidden")
    page.get_by_role("combobox", name="Search").fill("win")
    page.get_by_role("option", name="Activities per win").wait_for()
    assert page.locator("[role=option]:visible").first.inner_text().startswith("Win")


def test_help_opens_by_its_key_and_closes_by_escape(open_page: OpenPage) -> None:
    page = open_page("ann")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog", name="Keys").is_hidden()


def test_the_first_tab_skips_to_the_content(open_page: OpenPage) -> None:
    page = open_page("ann")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_chart_is_read_by_arrow_keys_and_follows_the_colours(open_page: OpenPage) -> None:
    page = open_page("eve", "/styleguide/")
    plot = page.locator("[data-chart=trend]")
    plot.locator("canvas").first.wait_for()
    plot.focus()
    assert "44.3%" in plot.get_by_role("status").inner_text()
    page.keyboard.press("ArrowLeft")
    said = plot.get_by_role("status").inner_text()
    assert "47.7%" in said
    assert "interval 41–55%" in said
    page.keyboard.press("Escape")
    assert plot.get_by_role("status").is_hidden()

    def painted() -> str:
        return str(page.evaluate("document.querySelector('canvas').toDataURL()"))

    before = painted()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(
        "old => document.querySelector('canvas').toDataURL() !== old", arg=before
    )
    dark = painted()
    page.emulate_media(media="print")  # paper is never dark: its ink is
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 24, 29)"
    page.wait_for_function("old => document.querySelector('canvas').toDataURL() !== old", arg=dark)


def test_a_chart_is_saved_as_a_picture(open_page: OpenPage) -> None:
    page = open_page("eve", "/styleguide/")
    page.locator("canvas").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    assert download.value.suggested_filename == "win-rate.png"


def test_the_period_picker_opens_without_a_script_of_ours(open_page: OpenPage) -> None:
    page = open_page("eve", "/styleguide/")
    page.get_by_role("button", name="This month").click()
    assert page.get_by_role("dialog", name="Choose the period").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog", name="Choose the period").is_hidden()


def test_somebody_is_added_and_comes_in_by_her_link(open_page: OpenPage) -> None:
    page = open_page("eve", "/people/add/")
    page.fill("#id_name", "Noa Levi")
    page.fill("#id_email", "noa@example.com")
    page.select_option("#id_role", "agent")
    page.select_option("#id_agent_id", "bob")
    page.click("main .primary")
    link = page.input_value("#link")
    guest = open_page("", "/sign-in/")
    guest.goto(link)
    guest.fill("#id_password", "her own long phrase")
    guest.click("main .primary")
    guest.wait_for_url("**/")
    assert guest.get_by_text("Noa Levi").first.is_visible()


def test_a_page_without_charts_is_light(open_page: OpenPage) -> None:
    page = open_page("ann")
    sizes: dict[str, int] = {}

    def weigh(answer: Any) -> None:
        if answer.url.endswith((".js", ".css")):
            sizes[answer.url] = int(answer.headers.get("content-length", "0"))

    page.on("response", weigh)
    page.context.clear_cookies()
    page.goto("/sign-in/?fresh")
    page.reload()
    assert 0 < sum(sizes.values()) < 80_000


def test_a_part_that_cannot_be_brought_says_why_once(open_page: OpenPage) -> None:
    page = open_page("eve", "/catalogue/", language="fr")
    field, news = page.locator("form.find [name=q]"), page.locator("#toasts .bad")
    page.context.set_offline(True)
    for words in ("taux", "taux de"):
        with page.expect_event("requestfailed"):
            field.fill(words)
    news.filter(has_text="kpilot ne répond pas.").wait_for()
    assert news.count() == 1
    page.context.set_offline(False)
    page.evaluate(REFUSED)
    news.filter(has_text="Il n'y a rien ici").wait_for()
