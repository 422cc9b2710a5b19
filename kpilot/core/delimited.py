"""What kind of file some bytes are, and how the text in them is laid out.

People's exports say little about themselves: the extension lies, the encoding is that of somebody's
Excel, and three lines of title stand above the header. All of that is guessed here, from the first
part of a file, and told to the person in `RawFormat`.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

HEAD = 1 << 17  # bytes looked at
RECORDS = 200  # records looked at
DELIMITERS = (",", ";", "\t", "|")

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"BM", "image"),
)
_PLAIN = re.compile(r"[-+]?[\d\s.,]*\d%?|\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*")
_DOUBLED = re.compile(r'[^\\\s,;|]""')  # a quotation mark written twice to stand for itself


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a delimited text is laid out.

    skip      physical lines before the header (title lines, blank lines, "sep=;")
    records   rows a spreadsheet would show before the header: `header_row` is one more
    columns   names made unique; `renamed` pairs (as written, as called)
    named     False when the first row already holds data, so the columns have numbers for names
    """

    delimiter: str
    skip: int
    header_row: int
    columns: tuple[str, ...]
    escape: str = '"'
    renamed: tuple[tuple[str, str], ...] = ()
    named: bool = True


def content(head: bytes) -> str:
    """What the bytes are: "text", "empty", "zip", "xls", or the name of a format we can't read."""
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "empty"
    for magic, name in _MAGIC:
        if head.startswith(magic) and (magic != b"BM" or b"\0" in head[:20]):
            return name
    start = head[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return "HTML"
    if start.startswith(b"<?xml"):
        return "HTML" if b"<html" in start else "XML"
    if start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]"):
        return "JSON"
    if encoding(head).startswith("utf-16"):
        return "text"
    control = sum(head[:4096].count(bytes([c])) for c in (*range(9), 11, *range(14, 32)))
    return "binary" if control > max(8, len(head[:4096]) // 20) else "text"


def encoding(head: bytes) -> str:
    """ "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", or "mixed" (UTF-8 and cp1252)."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    even, odd = head[:4096:2], head[1:4096:2]
    if len(odd) > 2 and even.count(0) + odd.count(0) > len(odd) // 3:
        if odd.count(0) > 4 * even.count(0):
            return "utf-16-le"
        if even.count(0) > 4 * odd.count(0):
            return "utf-16-be"
    try:
        _without_cut(head).decode()
    except UnicodeDecodeError:
        lines = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
        return "mixed" if any(is_utf8(line) for line in lines) else "cp1252"
    return "utf-8"


def is_utf8(line: bytes) -> bool:
    """Can the line be read as UTF-8?"""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without_cut(head: bytes) -> bytes:
    """`head` without a last character that the end of the sample cut in two."""
    if len(head) < HEAD:
        return head
    for back in range(1, min(4, len(head)) + 1):
        if head[-back] >= 0xC0:
            return head[:-back]
        if head[-back] < 0x80:
            break
    return head


def shape(text: str, *, complete: bool = True) -> Shape:
    """The layout of delimited `text`, the decoded first part of a file (`complete`: all of it)."""
    told = re.match(r'"?sep=(.)"?\r?(\n|\r)', text)
    skip = 1 if told else 0
    body = text[told.end() :] if told else text
    escape = "\\" if '\\"' in body and not _DOUBLED.search(body) else '"'
    delimiter = told[1] if told else _delimiter(body, escape)
    records, ends = _records(body, delimiter, escape)
    if not complete and 1 < len(records) < RECORDS:
        records, ends = records[:-1], ends[:-1]  # the sample may have cut the last one
    widths = Counter(len(r) for r in records if any(c.strip() for c in r))
    width = max(widths, key=lambda w: (widths[w], w), default=0)
    first = header_index(records, width)
    header = records[first] if first < len(records) else []
    rest = records[first + 1 :]
    named = not _looks_like_data(header, rest)
    if not named:
        header = [""] * len(header)
    elif len(header) == width - 1 and all(not r[-1].strip() for r in rest if len(r) == width):
        header = [*header, ""]  # every row but the header ends with a delimiter
    columns, renamed = unique([" ".join(cell.split()) for cell in header])
    return Shape(
        delimiter=delimiter,
        skip=skip + (ends[first - 1] if first else 0),
        header_row=skip + first + named,
        columns=columns,
        escape=escape,
        renamed=renamed if named else (),
        named=named,
    )


def unique(header: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The column names with empty ones numbered and repeated ones told apart, and what changed."""
    taken: set[str] = set()
    names, renamed = [], []
    for n, written in enumerate(header, 1):
        name = written or f"Column {n}"
        again = 1
        while name.casefold() in taken:
            again += 1
            name = f"{written or f'Column {n}'} ({again})"
        taken.add(name.casefold())
        names.append(name)
        if name != written:
            renamed.append((written, name))
    return tuple(names), tuple(renamed)


def _records(text: str, delimiter: str, escape: str) -> tuple[list[list[str]], list[int]]:
    """The first records, and for each the number of physical lines up to its end."""
    reader = csv.reader(
        io.StringIO(text.replace("\0", ""), newline=""),
        delimiter=delimiter,
        doublequote=escape == '"',
        escapechar=None if escape == '"' else escape,
    )
    records: list[list[str]] = []
    ends: list[int] = []
    try:
        for record in islice(reader, RECORDS):
            records.append(record)
            ends.append(reader.line_num)
    except csv.Error:
        pass  # a cell too long to be one: judge by what came before
    return records, ends


def _delimiter(text: str, escape: str) -> str:
    """The candidate that cuts most records into the same number of cells, the header too."""
    best, best_score = ",", 0.0
    for candidate in DELIMITERS:
        found = [r for r in _records(text, candidate, escape)[0] if any(c.strip() for c in r)]
        widths = Counter(len(r) for r in found)
        if not widths:
            continue
        width = max(widths, key=lambda w: (widths[w], w))
        if width < 2:
            continue
        score = (widths[width] / len(found)) ** 2 * (1 + min(width, 20) / 20)
        if not any(len(r) == width for r in found[:1]):
            score *= 0.6
        if score > best_score + 1e-9:
            best, best_score = candidate, score
    return best


def header_index(records: Sequence[Sequence[str]], width: int) -> int:
    """The first record that is filled like a header; lines of title before it have fewer cells."""
    needed = max(1, (min(width, 40) + 1) // 2) if width > 1 else 1
    for n, record in enumerate(records[:50]):
        if sum(1 for cell in record if cell.strip()) >= needed:
            return n
    for n, record in enumerate(records):
        if any(cell.strip() for cell in record):
            return n
    return 0


def _looks_like_data(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """True when the first row is no header: figures or dates stand over figures or dates."""
    rows = [row for row in rows[:50] if len(row) == len(header)]
    if not rows:
        return False
    same = text_over_figures = 0
    for n, cell in enumerate(header):
        below = [row[n].strip() for row in rows if row[n].strip()]
        figures = bool(below) and all(_PLAIN.fullmatch(b) for b in below)
        if figures and _PLAIN.fullmatch(cell.strip()) and not _is_year(cell):
            same += 1
        elif figures and cell.strip():
            text_over_figures += 1
    return same > 0 and text_over_figures == 0


def _is_year(cell: str) -> bool:
    return bool(re.fullmatch(r"\s*(19|20)\d\d([-/](0[1-9]|1[0-2]|Q[1-4]))?\s*", cell))
