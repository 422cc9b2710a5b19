"""The project of these tests has the cast's sales and a few targets that came with a file."""

from types import ModuleType

import pytest

from tests.web.made import figures


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return figures
