"""The published figures of a real export, from its files to the answers of ask()."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.load import load
from kpilot.project import create_project, open_project

FILES = Path(__file__).parents[1] / "../shared/data/maven_crm"
NOW = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    if not FILES.exists():
        pytest.skip("the maven_crm export is not beside this checkout")
    project = open_project(create_project(tmp_path_factory.mktemp("maven") / "p"))
    load([FILES], project, who="test", now=NOW, yes=True)

    def rows(kpi, **words):
        params = {"kpi": [kpi], "period": ["2017"]} | {k: [v] for k, v in words.items()}
        query = Query.from_params(
            params, reader=EVERYTHING, catalog=catalog(project), settings=project.settings
        )
        return ask(query, project, now=NOW).rows

    yield rows
    project.close()


def named(rows, by):
    return {row.dims[by]: row for row in rows}


def test_the_whole(asked):
    (rate,) = asked("win_rate")
    assert (rate.num, rate.den) == (4238, 6711)
    assert rate.value == pytest.approx(0.631501, abs=1e-6)
    assert asked("sales_value")[0].value == 10_005_534
    assert float(asked("avg_deal_size")[0].value) == pytest.approx(2360.9094, abs=1e-4)
    assert asked("avg_deal_size_median")[0].value == 1117
    (cycle,) = asked("sales_cycle_days")
    assert (cycle.value, cycle.mean) == (57, pytest.approx(51.7820, abs=1e-4))
    assert "created_at_proxy" in cycle.flags
    assert asked("open_pipeline")[0].n == 2089


def test_quarters(asked):
    rows = asked("sales_value", grain="quarter")
    assert [row.value for row in rows] == [1_134_672, 3_086_111, 2_982_255, 2_802_496]
    growth = {row.period.key: row for row in asked("sales_growth_mom", grain="quarter")}
    assert (growth["2017-Q2"].value, growth["2017-Q2"].reason) == (None, "left_truncated")


def test_offices_products_and_agents(asked):
    offices = named(asked("sales_value", by="office"), "team_parent")
    assert {name: row.value for name, row in offices.items()} == {
        "West": 3_568_647, "Central": 3_346_293, "East": 3_090_594
    }  # fmt: skip
    rates = named(asked("win_rate", by="office"), "team_parent")
    assert [round(rates[name].value, 4) for name in ("West", "Central", "East")] == [
        0.6394, 0.6256, 0.6302
    ]  # fmt: skip
    pro = named(asked("win_rate", by="product"), "product")["GTX Pro"]
    assert (pro.num, pro.den - pro.num) == (729, 418)
    assert named(asked("sales_value", by="product"), "product")["GTX Pro"].value == 3_510_578
    top = named(asked("sales_value", by="agent"), "agent")["Darcel Schlecht"]
    assert (top.value, top.n) == (1_153_214, 349)


@pytest.mark.parametrize(
    ("kpi", "reason"),
    [("open_pipeline", "not_measurable"), ("win_rate_value", "amount_coverage"),
     ("avg_opportunity_value", "amount_coverage"), ("stage_conversion", "no_history")],
)  # fmt: skip
def test_what_the_export_cannot_tell_is_not_told(asked, kpi, reason):
    (row,) = asked(kpi)
    assert (row.value, row.reason) == (None, reason)


def test_accounts_left_empty_stand_together(asked):
    rows = asked("new_opportunities", by="account", where="status=open")
    assert named(rows, "account")["(none)"].n > 0
