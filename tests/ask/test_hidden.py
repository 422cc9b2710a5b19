"""Rows that are there and count in nothing: a page says how many, and why, instead of nothing."""

from pathlib import Path

import pytest

from kpilot.ask.catalog import catalog
from kpilot.ask.explain import explain
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING, Reader
from kpilot.core.words import why
from kpilot.load import load
from kpilot.warehouse.sql import Sql, fill
from tests.ask.conftest import lost, still_open, won

SALESFORCE = Path(__file__).parents[2] / "../shared/data/crm_exports/salesforce_fivetran"


@pytest.fixture
def gone(company):
    """Two deleted opportunities, a test and one merged into another; nothing else."""
    made = company()
    made.put(
        "opportunity",
        won("a", "2024-01-10", deleted_on="2024-02-01"),
        lost("b", "2024-01-11", deleted_at="2024-02-02 10:00:00"),
        won("c", "2024-01-12", is_test=True),
        still_open("d", "2024-01-13", merged_into_id="x"),
    )
    return made.until("2024-03-01")


def test_a_figure_without_a_visible_row_counts_those_that_are_hidden(gone):
    for kpi in ("sales_count", "win_rate", "sales_value", "sales_cycle_days", "pipeline_velocity"):
        (row,) = gone.ask(kpi, period="2024-01").rows
        assert (row.value, row.reason) == (None, "none_visible"), kpi
        assert row.excluded == {"deleted": 2, "merged": 1, "test": 1}, kpi
    (level,) = gone.ask("open_opportunities", period="2024-01", as_of="2024-02-20").rows
    assert (level.value, level.excluded) == (0, {"deleted": 2, "merged": 1, "test": 1})


def test_it_is_said_in_both_languages(gone):
    (row,) = gone.ask("sales_count", period="2024-01").rows
    said = why(row.reason, row.flags, row.excluded)
    assert said.en == "0 visible, 2 deleted, 1 merged into others, 1 tests"
    assert said.fr == "0 visible, 2 supprimées, 1 fusionnées dans d'autres, 1 d'essai"
    assert row.to_json()["why"] == {"en": said.en, "fr": said.fr}


def test_what_is_missing_is_said_by_name(company):
    (row,) = company().until("2024-03-01").ask("new_leads", period="2024-01").rows
    assert row.to_json()["why"]["en"] == "not measurable with these data: no lead.created_at"
    assert row.to_json()["why"]["fr"] == (
        "non mesurable avec ces données\u00a0: pas de lead.created_at"
    )


def test_one_visible_row_is_enough_to_say_nothing_of_the_others(gone):
    gone.put("opportunity", won("e", "2023-12-24"))
    (row,) = gone.ask("sales_count", period="2024-01").rows
    assert "deleted" not in row.excluded
    assert row.reason != "none_visible"


def test_before_they_were_deleted_they_count(gone):
    (row,) = gone.ask("sales_count", period="2024-01", as_of="2024-01-31").rows
    assert (row.value, row.excluded) == (1, {})


def test_who_sees_some_people_only_is_not_told_what_others_have_deleted(gone):
    reader = Reader(agent_ids=frozenset({"ann"}))
    (row,) = gone.ask("sales_count", period="2024-01", reader=reader).rows
    assert row.excluded == {}


def test_the_explanation_starts_with_the_hidden_rows(gone):
    project = gone.project
    query = Query.from_params(
        {"kpi": ["win_rate"], "period": ["2024-01"]},
        reader=EVERYTHING, catalog=catalog(project), settings=project.settings,
    )  # fmt: skip
    steps = explain(query, project).steps
    assert steps == {
        "read": 4, "elsewhere": 0, "deleted": 2, "merged": 1, "test": 1, "counted": 0
    }  # fmt: skip


@pytest.fixture
def salesforce(company):
    if not SALESFORCE.is_dir():
        pytest.skip("../shared/data/crm_exports/salesforce_fivetran is not here")
    made = company()
    load([SALESFORCE], made.project, who="ann")
    return made


def test_of_the_hashed_salesforce_account_nothing_is_visible_and_ten_are_deleted(salesforce):
    (row,) = salesforce.ask("win_rate", period="2023").rows
    assert why(row.reason, row.flags, row.excluded).en == "0 visible, 10 deleted"
    (level,) = salesforce.ask("open_opportunities").rows[-1:]
    assert (level.value, level.excluded) == (0, {"deleted": 10})


def test_a_history_that_starts_after_the_win_leaves_its_date_to_the_close_field(salesforce):
    """Its history rows were written 105 to 303 days after the close dates."""
    query = salesforce.project.engine.query
    close = "coalesce(o.closed_on, CAST(o.closed_at AS DATE), o.expected_close_date)"
    late = query(
        fill(
            """
        SELECT min(CAST(h.at AS DATE) - {close}), max(CAST(h.at AS DATE) - {close})
        FROM opportunity AS o JOIN stage_history AS h ON h.opportunity_id = o.id
        """,
            close=Sql(close),
        )
    )
    assert late == [(105, 303)]
    won_on = dict(
        query("""
        SELECT coalesce(closed_on, CAST(closed_at AS DATE)), count(*) FROM opportunity
        WHERE coalesce(status, 'open') = 'won' OR stage_id IN
          (SELECT id FROM stage WHERE kind = 'won') GROUP BY 1
    """)
    )
    query("UPDATE opportunity SET deleted_at = NULL, deleted_on = NULL")
    query("UPDATE kp_version SET n = n + 1")
    for day, count in won_on.items():
        assert salesforce.value("sales_count", period=day.isoformat()) == count
