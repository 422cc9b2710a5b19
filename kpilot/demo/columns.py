"""Columns of a canonical table and the few ways to make them.

Instants are datetime64[s] in UTC, dates datetime64[D]; "", NaN and NaT are empty.
"""

from collections.abc import Sequence

import numpy as np

from kpilot.demo.chance import Array, Columns, Ints, between
from kpilot.demo.days import Days
from kpilot.demo.paths import NEVER


def ids(prefix: str, numbers: Ints) -> Array:
    """Identifiers of rows; a negative number has none."""
    known = np.char.add(prefix, np.char.zfill(np.abs(numbers).astype(np.str_), 5))
    return np.where(numbers >= 0, known, "")


def instants(seconds: Ints) -> Array:
    """Seconds of UTC as instants; below zero: never."""
    return np.where(seconds >= 0, seconds.astype("M8[s]"), np.datetime64("NaT", "s"))


def dates(day: Ints, days: Days) -> Array:
    """Days of the span as dates; `NEVER` has none."""
    known = (np.where(day >= NEVER, 0, day) + days.first).astype("M8[D]")
    return np.where(day >= NEVER, np.datetime64("NaT", "D"), known)


def table(names: str, rows: Sequence[Sequence[object]]) -> Columns:
    """Columns named by words from rows of plain values; None is an empty text."""
    return {name: np.array(["" if value is None else value for value in column])
            for name, column in zip(names.split(), zip(*rows, strict=True), strict=True)}


def take(values: Sequence[object], numbers: Ints) -> Array:
    """The value of each number; a negative number gives an empty text."""
    return np.array([*values, ""])[numbers]


def email(name: str, company: str) -> str:
    """An address under a domain that nobody can own."""
    plain = f"{name.replace(' ', '.')}@{company}.example".lower().replace("'", "")
    return plain.translate(str.maketrans("àâäéèêëîïôöùûüç", "aaaeeeeiioouuuc"))


def phones(n: int, rng: np.random.Generator) -> Array:
    """Numbers from the range kept for fiction in France."""
    return np.char.add("+33 1 99 00 ", np.char.zfill(between(rng, n, 0, 9999).astype(np.str_), 4))
