"""Figures in templates, in the reader's language."""

from django import template
from django.utils import translation

from kpilot.core import format as written

register = template.Library()


@register.filter
def number(value: int) -> str:
    """A whole number with thousands separators."""
    return written.number(value, _language())


def _language() -> str:
    return (translation.get_language() or "en")[:2]
