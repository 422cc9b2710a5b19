"""Ready dashboards: every file ready/<name>.toml is one. A new file needs nothing else."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kpilot.core.text import with_french_spaces
from kpilot.web.dashboards.placing import Cards, Placed, keyed
from kpilot.web.kpis.words import language, named
from kpilot.web.widgets.card import Asked

FOLDER = Path(__file__).parent / "ready"
WORDS = ("kpi", "by", "grain", "period", "where", "compare", "attribution")


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A dashboard that comes with kpilot, in both languages."""

    name: str
    order: int
    titles: Mapping[str, str]
    abouts: Mapping[str, str]
    read: Mapping[str, Any]

    @property
    def title(self) -> str:
        return named(self.titles)

    @property
    def about(self) -> str:
        return named(self.abouts)

    @property
    def cards(self) -> Cards:
        """The cards, titled in the reader's language."""
        return keyed(_card(row) for row in self.read["card"])


def ready() -> Mapping[str, Ready]:
    """The ready dashboards by name, in their order."""
    return _ready(tuple(sorted(FOLDER.glob("*.toml"))))


@cache
def _ready(files: tuple[Path, ...]) -> Mapping[str, Ready]:
    found = []
    for file in files:
        read = tomllib.loads(file.read_text("utf-8"))
        found.append(
            Ready(name=file.stem, order=read["order"], titles=_spaced(read["title"]),
                  abouts=_spaced(read["about"]), read=read)
        )  # fmt: skip
    return {one.name: one for one in sorted(found, key=lambda one: one.order)}


def _card(row: Mapping[str, Any]) -> Placed:
    x, y, w, h = row["at"]
    options = {
        name: _spaced(value)[language()] if isinstance(value, dict) else str(value)
        for name, value in row.get("options", {}).items()
    }
    return Placed(
        x=x, y=y, w=w, h=h,
        asked=Asked(
            widget=row["widget"],
            title=named(_spaced(row.get("title", {}))),
            words={word: _texts(row[word]) for word in WORDS if word in row},
            options=options,
        ),
    )  # fmt: skip


def _spaced(texts: Mapping[str, str]) -> Mapping[str, str]:
    """Both languages, the French set as French is."""
    return {**texts, "fr": with_french_spaces(texts.get("fr", ""))}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
