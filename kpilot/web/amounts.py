"""Numbers as people type them: "12 k€", "1.2M", "5 %", "+5 pts", "1 234,50", "−3 days"."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.load.numbers import CODES

GAPS = " \t\u00a0\u2007\u2009\u202f'’"
MINUS = "-−–"
SCALES = {"k": 3, "m": 6, "md": 9, "mio": 6, "mrd": 9, "b": 9, "bn": 9}
LONGEST = 200
LARGEST = Decimal("1e15")
_SIGN = r"[+\-−–]"
_MONEY = rf"(?:[€$£¥]|euros?|{'|'.join(CODES)})"
_POINTS = r"(?:points?|pts?|pp)"
_AMOUNT = (
    rf"(?P<sign>{_SIGN})?\s*{_MONEY}?\s*(?P<sign2>{_SIGN})?\s*"
    rf"(?P<digits>\d[\d.,{GAPS}]*|[.,]\d+)\s*(?P<scale>k|md|mrd|mio|m|bn|b)?\s*{_MONEY}?\s*"
    rf"(?P<per>%|pour\s*cent|percent|{_POINTS}(?:\s+de\s+(?:pourcentage|%))?)?"
)
_FIRST = re.compile(rf"{_AMOUNT}(?![\w%])", re.IGNORECASE)
_ALONE = re.compile(rf"{_AMOUNT}(?:\s*(?:jours?|days?|[jd]))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A number that was typed.

    value  with its sign and scale; a percentage as it stands: 5 for 5 %
    sign   "+" or "-" when one was typed, which makes it a change
    per    "%", "points" or ""
    """

    value: Decimal
    sign: str
    per: str


def alone(text: str, language: str) -> Amount:
    """The number that all of a text is; UserError when it is none, or can be read in two ways."""
    found = _ALONE.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        raise UserError("“{text}” is not a number.", text=text.strip()[:40], code="not_a_number",
                        hint=Text("Write 12500, 12,500 or 12.5k."))  # fmt: skip
    amount = _amount(found, language)
    if amount is None:
        raise UserError(
            "“{text}” can be read in two ways.", text=text.strip()[:40], code="two_readings",
            hint=Text("Write it without separators of thousands."),
        )  # fmt: skip
    return amount


def first(text: str, language: str) -> tuple[str, Amount] | None:
    """The first number of a sentence and the words before it; None when there is none to read."""
    found = _FIRST.search(text[:LONGEST])
    amount = _amount(found, language) if found else None
    return (text[: found.start()], amount) if found and amount else None


def _amount(found: re.Match[str], language: str) -> Amount | None:
    value = number(found["digits"].strip(GAPS), language)
    if value is None or value >= LARGEST:
        return None
    value = value.scaleb(SCALES[found["scale"].lower()]) if found["scale"] else value
    sign, per = found["sign"] or found["sign2"] or "", (found["per"] or "").lower()
    is_less = sign in tuple(MINUS)
    return Amount(
        value=-value if is_less else value,
        sign="-" if is_less else sign,
        per="points" if re.match(_POINTS, per) else "%" if per else "",
    )


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
