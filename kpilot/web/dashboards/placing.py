"""Where cards stand: a grid of 12 columns, nothing overlaps, and no card hangs over a hole.

Pure functions on tuples of `Placed`. A card is where its maker put it, or the next free place
below the card she moved last; then every card rises as far as it can. The page draws the same
layout with CSS alone (`grid-auto-flow: dense`), because cards are in order of rows, then columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kpilot.web.widgets.card import Asked

COLUMNS = 12
TALLEST = 24
LOWEST = 4000
MOST_CARDS = 60


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A card on its place: from column `x` and row `y` (both from 0), `w` columns by `h` rows.

    key  names the card on its dashboard; "" until it is given one
    """

    asked: Asked
    x: int = 0
    y: int = LOWEST
    w: int = 6
    h: int = 4
    key: str = ""


Cards = tuple[Placed, ...]


def settled(cards: Iterable[Placed], first: str = "") -> Cards:
    """The cards without overlaps and holes, in reading order; `first` keeps its place."""
    whole = tuple(_inside(card) for card in cards)
    for _again in range(len(whole) + 1):
        order = sorted(whole, key=lambda card: (card.y, card.key != first, card.x))
        risen = _risen(order)
        if risen == whole:
            break
        whole, first = risen, ""
    return whole


def place(cards: Cards, key: str, *, x: int, y: int, w: int, h: int) -> Cards:
    """The cards with one moved or made another size; the others make room."""
    return settled(
        (replace(card, x=x, y=y, w=w, h=h) if card.key == key else card for card in cards), key
    )


def added(cards: Cards, card: Placed) -> Cards:
    """The cards and one more, with a key of its own, where it says or else below all."""
    keyed = replace(card, key=fresh_key(cards))
    return settled((*cards, keyed), keyed.key)


def duplicated(cards: Cards, key: str) -> Cards:
    """The cards with one there twice, its double beside it where there is room, else below."""
    found = one(cards, key)
    if found is None:
        return cards
    beside = found.x + found.w
    x, y = (beside, found.y) if beside + found.w <= COLUMNS else (found.x, found.y + found.h)
    return added(cards, replace(found, x=x, y=y))


def removed(cards: Cards, key: str) -> Cards:
    """The cards without one."""
    return settled(card for card in cards if card.key != key)


def one(cards: Cards, key: str) -> Placed | None:
    """The card of that key."""
    return next((card for card in cards if card.key == key), None)


def fresh_key(cards: Cards) -> str:
    """A key that no card of the dashboard has."""
    taken = [int(card.key[1:]) for card in cards if card.key[1:].isdecimal()]
    return f"c{max(taken, default=0) + 1}"


def keyed(cards: Iterable[Placed]) -> Cards:
    """The cards, each with a key, settled."""
    found: Cards = ()
    for card in cards:
        found = (*found, card if card.key else replace(card, key=fresh_key(found)))
    return settled(found)


def to_json(cards: Cards) -> list[dict[str, Any]]:
    """The cards as they are stored."""
    return [
        {
            "key": card.key, "x": card.x, "y": card.y, "w": card.w, "h": card.h,
            "widget": card.asked.widget, "title": card.asked.title,
            "words": {word: list(values) for word, values in card.asked.words.items()},
            "options": dict(card.asked.options),
        }
        for card in cards
    ]  # fmt: skip


def from_json(stored: object) -> Cards:
    """The cards that stored words mean; what is broken in them is read as far as it goes."""
    found: list[Placed] = []
    for row in stored if isinstance(stored, list) else []:
        if isinstance(row, dict):
            found.append(_card(row))
    return keyed(found)


def _card(row: dict[str, Any]) -> Placed:
    words, options = row.get("words"), row.get("options")
    return Placed(
        key=str(row.get("key") or ""),
        x=_whole(row.get("x"), 0), y=_whole(row.get("y"), LOWEST),
        w=_whole(row.get("w"), 6), h=_whole(row.get("h"), 4),
        asked=Asked(
            widget=str(row.get("widget") or ""),
            title=str(row.get("title") or ""),
            words={str(word): _texts(values) for word, values in words.items()}
            if isinstance(words, dict) else {},
            options={str(name): str(value) for name, value in options.items()}
            if isinstance(options, dict) else {},
        ),
    )  # fmt: skip


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list | tuple) else (str(values),)


def _whole(value: object, instead: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else instead


def _inside(card: Placed) -> Placed:
    w, h = min(max(card.w, 1), COLUMNS), min(max(card.h, 1), TALLEST)
    x, y = min(max(card.x, 0), COLUMNS - w), min(max(card.y, 0), LOWEST)
    return replace(card, x=x, y=y, w=w, h=h)


def _risen(order: Sequence[Placed]) -> Cards:
    """Each card in turn as high as there is room for it."""
    taken: set[tuple[int, int]] = set()
    found: list[Placed] = []
    for card in order:
        y = 0
        while not taken.isdisjoint(_cells(card, y)):
            y += 1
        taken.update(_cells(card, y))
        found.append(replace(card, y=y))
    return tuple(sorted(found, key=lambda card: (card.y, card.x)))


def _cells(card: Placed, y: int) -> set[tuple[int, int]]:
    return {(x, row) for x in range(card.x, card.x + card.w) for row in range(y, y + card.h)}
