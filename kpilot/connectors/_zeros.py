"""Numbers that a workbook shows with zeros in front: 00042 is an identifier, and 42 is another.

The reader of workbooks gives numbers without their formats. Which columns have a format of zeros
stands in the workbook's own text, so it is looked up there, and only where a style has one.
"""

import re
import zipfile
from collections.abc import Mapping
from html import unescape
from pathlib import Path

CHUNK = 1 << 20
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([0#])|([ ()])', re.DOTALL)
_LOCALE = re.compile(r"\[\$-[0-9A-Fa-f,]+\]")

Pattern = tuple[str, ...]  # for each place "0" or "#", which take a digit, or ' and what is there
Zeros = Mapping[str, Mapping[int, Pattern]]  # sheet → column (from 0) → how its numbers are shown


def zeros(path: Path) -> Zeros:
    """For each sheet the columns whose whole numbers are shown with zeros in front."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as packed:
        parts = set(packed.namelist())
        if not {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
            return {}
        styles = _styles(_text(packed, "xl/styles.xml"))
        if not styles:
            return {}
        targets = {told.get("Id", ""): told.get("Target", "")
                   for told in _tags(_text(packed, "xl/_rels/workbook.xml.rels"), "Relationship")}
        found = {}
        for told in _tags(_text(packed, "xl/workbook.xml"), "sheet"):
            target = targets.get(told.get("r:id", ""), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in parts:
                found[told.get("name", "")] = _columns(packed, part, styles)
        return found


def shown(number: int, pattern: Pattern) -> str:
    """The whole number as a spreadsheet shows it.

    >>> shown(42, ("0", "0", "0", "0", "0")), shown(612, ("0", "#", "' ", "#", "#"))
    ('00042', '06 12')
    """
    digits, made = list(str(number)), list[str]()
    for at in range(len(pattern) - 1, -1, -1):
        if pattern[at] in ("0", "#"):
            made.append(digits.pop() if digits else pattern[at].strip("#"))
            if not {"0", "#"} & {*pattern[:at]}:
                made += reversed(digits)
                digits = []
        else:
            made.append(pattern[at][1:])
    return "".join(reversed(made)).strip()


def _text(packed: zipfile.ZipFile, part: str) -> str:
    return packed.read(part).decode(errors="replace")


def _tags(text: str, name: str) -> list[dict[str, str]]:
    """The attributes of every tag of this name."""
    return [{key: unescape(value) for key, value in _ATTRIBUTE.findall(tag)}
            for tag in re.findall(rf"<(?:\w+:)?{name}\s([^>]*)>", text)]


def _styles(text: str) -> dict[bytes, Pattern]:
    """The number of each style of a cell → its pattern, for those with zeros in front."""
    patterns = {told.get("numFmtId"): pattern for told in _tags(text, "numFmt")
                if (pattern := _pattern(told.get("formatCode", "")))}
    cells = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
    return {str(n).encode(): patterns[told.get("numFmtId")]
            for n, told in enumerate(_tags(cells[0] if cells else "", "xf"))
            if told.get("numFmtId") in patterns}


def _pattern(code: str) -> Pattern | None:
    """The places of a format such as 00000, or None when it is another kind of format."""
    code, made, at = _LOCALE.sub("", code).partition(";")[0], list[str](), 0
    while at < len(code):
        token = _TOKEN.match(code, at)
        if token is None:
            return None
        said, escaped, digit, sign = token.groups()
        made.append(digit or f"'{said or escaped or sign or ''}")
        at = token.end()
    places = [place for place in made if place in ("0", "#")]
    return tuple(made) if len(places) > 1 and places[0] == "0" else None


def _columns(packed: zipfile.ZipFile, part: str, styles: Mapping[bytes, Pattern]) -> dict[
        int, Pattern]:
    """The columns of one sheet in which a cell has one of these styles."""
    wanted = re.compile(rb'<c (?=[^>]*\bs="(' + b"|".join(styles) + rb')")[^>]*\br="([A-Z]+)\d')
    found: dict[int, Pattern] = {}
    with packed.open(part) as sheet:
        tail = b""
        while piece := sheet.read(CHUNK):
            text = tail + piece
            for style, letters in wanted.findall(text):
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                found.setdefault(column - 1, styles[style])
            tail = text[-300:]
    return found
