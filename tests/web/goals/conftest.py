"""The project of these tests has sales up to today."""

from types import ModuleType

import pytest

from tests.web.made import goal_sales


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return goal_sales
