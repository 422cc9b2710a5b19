"""A new project for a test: a copy of one without rows, because making its tables takes longer."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

import tomlkit

from kpilot.core.settings import check
from kpilot.project import SETTINGS_FILE, create_project


@cache
def _template() -> tuple[Path, tempfile.TemporaryDirectory[str]]:
    """The project that is copied, and what keeps its folder until the process ends."""
    kept = tempfile.TemporaryDirectory(prefix="kpilot-template-")
    return create_project(Path(kept.name) / "project"), kept


def fresh_project(folder: Path, **settings: object) -> Path:
    """As `create_project`: a project with these settings in a new folder."""
    check(settings)
    shutil.copytree(_template()[0], folder)
    (folder / SETTINGS_FILE).write_text(tomlkit.dumps(settings), encoding="utf-8")
    return folder
