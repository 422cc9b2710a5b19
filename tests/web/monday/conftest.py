"""Made-up companies with and without planted stories, loaded once for each seed."""

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from kpilot.project import Project, open_project
from tests.web.made import company as quervane


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return quervane


@pytest.fixture(scope="module")
def company(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Project]]:
    """`company(2026, told=True)`: an open project with that company, made once.

    All are closed at the end: a company in memory takes some hundred megabytes.
    """
    found: dict[tuple[int, bool], Project] = {}

    def opened(seed: int, *, told: bool) -> Project:
        if (seed, told) not in found:
            folder = tmp_path_factory.mktemp("companies") / f"{seed}-{told}"
            found[seed, told] = open_project(quervane.make(folder, seed=seed, told=told))
        return found[seed, told]

    yield opened
    for project in found.values():
        project.close()
