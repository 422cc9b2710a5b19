"""Columns weighed against one another and against their cells."""

from collections.abc import Mapping

from kpilot.load.mapping import map_columns
from kpilot.load.plan import Style
from kpilot.load.profile import ColumnProfile

NUMBERS = {"number": 1.0, "money": 1.0}
WORDS: Mapping[str, float] = {"id": 0.1}
EMAILS = {"email": 1.0}
DATES = {"date": 1.0}


def column(index: int, header: str, shares: Mapping[str, float] = WORDS, *,
           non_empty: int = 100, samples: tuple[str, ...] = ()) -> ColumnProfile:
    return ColumnProfile(index=index, header=header, rows=100, non_empty=non_empty, distinct=50,
                         shares=dict(shares), samples=samples, style=Style(), max_length=20)


def fields(table: str, *columns: ColumnProfile) -> list[str | None]:
    return [choice.field for choice in map_columns(table, columns).choices]


def test_the_amount_is_not_the_expected_revenue_when_there_are_both() -> None:
    both = fields("opportunity", column(0, "Expected Revenue", NUMBERS),
                  column(1, "Amount", NUMBERS))
    alone = fields("opportunity", column(0, "Expected Revenue", NUMBERS))
    assert (both, alone) == ([None, "amount"], ["amount"])


def test_the_net_amount_goes_before_the_one_with_tax() -> None:
    assert fields("opportunity", column(0, "Montant TTC", NUMBERS),
                  column(1, "Montant HT", NUMBERS)) == [None, "amount"]


def test_a_column_left_out_for_another_is_said() -> None:
    mapped = map_columns("opportunity", [column(0, "Amount", NUMBERS),
                                         column(1, "Deal value", NUMBERS)])
    assert "“Deal value” is left out: “Amount” is already “Amount”." in map(str, mapped.notes)


def test_owner_id_name_and_email_stand_side_by_side() -> None:
    assert fields("opportunity", column(0, "Owner"), column(1, "Owner ID"),
                  column(2, "Owner email", EMAILS)) == ["owner.name", "owner_id", "owner.email"]


def test_an_owner_known_by_email_alone_is_the_owner() -> None:
    assert fields("opportunity", column(0, "Owner Email", EMAILS)) == ["owner_id"]


def test_a_column_of_words_is_no_amount_and_no_date() -> None:
    mapped = map_columns("opportunity", [column(0, "Amount"), column(1, "Close Date")])
    assert [choice.field for choice in mapped.choices] == [None, None]
    assert "“Amount” is left out: its cells cannot be “Amount”." in map(str, mapped.notes)


def test_a_column_of_emails_is_no_name() -> None:
    assert fields("contact", column(0, "Name", EMAILS)) == [None]


def test_the_name_of_an_opportunity_is_not_that_of_its_account() -> None:
    assert fields("opportunity", column(0, "Name"), column(1, "Account Name"),
                  column(2, "Contact Name")) == ["name", "account_id", "contact_id"]


def test_one_close_date_serves_won_lost_and_expected_until_there_are_two() -> None:
    one = fields("opportunity", column(0, "Close Date", DATES))
    two = fields("opportunity", column(0, "Close Date", DATES),
                 column(1, "Expected Close Date", DATES))
    assert (one, two) == (["close_date"], ["closed_at", "expected_close_date"])


def test_won_and_lost_times_are_kept_apart() -> None:
    assert fields("opportunity", column(0, "Won time", DATES), column(1, "Lost time", DATES)) == [
        "won_at", "lost_at"]


def test_a_type_that_is_no_known_type_of_opportunity_is_left_out() -> None:
    known = column(0, "Type", samples=("New Business", "Existing Business"))
    other = column(0, "Type", samples=("reseller", "manufacturer"))
    assert (fields("opportunity", known), fields("opportunity", other)) == (["type"], [None])


def test_a_status_that_names_the_steps_is_left_for_the_stage() -> None:
    steps = column(0, "Status", samples=("New", "Sent", "Negotiation", "Won", "Refused"))
    status = column(0, "Status", samples=("Open", "Late", "Won", "Lost", "Expired"))
    assert (fields("opportunity", steps), fields("opportunity", status)) == ([None], ["status"])


def test_managers_of_offices_name_the_teams_when_no_team_is_given() -> None:
    agents = column(0, "sales_agent", samples=("Anna Snelling", "Cecily Lampkin"))
    managers = column(1, "manager", samples=("Dustin Brinkmann", "Melvin Marxen"))
    office = column(2, "regional_office", samples=("Central", "East"))
    assert fields("agent", agents, managers, office) == ["name", "team_id", "parent_team"]


def test_managers_who_sell_themselves_stay_managers() -> None:
    agents = column(0, "Name", samples=("Anna", "Dustin"))
    managers = column(1, "Manager", samples=("Dustin",))
    office = column(2, "Office", samples=("Central",))
    assert fields("agent", agents, managers, office) == ["name", "manager_id", "team_id"]


def test_what_was_said_is_not_taken_by_another_column() -> None:
    columns = [column(0, "Budget", NUMBERS), column(1, "Amount", NUMBERS)]
    mapped = map_columns("opportunity", columns, {0: "amount"})
    assert mapped.choices[1].field is None


def test_two_hundred_columns_take_no_time() -> None:
    columns = [column(i, f"Custom field {i}") for i in range(199)] + [column(199, "Deal Name")]
    assert fields("opportunity", *columns)[199] == "name"
