"""The project of these tests has the sales of `tests/web/kpis/make_figures.py`."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
KPIS = HERE.parent / "kpis"


@pytest.fixture(scope="session")
def figures_module() -> ModuleType:
    sys.path.insert(0, str(KPIS))
    try:
        import make_figures
    finally:
        sys.path.remove(str(KPIS))
    return make_figures


@pytest.fixture(scope="session")
def warehouse_template(
    tmp_path_factory: pytest.TempPathFactory, figures_module: ModuleType
) -> Path:
    """Fifteen months of sales by Ann, Bob and Zoe, with a few targets that came with a file."""
    made: Path = figures_module.make(tmp_path_factory.mktemp("targets") / "project")
    return made


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("served-targets") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(KPIS / "make_figures.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder
