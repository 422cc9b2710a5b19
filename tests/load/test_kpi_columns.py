"""Targets say what they are for in people's words: each is heard, or said to be unknown."""

from collections.abc import Iterator

import pytest

from tests.load.loaded import Loaded

TARGETS = """
kpi,month,target
CA,Jan 2024,1000
Quota,Feb 2024,500
Bookings,Mar 2024,200
sales_value,Apr 2024,100
"Magic
calls, as many as it takes to fill a whole calendar",Apr 2024,50
Appels magiques,Apr 2024,50
RDV,Apr 2024,7
Customers,Apr 2024,1
Activities,Apr 2024,2
Gross margin,Apr 2024,3
Average won deal,Apr 2024,4
"""

WON = """
opportunity id,amount,created date,close date,stage
o1,10,2024-01-02,2024-01-20,Won
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    made = Loaded(tmp_path_factory.mktemp("aims"), {"targets": TARGETS, "opportunities": WON})
    yield made
    made.project.close()


@pytest.mark.parametrize(("month", "target"), [
    ("2024-01", 1000), ("2024-02", 500), ("2024-03", 200), ("2024-04", 100)])
def test_words_for_sales_aim_at_sales(loaded: Loaded, month: str, target: float) -> None:
    assert loaded.value("sales_target", month) == target


def test_the_plan_says_which_kpi_a_word_is_and_which_words_are_none(loaded: Loaded) -> None:
    told = [str(note) for note in loaded.report.notes if "KPI" in str(note)]
    assert told == [
        "“Bookings” in “kpi” is the KPI “Sales value”.",
        "“CA” in “kpi” is the KPI “Sales value”.",
        "“Quota” in “kpi” is the KPI “Sales value”.",
        "“RDV” in “kpi” is the KPI “Meetings booked”.",
        "“kpi” of “targets” names KPIs that the catalogue does not have: Appels magiques,"
        " Magic calls, as many as it takes to fil…."
        " Their rows are kept, and count once there is a KPI of that name."]


def test_what_is_for_no_kpi_is_kept(loaded: Loaded) -> None:
    assert loaded.ask("SELECT count(*) FROM target") == [(11,)]
