"""Cohorts too young to tell: the latest whole one is shown, and what is known so far (rule G13)."""

import pytest

from kpilot.ask.catalog import catalog
from kpilot.ask.matured import matured
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from tests.ask.conftest import Company


@pytest.fixture
def leads(company) -> Company:
    made = company(lead_window_days=30)
    for n, (created, became) in enumerate((
        ("2026-01-05", "2026-01-20"), ("2026-01-20", None), ("2026-02-03", "2026-02-10"),
        ("2026-02-26", "2026-02-27"), ("2026-03-02", "2026-03-05"), ("2026-03-20", None),
    )):  # fmt: skip
        made.put("lead", {"id": f"L{n}", "created_at": f"{created} 10:00:00",
                          "converted_at": became and f"{became} 10:00:00"})  # fmt: skip
    return made.until("2026-03-25 00:00:00")


def shown(made: Company, period: str):
    params = {"kpi": ["lead_to_opp"], "period": [period]}
    settings = made.project.settings
    query = Query.from_params(
        params, reader=EVERYTHING, catalog=catalog(made.project), settings=settings
    )
    (row,) = made.ask("lead_to_opp", period=period).rows
    return matured(query, row, made.project)


def test_the_latest_whole_month_stands_for_a_young_one(leads: Company):
    found = shown(leads, "2026-03")
    # of February, one lead is younger than 30 days; January is whole
    assert (found.row.period.key, found.row.num, found.row.den) == ("2026-01", 1, 2)
    assert (found.so_far.kpi, found.so_far.num, found.so_far.den) == ("lead_to_opp_to_date", 1, 2)


def test_a_month_of_which_all_is_known_stands_by_itself(leads: Company):
    assert shown(leads, "2026-01") is None


def test_days_of_ones_own_have_no_period_before_them(leads: Company):
    assert shown(leads, "2026-03-01/2026-03-20") is None
