"""Rows put straight into the warehouse of a made project, as one load, with its facts built."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlglot import exp

from kpilot.ask.catalog import facts
from kpilot.ask.facts import cutoff, fact_table, utc_now
from kpilot.project import open_project

Rows = Sequence[Mapping[str, object]]


def fill(folder: Path, tables: Mapping[str, Rows], horizon: datetime) -> None:
    """The rows of one table may have other fields each."""
    project = open_project(folder)
    with project.engine.transaction() as cursor:
        for table, rows in tables.items():
            for names in dict.fromkeys(tuple(row) for row in rows):
                alike = [list(row.values()) for row in rows if tuple(row) == names]
                places = exp.values([tuple(exp.Placeholder() for _ in names)])
                columns = [exp.to_identifier(name) for name in names]
                into = exp.insert(places, exp.to_table(table, quoted=True), columns=columns)
                cursor.executemany(into.sql(dialect="duckdb"), alike)
        cursor.execute(
            "INSERT INTO kp_load (id, finished_at, horizon) VALUES (1, ?, ?)", [horizon, horizon]
        )
        cursor.execute("UPDATE kp_version SET n = n + 1")
    cut = cutoff(project, None, utc_now())
    for name, fact in facts(project).items():
        if not fact.is_windowed:
            fact_table(project, name, cut)  # built once here, copied with the project
    project.close()
