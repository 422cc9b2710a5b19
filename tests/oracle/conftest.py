"""One warehouse for all cases of the oracle, and how many of them run."""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.oracle.filling import Warehouse

COMMON = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}
settings.register_profile(
    "default",
    max_examples=30,
    derandomize=True,
    database=None,
    **COMMON,
)
# A profile takes from the one before what it does not say itself, `derandomize` too.
settings.register_profile("nightly", max_examples=600, derandomize=False, **COMMON)
settings.register_profile(
    "unshrunk",  # as many, the first failure as it was made
    settings.get_profile("nightly"),
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory):
    made = Warehouse(tmp_path_factory.mktemp("oracle") / "project")
    yield made
    made.close()


@pytest.fixture(scope="session")
def tally():
    """KPI → questions compared."""
    counted = Counter()
    yield counted
    if path := os.environ.get("ORACLE_TALLY"):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{count:8} {kpi}\n" for kpi, count in counted.most_common())
