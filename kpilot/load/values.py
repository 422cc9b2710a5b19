"""How the text of a cell becomes a value: one SQL expression for a whole column.

Every expression takes the cell as SQL (a column, quoted if need be) and gives NULL both for an
empty cell and for one that can't be read: `given` tells the two apart, `why_not` says why.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilot.core.schema import Kind
from kpilot.load.dates import day, instant, time_of_day
from kpilot.load.numbers import integer, number, quoted, ratio
from kpilot.load.periods import CANONICAL
from kpilot.load.plan import Style
from kpilot.load.refusals import why_not

__all__ = ["EMPTY", "Moment", "given", "moment", "seconds", "typed", "why_not"]

PLAIN = Style()

# What people and programs write for "nothing", in lower case. "false" is Odoo's.
EMPTY = ("-", "--", "---", "–", "—", "n/a", "#n/a", "n.a.", "null", "none", "nil", "nan", "#null!",
         "(vide)", "(empty)", "(blank)", "(null)", "(none)", "(aucun)", "(aucune)", "n.d.", "n.c.",
         "<null>", "\\n", "#value!", "#ref!", "#div/0!", "#name?", "#num!", "undefined", "vide",
         "s.o.", "false")
# Short words that may be real names (NA the region) but are no number, date or truth.
EMPTY_VALUES = (*EMPTY, "na", "nd", "nc", "?", ".")
# What databases write for a day that nobody entered.
EMPTY_DATES = ("0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00.00.0000", "00-00-0000")
# What people write for a day that is not known yet.
NO_DATE = ("tbd", "tbc", "tba", "unknown", "inconnu", "inconnue", "never", "jamais", "not set",
           "no date", "pending", "à définir", "a definir", "non défini", "non définie")
YES = ("true", "t", "yes", "y", "1", "x", "oui", "o", "vrai", "v", "on", "1.0", "✓", "✔", "☑",
       "checked", "coché", "ja", "j", "si", "sí", "sim", "wahr", "vero")
NO = ("false", "f", "no", "n", "0", "non", "faux", "off", "0.0", "✗", "✘", "☐", "unchecked",
      "décoché", "nein", "nee", "não", "nao", "falsch", "falso")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The two SQL expressions of an instant: exactly one of them is not NULL for a good cell.

    at  TIMESTAMP, naive UTC        on  DATE, when the cell gives a date without a time
    """

    at: str
    on: str


def given(cell: str, kind: Kind = "text") -> str:
    """SQL: the text of `cell`, NULL when it is empty or a marker for empty ("-", "n/a", "NULL").

    "NA" and the like are names in text, and empty where a number, date or truth is meant.
    """
    words: tuple[str, ...] = EMPTY
    if kind in ("money", "number", "integer", "ratio", "date", "instant", "time", "period"):
        words = EMPTY_VALUES
        if kind in ("date", "instant"):
            words += EMPTY_DATES + NO_DATE
    elif kind == "boolean":
        words = tuple(w for w in EMPTY_VALUES if w not in YES + NO)
    longest = max(len(word.encode()) for word in words)
    return (f"CASE WHEN strlen({cell}) <= {longest} AND {_among(cell, words)}"
            f" THEN NULL ELSE {cell} END")


def typed(cell: str, kind: Kind, style: Style = PLAIN,
          choices: Mapping[str, Sequence[str]] | None = None) -> str:
    """SQL: the value of `cell` as `SQL_TYPES[kind]`, NULL when it is empty or can't be read.

    `choices` maps each value of a choice to the words that stand for it, in both languages; case,
    accents, spaces and punctuation don't matter. An instant is given as a TIMESTAMP of its local
    time (a date at midnight): use `moment` for the two columns of the warehouse.
    A cell is refused when `given(cell, kind)` is not NULL and `typed(cell, …)` is.
    """
    if kind in ("text", "id"):
        return given(cell, kind)
    if kind == "money":
        return number(cell, "DECIMAL(18, 4)", style)
    if kind in ("number", "ratio"):
        return ratio(cell, style)
    if kind == "integer":
        return integer(cell, style)
    if kind == "date":
        return day(cell, style)
    if kind == "time":
        return time_of_day(cell)
    if kind == "instant":
        at, on = instant(cell, style, "UTC", date_only=False)
        return f"coalesce({at}, CAST({on} AS TIMESTAMP))"
    if kind == "period":
        return f"CASE WHEN regexp_full_match({cell}, {quoted(CANONICAL)}) THEN {cell} END"
    if kind == "boolean":
        return f"CASE WHEN {_among(cell, YES)} THEN true WHEN {_among(cell, NO)} THEN false END"
    return _choice(cell, choices or {})


def seconds(cell: str, style: Style = PLAIN) -> str:
    """SQL: a length of time in seconds, as a number or as 01:02:03 or 02:03."""
    parts = f"string_split({cell}, ':')"
    return (f"CASE WHEN regexp_full_match({cell}, '[0-9]{{1,3}}(:[0-9]{{2}}){{1,2}}') THEN"
            f" list_reduce(list_transform({parts}, lambda p: p::DOUBLE),"
            f" lambda total, p: 60 * total + p) ELSE {ratio(cell, style)} END")


def moment(cell: str, style: Style, zone: str, *, date_only: bool = False) -> Moment:
    """SQL of an instant; a time without an offset is taken in `zone` (an IANA name).

    With `date_only` a time of 00:00:00 counts as no time (rule G1).
    """
    at, on = instant(cell, style, zone, date_only=date_only)
    return Moment(at=at, on=on)


def _among(cell: str, words: Sequence[str]) -> str:
    """SQL: the cell is one of these words.

    Not list_contains, nor IN: the engine makes a join of these over all rows, before the condition
    in front has told for which few it must be known.
    """
    return f"list_position([{', '.join(quoted(word) for word in words)}], lower({cell})) > 0"


def letters(word: str) -> str:
    """`word` without case, accents, spaces and punctuation, as the SQL of a choice compares it."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word.lower())
                   if not unicodedata.combining(c))
    return "".join(c for c in bare if c.isalnum())


def _choice(cell: str, choices: Mapping[str, Sequence[str]]) -> str:
    if not choices:
        return given(cell, "choice")
    exact = " ".join(f"WHEN {quoted(value)} THEN {quoted(value)}" for value in choices)
    bare = f"regexp_replace(strip_accents(lower({cell})), '[^\\p{{L}}\\p{{N}}]+', '', 'g')"
    known = {letters(word): value for value, words in choices.items() for word in (*words, value)}
    heard = " ".join(f"WHEN {quoted(word)} THEN {quoted(value)}" for word, value in known.items())
    return f"CASE {cell} {exact} ELSE CASE {bare} {heard} END END"
