"""Sentences as JSON, so that a load's notes can be read in either language long after it."""

from typing import Any

from kpilot.core.text import Text
from kpilot.load.labels import Label

# Any: what JSON holds; only `keep` writes it and only `restore` reads it.
Json = dict[str, Any]


def keep(text: Text) -> Json:
    """The sentence and its values, the names of tables and fields with both their languages."""
    if isinstance(text, Label):
        return {"en": text.en, "fr": text.fr}
    return {"template": text.template, "values": {
        name: keep(value) if isinstance(value, Text)
        else value if isinstance(value, (int, float, str)) else str(value)
        for name, value in text.values.items()}}


def restore(kept: Json) -> Text:
    """The Text that `keep` was given."""
    if "en" in kept:
        return Label(kept["en"], kept["fr"])
    template = kept["template"]
    return Text(template, **{
        name: restore(value) if isinstance(value, dict) else value
        for name, value in kept["values"].items()})
