"""Numbers as people type them into a goal: 7 200 000, 7.2M, 25 %, +5 %, +3 points."""

import re
from dataclasses import dataclass

from kpilot.web.kpis import words

NUMBER = re.compile(
    r"([+-]?)\s*(\d[\d .,]*)\s*(k|m|md|b|bn)?\s*"
    r"(%|points?|pts?)?\s*(?:[€$£]|[a-z]{3}|j|jours?|days?|d)?",
    re.IGNORECASE,
)
SCALES = {"": 1.0, "k": 1e3, "m": 1e6, "md": 1e9, "b": 1e9, "bn": 1e9}
SPACES = re.compile(r"[\s\u00a0\u202f'’]")


@dataclass(frozen=True, kw_only=True)
class Amount:
    """What was typed: `value`, its `sign` when it is a change, `per` "%", "points" or ""."""

    value: float
    sign: str
    per: str

    @property
    def is_change(self) -> bool:
        return bool(self.sign)


def read(text: str) -> Amount | None:
    """The number in `text`, in the writing of the reader's language; None when it is none."""
    plain = SPACES.sub(" ", text.replace("\u2212", "-")).strip().lstrip("€$£ ")
    found = NUMBER.fullmatch(plain)
    if not found:
        return None
    sign, digits, scale, per = found.groups()
    value = _decimal(digits.replace(" ", ""))
    if value is None:
        return None
    value *= SCALES[(scale or "").lower()]
    unit = "" if not per else "%" if per == "%" else "points"
    return Amount(value=-value if sign == "-" else value, sign=sign, per=unit)


def _decimal(digits: str) -> float | None:
    """Digits with separators: the last sign parts the decimals unless it groups thousands."""
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        last = max(digits.rfind(","), digits.rfind("."))
        mark = digits[last]
        digits = digits.replace("." if mark == "," else ",", "").replace(mark, ".")
    elif commas:
        groups = re.fullmatch(r"\d{1,3}(,\d{3})+", digits)
        thousands = groups and (commas > 1 or words.language() == "en")
        digits = digits.replace(",", "" if thousands else ".")
    elif dots > 1:
        if not re.fullmatch(r"\d{1,3}(\.\d{3})+", digits):
            return None
        digits = digits.replace(".", "")
    try:
        return float(digits)
    except ValueError:
        return None
