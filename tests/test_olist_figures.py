"""The figures of Olist's marketing funnel, from its files to the answers of ask()."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.load import load
from kpilot.project import create_project, open_project

FILES = Path(__file__).parents[1] / "../shared/data/olist_funnel"
AS_OF = date(2018, 11, 15)
NOW = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


EVER = "2017-01-01/2018-12-01"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    if not FILES.exists():
        pytest.skip("the olist funnel is not beside this checkout")
    project = open_project(create_project(tmp_path_factory.mktemp("olist") / "p", tz="UTC"))
    load([FILES], project, who="test", now=NOW, yes=True)

    def result(kpi, days=None, **words):
        """The answer to one KPI, over all days unless said; `days` of window."""
        own = replace(project.settings, **({"customer_window_days": days} if days else {}))
        params = {"kpi": [kpi], "period": [EVER]} | {k: [v] for k, v in words.items()}
        query = Query.from_params(params, reader=EVERYTHING, catalog=catalog(project), settings=own)
        return ask(query, replace(project, settings=own, memo={}), now=NOW)

    yield result
    project.close()


@pytest.fixture(scope="module")
def funnel():
    """The files read plainly: lead → (origin, day of first contact), and its win and seller."""
    if not FILES.exists():
        pytest.skip("the olist funnel is not beside this checkout")
    leads, wins = {}, {}
    for row in _rows("marketing_qualified_leads"):
        leads[row["mql_id"]] = (row["origin"], date.fromisoformat(row["first_contact_date"]))
    for row in _rows("closed_deals"):
        wins[row["mql_id"]] = (datetime.fromisoformat(row["won_date"]).date(), row["sr_id"])
    return leads, wins


def _rows(name):
    with (FILES / f"olist_{name}_dataset.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_data_ends_with_its_last_win(asked):
    result = asked("lead_to_customer_to_date")
    assert result.as_of == result.horizon == datetime.fromisoformat("2018-11-15")


def test_to_date(asked):
    (row,) = asked("lead_to_customer_to_date").rows
    assert (row.num, row.den) == (842, 8000)
    assert row.value == pytest.approx(0.10525)
    assert "negative_interval" in row.flags


@pytest.mark.parametrize(("days", "won"), [(30, 547), (60, 644), (90, 691)])
def test_windows_are_half_open_and_a_win_before_the_lead_came_is_in_all(asked, funnel, days, won):
    leads, wins = funnel
    took = [(day - leads[lead][1]).days for lead, (day, _) in wins.items()]
    assert sum(one < days for one in took) == won
    (row,) = asked("lead_to_customer", days=days).rows
    assert (row.num, row.den) == (won, 8000)
    assert not row.excluded


def test_half_a_year_is_over_for_7512_leads(asked, funnel):
    leads, wins = funnel
    mature = {lead for lead, (_, day) in leads.items() if day + timedelta(180) <= AS_OF}
    won = sum((wins[lead][0] - leads[lead][1]).days < 180 for lead in mature & set(wins))
    (row,) = asked("lead_to_customer").rows
    assert (row.num, row.den) == (won, 7512)
    assert len(mature) == 7512
    assert row.excluded == {"immature": 488}


def test_how_long_it_took_leaves_out_the_win_before_the_lead_came(asked):
    (row,) = asked("time_to_convert").rows
    assert (row.value, row.mean, row.n) == (14, pytest.approx(48.5006, abs=5e-5), 841)
    assert row.excluded["negative_duration"] == 1
    (mean,) = asked("time_to_convert_mean").rows
    assert mean.value == pytest.approx(48.5006, abs=5e-5)


def test_by_channel(asked, funnel):
    leads, wins = funnel
    all_of, won_of = (
        Counter(leads[lead][0] or "(none)" for lead in some) for some in (leads, wins)
    )
    found = {row.dims["channel"]: (row.num, row.den)
             for row in asked("lead_to_customer_to_date", by="channel").rows}  # fmt: skip
    assert found == {name: (won_of[name], count) for name, count in all_of.items()}
    assert found["paid_search"] == (195, 1586)
    assert found["organic_search"] == (271, 2296)
    assert found["unknown"] == (179, 1099)


def test_new_leads_end_in_may_2018_and_no_month_after_it_is_zero(asked, funnel):
    leads, _ = funnel
    came = Counter(day.strftime("%Y-%m") for _, day in leads.values())
    rows = asked("new_leads", period="2017-06-01/2018-12-01", grain="month").rows
    assert {row.period.key: row.value for row in rows if row.value is not None} == dict(came)
    silent = [row.period.key for row in rows if row.reason == "outside_coverage"]
    assert silent == [f"2018-{month:02d}" for month in range(6, 12)]


def test_wins_belong_to_the_sales_representative(asked, funnel):
    _, wins = funnel
    rows = asked("sales_count", by="agent").rows
    assert {row.dim_ids["agent"]: row.value for row in rows if row.value} == dict(
        Counter(agent for _, agent in wins.values())
    )
