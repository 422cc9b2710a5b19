"""A real project for every web test, the cast signed in, and a browser before a real server."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from tests.web.looking import plain
from tests.web.made import cast

# Playwright keeps an event loop in the thread of the tests; Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds for what a page left at work
Make = Callable[[Path], Path]
CHROMIUM = os.environ.get("KPILOT_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

# The server is shared by the tests of a file, and a person keeps the language of the one before.
SPEAK = """async language => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({language, csrfmiddlewaretoken: token});
  await fetch("/taste/", {method: "POST", body});
}"""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Every test starts in English, whatever language the page of the one before was in."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The application database in a file, as in the product: one in memory answers “locked” at once
    when an import's thread and the page that waits for it meet, instead of waiting its turn."""
    from django.db import connections

    name = str(tmp_path_factory.mktemp("database") / "app.sqlite3")
    connections["default"].settings_dict["TEST"]["NAME"] = name


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    """What makes the project of a test: a module of `made`, which each folder names its own of."""
    return cast


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Make], Path]:
    """`once(cast.make)`: the folder of that project, made once for the session; copy it."""

    @cache
    def folder(make: Make) -> Path:
        name = make.__module__.rpartition(".")[2]
        return make(tmp_path_factory.mktemp(name) / "project")

    return folder


@pytest.fixture(scope="module")
def warehouse_template(rows: ModuleType, once: Callable[[Make], Path]) -> Path:
    """The project of `rows`; copied, because making one takes seconds."""
    return once(rows.make)


@pytest.fixture
def project_folder(warehouse_template: Path, tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """The folder of the project that pages of this test work on."""
    from kpilot.web import warehouse

    folder = tmp_path / "project"
    shutil.copytree(warehouse_template, folder)
    settings.PROJECT_FOLDER = folder
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    warehouse.close()
    yield folder
    warehouse.close()


@pytest.fixture
def empty_house(project_folder: Path, db: None) -> Iterator[Path]:
    """A project before its first administrator.

    What a page left at work in the background ends with the test, not in the project of the next.
    """
    yield project_folder
    for thread in threading.enumerate():
        if thread.name.startswith("kpilot "):
            thread.join(PATIENCE)


@pytest.fixture
def house(empty_house: Path) -> Path:
    """A project with the cast: see `made/cast.py`."""
    cast.add_people()
    return empty_house


@pytest.fixture
def visit(house: Path) -> Callable[[str], Client]:
    """`visit("mia")` is a client in which mia is signed in; `visit("")` nobody."""
    from kpilot.web.people.models import Person

    def as_somebody(name: str) -> Client:
        client = Client()
        if name:
            client.force_login(Person.objects.get(email=f"{name}@example.com"))
        return client

    return as_somebody


@pytest.fixture
def read(visit: Callable[[str], Client]) -> Callable[..., str]:
    """`read("ann", "/kpis/", language="fr")`: the text of a page that must open, as `plain`.

    A language is the person's from then on.
    """

    def page(name: str, path: str, status: int = 200, language: str = "") -> str:
        from kpilot.web.people.models import Person

        client = visit(name)
        if language:
            Person.objects.filter(email=f"{name}@example.com").update(language=language)
        answer = client.get(path)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return plain(answer.content.decode())

    return page


@pytest.fixture(scope="session")
def application(once: Callable[[Make], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application database with the cast, whatever the project."""
    folder = tmp_path_factory.mktemp("application") / "project"
    shutil.copytree(once(cast.make), folder)
    in_its_own_process(folder)
    return folder / "app.sqlite3"


@pytest.fixture(scope="module")
def served_folder(
    rows: ModuleType, warehouse_template: Path, application: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:  # fmt: skip
    """The folder of the project that `server` serves."""
    folder = tmp_path_factory.mktemp("server") / "project"
    shutil.copytree(warehouse_template, folder)
    shutil.copy(application, folder)
    if hasattr(rows, "furnish"):
        in_its_own_process(folder, rows.__name__)
    return folder


def in_its_own_process(folder: Path, *words: str) -> None:
    """Runs `made` for that folder."""
    command = [sys.executable, "-m", "tests.web.made", str(folder), *words]
    subprocess.run(command, check=True, cwd=ROOT)


@pytest.fixture(scope="module")
def server(served_folder: Path) -> Iterator[str]:
    """The address of a real server on a copy of the project with the cast; one for each file."""
    folder = served_folder
    port = _free_port()
    code = (
        "import sys; from pathlib import Path; from kpilot.web.serve import serve; "
        "serve(Path(sys.argv[1]), port=int(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(port)], cwd=ROOT, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def unused_port() -> int:
    """A port of this machine that nobody listens on."""
    return _free_port()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(address: str, process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("the server stopped before it answered")
        try:
            fetch(address, "/health/")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answered at {address}")


def fetch(
    address: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """(status, headers by small name, body) of one GET, redirects not followed."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, named, answer.read()
    finally:
        connection.close()


@pytest.fixture(name="fetch")
def fetch_fixture() -> Callable[..., tuple[int, dict[str, str], bytes]]:
    """`fetch(address, path, headers)`: one plain request to a real server."""
    return fetch


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; the test is skipped, saying how to get it, when there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium: apt-get install chromium, or set KPILOT_CHROMIUM to one")
    with playwright.sync_playwright() as runner:
        chromium = runner.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGS))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """`open_page("mia", "/kpis/", width=390, colours="dark", language="fr")`: a real page.

    Signed in through the form ("" for nobody), by way of a page without figures. A script error or
    a refusal by the content security policy on any page of the test fails it.
    """
    contexts, wrong = [], []

    def opened(
        name: str, path: str = "/", *, width: int = 1280, colours: str = "light",
        language: str = "en", script: bool = True,
    ) -> Any:  # fmt: skip
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            color_scheme=colours,
            has_touch=width < 600,
            locale={"en": "en-GB", "fr": "fr-FR"}[language],
            base_url=server,
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: _note(said, wrong))
        if name:
            page.goto("/sign-in/?next=/me/")
            page.fill("#id_email", f"{name}@example.com")
            page.fill("#id_password", cast.PASSWORD)
            page.click("main button.primary")
            page.wait_for_url("**/me/")
            if script:
                page.evaluate(SPEAK, language)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def _note(said: Any, wrong: list[str]) -> None:
    told = ("status of 4", "ERR_INTERNET_DISCONNECTED", "htmx:")  # tests cut the line themselves
    if said.type == "error" and not any(sign in said.text for sign in told):
        wrong.append(said.text)
