"""What a typed number means for a KPI: a target itself, or a change by percent or by so much."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpilot.core.errors import UserError
from kpilot.core.format import Unit
from kpilot.web.amounts import Amount, alone, first

Kind = Literal["absolute", "percent", "points"]
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


def said(text: str, unit: Unit, language: str) -> Said | None:
    """The first number of a text or sentence and what it is meant as; None without a number.

    A percentage with a sign, or after "by", is a change; so is every percentage of a KPI that is
    no share. Points are always a change.
    """
    found = first(text, language)
    return _meant(found[1], found[0], unit) if found else None


def _meant(amount: Amount, before: str, unit: Unit) -> Said:
    value = amount.value
    is_change = bool(amount.sign) or bool(_BY.search(before))
    if is_change and not amount.sign and _LESS.search(before):
        value = -value
    if amount.per == "points":
        return Said(kind="points", value=value.scaleb(-2))
    if amount.per and (is_change or unit != "ratio"):
        return Said(kind="percent", value=value.scaleb(-2))
    value = value.scaleb(-2) if unit == "ratio" else value
    return Said(kind="points" if is_change else "absolute", value=value)


def cell(text: str, unit: Unit, language: str) -> Decimal | None:
    """The target typed into a cell, None for an empty one; UserError for what is no target."""
    if not text.strip():
        return None
    amount = alone(text, language)
    meant = _meant(amount, "", unit)
    if amount.sign == "-" and not amount.per:
        return meant.value  # a negative number, which is refused as a target with its own words
    if meant.kind != "absolute":
        raise UserError(
            "“{text}” is a change: write the target itself.", text=text.strip()[:40], code="change"
        )
    return meant.value
