"""Moments on the command line: in the project's zone and language."""

from datetime import UTC, date, datetime

from kpilot.cli.opening import Desk
from kpilot.core import format_date


def moment(desk: Desk, text: str) -> str:
    """A moment given in ISO (UTC), with its year."""
    at = datetime.fromisoformat(text.rstrip("Z")).replace(tzinfo=UTC)
    return format_date.moment(at.astimezone(desk.settings.zone), desk.language, today=date.min)
