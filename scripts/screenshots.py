"""Pictures of the pages, as a person meets them: `make screenshots` writes them to screenshots/.

The demo company is served for real and looked at in Chromium, on a desktop and a phone, in light
and dark, in English and French. The pictures are for looking at; nothing compares them. Two of
each page, small, go to docs/screenshots with docs/pages.md, which shows them.
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
# name: (what it is, its address)
PAGES = {
    "home": ("What to look at", "/"),
    "kpis": ("All KPIs", "/kpis/"),
    "kpi": ("One KPI", "/kpis/win_rate/?period=last_month&by=channel"),
    "stages": ("Stages", "/kpis/stage_conversion_to_date/?period=last_quarter"),
    "records": ("The rows behind a figure", "/kpis/win_rate/records/?period=last_month"),
    "dashboards": ("Dashboards", "/dashboards/"),
    "dashboard": ("A ready dashboard", "/dashboards/ready/sales-review/?period=last_quarter"),
    "goals": ("Goals", "/goals/"),
    "goal": ("One goal", "/goals/1/"),
    "targets": ("Targets by month", "/targets/"),
    "takes": ("What it would take", "/targets/what-it-takes/"),
    "team": ("The team", "/team/"),
    "advice": ("Choosing KPIs", "/advice/"),
    "catalogue": ("The catalogue", "/catalogue/"),
    "data": ("Data", "/data/"),
    "import": ("Bringing data in", "/data/import/"),
    "people": ("People", "/people/"),
    "settings": ("My settings", "/me/"),
    "styleguide": ("The parts of pages", "/styleguide/"),
}
DOCS = Path("docs")
SHOWN = {(1280, "light", "en"): "desktop", (390, "dark", "fr"): "phone"}
TALL = 900
TALLEST = {1280: 1700, 390: 1700}
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
        viewport={"width": width, "height": TALL},
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{ADDRESS}/sign-in/")
    page.fill("input[type=email]", who[0])
    page.fill("input[type=password]", who[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.wait_for_load_state("networkidle")
    return page


def _for_docs(page: Page, file: Path, width: int) -> None:
    """The top of the page, light enough to be kept with the documentation."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
    # As tall as the picture, so that what stands at the foot of the window is at its foot.
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, type="jpeg", quality=55)
    page.set_viewport_size({"width": width, "height": TALL})


def gallery() -> str:
    """docs/pages.md: every page on a desktop in English and on a phone in French."""
    parts = [
        f"## {what}\n\n"
        f'<img src="screenshots/{name}-desktop.jpg" width="640" alt="{what}, on a desktop">\n'
        f'<img src="screenshots/{name}-phone.jpg" width="195" alt="{what}, on a phone, in French">'
        for name, (what, _path) in PAGES.items()
    ]
    head = "# The pages\n\nThe demo company, as `make screenshots` sees it."
    return "\n\n".join([head, *parts]) + "\n"


def main() -> None:
    """Take every page in every width, theme and language."""
    OUT.mkdir(exist_ok=True)
    (DOCS / "screenshots").mkdir(exist_ok=True)
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
            for name, (_what, path) in PAGES.items():
                page.goto(ADDRESS + path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=OUT / f"{name}-{width}-{theme}-{lang}.png", full_page=True)
                if form := SHOWN.get((width, theme, lang)):
                    _for_docs(page, DOCS / "screenshots" / f"{name}-{form}.jpg", width)
            page.context.close()
        browser.close()
    (DOCS / "pages.md").write_text(gallery(), encoding="utf-8")
    print(f"{len(list(OUT.glob('*.png')))} pictures are in {OUT}/.")


if __name__ == "__main__":
    main()
