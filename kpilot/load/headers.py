"""What headers mean: the dictionary of headers.toml and how a header is brought to its plain words.

"Montant HT (€)", "montant_ht" and "MontantHT" are one header; "Deal - Title" of a file of deals is
"title". Only words are looked at here; what the cells say is weighed in mapping.py.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kpilot.core.tables import TABLES

# Headers that mark a copy of a service's own tables, whose times are UTC.
COPIED = ("fivetran synced", "fivetran deleted", "fivetran active", "portal id")
RANKS = (1.0, 0.88, 0.75)
OTHER_LANGUAGES = 0.9
# Headers and cells whose words are kept in mind; a server hears new ones as long as it runs.
REMEMBERED = 100_000
_CAMEL = re.compile(r"(?<=[a-z0-9à-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_CUSTOM = re.compile(r"__?[cs]$", re.IGNORECASE)
_UNIT = re.compile(
    r"(k|m)?(€|\$|£|¥|%|eur|euros?|usd|gbp|chf|cad|jpy|dollars?)"
    r"|primary|principal[e]?|optional|required|facultatif|obligatoire|days?|jours?|j|h|s|min"
    r"|currency|number|short text|long text|text|drop ?down|labels?|checkbox|formula"
    r"|[jdmya]{1,4}[/.-][jdmya]{1,4}([/.-][jdmya]{1,4})?|iso|utc|gmt|cet|paris")
_LITTLE = frozenset(("l", "d", "de", "du", "des", "la", "le", "les", "un", "une", "the", "of", "a",
                     "an"))
_PREFIXES = frozenset(("property", "properties", "hs", "x", "studio", "cf", "custom", "fields",
                       "metrics", "segments"))


@lru_cache(maxsize=REMEMBERED)
def fold(header: str) -> str:
    """The plain words of a header: lower case, no accents, no units, no little words.

    >>> fold("Montant HT (k€)"), fold("StageName"), fold("property_dealname")
    ('montant ht', 'stage name', 'dealname')
    """
    kept = phrase(_CUSTOM.sub("", header.strip())).split()
    while len(kept) > 1 and kept[0] in _PREFIXES:
        kept = kept[1:]
    return " ".join(kept)


@lru_cache(maxsize=REMEMBERED)
def phrase(text: str) -> str:
    """The plain words of a name: as `fold`, what a CRM puts before a header being kept.

    >>> phrase("deal_property_history"), fold("property_history")
    ('deal property history', 'history')
    """
    text = _BRACKETS.sub(lambda m: " " if _UNIT.fullmatch(m[1].strip().lower()) else f" {m[1]} ",
                         text.replace("IDs", "Ids"))
    text = text.replace("#", " n ").replace("%", " pct ")
    words = re.findall(r"[^\W_]+", plain(_CAMEL.sub(" ", text)))
    on = words[1:] and words[-1:] == ["le"]  # "Fermé le" is a date, "Fermé" a truth
    kept = ["id" if word == "ids" else word for word in words if word not in _LITTLE] or words
    kept += ["le"] if on else []
    once = [word for i, word in enumerate(kept) if i == 0 or word != kept[i - 1]]
    return " ".join(once).replace("e mail", "email")


def plain(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A field a header may stand for; `form` says what the cells identify a row by.

    form  "id", "name", "email", or "" when the word leaves it open ("Owner")
    """

    field: str
    confidence: float
    reason: str = "header"
    form: str = ""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The words of one canonical table; headers, nouns and file words are folded."""

    headers: Mapping[str, tuple[Meaning, ...]]
    nouns: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dictionary:
    """All vocabularies, and the words that say that a header or a file is something else."""

    tables: Mapping[str, Vocabulary]
    ignored: frozenset[str] = frozenset()
    turning: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()
    foreign_files: tuple[str, ...] = ()


@cache
def dictionary() -> Dictionary:
    """The dictionary as shipped: English and French first, then a few other languages."""
    main, more = _toml("headers.toml"), _toml("headers_more.toml")
    every = main["every"]
    tables = {}
    for name, table in TABLES.items():
        entry, extra = main[name], more.get(name, {})
        found: dict[str, list[Meaning]] = {}
        sources = [(entry["fields"], 1.0), (extra.get("fields", {}), OTHER_LANGUAGES)]
        if table.is_entity:
            sources += [(every, 0.97), (more.get("every", {}), OTHER_LANGUAGES)]
        labels = {field.name: f"{field.en}; {field.fr}" for field in table.fields}
        for words, weight in [*sources, (labels, OTHER_LANGUAGES)]:
            for target, text in words.items():
                for header, confidence in _ranked(text):
                    meanings = found.setdefault(header, [])
                    if all(m.field != target for m in meanings):
                        meanings.append(Meaning(field=target, confidence=confidence * weight,
                                                form=_form(header, target)))
        tables[name] = Vocabulary(
            headers={h: tuple(m) for h, m in found.items()},
            nouns=_phrases(entry["nouns"], extra.get("nouns", "")),
            files=_phrases(entry["files"], extra.get("files", "")),
            needs=tuple(tuple(group) for group in entry["needs"]))
    told = main["ignored"]
    return Dictionary(
        tables=tables, foreign_files=_phrases(told["files"]),
        ignored=frozenset(fold(word) for word in told["headers"].split(";")),
        turning=frozenset(_phrases(told["turning"])), vague=frozenset(_phrases(told["vague"])))


def _toml(name: str) -> dict[str, Any]:  # what a TOML file holds, whatever its shape
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _ranked(text: str) -> Iterator[tuple[str, float]]:
    for rank, part in zip(RANKS, text.split("|"), strict=False):
        for place, word in enumerate(part.split(";")):
            if folded := fold(word):
                yield folded, rank * (1 - 0.0004 * min(place, 100))


def _phrases(*texts: str) -> tuple[str, ...]:
    """The folded phrases, longest first, so that the most telling one is tried first."""
    words = {phrase(word) for text in texts for word in text.split(";")} - {""}
    return tuple(sorted(words, key=lambda w: (-len(w.split()), -len(w), w)))


def _form(header: str, target: str) -> str:
    if not target.endswith("_id"):
        return ""
    words = header.split()
    if "id" in words or words[0] in ("code", "identifiant", "numero"):
        return "id"
    return "name" if words[0] in ("nom", "raison") or words[-1] == "name" else ""
