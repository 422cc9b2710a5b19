"""A small warehouse made row by row, for tests of figures rather than of loads."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.core.query import Query
from kpilot.core.result import Result
from kpilot.core.rights import EVERYTHING, Reader
from kpilot.project import Project, open_project
from tests.fresh import fresh_project

Rows = Sequence[dict[str, Any]]


class Company:
    """A project whose tables are filled by `put` and asked by `ask`."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def put(self, table: str, *rows: dict[str, Any]) -> "Company":
        """Insert rows; ISO strings are read by the engine as dates and moments (UTC)."""
        for row in rows:
            filled = {"source": "file", "load_id": 1, **row}
            if table.endswith("_history") and table != "agent_team_history":
                filled.setdefault("origin", "source")
            marks = exp.values([tuple(exp.Placeholder() for _ in filled)])
            into = exp.to_table(table, quoted=True)
            columns = [exp.to_identifier(name, quoted=True) for name in filled]
            insert = exp.insert(marks, into=into, columns=columns)
            self.project.engine.query(insert.sql(dialect="duckdb"), list(filled.values()))
        self.project.engine.query("UPDATE kp_version SET n = n + 1")
        return self

    def until(self, horizon: str) -> "Company":
        """Say where the data ends (UTC)."""
        self.project.engine.query("DELETE FROM kp_load")
        self.project.engine.query("INSERT INTO kp_load (id, horizon) VALUES (1, ?)", [horizon])
        self.project.engine.query("UPDATE kp_version SET n = n + 1")
        return self

    def ask(self, kpi: str, *, reader: Reader = EVERYTHING, **words: Any) -> Result:
        """The answer to a query given in its words."""
        params = {"kpi": [kpi]} | {
            word: list(value) if isinstance(value, (list, tuple)) else [str(value)]
            for word, value in words.items()
        }
        query = Query.from_params(
            params,
            reader=reader,
            catalog=catalog(self.project),
            settings=self.project.settings,
        )
        return ask(query, self.project, now=datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None))

    def value(self, kpi: str, **words: Any) -> Any:
        """The value of the only row."""
        (row,) = self.ask(kpi, **words).rows
        return row.value

    def values(self, kpi: str, by: str, **words: Any) -> dict[str, Any]:
        """name → value, by one dimension."""
        return {row.dims[by]: row.value for row in self.ask(kpi, by=by, **words).rows}


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Callable[..., Company]]:
    """A maker of companies: `company(tz="UTC", …)` gives one with those settings."""
    made: list[Project] = []

    def make(**settings: object) -> Company:
        folder = fresh_project(tmp_path / f"p{len(made)}", **{"tz": "UTC", **settings})
        project = open_project(folder)
        made.append(project)
        return Company(project)

    yield make
    for project in made:
        project.close()


def won(id_: str, closed_on: str, amount: float | None = 100, **more: Any) -> dict[str, Any]:
    """A won opportunity."""
    return {"id": id_, "status": "won", "closed_on": closed_on, "amount": amount, **more}


def lost(id_: str, closed_on: str, amount: float | None = 100, **more: Any) -> dict[str, Any]:
    """A lost opportunity."""
    return {"id": id_, "status": "lost", "closed_on": closed_on, "amount": amount, **more}


def still_open(
    id_: str, created_on: str, amount: float | None = 100, **more: Any
) -> dict[str, Any]:
    """An open opportunity."""
    return {"id": id_, "status": "open", "created_on": created_on, "amount": amount, **more}
