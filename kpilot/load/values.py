"""How the text of a cell becomes a value: SQL for whole columns, sentences for refused cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilot.core.schema import Kind
from kpilot.core.text import Text
from kpilot.load.plan import Style

PLAIN = Style()


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The two SQL expressions of an instant: exactly one of them is not NULL for a good cell.

    at  TIMESTAMP, naive UTC        on  DATE, when the cell gives a date without a time
    """

    at: str
    on: str


def given(cell: str) -> str:
    """SQL: the trimmed text of `cell` (a quoted column), NULL when it is an empty marker."""
    raise NotImplementedError


def typed(cell: str, kind: Kind, style: Style = PLAIN,
          choices: Mapping[str, Sequence[str]] | None = None) -> str:
    """SQL: the value of `cell` as `SQL_TYPES[kind]`, NULL when it is empty or can't be read.

    `choices` maps each value of a choice to the words that stand for it, in both languages.
    A cell is refused when `given(cell)` is not NULL and `typed(cell, …)` is.
    """
    raise NotImplementedError


def moment(cell: str, style: Style, zone: str, *, date_only: bool = False) -> Moment:
    """SQL of an instant; a time without an offset is taken in `zone` (an IANA name).

    With `date_only` a time of 00:00:00 counts as no time (rule G1).
    """
    raise NotImplementedError


def why_not(kind: Kind, style: Style, cell: str,
            choices: Mapping[str, Sequence[str]] | None = None) -> Text:
    """Why `cell` was refused, as a sentence that says what to write instead."""
    raise NotImplementedError
