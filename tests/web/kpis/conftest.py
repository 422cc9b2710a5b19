"""The project of these tests has rows: see `make_figures`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="session")
def figures_module() -> ModuleType:
    """`make_figures.py` beside this file."""
    sys.path.insert(0, str(HERE))
    try:
        import make_figures
    finally:
        sys.path.remove(str(HERE))
    return make_figures


@pytest.fixture(scope="session")
def warehouse_template(
    tmp_path_factory: pytest.TempPathFactory, figures_module: ModuleType
) -> Path:
    """A project whose warehouse holds the cast's sales; copied, because loading takes a while."""
    made: Path = figures_module.make(tmp_path_factory.mktemp("figures") / "project")
    return made


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("served-figures") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(HERE / "make_figures.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture
def read(visit: Callable[[str], Client]) -> Callable[..., str]:
    """`read("ann", "/")` is the text of a page that must open; spaces are made ordinary."""

    def page(name: str, path: str, status: int = 200) -> str:
        answer = visit(name).get(path)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")

    return page
