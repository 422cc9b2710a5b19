"""Sentences of the load in the reader's language, and errors that can be kept and shown later."""

from typing import Any

from django.utils.translation import get_language, gettext

from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.load import kept_text

Json = dict[str, Any]  # texts as JSON keeps them


def language() -> str:
    """The reader's language, one of the two there are sentences for."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def said(text: Text) -> str:
    """The sentence for this reader."""
    return text.render(gettext, language())


def kept_error(error: UserError) -> Json:
    """The error as it can be kept; see `told`."""
    hint = kept_text.keep(error.hint) if error.hint else None
    return {"text": kept_text.keep(error.text), "hint": hint, "code": error.code}


def told(kept: Json) -> str:
    """A kept error as a sentence with its hint."""
    if not kept:
        return ""
    parts = [kept_text.restore(part) for part in (kept["text"], kept.get("hint")) if part]
    return " ".join(said(part) for part in parts)
