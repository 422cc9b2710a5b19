"""One warehouse for all cases of the oracle, and how many of them run."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.oracle.filling import Warehouse

COMMON = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}
settings.register_profile(
    "default",
    max_examples=50,
    derandomize=True,
    database=None,
    **COMMON,
)
settings.register_profile("nightly", max_examples=7_000, **COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory):
    made = Warehouse(tmp_path_factory.mktemp("oracle") / "project")
    yield made
    made.close()
