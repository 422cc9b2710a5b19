"""The one project this process serves: opened at first need, shared by all threads."""

import threading

from django.conf import settings

from kpilot.project import Project, open_project

_lock = threading.Lock()
_open: Project | None = None


def project() -> Project:
    """The open project of this process, its warehouse brought up to date."""
    global _open
    with _lock:
        if _open is None:
            _open = open_project(settings.PROJECT_FOLDER)
        return _open


def close() -> None:
    """Let go of the project, so that another process may open its warehouse."""
    global _open
    with _lock:
        if _open is not None:
            _open.close()
            _open = None
