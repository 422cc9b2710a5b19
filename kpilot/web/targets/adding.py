"""What the grid adds up: quarters and the year of a row, and the people and teams of another."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpilot.web.targets.grid import Sheet, Spot
from kpilot.web.targets.layout import Place
from kpilot.web.targets.rights import Scope

Values = Mapping[Spot, Decimal | None]


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What the parts of a row come to in one period, and how far that is from its own target."""

    value: Decimal | None
    difference: Decimal | None


def over(values: Values, scope: Scope, keys: list[str]) -> Decimal | None:
    """The months added up; None when none has a target."""
    found = [value for key in keys if (value := values.get((scope, key))) is not None]
    return sum(found, Decimal(0)) if found else None


def parts(sheet: Sheet, values: Values, place: Place, key: str) -> Decimal | None:
    """What the people and teams of a row come to in a month: a team counts with its own target,
    without one with what is in it."""
    inside = {one.scope: one for one in sheet.places}
    found = [_of(sheet, values, inside[scope], key, inside) for scope in place.parts
             if scope in inside]  # fmt: skip
    known = [value for value in found if value is not None]
    return sum(known, Decimal(0)) if known else None


def sums(sheet: Sheet, values: Values, place: Place) -> dict[str, Sum]:
    """By month, and under "" for the year: the parts beside the row's own target."""
    made, total, own = {}, Decimal(0), Decimal(0)
    is_known = is_whole = False
    for key in sheet.year.keys:
        below, mine = parts(sheet, values, place, key), values.get((place.scope, key))
        made[key] = Sum(value=below, difference=_apart(below, mine))
        if below is not None:
            total, is_known = total + below, True
        if mine is not None:
            own, is_whole = own + mine, True
    made[""] = Sum(value=total if is_known else None,
                   difference=total - own if is_known and is_whole else None)  # fmt: skip
    return made


def _of(
    sheet: Sheet, values: Values, place: Place, key: str, inside: Mapping[Scope, Place]
) -> Decimal | None:
    mine = values.get((place.scope, key))
    if mine is not None or place.scope[0] == "agent":
        return mine
    return parts(sheet, values, place, key)


def _apart(below: Decimal | None, mine: Decimal | None) -> Decimal | None:
    return None if below is None or mine is None else below - mine
