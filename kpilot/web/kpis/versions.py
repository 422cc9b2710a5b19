"""How a KPI's definition changed in this project, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from kpilot.ask.definitions import Definition
from kpilot.core import format_date
from kpilot.core import words as core
from kpilot.web.kpis import words


@dataclass(frozen=True, kw_only=True)
class Change:
    """One part of a definition before and after; "" where it was or is not there."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version that replaced another, newest first, and what it changed."""

    number: int
    since: str
    changes: Sequence[Change]


def versions(definitions: Sequence[Definition]) -> Sequence[Version]:
    """Every version but the first, newest first."""
    pairs = list(pairwise(definitions))
    return [
        Version(
            number=after.version,
            since=_day(after.since),
            changes=[
                Change(
                    label=_label(part),
                    before=before.said.get(part, ""),
                    after=after.said.get(part, ""),
                )
                for part in dict.fromkeys((*before.said, *after.said))
                if before.said.get(part) != after.said.get(part)
            ],
        )
        for before, after in reversed(pairs)
    ]


def _label(part: str) -> str:
    text = words.both(core.said(core.DEFINITION, part))
    return f"{text[:1].upper()}{text[1:]}"


def _day(moment: datetime) -> str:
    return format_date.day(moment, words.language())
