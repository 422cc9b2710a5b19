"""The project of these tests is that of the pages of figures: sales of Ann, Bob and Zoe."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

FIGURES = Path(__file__).parents[1] / "kpis"
ROOT = FIGURES.parents[2]


@pytest.fixture(scope="session")
def figures_module() -> ModuleType:
    """How the sales of the cast are made: `make_figures.py` of the pages of figures."""
    sys.path.insert(0, str(FIGURES))
    try:
        import make_figures
    finally:
        sys.path.remove(str(FIGURES))
    return make_figures


@pytest.fixture(scope="session")
def warehouse_template(
    tmp_path_factory: pytest.TempPathFactory, figures_module: ModuleType
) -> Path:
    """A project whose warehouse holds the cast's sales."""
    made: Path = figures_module.make(tmp_path_factory.mktemp("boards") / "project")
    return made


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("served-boards") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(FIGURES / "make_figures.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture
def read(visit: Callable[[str], Client]) -> Callable[..., str]:
    """`read("ann", "/dashboards/")` is the text of a page that must open; spaces made ordinary."""

    def page(name: str, path: str, status: int = 200) -> str:
        answer = visit(name).get(path)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")

    return page
