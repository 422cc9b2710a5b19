"""The project of these tests has fifteen months of sales by Ann, Bob and Zoe."""

from types import ModuleType

import pytest

from tests.web.made import figures


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return figures
