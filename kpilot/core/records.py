"""The rows of a delimited text that the fast reader refuses, one by one, with their row numbers.

Slower than the engine's own reader (5 to 10 s per million rows), it copes with what that one can't:
lines in two encodings, NUL bytes, a quotation mark that is never closed, blank rows that count.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import NamedTuple

LOOK_AHEAD = 2_000  # lines a quoted cell may span


class Record(NamedTuple):
    """One row as a spreadsheet counts it; `code` is empty when `cells` could be read."""

    row: int
    text: str
    cells: list[str]
    code: str = ""


def records(
    lines: Iterable[str | None], delimiter: str, *, escape: str = '"', size: int = 2_000_000
) -> Iterator[Record]:
    """The rows of `lines` (without line ends; None is a line over the size limit).

    A quotation mark that isn't closed within LOOK_AHEAD lines spoils its own line only.
    """
    todo = iter(lines)
    for row in count(1):
        try:
            line = next(todo)
        except StopIteration:
            return
        if line is None:
            yield Record(row, "", [], "too_long")
        elif '"' not in line and escape == '"':
            yield Record(row, line, line.split(delimiter) if line else [])
        else:
            text, ahead, closed = _whole(line, todo, delimiter, escape, size)
            cells = _cells(text, delimiter, escape) if closed else None
            if cells is None:
                todo = chain(ahead, todo) if ahead else todo  # only this line is spoilt
                yield Record(row, line, [], "quote")
            else:
                yield Record(row, text, cells)


def _whole(
    line: str, following: Iterator[str | None], delimiter: str, escape: str, size: int
) -> tuple[str, list[str | None], bool]:
    """The text of a row that may go on over line ends, the lines used for it, is it closed."""
    used: list[str | None] = []
    text = [line]
    length = len(line)
    inside = _inside(line, delimiter, escape, inside=False)
    while inside:
        more = next(following, None) if len(used) < LOOK_AHEAD and length <= size else None
        if more is None:
            return line, used, False
        used.append(more)
        text.append(more)
        length += len(more) + 1
        inside = _inside(more, delimiter, escape, inside=True)
    return "\n".join(text), used, True


def _inside(text: str, delimiter: str, escape: str, *, inside: bool) -> bool:
    """Does `text` end inside quotation marks, when it begins `inside` them or not?"""
    at = 0
    while True:
        if inside or text.startswith('"', at):
            at = at if inside else at + 1
            inside = False
            while True:
                at = text.find('"', at)
                if at < 0:
                    return True
                if escape == "\\" and text[at - 1 : at] == "\\":
                    at += 1
                elif escape == '"' and text.startswith('"', at + 1):
                    at += 2
                else:
                    break
        at = text.find(delimiter, at)
        if at < 0:
            return False
        at += 1


def _cells(text: str, delimiter: str, escape: str) -> list[str] | None:
    """The cells of one row, or None when its quotation marks don't match."""
    for attempt in (text, re.sub(r'"[ \t]+(?=' + re.escape(delimiter) + "|$)", '"', text)):
        try:
            return next(
                csv.reader(
                    [attempt],
                    delimiter=delimiter,
                    strict=True,
                    doublequote=escape == '"',
                    escapechar=None if escape == '"' else escape,
                ),
                [],
            )
        except csv.Error:
            continue
    return None
