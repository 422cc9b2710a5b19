"""One warehouse for many companies: making a project costs more than asking a hundred questions."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from kpilot.project import Project, create_project, open_project
from tests.oracle.lives import Setup

Tables = dict[str, list[dict]]


class Warehouse:
    """A project that is emptied and filled again, under other settings each time."""

    def __init__(self, folder) -> None:
        self._project = open_project(create_project(folder, threads=1))
        self._used: set[str] = set()

    def holding(self, tables: Tables, setup: Setup, horizon: datetime) -> Project:
        """The project with these rows and settings and none of those before."""
        with self._project.engine.transaction() as cursor:
            for table in self._used:
                cursor.execute(" ".join(("DELETE FROM", '"' + table + '"')))
            for table, rows in tables.items():
                if rows:
                    sql, values = _insert(table, rows)
                    cursor.execute(sql, values)
            self._used = {table for table, rows in tables.items() if rows}
            cursor.execute("DELETE FROM kp_load")
            cursor.execute("INSERT INTO kp_load (id, horizon) VALUES (1, ?)", [horizon])
            cursor.execute("UPDATE kp_version SET n = n + 1")
        settings = replace(self._project.settings, **asdict(setup))
        return replace(self._project, settings=settings, memo={})

    def close(self) -> None:
        self._project.close()


def _insert(table: str, rows: Sequence[dict]) -> tuple[str, list]:
    filled = [_filled(table, row) for row in rows]
    columns = sorted({name for row in filled for name in row})
    marks = "(" + ", ".join("?" for _ in columns) + ")"
    names = ", ".join('"' + name + '"' for name in columns)
    parts = (
        "INSERT INTO",
        '"' + table + '"',
        "(",
        names,
        ") VALUES",
        ", ".join([marks] * len(filled)),
    )
    return " ".join(parts), [row.get(name) for row in filled for name in columns]


def _filled(table: str, row: dict) -> dict:
    filled = {"source": "file", "load_id": 1, **row}
    if table.endswith("_history") and table != "agent_team_history":
        filled.setdefault("origin", "source")
    return filled
