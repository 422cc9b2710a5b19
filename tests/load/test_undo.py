"""Undoing a load leaves the warehouse as if it had never been, or says what stands on it."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilot.core.errors import UserError
from kpilot.load.history import loads
from kpilot.load.plan import AliasPlan
from kpilot.load.undo import undo
from tests.load.conftest import Desk, utc

FIELDS = "id owner_id account_id stage_id created_at amount account.industry owner.team_id"
HEADER = "id; owner; account; stage; created; amount; industry; team"


def file(desk: Desk, *rows: str):
    return desk.table("opportunity", "\n".join([HEADER, *rows]), FIELDS)


def test_after_undoing_every_load_the_warehouse_is_empty(desk: Desk) -> None:
    empty = desk.everything()
    desk.aliases = [AliasPlan(table="account", heard="Acm", known="Acme", rows=1, known_rows=1,
                              confidence=0.9, accepted=True)]
    desk.load(file(desk, "1; Ann; Acme; Offer; 2024-01-05; 5; Steel; North",
                   "2; Bob; Acm; Offer; 2024-01-05; x; ; "))
    desk.load(file(desk, "1; Bob; Acme; Won; 2024-01-05; 6; Iron; South"))
    desk.load(desk.table("account", "id; name\n 001; Acme", "id name"))
    for number in (3, 2, 1):
        undo(desk.project, number, who="mia", now=utc(2024, 7, 2))
    assert desk.everything() == empty
    assert [(r.id, r.undone_by) for r in loads(desk.project)] == [
        (3, "mia"), (2, "mia"), (1, "mia")]


def test_a_load_on_which_another_stands_is_undone_after_it(desk: Desk) -> None:
    desk.load(file(desk, "1; Ann; Acme; Offer; 2024-01-05; 5; ; "))
    desk.load(file(desk, "1; Ann; Acme; Won; 2024-01-05; 5; ; "))
    with pytest.raises(UserError, match="Undo load 2 first"):
        undo(desk.project, 1, who="mia")
    assert loads(desk.project)[1].blocked_by == (2,)


def test_a_load_that_only_met_rows_again_stands_on_them_too(desk: Desk) -> None:
    desk.load(file(desk, "1; Ann; Acme; Offer; 2024-01-05; 5; ; "))
    desk.load(file(desk, "1; Ann; Acme; Offer; 2024-01-05; 5; ; "))
    with pytest.raises(UserError, match="Undo load 2 first"):
        undo(desk.project, 1, who="mia")


def test_a_load_that_refers_to_rows_stands_on_them(desk: Desk) -> None:
    desk.load(desk.table("account", "name\n Acme", "name"))
    desk.load(desk.table("opportunity", "id; account\n 1; Acme", "id account_id"))
    with pytest.raises(UserError, match="Undo load 2 first"):
        undo(desk.project, 1, who="mia")


def test_loads_that_share_nothing_are_undone_in_any_order(desk: Desk) -> None:
    desk.load(desk.table("account", "name\n Acme", "name"))
    desk.load(desk.table("product", "name\n Bolt", "name"))
    undo(desk.project, 1, who="mia")
    assert desk.ask("SELECT name FROM product") == [("Bolt",)]


def test_a_load_is_undone_once_and_only_if_there_is_one(desk: Desk) -> None:
    desk.load(desk.table("account", "name\n Acme", "name"))
    undo(desk.project, 1, who="mia")
    for number, message in ((1, "undone already"), (9, "no load 9")):
        with pytest.raises(UserError, match=message):
            undo(desk.project, number, who="mia")


def test_numbers_of_undone_loads_are_not_used_again(desk: Desk) -> None:
    desk.load(desk.table("account", "name\n Acme", "name"))
    undo(desk.project, 1, who="mia")
    assert desk.load(desk.table("account", "name\n Acme", "name")).id == 2


name = st.sampled_from(["Ann", "ann", "Bob", "Zoe", ""])
row = st.builds(
    "; ".join,
    st.tuples(
        st.sampled_from("123456"), name, st.sampled_from(["Acme", "Globex", "acme", ""]),
        st.sampled_from(["Contact", "Offer", "Won", "Lost", ""]),
        st.sampled_from(["2024-01-05", "2024-02-30", "2024-03-01", ""]),
        st.sampled_from(["5", "5.01", "x", "7", ""]), st.sampled_from(["Steel", "Iron", ""]),
        st.sampled_from(["North", "South", ""])))
batch = st.lists(row, min_size=1, max_size=8)


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=batch, second=batch, accounts=st.booleans())
def test_a_load_undone_leaves_what_was_there_before_table_by_table(
    desks: Callable[[], Desk], first: list[str], second: list[str], accounts: bool
) -> None:
    desk = desks()
    desk.load(file(desk, *first))
    before = desk.everything()
    tables = [file(desk, *second)]
    if accounts:
        tables.append(desk.table("account", "id; name; industry\n 001; Acme; Wood\n 002; New; Tin",
                                 "id name industry"))
    report = desk.load(*tables)
    assert all(table.counts.balanced for table in report.tables)
    assert all(money.balanced for table in report.tables for money in table.money)
    undo(desk.project, 2, who="mia")
    assert desk.everything() == before
    desk.project.close()
