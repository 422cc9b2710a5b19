"""Removes what imports left behind: files of jobs that were given up, and jobs of long ago."""

import re
import shutil
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from kpilot.web.imports.models import RUNNING, ImportJob

KEPT = timedelta(days=2)
OURS = re.compile(r"[0-9a-f]{32}")


def sweep() -> None:
    """Forget imports nobody came back to within two days, and folders that belong to none."""
    before = timezone.now() - KEPT
    ImportJob.objects.filter(created_at__lt=before).exclude(state__in=RUNNING).delete()
    kept = {job.id.hex for job in ImportJob.objects.all()}
    for folder in (settings.PROJECT_FOLDER / "incoming").glob("*"):
        is_old = folder.stat().st_mtime < time.time() - KEPT.total_seconds()
        if OURS.fullmatch(folder.name) and folder.name not in kept and is_old:
            shutil.rmtree(folder, ignore_errors=True)
