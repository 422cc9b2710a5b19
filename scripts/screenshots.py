"""Pictures of the pages, as a person meets them: `make screenshots` writes them to screenshots/.

The demo company is served for real and looked at in Chromium, on a desktop and a phone, in light
and dark, in English and French. The pictures are for looking at; nothing compares them.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path("screenshots")
PORT = 8979
ADDRESS = f"http://127.0.0.1:{PORT}"
CHROMIUM = os.environ.get("KPILOT_CHROMIUM", "/usr/bin/chromium")
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = {
    "home": "/",
    "kpis": "/kpis/",
    "kpi": "/kpis/win_rate/?period=last_month&by=channel",
    "funnel": "/kpis/stage_conversion_to_date/?period=last_quarter",
    "records": "/kpis/win_rate/records?period=last_month",
    "data": "/data/",
    "import": "/data/import/",
    "people": "/people/",
    "settings": "/me/",
    "styleguide": "/styleguide/",
}
PATIENCE = 120.0


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """The demo company served and filled: (administrator's e-mail, password)."""
    with tempfile.TemporaryDirectory(prefix="kpilot-") as folder:
        command = [sys.executable, "-m", "kpilot", "demo", "--no-browser", "--port", str(PORT)]
        server = subprocess.Popen(
            [*command, "--folder", f"{folder}/demo"], stdout=subprocess.PIPE, text=True
        )
        try:
            said = []
            for line in server.stdout or ():
                said.append(line)
                if "Ctrl-C" in line:
                    break
            email = next(line.split()[0] for line in said if "@" in line)
            password = Path(folder, "demo", "demo-people.txt").read_text().splitlines()[-1]
            _wait()
            yield email, password.split()[-1]
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)


def _wait() -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", PORT, timeout=2)
        try:
            connection.request("GET", "/sign-in/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.3)
        finally:
            connection.close()
    raise SystemExit("The demo did not answer.")


def _signed_in(browser: Browser, who: tuple[str, str], width: int, theme: str, lang: str) -> Page:
    context = browser.new_context(
        locale=lang, color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{ADDRESS}/sign-in/")
    page.fill("input[type=email]", who[0])
    page.fill("input[type=password]", who[1])
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    return page


def main() -> None:
    """Take every page in every width, theme and language."""
    OUT.mkdir(exist_ok=True)
    with demo() as who, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for width, theme, lang in product((1280, 390), ("light", "dark"), ("en", "fr")):
            page = _signed_in(browser, who, width, theme, lang)
            page.evaluate(
                """async language => {
                  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
                  const body = new URLSearchParams({language, csrfmiddlewaretoken: token});
                  await fetch("/taste/", {method: "POST", body});
                }""",
                lang,
            )
            for name, path in PAGES.items():
                page.goto(ADDRESS + path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=OUT / f"{name}-{width}-{theme}-{lang}.png", full_page=True)
            page.context.close()
        browser.close()
    print(f"{len(list(OUT.glob('*.png')))} pictures are in {OUT}/.")


if __name__ == "__main__":
    main()
