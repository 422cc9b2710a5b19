"""One gate: the cast asks, and sees its own rows only, whatever the surface of the question."""

import pytest

from kpilot.ask.explain import explain
from kpilot.ask.records import records
from kpilot.core.errors import UserError
from kpilot.core.rights import Reader
from tests.ask.conftest import won

ANN = Reader(agent_ids=frozenset({"ann"}))
MIA = Reader(agent_ids=frozenset({"ann", "bob", "mia"}))
NOBODY = Reader(agent_ids=frozenset())


@pytest.fixture
def cast(company):
    made = company().put(
        "team",
        {"id": "north", "name": "North", "parent_id": "all"},
        {"id": "all", "name": "All"},
        {"id": "south", "name": "South", "parent_id": "all"},
    )
    for agent, team in (("ann", "north"), ("bob", "north"), ("mia", "north"), ("zoe", "south")):
        made.put("agent", {"id": agent, "name": agent.title(), "team_id": team})
    made.put(
        "opportunity",
        won("a", "2026-01-10", 1, owner_id="ann"),
        won("b", "2026-01-11", 10, owner_id="bob"),
        won("z", "2026-01-12", 100, owner_id="zoe"),
        won("n", "2026-01-13", 1000),
    )
    return made.until("2026-02-01")


@pytest.mark.parametrize(("reader", "seen"), [(ANN, 1), (MIA, 11), (NOBODY, 0)])
def test_a_total_is_the_total_of_the_readers_rows(cast, reader, seen):
    assert cast.value("sales_value", reader=reader, period="2026-01") == seen


def test_no_name_of_others_appears_in_a_breakdown(cast):
    assert set(cast.values("sales_value", by="agent", reader=MIA, period="2026-01")) <= {
        "Ann", "Bob", "Mia"
    }  # fmt: skip
    assert set(cast.values("sales_value", by="team", reader=ANN, period="2026-01")) == {"North"}


def test_records_and_explanations_hold_only_the_readers_rows(cast):
    query = cast.ask("sales_value", reader=ANN, period="2026-01").query
    assert [row["id"] for row in records(query, cast.project).rows] == ["a"]
    explained = explain(query, cast.project)
    assert explained.steps["read"] == explained.steps["counted"] == 1


def test_a_filter_on_others_answers_as_if_they_did_not_exist(cast):
    answers = set()
    for name in ("Zoe", "Nobody"):
        with pytest.raises(UserError) as caught:
            cast.ask("sales_value", reader=ANN, period="2026-01", where=f"agent={name}")
        answers.add(str(caught.value).replace(name, "…"))
    assert len(answers) == 1


def test_a_wrong_name_suggests_nobody_to_a_restricted_reader(cast):
    with pytest.raises(UserError) as caught:
        cast.ask("sales_value", reader=ANN, where="agent=Zoé")
    assert caught.value.hint is None


def test_two_readers_never_share_a_kept_answer(cast):
    assert cast.value("sales_value", period="2026-01") == 1111
    assert cast.value("sales_value", reader=ANN, period="2026-01") == 1


def test_a_team_filter_takes_the_teams_below(cast):
    assert cast.value("sales_value", period="2026-01", where="team=All") == 111
    assert cast.values("sales_value", by="team_parent", period="2026-01") == {
        "All": 111, "(none)": 1000
    }  # fmt: skip


def test_rows_of_nobody_are_in_the_total_under_their_own_name(cast):
    assert cast.values("sales_value", by="agent", period="2026-01")["(unassigned)"] == 1000
