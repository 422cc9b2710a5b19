"""Forecasts and targets against what happened, growth over years, attainment to date."""

import pytest

from kpilot.core.rights import Reader
from tests.ask.conftest import lost, won

PERIODS = {"2026-01": (100, 110), "2026-02": (200, 180), "2026-03": (0, 10), "2026-04": (50, 60)}


def forecast(value, period, made_on="2025-12-15", **more):
    return {"id": f"{period}-{more.get('scope', '')}-{value}-{made_on}", "kpi_id": "sales_value",
            "period": period, "made_on": made_on, "value": value, **more}  # fmt: skip


@pytest.fixture
def forecasts(company):
    """Example E22, with the forecasts that do not count beside those that do."""
    made = company()
    for month, (actual, foreseen) in PERIODS.items():
        made.put("forecast", forecast(foreseen, month), forecast(999, month, f"{month}-01"),
                 forecast(1, month, "2025-11-01"))  # fmt: skip
        if actual:
            made.put("opportunity", won(month, f"{month}-10", actual))
    return made.put("opportunity", won("later", "2026-05-02", 7)).until("2026-05-03")


def test_forecasts_are_as_near_as_example_e22_says(forecasts):
    found = {}
    for kpi in ("forecast_mape", "forecast_wape", "forecast_bias", "forecast_attainment"):
        (found[kpi],) = forecasts.ask(kpi, period="2026").rows
    assert found["forecast_mape"].value == pytest.approx(0.1333333, abs=1e-7)
    assert found["forecast_mape"].excluded == {"mape_skipped": 1}
    assert found["forecast_wape"].value == pytest.approx(0.1428571, abs=1e-7)
    assert (found["forecast_wape"].num, found["forecast_wape"].den) == (50, 350)
    assert found["forecast_bias"].value == pytest.approx(0.0285714, abs=1e-7)
    assert found["forecast_attainment"].value == pytest.approx(0.9722222, abs=1e-7)
    assert all(row.lo <= row.value <= row.hi for row in found.values())


def test_only_periods_that_are_over_and_asked_about_count(forecasts):
    forecasts.put("forecast", forecast(5, "2026-05"))
    assert forecasts.value("forecast_bias", period="2026-01") == pytest.approx(0.1)
    assert forecasts.ask("forecast_wape", period="2026").rows[0].n == 4
    (row,) = forecasts.ask("forecast_wape", period="2027").rows
    assert (row.value, row.reason) == (None, "no_forecast")


def test_a_forecast_may_be_taken_days_into_its_period(company):
    made = company(forecast_lead_days=5).put("opportunity", won("a", "2026-01-10", 100))
    made.put("forecast", forecast(50, "2026-01"), forecast(90, "2026-01", "2026-01-05"),
             forecast(70, "2026-01", "2026-01-06")).until("2026-02-01")  # fmt: skip
    assert made.value("forecast_attainment", period="2026-01") == pytest.approx(100 / 90)


@pytest.fixture
def team(company):
    made = company().put("team", {"id": "north", "name": "North"})
    for who in ("ana", "bob"):
        made.put("agent", {"id": who, "name": who.title(), "team_id": "north"})
    made.put("opportunity", won("a", "2026-01-10", 120, owner_id="ana"),
             won("b", "2026-01-11", 40, owner_id="bob"))  # fmt: skip
    return made.until("2026-02-01")


def test_forecasts_are_of_people_and_teams_by_id_or_name(team):
    for scope, value in (("Ana", 100), ("bob", 50), ("North", 200)):
        team.put("forecast", forecast(value, "2026-01", scope=scope))
    by_agent = team.values("forecast_attainment", by="agent", period="2026-01")
    assert by_agent == {"Ana": pytest.approx(1.2), "Bob": pytest.approx(0.8)}
    assert team.values("forecast_attainment", by="team", period="2026-01") == {"North": 0.8}
    assert team.value("forecast_attainment", period="2026-01") == 0.8  # the team's, not the sum
    ana = Reader(agent_ids=frozenset({"ana"}))
    (row,) = team.ask("forecast_attainment", period="2026-01", reader=ana).rows
    assert row.value == pytest.approx(1.2)


def test_of_forecasts_that_overlap_the_shorter_count_once(team):
    team.put("opportunity", won("c", "2025-12-10", 40))
    team.put(
        "forecast", forecast(100, "2026-01"), forecast(900, "2025-12-01/2026-02-01", "2025-10-01")
    )
    (row,) = team.ask("forecast_attainment", period="2025-12-01/2026-02-01").rows
    assert (row.num, row.den, row.n) == (160, 100, 1)


def test_forecasts_of_another_kpi_are_measured_by_it(team):
    team.put("forecast", {**forecast(4, "2026-01"), "kpi_id": "sales_count"})
    (row,) = team.ask("forecast_attainment", period="2026-01").rows
    assert (row.value, row.flags) == (0.5, ["other_kpi"])


def target(value, who, kpi="sales_value", period="2026-Q1", **more):
    return {"id": f"{who}-{kpi}-{period}", "scope_type": "agent", "scope_id": who, "kpi_id": kpi,
            "period": period, "value": value, **more}  # fmt: skip


@pytest.fixture
def quota(company):
    """The quotas of example E20."""
    made = company()
    for who, sold, aim in (("ana", 120, 100), ("bob", 40, 100), ("cy", 60, 50)):
        made.put("agent", {"id": who, "name": who, "team_id": "north"})
        made.put("opportunity", won(who, "2026-02-10", sold, owner_id=who))
        made.put("target", target(aim, who))
    made.put("team", {"id": "north", "name": "North"})
    made.put("opportunity", lost("no", "2026-01-05", owner_id="bob"))
    return made.until("2026-04-01")


def test_targets_met_are_counted_as_in_example_e20(quota):
    (row,) = quota.ask("targets_met_rate", period="2026-Q1").rows
    assert (row.value, row.num, row.den) == (pytest.approx(2 / 3), 2, 3)
    assert row.method == "wilson"
    assert quota.values("targets_met_rate", by="agent", period="2026-Q1") == {
        "ana": 1.0, "bob": 0.0, "cy": 1.0,
    }  # fmt: skip
    assert quota.values("targets_met_rate", by="team", period="2026-Q1") == {
        "North": pytest.approx(2 / 3)
    }
    assert quota.value("quota_attainment", period="2026-Q1") == pytest.approx(0.88)


def test_a_target_is_due_when_its_period_is_over_and_not_before(quota):
    (row,) = quota.ask("targets_met_rate", period="2026-Q1", as_of="2026-03-30").rows
    assert (row.value, row.reason) == (None, "no_target")
    (row,) = quota.ask("targets_met_rate", period="2026-01").rows
    assert (row.value, row.reason) == (None, "no_target")  # the quarter does not lie in January


def test_targets_of_any_kpi_and_either_direction_count(quota):
    quota.put(
        "target",
        target(0.4, "bob", "win_rate"),  # 1 of 2: met
        target(5, "bob", "sales_count", direction="down"),  # 1 of at most 5: met
        target(0, "cy", "sales_count"),  # of nothing: neither
        target(1, "cy", "no_such_kpi"),
        {**target(300, "", period="2026-Q1"), "scope_type": "org"},  # 220: missed
        {**target(200, "north", period="2026-Q1"), "scope_type": "team"},  # met
    )
    (row,) = quota.ask("targets_met_rate", period="2026-Q1").rows
    assert (row.num, row.den, row.excluded) == (5, 7, {"no_attainment": 2})
    bob = Reader(agent_ids=frozenset({"bob"}))
    (row,) = quota.ask("targets_met_rate", period="2026-Q1", reader=bob).rows
    assert (row.num, row.den) == (2, 3)


def test_attainment_to_date_divides_the_target_by_the_share_of_time_that_is_over(company):
    made = company().put("opportunity", won("a", "2026-01-05", 44))
    made.put("target", {"id": "t", "scope_type": "org", "period": "2026-Q1", "value": 90})
    made.until("2026-02-15")
    (row,) = made.ask("quota_attainment_prorated", period="2026-Q1").rows
    assert row.value == pytest.approx(44 / (90 * 45 / 90))
    assert made.value("quota_attainment", period="2026-Q1") == pytest.approx(44 / 90)


def test_attainment_to_date_follows_the_season_when_every_day_has_a_weight(company):
    """The months of example E20 weigh 0.2, 0.3 and 0.5: by mid-February 0.35 is over."""
    made = company().put("opportunity", won("a", "2026-01-05", 40))
    made.put("target", {"id": "t", "scope_type": "org", "period": "2026-Q1", "value": 100})
    months = ((1, 31, 0.2), (2, 28, 0.3), (3, 31, 0.5))
    made.put("calendar_day", *(
        {"date": f"2026-{month:02d}-{day + 1:02d}", "season_weight": weight / days}
        for month, days, weight in months for day in range(days)
    )).until("2026-02-15")  # fmt: skip
    (row,) = made.ask("quota_attainment_prorated", period="2026-Q1").rows
    assert (row.value, row.flags) == (pytest.approx(1.1428571), ["seasonal"])


def test_growth_a_year_is_that_of_example_e07_between_whole_years(company):
    made = company()
    for year, amount in ((2022, 60), (2023, 100), (2024, 500), (2025, 144), (2026, 9000)):
        made.put("opportunity", won(f"a{year}", f"{year}-01-02", amount / 2),
                 won(f"b{year}", f"{year}-06-20", amount / 2))  # fmt: skip
    made.until("2026-07-01")
    (row,) = made.ask("sales_cagr", period="2023-01-01/2026-01-01").rows
    assert (row.value, row.num, row.den, row.n) == (pytest.approx(0.2), 144, 100, 2)
    (row,) = made.ask("sales_cagr", period="2026").rows  # all whole years that are over
    assert (row.den, row.num, row.n) == (60, 144, 3)
    assert row.value == pytest.approx((144 / 60) ** (1 / 3) - 1)


def test_growth_a_year_needs_two_whole_years_that_the_data_cover(company):
    made = company()
    for year, first in ((2024, 3), (2025, 1)):
        made.put("opportunity", *(
            won(f"{year}-{month}", f"{year}-{month:02d}-05", 10) for month in range(first, 13)
        ))  # fmt: skip
    (row,) = made.until("2026-01-01").ask("sales_cagr", period="2025").rows
    assert (row.value, row.reason) == (None, "too_few_years")
    (row,) = made.ask("sales_cagr", period="2024-01-01/2026-01-01").rows
    assert (row.value, row.reason) == (None, "left_truncated")
