"""The rows behind a figure: which they are, how they are sorted, and those left out."""

import pytest

from kpilot.ask.records import records
from kpilot.core.errors import UserError
from kpilot.core.rights import Reader
from tests.ask.conftest import lost, won


@pytest.fixture
def made(company):
    made = company(void_reasons=["test"]).put(
        "account", {"id": "1", "name": "Zulu"}, {"id": "2", "name": "alpha"},
        {"id": "3", "name": "Élan"},
    )
    made.put("agent", {"id": "ann", "name": "Ann"}, {"id": "zoe", "name": "Zoe"})
    made.put(
        "opportunity",
        won("a", "2026-01-10", 1, account_id="1", owner_id="ann"),
        lost("b", "2026-01-11", 2, account_id="2", owner_id="zoe"),
        lost("t", "2026-01-12", 3, close_reason="test"),
        {"id": "u", "status": "won", "amount": 4},
        won("c", "2026-02-10", 5),
        won("d", "2026-03-10", 1, account_id="1"),
        won("e", "2026-03-11", 2, account_id="3"),
    )
    return made.until("2026-04-01")


def asked(made, **more):
    return made.ask("win_rate", period="2026-01", **more).query


def test_the_rows_of_a_rate_are_those_of_its_denominator(made):
    found = records(asked(made), made.project)
    assert {(row["id"], row["counts"]) for row in found.rows} == {
        ("a", "numerator"), ("b", "denominator")
    }  # fmt: skip


def test_rows_left_out_can_be_looked_at_by_their_reason(made):
    assert [r["id"] for r in records(asked(made), made.project, only="void").rows] == ["t"]
    assert [r["id"] for r in records(asked(made), made.project, only="no_closed_at").rows] == ["u"]
    with pytest.raises(UserError, match="is not a reason"):
        records(asked(made), made.project, only="nonsense")


def test_a_name_is_sorted_as_it_is_read(made):
    found = records(asked(made), made.project, sort="account", descending=False)
    assert [row["account"] for row in found.rows] == ["alpha", "Zulu"]
    march = made.ask("win_rate", period="2026-03").query
    found = records(march, made.project, sort="account", descending=False)
    assert [row["account"] for row in found.rows] == ["Élan", "Zulu"]


def test_a_part_says_how_many_there_are(made):
    found = records(asked(made), made.project, limit=1)
    assert (len(found.rows), found.total) == (1, 2)


def test_rows_are_not_sorted_by_what_is_not_a_column(made):
    with pytest.raises(UserError, match="cannot be sorted by"):
        records(asked(made), made.project, sort="amount; drop table")


def test_an_account_of_others_is_answered_like_one_that_does_not_exist(made):
    ann = Reader(agent_ids=frozenset({"ann"}))
    for name in ("alpha", "Nobody"):
        result = made.ask("win_rate", reader=ann, period="2026-01", where=f"account={name}")
        assert result.rows[0].n == 0
        assert f"'{name}'" in " ".join(result.sql)
