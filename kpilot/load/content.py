"""What columns are by their cells alone, when their headers say nothing known.

Only signs that hardly mislead are used: names that stand in a catalogue of the same load, e-mails,
currency codes, words of stages, one different value for every row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from kpilot.core.raw import RawTable
from kpilot.load.headers import dictionary, fold
from kpilot.load.heard import names
from kpilot.load.mapping import Choice
from kpilot.load.profile import ColumnProfile
from kpilot.load.stage_words import rank, said_kind
from kpilot.load.targets import find

FEW = 40
MANY = 5_000
OVERLAP = 0.6
COMMON = frozenset(("EUR", "USD", "GBP", "CHF", "CAD", "JPY", "PLN", "SEK"))
REFERRING = ("product", "agent", "account", "team", "channel", "campaign", "contact")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A raw table with what is known of its columns so far."""

    raw: RawTable
    table: str
    profiles: Sequence[ColumnProfile]
    choices: Sequence[Choice]


def fill_gaps(given: Table, cursor: duckdb.DuckDBPyConnection,
              catalogues: Mapping[str, frozenset[str]], closed: frozenset[int]) -> list[Choice]:
    """The choices, with fields found by content for columns still without one.

    `closed` are columns that someone left out, to be left alone.
    """
    choices = list(given.choices)
    used = {choice.field for choice in choices}
    for i, profile in enumerate(given.profiles):
        known_as_other = fold(profile.header) in dictionary().ignored
        if choices[i].field or i in closed or known_as_other or not profile.non_empty:
            continue
        for name, confidence in _guesses(given, profile, cursor, catalogues):
            if name == "id" and "name" in used and "id" not in fold(profile.header).split():
                continue
            if name not in used and find(given.table, name):
                choices[i] = Choice(field=name, confidence=confidence, reason="content")
                used.add(name)
                break
    return choices


def _guesses(given: Table, profile: ColumnProfile, cursor: duckdb.DuckDBPyConnection,
             catalogues: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, float]]:
    if profile.share("email") > 0.8 and given.table in ("agent", "contact", "lead"):
        yield "email", 0.8
    if max(profile.share("date"), profile.share("datetime"), profile.share("money")) > 0.5:
        return
    if profile.distinct <= MANY and profile.share("number") < 0.5:
        heard = set(names(cursor, given.raw, profile.index, limit=MANY))
        if heard & COMMON and all(len(name) == 3 and name.isupper() for name in heard):
            yield "currency", 0.85
        for table in REFERRING:
            common = heard & catalogues.get(table, frozenset())
            if len(common) > 1 and len(common) >= OVERLAP * len(heard):
                yield _referring(given.table, table), 0.75
        if given.table in ("opportunity", "stage_history") and len(heard) <= FEW:
            kinds = {said_kind(name) for name in heard}
            known = sum(1 for name in heard if said_kind(name) or rank(name) is not None)
            if {"won", "lost"} <= kinds and known * 2 >= len(heard):
                yield "stage_id", 0.6
    if _numbers_rows(profile):
        yield "id", 0.55


def _referring(table: str, other: str) -> str:
    """The field of `table` that refers to `other` (the first of them), "" when none does."""
    for name in ("owner_id", "agent_id", f"{other}_id"):
        target = find(table, name)
        if target and target.field.references == other and target.name == name:
            return name
    return ""


def _numbers_rows(profile: ColumnProfile) -> bool:
    """Whether every row has a short value of its own, as identifiers do."""
    return (profile.rows > 2 and profile.non_empty == profile.rows and profile.max_length <= 40
            and profile.distinct >= 0.97 * profile.rows
            and max(profile.share("id"), profile.share("integer")) > 0.9)
