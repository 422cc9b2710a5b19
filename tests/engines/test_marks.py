"""What is marked as not equal, or without a value, is there and has a reason that holds."""

from tests.engines.asking import COMPANIES
from tests.engines.conformance import FACTS, KPIS, NOT_YET, NOTHING


def test_nothing_unknown_is_marked():
    known = {*KPIS, *FACTS}
    marked = {name for file in (NOT_YET, NOTHING) for marks in file.values() for name in marks}
    assert marked <= known


def test_a_kpi_without_values_in_every_company_needs_more_data_than_there_are():
    everywhere = set.intersection(*(set(NOTHING[company]) for company in COMPANIES))
    assert {name for name in everywhere if "needs" not in NOTHING["paris"][name]} == set()
