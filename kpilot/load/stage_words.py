"""What the names of stages say by themselves: won or lost, and how far along."""

import re
import tomllib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kpilot.load.headers import phrase

Said = Literal["won", "lost", "closed"]
_NUMBER = re.compile(r"\s*(?:etape|step|stage|phase)?\s*(\d{1,2})\s*(?:[-.):/_–]|\s)\s*\D",
                     re.IGNORECASE)
_NOT = {"non", "not", "pas"}
_FINISHED = {"termine", "terminee", "done", "finished", "completed"}
_PERCENT = re.compile(r"(\d{1,3})\s?%")


@dataclass(frozen=True, kw_only=True)
class _Words:
    """The phrases of stages.toml, plain, each with what it says."""

    kinds: Mapping[str, Said]
    ranks: Mapping[str, int]
    sequences: tuple[tuple[str, ...], ...]
    joined: Mapping[str, str]


def said_kind(name: str) -> Said | None:
    """Won, lost or closed (not saying how) when the name says so; the longest phrase decides.

    Of several as long, lost comes before won and won before closed: “Conclue - Perdue” is lost.
    What is not won ("Non signé") says nothing.
    """
    plain, known = _plain(name), _words()
    if f"={plain}" in known.kinds:
        return known.kinds[f"={plain}"]
    found, further = _longest(plain, known.kinds), _longest(plain, known.ranks)
    if found and known.kinds[found] != "lost":
        for better in ("lost", "won"):
            there = _longest(plain, {word for word, kind in known.kinds.items() if kind == better})
            if there and len(there.split()) >= len(found.split()):
                found = there
                break
        if known.kinds[found] == "won" and _NOT & set(plain.split(found)[0].split()[-1:]):
            return None
    if found is None or (further and len(further.split()) > len(found.split())):
        return None
    if further and found in _FINISHED:  # a demonstration that is completed is none that was won
        return None
    return known.kinds[found]


def rank(name: str) -> int | None:
    """How far an opportunity has come in a stage of this name (0 = earliest), None if unknown."""
    plain, ranks = _plain(name), _words().ranks
    found = _longest(plain, ranks)
    if found is None:  # "Qualif.", "Propal": the start of a known word
        found = next((word for token in plain.split() if len(token) > 3
                      for word in ranks if word.startswith(token)), None)
    return ranks[found] if found else None


def number(name: str) -> int | None:
    """The number a name starts with: "2 - Demo", "03. Offre", "Étape 4: …"."""
    found = _NUMBER.match(name)
    return int(found[1]) if found else None


def percent(name: str) -> float | None:
    """The probability in a name such as "Négociation (75 %)", as a fraction."""
    found = _PERCENT.search(name)
    return int(found[1]) / 100 if found and int(found[1]) <= 100 else None


def sequence(names: Sequence[str]) -> Mapping[str, int] | None:
    """The place of each name in a CRM's first set of stages, when all of them stand in one."""
    plain = {name: _plain(name) for name in names}
    for known in _words().sequences:
        if len(plain) > 1 and all(word in known for word in plain.values()):
            return {name: known.index(word) for name, word in plain.items()}
    return None


def _plain(name: str) -> str:
    """The words of a name; those of an identifier such as "closedwon" are taken apart."""
    words = phrase(name)
    return words if " " in words else _words().joined.get(words, words)


def _longest(words: str, among: Container[str]) -> str | None:
    tokens = words.split()
    for size in range(len(tokens), 0, -1):
        for start in range(len(tokens) - size + 1):
            part = " ".join(tokens[start:start + size])
            if part in among:
                return part
    return None


@cache
def _words() -> _Words:
    told = tomllib.loads((Path(__file__).parent / "stages.toml").read_text(encoding="utf-8"))
    kinds: dict[str, Said] = dict.fromkeys(_split(told["closed"]), "closed")
    kinds |= dict.fromkeys(_split(told["won"]), "won")
    kinds |= dict.fromkeys(_split(told["lost"]), "lost")
    ranks = {word: place for place, text in enumerate(told["ranks"]) for word in _split(text)}
    sequences = tuple(_split(text) for text in told["sequences"])
    every = sorted({*kinds, *ranks, *(word for words in sequences for word in words)})
    return _Words(kinds=kinds, ranks=ranks, sequences=sequences,
                  joined={word.replace(" ", ""): word for word in every if " " in word})


def _split(text: str) -> tuple[str, ...]:
    words = [word.strip() for word in text.split(";") if word.strip()]
    return tuple("=" * word.startswith("=") + phrase(word) for word in words)
