"""Made-up companies with and without planted stories, loaded once for each seed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from kpilot.project import Project, open_project

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="session")
def monday_module() -> ModuleType:
    """`make_monday.py` beside this file."""
    sys.path.insert(0, str(HERE))
    try:
        import make_monday
    finally:
        sys.path.remove(str(HERE))
    return make_monday


@pytest.fixture(scope="session")
def company(
    tmp_path_factory: pytest.TempPathFactory, monday_module: ModuleType
) -> Callable[..., Project]:
    """`company(2026, told=True)`: an open project with that company, made once."""
    made: dict[tuple[int, bool], Project] = {}

    def opened(seed: int, *, told: bool) -> Project:
        if (seed, told) not in made:
            folder = tmp_path_factory.mktemp("companies") / f"{seed}-{told}"
            made[seed, told] = open_project(monday_module.make(folder, seed=seed, told=told))
        return made[seed, told]

    return opened


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company of seed 2026 with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("served-monday") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(HERE / "make_monday.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder
