"""The project of these tests has rows in every table."""

from types import ModuleType

import pytest

from tests.web.made import everything


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return everything
