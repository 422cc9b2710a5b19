"""Cells on their way out: what a spreadsheet would run as a formula leaves as plain text.

Every CSV and XLSX that kpilot writes goes through here, for a name such as `=cmd()` may have come
in with somebody's export and must not run on somebody else's machine.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[-+]?\d[\d\s.,\u00a0\u202f]*%?|[-+]?\.\d+")


def harmless(cell: str) -> str:
    """`cell` as it may stand in a spreadsheet: an apostrophe before what would be a formula.

    >>> harmless("=cmd()"), harmless("-12.50"), harmless("Acme")
    ("'=cmd()", '-12.50', 'Acme')
    """
    if cell.startswith(_TRIGGERS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def written(value: object) -> str:
    """A value as a cell of a CSV: ISO dates, a decimal point, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (int, float)):
        return str(value)
    return harmless(str(value))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]], *,
              delimiter: str = ",") -> Iterator[str]:
    """The lines of a CSV (RFC 4180, CRLF), one at a time so that a long one can be streamed.

    Encode as UTF-8 with a BOM ("utf-8-sig") for spreadsheets that guess.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    for row in chain([header], rows):
        writer.writerow([written(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()

