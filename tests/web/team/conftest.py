"""The project of these tests has a small team: see `make_team`."""

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
    """A project whose warehouse holds the team; copied for each test."""
    sys.path.insert(0, str(HERE))
    try:
        import make_team
    finally:
        sys.path.remove(str(HERE))
    made: Path = make_team.make(tmp_path_factory.mktemp("team") / "project")
    return made


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("served-team") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(HERE / "make_team.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture
def read(visit: Callable[[str], Client]) -> Callable[..., str]:
    """`read("ann", "/team/")` is the text of a page; spaces are made ordinary."""

    def page(name: str, path: str, status: int = 200) -> str:
        answer = visit(name).get(path)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")

    return page


@pytest.fixture
def lines(read: Callable[..., str]) -> Callable[..., dict[str, list[str]]]:
    """`lines("mia", "completed")`: first cell → the others, of a table's CSV, heads included."""
    import csv
    import io

    def table(name: str, kind: str, team: str = "north-a", words: str = "") -> dict[str, list[str]]:
        text = read(name, f"/team/of/{team}/{kind}.csv?{words}").removeprefix("\ufeff")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        return {row[0]: row[1:] for row in rows}

    return table
