"""The words that stand for the values of a choice ("Gagné" is won), in English and French."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from kpilot.core.tables import TABLES
from kpilot.load.headers import phrase
from kpilot.load.stage_words import rank, said_kind


@cache
def words(table: str, field: str) -> Mapping[str, tuple[str, ...]]:
    """Value → the words for it, without case, accents or punctuation (`headers.phrase`)."""
    told = _told().get(table, {}).get(field, {})
    return {value: (value, *told.get(value, ())) for value in TABLES[table].field(field).choices}


def value_of(table: str, field: str, cell: str) -> str | None:
    """The value a cell stands for; None when no word is known for it.

    A status of an opportunity is read as the name of a stage is: "Perdue - prix" is lost.
    """
    known = _known(table, field, cell)
    if known or (table, field) != ("opportunity", "status"):
        return known
    said = said_kind(cell)
    if said in ("won", "lost"):
        return said
    return "open" if said is None and rank(cell) is not None else None


def _known(table: str, field: str, cell: str) -> str | None:
    heard = phrase(cell)
    known = words(table, field)
    return next((v for v, said in known.items() if heard in said or phrase(v) == heard), None)


def share_known(table: str, field: str, cells: Iterable[str]) -> float:
    """The share of these cells that are words for a value of the field; 1.0 without cells."""
    found = [_known(table, field, cell) is not None for cell in cells]
    return sum(found) / len(found) if found else 1.0


@cache
def _told() -> Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]:
    text = (Path(__file__).parent / "choices.toml").read_text(encoding="utf-8")
    return {table: {field: {value: tuple(phrase(word) for word in said.split(";"))
                            for value, said in values.items()}
                    for field, values in fields.items()}
            for table, fields in tomllib.loads(text).items()}
