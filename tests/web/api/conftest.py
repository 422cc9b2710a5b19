"""The project of these tests has rows: see `make_figures` beside the tests of the pages."""

import sys
from pathlib import Path

import pytest

FIGURES = Path(__file__).parents[1] / "kpis"


@pytest.fixture(scope="session")
def warehouse_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose warehouse holds the cast's sales."""
    sys.path.insert(0, str(FIGURES))
    try:
        import make_figures
    finally:
        sys.path.remove(str(FIGURES))
    made: Path = make_figures.make(tmp_path_factory.mktemp("api") / "project")
    return made
