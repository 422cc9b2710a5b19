"""Where files stand while they are loaded: personal data, so nothing stays longer than that."""

import shutil
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from kpilot.project import Project

ABANDONED = timedelta(hours=24)


def new_folder(project: Project) -> Path:
    """A folder of its own for the files of one load."""
    folder = project.incoming / uuid.uuid4().hex
    folder.mkdir(parents=True)
    return folder


def discard(folder: Path) -> None:
    """Remove what was read of a load that is finished or given up."""
    shutil.rmtree(folder, ignore_errors=True)


def tidy(project: Project, *, now: datetime) -> int:
    """Remove the files of loads nobody finished within a day; how many folders went."""
    gone = 0
    for folder in project.incoming.iterdir():
        is_ours = folder.is_dir() and not folder.name.startswith(".")
        if is_ours and now.timestamp() - folder.stat().st_mtime > ABANDONED.total_seconds():
            discard(folder)
            gone += 1
    return gone
