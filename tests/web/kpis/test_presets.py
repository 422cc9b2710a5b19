"""Periods said in words are read where the data ends, never by the clock."""

from dataclasses import replace
from datetime import date

import pytest

from kpilot.core.calendar import Fiscal
from kpilot.web.kpis.presets import LABELS, Today, resolve, usual, words

DAY = Today(
    last=date(2026, 11, 22), whole=date(2026, 11, 23), first=date(2023, 11, 21),
    ended=date(2026, 11, 23), fiscal=Fiscal(),
)  # fmt: skip
NEW_YEAR = replace(DAY, last=date(2017, 12, 31), whole=date(2018, 1, 1), ended=date(2018, 1, 1))


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("today", "2026-11-22"),
        ("last_7_days", "2026-11-16/2026-11-23"),
        ("this_week", "2026-W47"),
        ("last_week", "2026-W46"),
        ("this_month", "2026-11"),
        ("last_month", "2026-10"),
        ("this_quarter", "2026-Q4"),
        ("last_quarter", "2026-Q3"),
        ("this_year", "2026"),
        ("last_year", "2025"),
        ("last_12_months", "2025-11-01/2026-11-01"),
        ("all", "2023-11-21/2026-11-23"),
    ],
)
def test_a_word_means_a_period(word: str, key: str) -> None:
    assert resolve(word, DAY).key == key


def test_data_that_ends_with_the_year_is_read_as_of_its_last_day() -> None:
    assert resolve("this_month", NEW_YEAR).key == "2017-12"
    assert resolve("last_12_months", NEW_YEAR).key == "2017-01-01/2018-01-01"
    assert usual(NEW_YEAR) == "this_month"


def test_fiscal_words_are_offered_only_where_the_fiscal_year_is_another() -> None:
    assert not any("fiscal" in word for word in words(Fiscal()))
    spring = Fiscal(start_month=4)
    assert set(words(spring)) == set(LABELS)
    assert resolve("this_fiscal_quarter", replace(DAY, fiscal=spring)).key == "FY2027-Q3"


def test_a_month_of_which_no_day_has_passed_is_not_opened() -> None:
    first_morning = replace(DAY, last=date(2026, 11, 1), whole=date(2026, 11, 1))
    assert usual(first_morning) == "last_month"


def test_a_month_without_a_row_is_not_opened() -> None:
    quiet = replace(DAY, ended=date(2026, 10, 30))
    assert usual(quiet) == "last_month"
