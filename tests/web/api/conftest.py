"""The project of these tests has the cast's sales."""

from types import ModuleType

import pytest

from tests.web.made import figures


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return figures
