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
UNSHRUNK = [Phase.explicit, Phase.generate]  # a failure as it was made: shrinking takes minutes
settings.register_profile(
    "default",
    max_examples=20,
    derandomize=True,
    database=None,
    phases=UNSHRUNK if os.environ.get("CI") else tuple(Phase),
    **COMMON,
)
# A profile takes from the one before what it does not say itself, `derandomize` too.
settings.register_profile(
    "nightly", max_examples=600, derandomize=False, phases=tuple(Phase), **COMMON
)
settings.register_profile("unshrunk", settings.get_profile("nightly"), phases=UNSHRUNK)
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
