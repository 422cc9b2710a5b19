"""Why a cell was refused, in a sentence that says what to write instead.

Called for the few cells that are shown, so it is plain Python; whether a cell is refused is decided
by the SQL of numbers.py and dates.py alone.
"""

import calendar
import re
from collections.abc import Mapping, Sequence

from kpilot.core.errors import did_you_mean
from kpilot.core.schema import Kind
from kpilot.core.text import Text
from kpilot.load.plan import Style

MONTH_NAMES = (
    Text("January"), Text("February"), Text("March"), Text("April"), Text("May"), Text("June"),
    Text("July"), Text("August"), Text("September"), Text("October"), Text("November"),
    Text("December"),
)  # fmt: skip
_THREE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?!\d)")


def why_not(kind: Kind, style: Style, cell: str,
            choices: Mapping[str, Sequence[str]] | None = None) -> Text:
    """Why `cell` was refused as a value of `kind` in a column written in `style`."""
    if kind in ("date", "instant"):
        return _date(style, cell)
    if kind == "time":
        return Text("“{cell}” is not a time of day: write for example 09:30.", cell=cell)
    if kind == "period":
        return Text("“{cell}” is not a period: write for example 2024-03, 2024-Q1 or 2024.",
                    cell=cell)
    if kind in ("money", "number", "ratio", "integer"):
        return _number(kind, style, cell)
    if kind == "boolean":
        return Text("“{cell}” is neither yes nor no: write yes or no.", cell=cell)
    if kind == "choice" and choices:
        near = did_you_mean(cell, choices)
        told = Text("“{cell}” is not one of {words}.", cell=cell, words=", ".join(choices))
        return Text("{told} {near}", told=told, near=near) if near else told
    return Text("“{cell}” can't be read.", cell=cell)


def _number(kind: Kind, style: Style, cell: str) -> Text:
    digits = re.sub(r"[^\d.,]", "", cell)
    if not re.search(r"\d", cell):
        example = "60 000,00" if style.decimal == "," else "60,000.00"
        return Text("“{cell}” is not a number: write for example {example}.", cell=cell,
                    example=example)
    if not style.decimal and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
        return Text("“{cell}” can be read in two ways, as this column writes both 1.234,56 and "
                    "1,234.56: write {whole} or {part}.", cell=cell,
                    whole=re.sub(r"[.,]", "", digits), part=digits.replace(",", ".") + "0")
    if len(re.split(r"[.,](?=\d{1,2}$)", digits)[0].replace(".", "").replace(",", "")) > 14:
        return Text("“{cell}” is too large: a number may have 14 digits before the decimal mark.",
                    cell=cell)
    if kind == "integer" and re.fullmatch(r"\s*[-+]?\d+[.,]\d+\s*", cell):
        return Text("“{cell}” is not a whole number.", cell=cell)
    return Text("“{cell}” is not a number: write only digits, one decimal mark and a sign.",
                cell=cell)


def _date(style: Style, cell: str) -> Text:
    found = _THREE.match(cell.strip())
    if not found:
        return Text("“{cell}” is not a date: write for example 2024-03-31.", cell=cell)
    first, second, third = found.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif len(first) > 2 or len(third) not in (2, 4):
        return Text("“{cell}” is not a date: write for example 2024-03-31.", cell=cell)
    else:
        year = int(third) if len(third) == 4 else int(third) + (2000 if int(third) < 70 else 1900)
        day, month = int(first), int(second)
        if style.dates == "month first":
            day, month = month, day
        elif style.dates != "day first" and day <= 12 and month <= 12:
            return Text("{cell} can be read in two ways: write the year first, as in 2024-03-31.",
                        cell=cell)
    swapped = not 1 <= month <= 12 and 1 <= day <= 12 and len(first) != 4
    if swapped and style.dates == "day first":
        return Text("{cell} is not a date: the day comes first in this column, and there is no "
                    "month {month}.", cell=cell, month=str(month))
    if swapped and style.dates == "month first":
        return Text("{cell} is not a date: the month comes first in this column, and there is no "
                    "month {month}.", cell=cell, month=str(month))
    if not 1 <= month <= 12:
        return Text("{cell} is not a date: there is no month {month}.", cell=cell,
                    month=str(month))
    if year < 1:
        return Text("“{cell}” is not a date: write for example 2024-03-31.", cell=cell)
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        return Text("{cell} is not a date: {month} {year} has {days} days.", cell=cell,
                    month=MONTH_NAMES[month - 1], year=str(year), days=days)
    return Text("“{cell}” is not a date: write for example 2024-03-31.", cell=cell)
