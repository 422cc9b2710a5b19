"""Lets go of imports nobody came back to: their files are personal data."""

from django.utils import timezone

from kpilot.load.incoming import ABANDONED, tidy
from kpilot.web.imports.models import RUNNING, ImportJob
from kpilot.web.warehouse import project


def sweep() -> None:
    """Forget imports that were left for a day, and remove the files of all such."""
    now = timezone.now()
    ImportJob.objects.filter(created_at__lt=now - ABANDONED).exclude(state__in=RUNNING).delete()
    tidy(project(), now=now)
