"""Tables on a terminal: columns as wide as their cells, figures to the right, nothing cut off."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import click


@dataclass(frozen=True, kw_only=True)
class Column:
    """The head of a column and the side its cells stand on."""

    head: str
    right: bool = False


def show(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print the table with its heads underlined; a column without any cell is left out."""
    kept = [i for i, _ in enumerate(columns) if any(row[i] for row in rows)]
    widths = {
        i: max(width(columns[i].head), *(width(row[i]) for row in rows)) for i in kept
    } if rows else {}
    heads = [_set(columns[i].head, widths[i], right=columns[i].right) for i in kept]
    click.secho("  ".join(heads).rstrip(), bold=True)
    click.echo("  ".join("─" * widths[i] for i in kept))
    for row in rows:
        cells = [_set(row[i], widths[i], right=columns[i].right) for i in kept]
        click.echo("  ".join(cells).rstrip())


def width(text: str) -> int:
    """How many places a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(letter)
        else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _set(text: str, room: int, *, right: bool) -> str:
    space = " " * (room - width(text))
    return space + text if right else text + space
