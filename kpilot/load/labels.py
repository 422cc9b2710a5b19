"""The names of tables and fields inside sentences, in the reader's language."""

from dataclasses import dataclass

from kpilot.core.tables import TABLES
from kpilot.core.text import Text, Translate
from kpilot.load.targets import Target, find


@dataclass(frozen=True, init=False)
class Label(Text):
    """A name that carries its own translation, as every table and field does."""

    en: str = ""
    fr: str = ""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        object.__setattr__(self, "en", en)
        object.__setattr__(self, "fr", fr)

    def render(self, translate: Translate, language: str) -> str:
        return self.fr if language == "fr" else self.en


def table_label(table: str) -> Label:
    """The plural name of a canonical table: "Opportunities", « Affaires »."""
    return Label(TABLES[table].en, TABLES[table].fr)


def target_label(target: Target) -> Label:
    """The name of a field; of a described row: "Account: Industry", « Compte : Secteur »."""
    own = Label(target.field.en, target.field.fr)
    if target.through is None:
        return own
    return Label(f"{target.through.en}: {own.en}", f"{target.through.fr}\u00a0: {own.fr}")


def field_label(table: str, name: str) -> Label:
    """The name of the field called `name` in answers and plans; the name itself if unknown."""
    target = find(table, name)
    return target_label(target) if target else Label(name, name)
