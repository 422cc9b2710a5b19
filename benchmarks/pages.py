"""Dashboards and pages over a project, through the real server and a real Chromium.

A dashboard of twelve cards is asked for its figures, each time about other days, so that no answer
is there already; then again with nothing changed. Pages are opened with the processor slowed down
four times. Run by `python -m benchmarks`; the server ends with it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks import company

PORT = 8981
ADDRESS = f"http://127.0.0.1:{PORT}"
EMAIL, PASSWORD = "bench@example.com", "a long enough phrase"
ROUNDS, WARM = 60, 5
DATA_P95_MS, SAME_P95_MS = 400, 5
SLOWER = 4
CHROMIUM = os.environ.get("KPILOT_CHROMIUM", "/usr/bin/chromium")
# (kind, words of the question, its own words)
CARDS: tuple[tuple[str, Mapping[str, tuple[str, ...]], Mapping[str, str]], ...] = (
    ("number", {"kpi": ("sales_value",)}, {}),
    ("number", {"kpi": ("win_rate",)}, {}),
    ("number", {"kpi": ("new_opportunities",)}, {}),
    ("number", {"kpi": ("sales_cycle_days",)}, {}),
    ("line", {"kpi": ("sales_value",), "grain": ("month",)}, {}),
    ("line", {"kpi": ("new_leads",), "grain": ("week",)}, {}),
    ("bar", {"kpi": ("sales_value",), "by": ("channel",)}, {}),
    ("bar", {"kpi": ("win_rate",), "by": ("team",)}, {}),
    ("stacked", {"kpi": ("sales_value",), "by": ("product",), "grain": ("month",)}, {}),
    ("pie", {"kpi": ("new_leads",), "by": ("channel",)}, {}),
    ("funnel", {"kpi": ("stage_conversion",)}, {}),
    ("table", {"kpi": ("new_opportunities", "win_rate", "avg_deal_size"), "by": ("team",)}, {}),
)
PAGES = {"What to look at": "/", "A KPI": "/kpis/sales_value/?period=last_quarter",
         "A dashboard of twelve": "/dashboards/1/", "Goals": "/goals/"}  # fmt: skip
LARGEST = """() => new Promise(done => {
  let largest = 0, shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(e => { largest = e.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(e => {
    if (!e.hadRecentInput) shift += e.value; })).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done([largest, shift]), 500);
})"""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Milliseconds of the requests of one kind."""

    what: str
    times: tuple[float, ...]

    @property
    def middle(self) -> float:
        return median(self.times)

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20)[-1]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One page at its first visit: kB over the wire, then largest paint (ms) and layout shift."""

    page: str
    kilobytes: float
    largest: float
    shift: float


def measured(folder: Path) -> tuple[list[Answered], list[Seen]]:
    """What the dashboard's figures and the pages take on the project in `folder`."""
    from playwright.sync_api import sync_playwright

    subprocess.run([sys.executable, "-m", "benchmarks.pages", str(folder)], check=True)
    with _served(folder), sync_playwright() as runner:
        chromium = runner.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        state = _signed_in(chromium)
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in state["cookies"])
        answers = _answers({"Cookie": cookies})
        seen = [_visit(chromium, state, name, path) for name, path in PAGES.items()]
        chromium.close()
    return answers, seen


def _answers(who: Mapping[str, str]) -> list[Answered]:
    first = company.TODAY - timedelta(400)
    other_days = [_asked(first + timedelta(n), 60) for n in range(WARM + ROUNDS)]
    connection = HTTPConnection("127.0.0.1", PORT, timeout=600)

    def get(path: str, **headers: str) -> tuple[float, str]:
        """(milliseconds, ETag) of one GET."""
        start = time.perf_counter()
        connection.request("GET", path, headers={**who, **headers})
        answer = connection.getresponse()
        answer.read()
        took = (time.perf_counter() - start) * 1000
        if answer.status not in (200, 304) or ("If-None-Match" in headers) != (
            answer.status == 304
        ):
            raise RuntimeError(f"{path} answered {answer.status}")
        return took, answer.headers["ETag"] or ""

    new = [get(f"/dashboards/1/data?{words}")[0] for words in other_days]
    known = f"/dashboards/1/data?{other_days[0]}"
    tags = {path: get(path)[1] for path in (known, "/api/version")}
    again = {
        path: tuple(get(path, **{"If-None-Match": tag})[0] for _again in range(ROUNDS))
        for path, tag in tags.items()
    }
    connection.close()
    return [
        Answered(what="figures of twelve cards, other days each time", times=tuple(new[WARM:])),
        Answered(what="the same with nothing changed (304)", times=again[known]),
        Answered(what="what an open page asks each second (304)", times=again["/api/version"]),
    ]


def _asked(start: date, days: int) -> str:
    return urlencode({"from": start, "to": start + timedelta(days), "compare": "previous"})


def _visit(chromium: Any, state: Any, name: str, path: str) -> Seen:
    """A first visit with an empty cache; the figures were asked before, as on any second day."""
    _look(chromium, state, path)
    kilobytes, (largest, shift) = _look(chromium, state, path)
    return Seen(page=name, kilobytes=kilobytes, largest=largest, shift=shift)


def _signed_in(chromium: Any) -> Any:
    context = chromium.new_context(base_url=ADDRESS)
    page = context.new_page()
    page.goto("/sign-in/?next=/me/")
    page.fill("#id_email", EMAIL)
    page.fill("#id_password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/me/")
    state = context.storage_state()
    context.close()
    return state


def _look(chromium: Any, state: Any, path: str) -> tuple[float, tuple[float, float]]:
    context = chromium.new_context(base_url=ADDRESS, storage_state=state)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    received = [0.0]
    wire.on("Network.loadingFinished", lambda one: _add(received, one["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(path, wait_until="networkidle", timeout=600_000)
    largest, shift = page.evaluate(LARGEST)
    context.close()
    return received[0] / 1000, (largest, shift)


def _add(to: list[float], more: float) -> None:
    to[0] += more


@contextmanager
def _served(folder: Path) -> Iterator[None]:
    code = (
        "import sys; from pathlib import Path; from kpilot.web.serve import serve; "
        "serve(Path(sys.argv[1]), port=int(sys.argv[2]))"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(PORT)], start_new_session=True
    )
    try:
        _until(_is_up, 60)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def _is_up() -> bool:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("the server did not answer")
        time.sleep(0.1)


def _prepare(folder: Path) -> None:
    """Somebody who signs in, and her dashboard of twelve cards, numbered 1."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kpilot.web.settings"
    os.environ["KPILOT_PROJECT"] = str(folder)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from kpilot.web.dashboards.making import Placed, create
    from kpilot.web.people.door import set_up
    from kpilot.web.widgets.card import Asked

    person = set_up(email=EMAIL, name="Bench", password=PASSWORD, language="en")
    create(person, "Twelve", [
        Placed(asked=Asked(widget=kind, words=words, options=options), w=4, h=4)
        for kind, words, options in CARDS
    ])  # fmt: skip


if __name__ == "__main__":
    _prepare(Path(sys.argv[1]))
