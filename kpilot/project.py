"""A project: one folder with its settings, its warehouse and what people added to the catalogue."""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from kpilot.core.errors import UserError
from kpilot.core.settings import Settings, check
from kpilot.core.text import Text
from kpilot.engines.duckdb import Warehouse
from kpilot.warehouse.tables import prepare

SETTINGS_FILE = "kpilot.toml"
WAREHOUSE_FILE = "warehouse.duckdb"


@dataclass(frozen=True, kw_only=True)
class Project:
    """An open project: `engine` holds the warehouse until `close()`.

    `memo` is where what was computed from the data is remembered by this process, by keys that
    hold the version of the data.
    """

    folder: Path
    settings: Settings
    engine: Warehouse
    memo: dict[Any, Any] = field(default_factory=dict, compare=False)

    @property
    def incoming(self) -> Path:
        """Where files stand while they are being loaded; the only folder SQL may read."""
        return self.folder / "incoming"

    def close(self) -> None:
        self.engine.close()


def create_project(folder: Path, **settings: object) -> Path:
    """Make a project in `folder`, which must be new or empty, and return the folder.

    `settings` go to kpilot.toml; a wrong one raises UserError before anything is written.
    """
    if (folder / SETTINGS_FILE).exists():
        raise UserError("{folder} is a project already.", folder=folder, code="exists")
    if folder.exists() and any(folder.iterdir()):
        raise UserError(
            "{folder} is not empty.",
            folder=folder,
            code="not_empty",
            hint=Text("Name a folder that does not exist yet."),
        )
    check(settings)
    folder.mkdir(parents=True, exist_ok=True)
    for own in ("kpis", "facts", "incoming"):
        (folder / own).mkdir()
    (folder / SETTINGS_FILE).write_text(_settings_text(settings), encoding="utf-8")
    open_project(folder).close()
    return folder


def open_project(folder: Path, *, read_only: bool = False) -> Project:
    """Open the project in `folder`; UserError when there is none or its settings are wrong."""
    settings = read_settings(folder)
    incoming = folder / "incoming"
    incoming.mkdir(exist_ok=True)
    engine = Warehouse(
        folder / WAREHOUSE_FILE,
        incoming=incoming,
        memory_limit=settings.memory_limit,
        threads=settings.threads or os.cpu_count() or 1,
        read_only=read_only,
    )
    if not read_only:
        prepare(engine)
    return Project(folder=folder, settings=settings, engine=engine)


def read_settings(folder: Path) -> Settings:
    """The settings in the folder's kpilot.toml, checked."""
    path = folder / SETTINGS_FILE
    if not path.exists():
        raise UserError(
            "There is no kpilot project in {folder}.",
            folder=folder,
            code="no_project",
            hint=Text("Make one with: kpilot init {folder}", folder=folder),
        )
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(
            "{file} cannot be read: {why}.", file=path, why=error, code="bad_settings"
        ) from error
    return check(given, where=str(path))


def _settings_text(given: dict[str, object]) -> str:
    document = tomlkit.document()
    document.add(tomlkit.comment("The settings of this kpilot project; see the reference docs."))
    defaults = Settings()
    shown = ("organisation", "tz", "currency", "language", "fiscal_start_month")
    for name in [*shown, *(name for name in given if name not in shown)]:
        document.add(name, given.get(name, getattr(defaults, name)))
    return tomlkit.dumps(document)
