"""What a person can choose on the import pages: tables, fields in groups, ways of writing."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpilot.core.tables import TABLES
from kpilot.core.text import Text, folded
from kpilot.load.labels import Label, field_label, table_label
from kpilot.load.targets import find, names
from kpilot.web.imports.words import said

DATES = {
    "day first": Text("day/month/year"),
    "month first": Text("month/day/year"),
    "year first": Text("year/month/day"),
    "iso": Text("year-month-day"),
    "serial": Text("spreadsheet days"),
    "unix": Text("seconds since 1970"),
    "unix ms": Text("milliseconds since 1970"),
}
DECIMALS = {",": Text("1 234,56"), ".": Text("1,234.56")}
DELIMITERS = {
    ",": Text("comma"), ";": Text("semicolon"), "\t": Text("tab"), "|": Text("bar"),
}
KINDS = {"open": Text("open"), "won": Text("won"), "lost": Text("lost")}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One line of a select."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Lines of a select under one heading."""

    label: str
    choices: Sequence[Choice]


def tables(chosen: str | None) -> list[Choice]:
    """Every canonical table, by its name."""
    listed = [Choice(value=name, label=said(table_label(name)), chosen=name == chosen)
              for name in TABLES]
    return sorted(listed, key=lambda choice: folded(choice.label))


def fields(table: str, chosen: str | None) -> list[Group]:
    """Where a column may go: the table's own fields, then those of what it refers to."""
    grouped: dict[str, list[Choice]] = {}
    for name in names(table):
        target = find(table, name)
        if target is None:
            continue
        if target.through is None:
            heading, label = said(table_label(table)), said(field_label(table, name))
        else:
            heading = said(Label(target.through.en, target.through.fr))
            label = said(Label(target.field.en, target.field.fr))
        grouped.setdefault(heading, []).append(
            Choice(value=target.name, label=label, chosen=target.name == chosen))
    return [Group(label=heading, choices=choices) for heading, choices in grouped.items()]


def field_name(table: str, name: str) -> str:
    """What a field is called for this reader."""
    return said(field_label(table, name))


def of(words: dict[str, Text], chosen: str) -> list[Choice]:
    """The lines of a small select, from value to words."""
    return [Choice(value=value, label=said(text), chosen=value == chosen)
            for value, text in words.items()]
