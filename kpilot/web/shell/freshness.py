"""How old the figures are: said on every page, because a figure without its age misleads."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone, translation

from kpilot.core import format_date
from kpilot.project import Project

LATEST = """
    SELECT max(horizon), max(finished_at) FROM kp_load WHERE undone_at IS NULL
"""
STALE = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """Up to when the data goes and when it was last loaded, in words; "" before the first load."""

    data_to: str = ""
    loaded: str = ""
    is_old: bool = False


def freshness(project: Project, *, now: datetime) -> Freshness:
    """The age of the project's data as its readers see it, in the project's zone."""
    ((horizon, finished),) = project.engine.query(LATEST)
    if not isinstance(finished, datetime):
        return Freshness()
    language = (translation.get_language() or "en")[:2]
    today = timezone.localtime(now).date()
    zone = project.settings.zone

    def local(naive: datetime) -> datetime:
        return naive.replace(tzinfo=UTC).astimezone(zone)

    data_to = ""
    if isinstance(horizon, datetime):
        # The horizon is the first moment without data: its day is the one before midnight.
        last = local(horizon) - timedelta(microseconds=1)
        data_to = format_date.day(last, language, year=last.year != today.year)
    return Freshness(
        data_to=data_to,
        loaded=format_date.moment(local(finished), language, today=today),
        is_old=isinstance(horizon, datetime) and now - horizon.replace(tzinfo=UTC) > STALE,
    )
