"""Numbers as people type them into any form, in English and in French."""

from decimal import Decimal

import pytest

from kpilot.core.errors import UserError
from kpilot.web.amounts import Amount, alone, first

READ = [  # typed, in English, in French
    ("1,234.5", "1234.5", "1234.5"),
    ("1 234,5", "1234.5", "1234.5"),
    ("1\u202f234,50 €", "1234.5", "1234.5"),
    ("1'234.50 CHF", "1234.5", "1234.5"),
    ("1.234.567", "1234567", "1234567"),
    ("12,500", "12500", "12.5"),
    ("12.500", "12.5", None),
    ("0,25", "0.25", "0.25"),
    (".5", "0.5", "0.5"),
    ("10k", "10000", "10000"),
    ("7,2 M€", "7200000", "7200000"),
    ("€1.2bn", "1.2e9", "1.2e9"),
    ("3 Md", "3e9", "3e9"),
    ("12 MAD", "12", "12"),
    ("30 jours", "30", "30"),
    ("5 d", "5", "5"),
    ("\u22123", "-3", "-3"),
    ("-€5", "-5", "-5"),
    ("1,2.3.4", None, None),
    ("1e9", None, None),
    ("NaN", None, None),
    ("12 mln", None, None),
    ("9" * 16, None, None),
    ("", None, None),
]
MEANT = [("12 %", "12", "", "%"), ("+5 %", "5", "+", "%"), ("+3 points", "3", "+", "points"),
         ("-2,5 pts", "-2.5", "-", "points"), ("5 pour cent", "5", "", "%"),
         ("2 points de pourcentage", "2", "", "points")]  # fmt: skip


@pytest.mark.parametrize(("text", "english", "french"), READ)
def test_a_number_is_read_as_the_language_writes_it(text, english, french) -> None:
    for language, expected in (("en", english), ("fr", french)):
        if expected is None:
            with pytest.raises(UserError):
                alone(text, language)
        else:
            assert alone(text, language).value == Decimal(expected), language


@pytest.mark.parametrize(("text", "value", "sign", "per"), MEANT)
def test_signs_and_percentages_are_kept(text, value, sign, per) -> None:
    assert alone(text, "fr") == Amount(value=Decimal(value), sign=sign, per=per)


def test_a_sentence_has_its_first_number_and_what_comes_before() -> None:
    before, amount = first("raise it by 5 % until 2025", "en")
    assert (before.strip(), amount.value, amount.per) == ("raise it by", 5, "%")
    assert first("raise it", "en") is None
    with pytest.raises(UserError, match="two ways"):
        alone("12.500", "fr")
