"""Names that look like one another: the same letters, or nearly, without meaning another thing.

Tier 1 is the same letters and digits ("GTXPro", "GTX Pro"), the same company without its legal
form, the same words in another order ("LEFEVRE Hugo"). Tier 2 is a slip of the keyboard, never
accepted without a person: "Acme Nord" and "Acme Sud" are one letter pattern and two customers.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from kpilot.load.headers import plain

LEGAL = {form: form for form in (
    "sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "scop", "ste", "ets", "cie", "ltd", "llc",
    "llp", "plc", "inc", "corp", "co", "gmbh", "ag", "kg", "ug", "bv", "nv", "srl", "spa", "sl",
    "slu", "ab", "oy", "as", "aps", "pty")} | {
    "societe": "ste", "etablissements": "ets", "limited": "ltd", "incorporated": "inc",
    "corporation": "corp", "company": "co", "groupe": "group", "group": "group",
    "holding": "group", "the": "the"}
CODE = re.compile(r"(?=\S*\d)\S{10,}|[A-Za-z]{0,3}[-_]?\d{4,}|[\d.,/_-]+")
ROMAN = frozenset(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"))
MARKS = "".join(chr(i) for i in range(128) if not chr(i).isalnum())
GONE = str.maketrans("", "", MARKS)
APART = str.maketrans({mark: None if mark == "'" else " " for mark in MARKS})
CUTOFF = 88
PREFIX = 3
COMPARISONS = 12_000_000
MOST = 20_000  # names heard that are compared with all others; more are a table, not slips
CHUNK = 2_000


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A name heard and the known name it looks like."""

    heard: str
    known: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Near:
    """The pairs found; `cut` when there were too many names to compare them all."""

    pairs: tuple[Pair, ...]
    cut: bool = False


def letters(name: str) -> str:
    """Only the letters and digits of a name, without case and accents."""
    if name.isascii():  # nearly all names, and a hundred thousand of them take no time this way
        return name.lower().translate(GONE)
    return "".join(c for c in plain(name) if c.isalnum())


def words(name: str) -> tuple[str, ...]:
    """The words of a name, without case, accents and punctuation."""
    if name.isascii():
        return tuple(name.lower().translate(APART).split())
    return tuple("".join(c if c.isalnum() else " " for c in plain(name.replace("'", ""))).split())


def near(table: str, heard: Collection[str], known: Collection[str]) -> Near:
    """For each name of `heard` the one of `known` it looks like, the surest way first.

    A name that looks like two known ones equally is given to neither.
    """
    known_exact = set(known)
    left = [name for name in heard if name not in known_exact and not code(name)]
    known = [name for name in known if not code(name)]
    found: dict[str, Pair] = {}
    for key in keys(table):
        index = _unique(known, key)
        for name in left:
            match = index.get(key(name)) if name not in found else None
            if match:
                found[name] = Pair(heard=name, known=match, confidence=key.sure(name, match))
    left = [name for name in left if name not in found]
    if table == "agent":
        found |= _initials(left, known)
        left = [name for name in left if name not in found]
    typos, cut = _typos(left, known)
    return Near(pairs=tuple((found | typos).values()), cut=cut)


def typos(names: Collection[str]) -> Near:
    """The names nearly like another of the same list, each with the nearest."""
    found, cut = _typos([name for name in names if not code(name)], names)
    return Near(pairs=tuple(found.values()), cut=cut)


def code(name: str) -> bool:
    """Whether it is a code or an identifier: a letter's case or one digit makes another thing."""
    return CODE.fullmatch(name) is not None


def differs_in_meaning(one: str, other: str) -> bool:
    """Whether two near names differ in a digit, a numeral or a single letter of their own."""
    if [c for c in one if c.isdigit()] != [c for c in other if c.isdigit()]:
        return True
    left, right = words(one), words(other)
    if len(left) != len(right):
        return False
    changed = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    return any({*pair} & ROMAN or min(map(len, pair)) <= 2 for pair in changed)


@dataclass(frozen=True, kw_only=True)
class Key:
    """A way of writing a name plainly; two names written alike may be one."""

    confidence: float
    legal: bool = True
    ordered: bool = True

    def __call__(self, name: str) -> str:
        if self.ordered and (self.legal or LEGAL.keys().isdisjoint(words(name))):
            return letters(name)
        kept = [word for word in words(name) if self.legal or word not in LEGAL]
        return "".join(kept if self.ordered else sorted(kept))

    def sure(self, one: str, other: str) -> float:
        """How sure it is that the two are one: less when both have legal forms that differ."""
        forms = [{LEGAL[word] for word in words(name) if word in LEGAL} for name in (one, other)]
        apart = (all(forms) and forms[0] != forms[1]) or "group" in forms[0] ^ forms[1]
        return 0.82 if apart and not self.legal else self.confidence


def keys(table: str) -> Sequence[Key]:
    """The ways of writing names of this table, the surest first."""
    exact = Key(confidence=0.97)
    if table == "agent":
        return exact, Key(confidence=0.95, ordered=False)
    return (exact, Key(confidence=0.92, legal=False)) if table == "account" else (exact,)


def _unique(names: Collection[str], key: Key) -> dict[str, str]:
    """Key → the only name with it; keys of several names are left out."""
    index: dict[str, str] = {}
    twice: set[str] = set()
    for name in names:
        written = key(name)
        if len(written) < 2 or written in twice:
            continue
        if index.setdefault(written, name) != name:
            twice.add(written)
            del index[written]
    return index


def _initials(heard: Collection[str], known: Collection[str]) -> dict[str, Pair]:
    """ "LEFEVRE H." and "h.lefevre@acme.fr" for Hugo Lefèvre, when nobody else fits."""
    found = {}
    full = {name: words(name) for name in known}
    for name in heard:
        said = words(name.partition("@")[0])
        if not 2 <= len(said) <= 3:
            continue
        fits = [k for k, parts in full.items() if k != name and _abbreviates(said, parts)]
        if len(fits) == 1:
            whole = all(len(word) > 1 for word in said)
            found[name] = Pair(heard=name, known=fits[0], confidence=0.9 if whole else 0.8)
    return found


def _abbreviates(said: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    if len(said) != len(parts) or all(len(word) == 1 for word in said):
        return False
    rest = list(parts)
    for word in sorted(said, key=len, reverse=True):
        match = next((p for p in rest if p == word or (len(word) == 1 and p[0] == word)), None)
        if match is None:
            return False
        rest.remove(match)
    return True


def _typos(heard: Collection[str], known: Collection[str]) -> tuple[dict[str, Pair], bool]:
    """Tier 2, block by block: names that begin, then names that end, with the same letters."""
    if not heard:
        return {}, False
    if len(heard) > MOST:
        return {}, True
    best: dict[str, tuple[float, str]] = {}
    budget, cut = COMPARISONS, False
    said = [(name, letters(name)) for name in heard]
    other = [(name, letters(name)) for name in known]
    for backwards in (False, True):
        wanted = _blocks([pair for pair in said if pair[0] not in best], backwards)
        among = _blocks(other, backwards, wanted)
        for block, names in sorted(wanted.items(), key=lambda item: len(item[1])):
            others = among.get(block, [])
            budget -= len(names) * len(others)
            if budget < 0:
                cut = True
                break
            for name, score, match in _compared(names, others) if others else ():
                if score > best.get(name, (0.0, ""))[0]:
                    best[name] = (score, match)
    return {name: Pair(heard=name, known=match, confidence=round(min(0.89, score / 100 * 0.92), 2))
            for name, (score, match) in best.items()}, cut


def _blocks(names: Iterable[tuple[str, str]], backwards: bool,
            only: Collection[str] | None = None) -> Mapping[str, list[tuple[str, str]]]:
    """Names with their letters, by the first (or last) few of these; short names are left out."""
    blocks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, written in names:
        block = written[-PREFIX:] if backwards else written[:PREFIX]
        if len(written) > PREFIX and (only is None or block in only):
            blocks[block].append((name, written))
    return blocks


def _compared(names: list[tuple[str, str]],
              others: list[tuple[str, str]]) -> Iterable[tuple[str, float, str]]:
    """(name, score, other) of the near pairs of one block, compared in bounded pieces."""
    right = [written for _, written in others]
    for start in range(0, len(names), CHUNK):
        piece = names[start:start + CHUNK]
        step = max(1, CHUNK * CHUNK // len(piece))
        for offset in range(0, len(right), step):
            scores = process.cdist([written for _, written in piece], right[offset:offset + step],
                                   scorer=fuzz.ratio, score_cutoff=CUTOFF, dtype=np.float32)
            for i, j in zip(*np.nonzero(scores), strict=True):
                name, other = piece[i][0], others[offset + j][0]
                if name != other and not differs_in_meaning(name, other):
                    yield name, float(scores[i, j]), other
