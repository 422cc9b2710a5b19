"""An open page shows what was loaded meanwhile, by itself; an idle one costs next to nothing."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
ONE_MORE = """id,name,stage,created_at,closed_at,amount,owner
live-1,A sale made meanwhile,Won,2024-10-02,2024-10-21,123456,ann
"""


def test_a_load_shows_on_the_open_page_by_itself(
    open_page: OpenPage, served_folder: Path, tmp_path: Path
) -> None:
    page = open_page("eve", "/kpis/sales_value/?period=2024-10")
    figure = page.locator("#figures")
    before = figure.inner_text()
    asked: list[int] = []
    page.on("response", lambda answer: asked.append(answer.status)
            if "/api/version" in answer.url else None)  # fmt: skip
    page.wait_for_timeout(2_500)
    assert asked
    assert set(asked) == {304}
    assert figure.inner_text() == before

    file = tmp_path / "opportunities.csv"
    file.write_text(ONE_MORE)
    command = [sys.executable, "-m", "kpilot", "load", str(file), "--yes",
               "--project", str(served_folder)]  # fmt: skip
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
    loaded = time.monotonic()
    page.wait_for_function(
        "before => document.querySelector('#figures').innerText !== before", arg=before
    )
    assert time.monotonic() - loaded < 5  # how fast on a quiet machine stands in the bench
    assert page.locator("#figures").get_attribute("data-version") is not None


def test_a_hidden_page_asks_nothing(open_page: OpenPage) -> None:
    page = open_page("eve", "/kpis/")
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", {get: () => true});
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    page.wait_for_timeout(1_200)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.wait_for_timeout(2_500)
    assert asked == []
