"""Figures as people read them, in English and French; the browser has the same rules."""

NARROW = "\u202f"
NO_BREAK = "\u00a0"


def number(value: int, language: str) -> str:
    """A whole number with thousands separators: 1,234 or 1 234 (narrow no-break space)."""
    text = f"{value:,}".replace("-", "\u2212")
    return text.replace(",", NARROW) if language == "fr" else text
