"""Targets, coverage of what is left to sell, forecasts and growth a year, against the oracle."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.core.calendar import Fiscal, Period, parse_period
from tests.oracle.aims import Aims, accuracy, growth
from tests.oracle.answers import Oracle, Question
from tests.oracle.companies import DAYS
from tests.oracle.lives import Setup, World
from tests.oracle.made_aims import MONTHS, SPANS, aiming
from tests.oracle.moments import midnight
from tests.oracle.test_oracle import asked, same

FEWER = settings(max_examples=max(1, settings.default.max_examples // 5))
KPIS = ("sales_target", "quota_attainment_prorated", "pipeline_coverage", "pipeline_coverage_total",
        "targets_met_rate")  # fmt: skip
FORECASTS = ("forecast_attainment", "forecast_wape", "forecast_bias", "forecast_mape")


def rows_of(project: Any, period: Period, kpis: Any, as_of: Any = None) -> dict[Any, Any]:
    """(kpi, who) → its row, of all and of each person."""
    words = {"start": period.start, "end": period.end, "own_grain": period.grain}
    found = asked(project, Question(**words, by=("agent",)), period, as_of, kpis)
    found = [row for row in found if row.dim_ids]
    found += asked(project, Question(**words), period, as_of, kpis)
    return {(row.kpi, row.dim_ids.get("agent")): row for row in found}


def expected(mine: Aims, aim: float, text: str) -> dict[str, tuple[Any, str]]:
    return {
        "sales_target": (aim, ""),
        "quota_attainment_prorated": mine.to_date(aim, text),
        "pipeline_coverage": mine.coverage(aim, text, is_total=False),
        "pipeline_coverage_total": mine.coverage(aim, text, is_total=True),
    }


@FEWER
@given(aiming(), st.sampled_from(sorted(SPANS)), st.none() | DAYS)
def test_every_target_is_reached_as_far_as_the_specification_says(warehouse, company, text, day):
    tables, setup = company
    end = midnight(date(2024, 5, 21), setup.tz)
    as_of = midnight(day, setup.tz) if day else None
    project = warehouse.holding(tables, setup, end)
    oracle = Oracle(World(tables, setup, as_of or end), end)
    found = rows_of(project, parse_period(text, Fiscal()), KPIS, as_of)
    for who in (None, "ana", "bob", "di"):
        mine = Aims(oracle, who, SPANS)
        aim = mine.aim(text, sorted(MONTHS) if text == "2024-Q1" else ["none"])
        for kpi, (value, reason) in expected(mine, aim, text).items() if aim is not None else ():
            row = found.get((kpi, who))
            if row is None or (row.flags and row.reason == "not_measurable"):
                assert value is None or not value, (kpi, who, value)
                continue
            if row.reason == "outside_coverage":
                continue
            assert same(row.value, value), (kpi, who, row.value, row.reason, value, reason)
            assert row.reason == reason, (kpi, who, row.reason, reason)


@FEWER
@given(aiming(), st.sampled_from(["2024-Q1", "2024-02"]), st.none() | DAYS)
def test_targets_met_and_forecasts_are_those_of_periods_that_are_over(
    warehouse, company, text, day
):
    tables, setup = company
    end = midnight(date(2024, 5, 21), setup.tz)
    as_of = midnight(day, setup.tz) if day else None
    project = warehouse.holding(tables, setup, end)
    oracle = Oracle(World(tables, setup, as_of or end), end)
    found = rows_of(project, parse_period(text, Fiscal()), (*FORECASTS, KPIS[-1]), as_of)
    everyone = [Aims(oracle, who, SPANS) for who in (None, "ana", "bob", "di")]
    met = {mine.who: mine.met(SPANS[text]) for mine in everyone}
    met[None] = [one for own in met.values() for one in own]  # all targets, whoever's
    for mine in everyone:
        row = found.get((KPIS[-1], mine.who))
        if row and not (row.flags and row.reason == "not_measurable"):
            own = met[mine.who]
            value = sum(own) / len(own) if own else None
            assert same(row.value, value), (mine.who, row, own)
        pairs = mine.foretold(SPANS[text])
        if not pairs or any(sold.reason for sold, _ in pairs):
            continue
        values = accuracy([(float(sold.value), told) for sold, told in pairs])
        for kpi, value in values.items():
            row = found.get((kpi, mine.who))
            if row and row.reason not in ("outside_coverage", "not_measurable"):
                assert same(row.value, value), (kpi, mine.who, row, pairs)


AMOUNTS = st.lists(st.sampled_from([0, 50, 60, 144, 1000]), min_size=4, max_size=6)


@FEWER
@given(AMOUNTS, st.integers(0, 2), st.integers(1, 3))
def test_growth_a_year_is_between_the_first_and_the_last_whole_year(
    warehouse, amounts, first, more
):
    years = {2019 + n: float(2 * amount) for n, amount in enumerate(amounts)}
    tables = {"opportunity": [
        {"id": f"o{year}{day}", "status": "won", "closed_on": date(year, *day),
         "amount": total / 2}
        for year, total in years.items() for day in ((1, 2), (7, 1))
    ]}  # fmt: skip
    end = midnight(date(max(years) + 1, 1, 1), "UTC")
    start, last = 2019 + first, min(2019 + first + more, max(years))
    project = warehouse.holding(tables, Setup(tz="UTC"), end)
    period = parse_period(f"{start}-01-01/{last + 1}-01-01", Fiscal())
    (row,) = asked(project, Question(period.start, period.end), period, None, ("sales_cagr",))
    assert same(row.value, growth(years, start, last)), (row, years)
