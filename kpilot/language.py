"""English and French outside the web: the command line, files and messages written by it.

The catalogue is the one the pages use (Django's), read with the standard library.
"""

import gettext
from collections.abc import Mapping
from pathlib import Path

from kpilot.core.text import Translate

LANGUAGES = ("en", "fr")
LOCALE = Path(__file__).parent / "locale"


def translator(language: str) -> Translate:
    """What turns an English text into `language`; a text without a translation stays English."""
    catalog = gettext.translation("django", LOCALE, [language], fallback=True)

    def translate(text: str) -> str:
        # gettext answers "" with the header of its catalogue.
        return catalog.gettext(text) if text else ""

    return translate


def pick_language(env: Mapping[str, str]) -> str:
    """The language a terminal asks for by LANGUAGE, LC_ALL, LC_MESSAGES or LANG; else "en"."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if wished := env.get(name):
            language = wished[:2].lower()
            return language if language in LANGUAGES else "en"
    return "en"
