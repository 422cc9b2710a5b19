"""A sentence for a person: an English template and its values, translated where it is shown.

Core code never knows the reader's language, so what it wants to say travels as a `Text`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kpilot.core.format import number

Translate = Callable[[str], str]
# French sets a no-break space before these signs and after «; writers need not type it.
_FRENCH_SPACE = re.compile(r" (?=[:;!?»]|%(?![(%\w]))|(?<=«) ")


def with_french_spaces(text: str) -> str:
    """French text whose colon, question mark or quotation mark never begins a line."""
    return _FRENCH_SPACE.sub("\u00a0", text)


def folded(text: str) -> str:
    """Small letters without accents, to find and to file names by: "Élodie" is "elodie"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def cut(text: str, most: int) -> str:
    """On one line, and at most `most` letters long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


@dataclass(frozen=True, kw_only=True)
class Both:
    """A name that comes with its own two languages, such as a KPI's or a dimension's."""

    en: str
    fr: str


@dataclass(frozen=True, init=False)
class Text:
    """A template with named places, e.g. `Text("{n} rows are new", n=3)`.

    The template is the key of the translation catalogue. Integers among the values are
    written with the language's thousands separator; a `Text` among them is translated too.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def render(self, translate: Translate, language: str) -> str:
        """The sentence in `language` ("en" or "fr"), through the catalogue `translate`."""
        shown = {name: _shown(value, translate, language) for name, value in self.values.items()}
        return translate(self.template).format(**shown)

    def __str__(self) -> str:
        return self.render(lambda template: template, "en")


def _shown(value: object, translate: Translate, language: str) -> str:
    if isinstance(value, Text):
        return value.render(translate, language)
    if isinstance(value, Both):
        return value.fr if language == "fr" else value.en
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value, language)
    return str(value)
