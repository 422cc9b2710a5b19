"""A warehouse made by an older kpilot gets the tables and columns it lacks when it is opened."""

from pathlib import Path

import duckdb
import pytest

from kpilot.core.schema import columns
from kpilot.core.tables import TABLES
from kpilot.load import load, undo
from kpilot.project import create_project, open_project
from kpilot.warehouse.tables import VERSION

FIRST = "id;subject;type;owner;start\n1;Call Acme;call;ann;2024-03-01 10:00\n"
AGAIN = "id;subject;type;owner;created by;start\n1;Call Acme;call;ann;bob;2024-03-01 10:00\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A project whose warehouse has one load, and the structure of version 1."""
    folder = create_project(tmp_path / "project")
    (tmp_path / "activities.csv").write_text(FIRST, encoding="utf-8")
    project = open_project(folder)
    load([tmp_path / "activities.csv"], project, who="ann")
    project.close()
    with duckdb.connect(str(folder / "warehouse.duckdb")) as db:
        for table in ("activity", "kp_undo_activity"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN name")
            db.execute(f"ALTER TABLE {table} DROP COLUMN created_by_id")
        for table in ("opportunity_line", "kp_undo_opportunity_line", "notification"):
            db.execute(f"DROP TABLE {table}")
        db.execute("UPDATE kp_schema SET version = 1")
    return folder


def test_every_table_and_column_is_there_after_opening_and_the_rows_are_kept(old: Path) -> None:
    project = open_project(old)
    found: dict[str, set[str]] = {}
    for table, column in project.engine.query(
            "SELECT table_name, column_name FROM duckdb_columns()"
            " WHERE database_name = current_database()"):
        found.setdefault(str(table), set()).add(str(column))
    for table in TABLES.values():
        wanted = {name for name, _ in columns(table)} | {"source", "load_id", "first_load_id"}
        assert wanted <= found[table.name]
        assert wanted | {"undo_load_id"} <= found[f"kp_undo_{table.name}"]
    assert project.engine.query("SELECT id, kind, name FROM activity") == [("1", "call", None)]
    assert project.engine.query("SELECT version FROM kp_schema") == [(VERSION,)]
    project.close()


def test_a_new_column_is_filled_changed_and_taken_back_as_any_other(old: Path,
                                                                   tmp_path: Path) -> None:
    project = open_project(old)
    told = "SELECT id, name, created_by_id, agent_id FROM activity"
    before = project.engine.query("FROM activity")
    (tmp_path / "activities.csv").write_text(AGAIN, encoding="utf-8")
    report = load([tmp_path / "activities.csv"], project, who="ann")
    [(key, name, maker, agent)] = project.engine.query(told)
    assert (key, name) == ("1", "Call Acme")
    names = dict(project.engine.query("SELECT id, name FROM agent"))
    assert (names[maker], names[agent]) == ("bob", "ann")
    undo(project, report.id, who="ann")
    assert project.engine.query("FROM activity") == before
    project.close()


def test_a_warehouse_that_is_up_to_date_is_left_as_it_is(old: Path) -> None:
    open_project(old).close()
    project = open_project(old)
    assert project.engine.query("SELECT count(*) FROM activity") == [(1,)]
    project.close()
