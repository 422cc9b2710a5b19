"""The words of status: a shape, a word and a colour, always in that order of trust."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpilot.web.shell.parts import Tone


@dataclass(frozen=True, kw_only=True)
class Status:
    """How a status looks and what it says."""

    tone: Tone
    mark: str
    label: Promise


STATUSES = {
    "on_track": Status(tone="good", mark="dot", label=_("On track")),
    "at_risk": Status(tone="risk", mark="triangle", label=_("At risk")),
    "off_track": Status(tone="bad", mark="diamond", label=_("Off track")),
    "achieved": Status(tone="good", mark="done", label=_("Achieved")),
    "missed": Status(tone="bad", mark="diamond", label=_("Missed")),
    "not_started": Status(tone="", mark="ring", label=_("Not started")),
    "no_data": Status(tone="", mark="dash", label=_("No data")),
    "not_measurable": Status(tone="", mark="dash", label=_("Not measurable")),
    "too_few": Status(tone="", mark="dash", label=_("Too few to say")),
    "won": Status(tone="good", mark="check", label=_("Won")),
    "lost": Status(tone="", mark="cross", label=_("Lost")),
    "open": Status(tone="", mark="ring", label=_("Open")),
    "new": Status(tone="good", mark="check", label=_("New")),
    "updated": Status(tone="", mark="dot", label=_("Updated")),
    "unchanged": Status(tone="", mark="ring", label=_("Unchanged")),
    "refused": Status(tone="bad", mark="cross", label=_("Refused")),
    "failed": Status(tone="bad", mark="cross", label=_("Failed")),
    "undone": Status(tone="", mark="dash", label=_("Undone")),
}
