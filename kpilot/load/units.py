"""What a header says of the money below it: "Montant (k€)" is in thousands of euros."""

import re
from dataclasses import dataclass

from kpilot.load.numbers import CODES

SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_MONEY = rf"(?P<money>[€$£]|(?:{'|'.join(CODES)})(?![a-z])|euros?)"
_SCALE = r"(?P<scale>k|m|milliers|thousands?|millions?)"
_LINK = r"(?: ?(?:d['’]|de|of|in|en))? ?"
# In brackets either says enough; without, a sign or a code at the end does.
_BRACKETS = re.compile(rf"[(\[] ?(?:in|en)? ?(?:{_SCALE}{_LINK}{_MONEY}|"
                       rf"{_MONEY.replace('money', 'only')}|"
                       rf"{_SCALE.replace('scale', 'times').replace('k|m|', 'k|')}) ?[)\]]",
                       re.IGNORECASE)
_END = re.compile(rf"[ _](?P<scale>[kKmM])? ?(?P<money>[€$£]|{'|'.join(CODES)})$")


@dataclass(frozen=True, kw_only=True)
class Unit:
    """How many times each figure counts, and its currency ("" when the header does not say)."""

    times: int = 1
    currency: str = ""


def unit(header: str) -> Unit:
    """The unit of a column of money.

    >>> unit("Montant HT (k€)"), unit("Amount EUR").currency, unit("Amount").times
    (Unit(times=1000, currency='EUR'), 'EUR', 1)
    """
    found = _BRACKETS.search(header) or _END.search(header.strip())
    if found is None:
        return Unit()
    told = found.groupdict()
    scale = (told["scale"] or told.get("times") or "").lower()
    money = (told["money"] or told.get("only") or "").upper()
    millions = scale == "m" or scale.startswith("million")
    return Unit(times=1_000_000 if millions else 1000 if scale else 1,
                currency=SIGNS.get(money, "EUR" if money.startswith("EURO") else money))
