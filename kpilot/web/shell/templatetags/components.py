"""The components of the pages, as template tags. Their look is the front end's business."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kpilot.web.shell import assets
from kpilot.web.shell.icons import ICONS, MARKS

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file of the front end."""
    return assets.asset(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon; decoration only, so the words beside it must say the same."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def mark(name: str) -> SafeString:
    """A small filled shape, such as the arrow of a change or the mark of a status."""
    return format_html(
        '<svg class="mark" viewBox="0 0 12 12" aria-hidden="true">'
        '<path fill-rule="evenodd" d="{}"/></svg>',
        MARKS[name],
    )
