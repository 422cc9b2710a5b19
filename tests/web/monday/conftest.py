"""Made-up companies with and without planted stories, loaded once for each seed."""

from collections.abc import Callable
from functools import cache
from types import ModuleType

import pytest

from kpilot.project import Project, open_project
from tests.web.made import company as quervane


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return quervane


@pytest.fixture(scope="session")
def company(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Project]:
    """`company(2026, told=True)`: an open project with that company, made once."""

    @cache
    def opened(seed: int, *, told: bool) -> Project:
        folder = tmp_path_factory.mktemp("companies") / f"{seed}-{told}"
        return open_project(quervane.make(folder, seed=seed, told=told))

    return opened
