"""A project into which a test's files were loaded at once, as an unattended run loads them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpilot.ask import ask
from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.load import load
from kpilot.load.report import LoadReport
from kpilot.project import open_project
from tests.fresh import fresh_project
from tests.load.conftest import utc

NOW = utc(2024, 7, 1)


class Loaded:
    """The project and what was said of its first load.

    files  name of a file, with no ending for a CSV, → its text or bytes
    """

    def __init__(self, folder: Path, files: Mapping[str, str | bytes]) -> None:
        fresh_project(folder / "project")
        self.folder = folder / "files"
        self.project = open_project(folder / "project")
        self.report = self.more(files)

    def more(self, files: Mapping[str, str | bytes]) -> LoadReport:
        """Put `files` beside the others, and load those alone."""
        self.folder.mkdir(exist_ok=True)
        paths = []
        for name, content in files.items():
            path = self.folder / (name if isinstance(content, bytes) else f"{name}.csv")
            text = content if isinstance(content, bytes) else content.lstrip().encode()
            path.write_bytes(text)
            paths.append(path)
        return load(paths, self.project, who="ann", now=NOW)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.project.engine.query(sql)

    def value(self, kpi: str, period: str) -> float | None:
        query = Query(kpis=(kpi,), reader=EVERYTHING, period=parse_period(period, Fiscal()))
        return ask(query, self.project).rows[0].value
