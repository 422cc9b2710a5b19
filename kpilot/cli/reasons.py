"""What a figure says about itself on the command line: the words of every surface as texts."""

from kpilot.core.text import Text
from kpilot.core.words import EXCLUDED, FLAGS, METHODS, REASONS, said


def reason_text(word: str) -> Text:
    """Why there is no figure, or no comparison."""
    return Text("{word}", word=said(REASONS, word))


def flag_text(word: str) -> Text:
    """What to know about a figure."""
    head, _, field = word.partition(":")
    if head == "missing":
        return Text("{field} is missing", field=field.replace("|", " / "))
    return Text("{word}", word=said(FLAGS, head))


def excluded_text(word: str) -> Text:
    """Which rows were left out, to stand after their number: "12 without an amount"."""
    return Text("{word}", word=said(EXCLUDED, word))


def method_text(word: str) -> Text:
    """How an interval was worked out."""
    return Text("{word}", word=said(METHODS, word))
