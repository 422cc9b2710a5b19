"""Numbers as people write them: "12 k€", "1.2M", "5 %", "+5 pts", "1 234,50"."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from kpilot.core.errors import UserError
from kpilot.core.format import Unit
from kpilot.core.text import Text

Kind = Literal["absolute", "percent", "points"]
GAPS = " \t\u00a0\u2007\u2009\u202f'’"
MINUS = "-−–"
SCALES = {"k": 3, "m": 6, "md": 9, "mio": 6, "mrd": 9, "b": 9, "bn": 9}
LONGEST = 200
LARGEST = Decimal("1e15")
_LESS_SIGNS = r"\-−–"
_MONEY = r"(?:€|\$|£|¥|eur|usd|gbp|chf|cad|euros?)"
_POINTS = r"(?:points?|pts?|pp)"
_WHOLE = re.compile(
    rf"(?P<sign>[+{_LESS_SIGNS}])?\s*{_MONEY}?\s*(?P<sign2>[+{_LESS_SIGNS}])?\s*"
    rf"(?P<digits>\d[\d.,{GAPS}]*|[.,]\d+)\s*(?P<scale>k|md|mrd|mio|m|bn|b)?\s*{_MONEY}?\s*"
    rf"(?P<unit>%|pour\s*cent|percent|{_POINTS}(?:\s+de\s+(?:pourcentage|%))?)?(?![\w%])",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:de|by|of)\s*$", re.IGNORECASE)
_LESS = re.compile(
    r"\b(?:r[ée]duire|baisser|diminuer|abaisser|raccourcir|moins|reduce|cut|lower|decrease|less|"
    r"shorten|drop)\b", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """A number that was typed: a value itself, or a change by percent or by so much.

    value  in the KPI's own unit, a share or a percentage as a fraction
    kind   "points" is a difference in the KPI's own unit: points of a share, euros, leads
    """

    kind: Kind
    value: Decimal


def number(text: str, language: str) -> Decimal | None:
    """The number of `text` alone, None when it is none; a lone separator before three digits is
    read as the language writes it."""
    bare = "".join(sign for sign in text.strip() if sign not in GAPS)
    sign = bare[:1]
    if sign and sign in f"+{MINUS}":
        bare = bare[1:]
    if not re.fullmatch(r"\d+(?:[.,]\d+)*[.,]?|[.,]\d+", bare):
        return None
    plain = _plain(bare, language)
    try:
        value = Decimal(plain) if plain is not None else None
    except InvalidOperation:
        return None
    return -value if value is not None and sign in tuple(MINUS) else value


def _plain(bare: str, language: str) -> str | None:
    """Digits with a decimal point; None when the separators contradict each other."""
    marks = [sign for sign in bare if sign in ".,"]
    if not marks:
        return bare
    last, kinds = marks[-1], set(marks)
    if len(kinds) == 2:
        other = "." if last == "," else ","
        whole, _, rest = bare.rpartition(last)
        return f"{_grouped(whole, other)}.{rest}" if _grouped(whole, other) else None
    if len(marks) > 1:
        return _grouped(bare, last) or None
    is_lone = re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", bare)
    if is_lone and language == "en" and last == ",":
        return bare.replace(",", "")
    if is_lone and language == "fr" and last == ".":
        return None  # 12.500: thousands to some, thousandths to others
    return bare.replace(",", ".")


def _grouped(whole: str, mark: str) -> str:
    return whole.replace(mark, "") if re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})*", whole) else ""


def said(text: str, unit: Unit, language: str) -> Said | None:
    """The first number of a text or sentence and what it is meant as; None without a number.

    A percentage with a sign, or after "by", is a change; so is every percentage of a KPI that is
    no share. Points are always a change.
    """
    found = _WHOLE.search(text[:LONGEST])
    if found is None:
        return None
    value = number(found["digits"].strip(GAPS), language)
    if value is None or abs(value) >= LARGEST:
        return None
    value = value.scaleb(SCALES[found["scale"].lower()]) if found["scale"] else value
    before = text[: found.start()]
    sign = found["sign"] or found["sign2"] or ""
    is_change = bool(sign) or bool(_BY.search(before))
    if sign in tuple(MINUS) or (not sign and _LESS.search(before)):
        value = -value if is_change or sign else value
    ending = (found["unit"] or "").lower()
    if re.match(_POINTS, ending):
        return Said(kind="points", value=value.scaleb(-2))
    if ending and (is_change or unit != "ratio"):
        return Said(kind="percent", value=value.scaleb(-2))
    value = value.scaleb(-2) if unit == "ratio" else value
    return Said(kind="points" if is_change else "absolute", value=value)


def cell(text: str, unit: Unit, language: str) -> Decimal | None:
    """The target typed into a cell, None for an empty one; UserError for what is no target."""
    if not text.strip():
        return None
    found = _WHOLE.fullmatch(text.strip()[:LONGEST])
    if found is None:
        raise UserError("“{text}” is not a number.", text=text.strip()[:40], code="not_a_number",
                        hint=Text("Write 12500, 12,500 or 12.5k."))  # fmt: skip
    meant = said(text.strip(), unit, language)
    if meant is None:
        raise UserError(
            "“{text}” can be read in two ways.", text=text.strip()[:40], code="two_readings",
            hint=Text("Write it without separators of thousands."),
        )  # fmt: skip
    if meant.kind == "points" and not found["unit"] and "+" not in (found["sign"], found["sign2"]):
        return meant.value  # a negative number, which is refused as a target with its own words
    if meant.kind != "absolute":
        raise UserError(
            "“{text}” is a change: write the target itself.", text=text.strip()[:40], code="change"
        )
    return meant.value
