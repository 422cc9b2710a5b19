"""What somebody meets on a page: its words, and nothing that keeps her out."""

from typing import Any

import pytest

# Colours are looked at once they have stopped changing.
AT_REST = """() => document.getAnimations().every(
  one => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""


# What a finger is to hit, 24 px at least; links within a line of text have the line's height.
TOO_SMALL = """() => !matchMedia("(pointer: coarse)").matches ? [] :
  [...document.querySelectorAll("main :is(a[href], button, summary, select):not(.sr)")]
  .filter(one => one.checkVisibility() && getComputedStyle(one).display !== "inline"
    && one.offsetWidth > 1 && Math.min(one.offsetWidth, one.offsetHeight) < 24)
  .map(one => `${one.tagName} ${one.className} ${one.innerText}`)"""


def plain(html: str) -> str:
    """The text with ordinary spaces, dashes and quotation marks."""
    for space in ("\u00a0", "\u202f", "&nbsp;"):
        html = html.replace(space, " ")
    return html.replace("\u2060", "").replace("&#x27;", "'").replace("&quot;", '"')


def check(page: Any) -> None:
    """Nothing axe finds keeps anybody out of a real page, and it does not scroll sideways."""
    page.locator("main h1").wait_for()
    page.wait_for_function(AT_REST)
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = [
        f"{rule['id']}: {rule['nodes'][0]['target']}"
        for rule in axe.Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    assert found == [], page.url
    small = page.evaluate(TOO_SMALL)
    assert small == [], f"{page.url}: {small}"
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{page.url} scrolls sideways"
