"""The project of these tests has sales up to today: see `make_goal_sales`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="session")
def warehouse_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose warehouse holds the cast's sales; copied, because loading takes a while."""
    sys.path.insert(0, str(HERE))
    try:
        import make_goal_sales
    finally:
        sys.path.remove(str(HERE))
    return make_goal_sales.make(tmp_path_factory.mktemp("goals") / "project")


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("served-goals") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(HERE / "make_goal_sales.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture
def read(visit: Callable[[str], Client]) -> Callable[..., str]:
    """`read("ann", "/goals/")` is the text of a page that must open; spaces are made ordinary."""

    def page(name: str, path: str, status: int = 200) -> str:
        answer = visit(name).get(path)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return plain(answer.content.decode())

    return page


def plain(text: str) -> str:
    """The text with ordinary spaces and apostrophes."""
    for special in ("\u00a0", "\u202f", "&nbsp;"):
        text = text.replace(special, " ")
    return text.replace("&#x27;", "'").replace("&quot;", '"')
