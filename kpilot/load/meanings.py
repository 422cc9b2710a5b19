"""What one header may mean in a file of one table: the exact word, a part of it, or a near one.

In a file of opportunities "Deal Stage" is the stage, "Account Industry" is the account's industry,
"Owner Email" tells who the owner is, and "Close Dte" is nearly the close date.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from kpilot.load.headers import REMEMBERED, Meaning, dictionary, fold
from kpilot.load.targets import find

# What a file may tell of the rows it refers to; other attributes belong in a file of their own.
DESCRIBED = {
    "agent": ("name", "email", "team_id", "parent_team", "manager_id"),
    "account": ("name", "segment", "industry", "country", "owner_id"),
    "contact": ("name", "email", "phone"),
    "product": ("name", "category", "list_price"),
    "stage": ("name", "pos", "probability"),
    "team": ("name",), "pipeline": ("name",), "channel": ("name",), "campaign": ("name",),
    "lead_status": ("name",), "opportunity": ("name",), "order": (), "lead": (),
}
NEAR = 88
_CONVERTED = re.compile(r"\((?:usd|eur|gbp|chf|cad|[$€£])\)", re.IGNORECASE)
COVERED = 0.3


def meanings(table: str, header: str) -> tuple[Meaning, ...]:
    """What `header` may mean in a file of `table`, the likeliest first; near words last of all."""
    found = exact(table, header)
    return found or _similar(table, fold(header))


@lru_cache(maxsize=REMEMBERED)
def exact(table: str, header: str) -> tuple[Meaning, ...]:
    """The meanings that the words of the header give without guessing at their spelling."""
    folded = fold(header)
    words = dictionary().tables[table]
    best: dict[str, Meaning] = {}
    for meaning in _readings(table, folded):
        if meaning.field not in best or best[meaning.field].confidence < meaning.confidence:
            best[meaning.field] = meaning
    if folded in dictionary().ignored and folded not in words.headers:
        return ()
    if _CONVERTED.search(header):  # "Amount (USD)" beside "Amount" is the same in another currency
        best = {name: replace(m, confidence=m.confidence * 0.98) for name, m in best.items()}
    if header.lower().endswith("_c"):  # a field the company added beside the CRM's own
        best = {name: replace(m, confidence=m.confidence * 0.88) for name, m in best.items()}
    return tuple(sorted(best.values(), key=lambda m: -m.confidence))


def says_table(table: str, header: str) -> bool:
    """Whether the header names the table itself, as "Deal Stage" does in a file of deals."""
    folded = f" {fold(header)} "
    return any(f" {noun} " in folded for noun in dictionary().tables[table].nouns)


def _readings(table: str, folded: str) -> Iterator[Meaning]:
    words = dictionary().tables[table]
    yield from words.headers.get(folded, ())
    yield from _scaled(_compact(table).get(folded.replace(" ", ""), ()), 0.97)
    if folded.endswith(" pct"):
        yield from words.headers.get(folded[:-4], ())
    for rest in _without(folded, words.nouns):
        yield from _scaled(words.headers.get(rest, ()), 0.96)
        yield from _described(table, rest, 0.9)
    yield from _described(table, folded, 0.93)


def _scaled(found: tuple[Meaning, ...], by: float) -> Iterator[Meaning]:
    for m in found:
        yield replace(m, confidence=m.confidence * by)


@cache
def _compact(table: str) -> dict[str, tuple[Meaning, ...]]:
    words = dictionary().tables[table].headers
    return {header.replace(" ", ""): found for header, found in words.items()}


def _without(folded: str, nouns: tuple[str, ...]) -> Iterator[str]:
    """The header without the noun it starts or ends with; the longest noun only."""
    for noun in nouns:
        if folded.startswith(f"{noun} "):
            yield folded[len(noun) + 1:]
            return
        if folded.endswith(f" {noun}"):
            yield folded[:-len(noun) - 1]
            return


@cache
def _references(table: str) -> dict[str, tuple[str, str]]:
    """Words for the fields that refer to another table: word → (field, that table)."""
    found: dict[str, tuple[str, str]] = {}
    for header, options in dictionary().tables[table].headers.items():
        target = find(table, options[0].field)
        if target is None or target.through or not target.field.name.endswith("_id"):
            continue
        if target.field.references in DESCRIBED and options[0].confidence > 0.95 \
                and header not in ("id", "code"):
            found[header] = (target.field.name, target.field.references)
    return found


def _described(table: str, folded: str, confidence: float) -> Iterator[Meaning]:
    """ "Owner Email", "Account: Industry", "partner_id/name": what is told of a row referred to."""
    words = folded.split()
    for cut in range(len(words) - 1, 0, -1):
        pairs = ((words[:cut], words[cut:]), (words[cut:], words[:cut]))
        for noun, rest in pairs:
            found = _references(table).get(" ".join(noun))
            if found:
                yield from _of(found, " ".join(rest), confidence)


def _of(reference: tuple[str, str], rest: str, confidence: float) -> Iterator[Meaning]:
    name, other = reference
    for meaning in dictionary().tables[other].headers.get(rest, ()):
        worth = meaning.confidence * confidence
        if meaning.field in ("id", "name", "email"):
            yield Meaning(field=name, confidence=worth - (meaning.field == "email") * 0.25,
                          form=meaning.field)
        elif meaning.field in DESCRIBED[other]:
            yield Meaning(field=f"{name.removesuffix('_id')}.{meaning.field}", confidence=worth)


@lru_cache(maxsize=REMEMBERED)
def _similar(table: str, folded: str) -> tuple[Meaning, ...]:
    """Misspelt headers, and headers that hold a known one and harmless words besides."""
    if not folded or folded in dictionary().ignored:
        return ()
    words, mine = dictionary().tables[table].headers, frozenset(folded.split())
    near = process.extract(folded, words.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=NEAR,
                           limit=5)
    for header, score, _ in near:
        if not _turned(_unpaired(mine, frozenset(header.split()))):
            return _guessed(words[header], score / 100 * 0.85)
    held = [header for header, own in _telling(table) if own < mine and not _turned(mine - own)]
    longest = max(held, key=len, default="")
    if len(longest) > COVERED * len(folded):
        return _guessed(words[longest], 0.5 + 0.25 * len(longest) / len(folded))
    return ()


def _guessed(found: tuple[Meaning, ...], by: float) -> tuple[Meaning, ...]:
    return tuple(replace(m, confidence=m.confidence * by, reason="similar") for m in found)


@cache
def _telling(table: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The headers of a table that are telling enough to be found inside longer ones."""
    return tuple((header, frozenset(header.split()))
                 for header in dictionary().tables[table].headers if not _vague(header))


def _turned(words: frozenset[str]) -> bool:
    """Whether a word among those that differ makes it another thing (or they differ in digits)."""
    return bool(words & dictionary().turning) or any(c.isdigit() for word in words for c in word)


def _unpaired(mine: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    """The words that differ by more than a slip of the keyboard."""
    left, right = mine - theirs, theirs - mine
    paired = {(a, b) for a in left for b in right if len(a) > 2 and fuzz.ratio(a, b) >= 75}
    return (left - {a for a, _ in paired}) | (right - {b for _, b in paired})


def _vague(header: str) -> bool:
    words = header.split()
    known = dictionary().vague | dictionary().turning
    return len(words) == 1 and (header in known or len(header) < 5)
