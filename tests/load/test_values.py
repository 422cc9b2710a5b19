"""Cells become values: every way of writing a number, a day, a moment, a truth and a choice."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from kpilot.core.schema import Kind
from kpilot.load.plan import Style
from kpilot.load.values import given, moment, typed, why_not

POINT, COMMA, BOTH = Style(), Style(decimal=","), Style(decimal="")
DAY, MONTH = Style(dates="day first"), Style(dates="month first")


def run(expression: str, cells: Sequence[str]) -> list[object]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT unnest(?) AS c", [list(cells)])
        return [row[0] for row in connection.execute(f"FROM t SELECT {expression}").fetchall()]


def value(cell: str, kind: Kind, style: Style = POINT) -> object:
    return run(typed("c", kind, style), [cell])[0]


@pytest.mark.parametrize(("cell", "amount"), [
    ("1054", "1054"), ("1 054,50", "1054.50"), ("1\u202f054,50 €", "1054.50"),
    ("1\u00a0054,5\u00a0€", "1054.5"), ("€1,234.50", "1234.50"), ("1.234,56", "1234.56"),
    ("1,234.56", "1234.56"), ("(1,234.50)", "-1234.50"), ("12-", "-12"), ("12,50- EUR", "-12.50"),
    ("5-", "-5"), ("-$12", "-12"), ("$-12", "-12"), ("−5", "-5"), ("+5", "5"),
    ("1'234.50", "1234.50"),
    ("1.234.567", "1234567"), ("1,23,456.78", "123456.78"), ("USD 5", "5"), ("5 kr", "5"),
    (".5", "0.5"), (",5", "0.5"), ("12,", "12"), ("1e5", "100000"), ("0,125", "0.125"),
    ("12,5", "12.5"), ("12.5", "12.5"), ("60 000,00", "60000"), ("R$ 7", "7")])
@pytest.mark.parametrize("style", [POINT, COMMA, BOTH], ids=["point", "comma", "both"])
def test_an_amount_that_reads_one_way_reads_so_in_any_column(
        cell: str, amount: str, style: Style) -> None:
    assert value(cell, "money", style) == Decimal(amount)


@pytest.mark.parametrize(("cell", "style", "amount"), [
    ("1.234", POINT, "1.234"), ("1.234", COMMA, "1234"), ("1,234", POINT, "1234"),
    ("1,234", COMMA, "1.234"), ("1,234", BOTH, None), ("1.234", BOTH, None)])
def test_a_lone_separator_before_three_digits_reads_as_the_column_does(
        cell: str, style: Style, amount: str | None) -> None:
    assert value(cell, "money", style) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("cell", [
    "soixante mille", "12 34", "06 12 34 56 78", "12€50", "1.2.3", "--5", "-5-", "nan", "inf",
    "1.234,56.7", "12 %", "1,234,56", "123456789012345678"])
def test_what_contradicts_itself_is_refused_not_guessed(cell: str) -> None:
    for style in (POINT, COMMA, BOTH):
        assert value(cell, "money", style) is None


def test_shares_with_and_without_a_percent_sign() -> None:
    assert run(typed("c", "ratio", COMMA), ["60%", "0,6", "12,5 %"]) == [0.6, 0.6, 0.125]
    assert run(typed("c", "ratio", Style(percent=True)), ["60%", "60"]) == [0.6, 0.6]


def test_a_whole_number_has_no_part() -> None:
    cells = ["60", "60.0", "1 000", "9007199254740993", "60.5"]
    assert run(typed("c", "integer"), cells) == [60, 60, 1000, 9007199254740993, None]


def utc(text: str) -> datetime:
    """The naive UTC moment that the warehouse holds."""
    return datetime.fromisoformat(text)


NAMED = ["12 mars 2024", "Mar 12, 2024", "12-Mar-24", "mardi 12 mars 2024", "March 12th, 2024",
         "mar. 12 mars 2024", "Tue Mar 12 2024", "20240312", "2024/03/12", "2024-3-12",
         "2024-03-12", "2024-03-12T10:00:00Z", "2024-03-12 23:30:00-08:00"]


@pytest.mark.parametrize("style", [Style(), DAY, MONTH], ids=["iso", "day first", "month first"])
def test_a_day_that_reads_one_way_reads_so_in_any_column(style: Style) -> None:
    assert run(typed("c", "date", style), NAMED) == [date(2024, 3, 12)] * len(NAMED)


def test_months_in_french_and_english() -> None:
    cells = ["1er août 2024", "5 janv. 2024", "févr. 5, 2024", "3 December 2024", "3 déc. 2024"]
    assert run(typed("c", "date"), cells) == [
        date(2024, 8, 1), date(2024, 1, 5), date(2024, 2, 5), date(2024, 12, 3), date(2024, 12, 3)]


@pytest.mark.parametrize("cell", ["05/01/2024", "5/1/2024", "05.01.2024", "05-01-24", "5 1 2024"])
def test_day_and_month_go_by_the_column(cell: str) -> None:
    assert value(cell, "date", DAY) == date(2024, 1, 5)
    assert value(cell, "date", MONTH) == date(2024, 5, 1)
    assert value(cell, "date", Style()) is None


@pytest.mark.parametrize("cell", [
    "31/02/2024", "2024-02-30", "2024-13-01", "12/25/2024", "05/01/0024", "infinity", "epoch",
    "2024-01-05 blah", "2024-01-05 10:00:00 blah", "10:00", "45000", "0000-00-00"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    assert value(cell, "date", DAY) is None


def test_a_day_of_zeros_is_what_databases_write_for_none() -> None:
    cells = ["0000-00-00", "00/00/0000", "0000-00-00 00:00:00", "00/01/2024"]
    assert run(given("c", "instant"), cells) == [None, None, None, "00/01/2024"]
    assert run(given("c"), cells) == cells


@pytest.mark.parametrize(("cell", "at"), [
    ("2024-01-05 10:00:00", "09:00:00"), ("2024-01-05 10:00", "09:00:00"),
    ("2024-01-05T10:00:00Z", "10:00:00"), ("2024-01-05T10:00:00.000+0200", "08:00:00"),
    ("2024-01-05 10:00:00+02", "08:00:00"), ("2024-01-05 10:00:00 UTC", "10:00:00"),
    ("2024-01-05 10:00 PM", "21:00:00"), ("05/01/2024 14:30", "13:30:00"),
    ("05/01/2024 2:30 PM", "13:30:00"), ("05/01/2024 12:15 am", "2024-01-04 23:15"),
    ("05/01/2024 à 14h30", "13:30:00"), ("5 janv. 2024 09:05", "08:05:00"),
    ("2024-01-05 10:00:00.5", "09:00:00.500000")])
def test_a_moment_is_brought_to_utc_from_its_offset_or_the_zone(cell: str, at: str) -> None:
    found = moment("c", DAY, "Europe/Paris")
    assert run(found.at, [cell]) == [utc(at if "-" in at else f"2024-01-05 {at}")]
    assert run(found.on, [cell]) == [None]


def test_an_offset_that_no_place_has_is_no_moment() -> None:
    cells = ["2024-01-05 10:00:00+14:00", "2024-01-05 10:00:00+25:00", "2024-01-05 10:00:00-09:75"]
    found = moment("c", DAY, "Europe/Paris")
    assert run(found.at, cells) == [utc("2024-01-04 20:00:00"), None, None]
    assert run(found.on, cells) == [None] * 3


def test_a_moment_without_time_is_a_day() -> None:
    found = moment("c", Style(), "Europe/Paris")
    assert run(found.at, ["2024-01-05"]) == [None]
    assert run(found.on, ["2024-01-05"]) == [date(2024, 1, 5)]


def test_a_day_whose_fifth_sign_is_a_slash_begins_with_no_year() -> None:
    """8/10/2024, as every American export writes it."""
    for style, day in ((MONTH, date(2024, 8, 10)), (DAY, date(2024, 10, 8))):
        found = moment("c", style, "Europe/Paris")
        cells = ["8/10/2024", "8/10/2024 9:05", "08/10/2024", "8/10/24"]
        assert run(found.on, cells) == [day, None, day, day]
        assert run(found.at, cells)[1] is not None


def test_midnights_of_a_date_only_column_are_days_never_shifted() -> None:
    found = moment("c", Style(), "Europe/Paris", date_only=True)
    cells = ["2024-01-05 00:00:00", "2024-01-05T00:00:00Z", "05/01/2024", "2024-01-05 10:00:00"]
    assert run(found.on, cells) == [date(2024, 1, 5), date(2024, 1, 5), None, None]
    assert run(found.at, cells) == [None, None, None, utc("2024-01-05 09:00")]


def test_days_and_seconds_counted_by_programs() -> None:
    serial, unix, ms = Style(dates="serial"), Style(dates="unix"), Style(dates="unix ms")
    assert run(typed("c", "date", serial), ["45000", "2024-01-05"]) == [
        date(2023, 3, 15), date(2024, 1, 5)]
    assert run(moment("c", serial, "Europe/Paris").at, ["45000.5"]) == [
        utc("2023-03-15 11:00")]
    assert run(moment("c", unix, "Europe/Paris").at, ["1700000000"]) == [
        utc("2023-11-14 22:13:20")]
    assert run(typed("c", "date", ms), ["1700000000123"]) == [date(2023, 11, 14)]


def test_truths_in_both_languages() -> None:
    cells = ["Oui", "VRAI", "yes", "1", "x", "Non", "faux", "no", "0", "false", "maybe", "n/a"]
    assert run(typed("c", "boolean"), cells) == [True] * 5 + [False] * 5 + [None] * 2


def test_a_choice_is_known_by_its_words_whatever_their_case_and_accents() -> None:
    words = {"won": ["closed won", "gagnée"], "lost": ["perdue"]}
    cells = ["won", "Closed-Won", "ClosedWon", "GAGNEE", "Perdue", "open"]
    assert run(typed("c", "choice", POINT, words), cells) == ["won"] * 4 + ["lost", None]


def test_markers_of_nothing_are_nothing() -> None:
    cells = ["-", "n/a", "N/A", "NULL", "#N/A", "none", "(vide)", "n.d.", "false", "NA", "Acme"]
    assert run(given("c"), cells) == [None] * 9 + ["NA", "Acme"]
    assert run(given("c", "money"), ["NA", "12"]) == [None, "12"]
    assert run(given("c", "boolean"), ["false", "-"]) == ["false", None]


@pytest.mark.parametrize(("kind", "style", "cell", "sentence"), [
    ("date", DAY, "31/02/2024", "31/02/2024 is not a date: February 2024 has 29 days."),
    ("date", Style(), "2023-02-29", "2023-02-29 is not a date: February 2023 has 28 days."),
    ("date", Style(), "2024-13-01", "2024-13-01 is not a date: there is no month 13."),
    ("date", DAY, "03/25/2024", "03/25/2024 is not a date: the day comes first in this column, "
                                "and there is no month 25."),
    ("date", Style(), "05/01/2024", "05/01/2024 can be read in two ways: write the year first, "
                                    "as in 2024-03-31."),
    ("instant", DAY, "bientôt", "“bientôt” is not a date: write for example 2024-03-31."),
    ("money", COMMA, "soixante mille", "“soixante mille” is not a number: write for example "
                                       "60 000,00."),
    ("money", POINT, "twelve", "“twelve” is not a number: write for example 60,000.00."),
    ("money", BOTH, "1,234", "“1,234” can be read in two ways, as this column writes both 1.234,56 "
                             "and 1,234.56: write 1234 or 1.2340."),
    ("money", POINT, "123456789012345", "“123456789012345” is too large: a number may have 14 "
                                        "digits before the decimal mark."),
    ("integer", POINT, "60.5", "“60.5” is not a whole number."),
    ("boolean", POINT, "peut-être", "“peut-être” is neither yes nor no: write yes or no.")])
def test_a_refused_cell_is_told_why(kind: Kind, style: Style, cell: str, sentence: str) -> None:
    assert value(cell, kind, style) is None
    assert str(why_not(kind, style, cell)) == sentence


def test_a_choice_not_known_is_told_the_words() -> None:
    words = {"open": ["ouverte"], "won": ["gagnée"], "lost": ["perdue"]}
    assert str(why_not("choice", POINT, "wonn", words)) == (
        "“wonn” is not one of open, won, lost. Did you mean “won”?")


AMOUNTS = st.decimals(min_value=-10**12, max_value=10**12, places=2)


@settings(max_examples=12, deadline=None)
@drawn(st.lists(AMOUNTS, min_size=1, max_size=50))
def test_amounts_written_in_english_and_french_come_back(amounts: list[Decimal]) -> None:
    english = [f"{amount:,.2f}" for amount in amounts]
    french = [text.replace(",", "\u202f").replace(".", ",") + " €" for text in english]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    assert run(typed("c", "money", POINT), english) == amounts
    assert run(typed("c", "money", COMMA), french) == amounts
    assert run(typed("c", "money", COMMA), german) == amounts
    assert run(typed("c", "money", COMMA), english) == amounts  # two decimals tell
    assert run(typed("c", "money", POINT), [str(amount) for amount in amounts]) == amounts


@settings(max_examples=12, deadline=None)
@drawn(st.lists(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), min_size=1,
                max_size=50))
def test_days_written_in_any_order_come_back(days: list[date]) -> None:
    for form, style in (("%Y-%m-%d", Style()), ("%d/%m/%Y", DAY), ("%m/%d/%Y", MONTH),
                        ("%d.%m.%Y", DAY), ("%d %B %Y", Style()), ("%Y%m%d", DAY)):
        assert run(typed("c", "date", style), [day.strftime(form) for day in days]) == days


@settings(max_examples=12, deadline=None)
@drawn(st.lists(st.text(max_size=30), min_size=1, max_size=50))
def test_no_text_stops_the_engine(cells: list[str]) -> None:
    cells = [cell.replace("\0", "") for cell in cells]
    for kind in ("money", "integer", "ratio", "date", "instant", "boolean", "choice", "text"):
        assert len(run(typed("c", kind, DAY, {"won": ["gagnée"]}), cells)) == len(cells)
        for cell in cells:
            assert str(why_not(kind, DAY, cell, {"won": ["gagnée"]}))
