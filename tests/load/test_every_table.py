"""Every canonical table loads from a file with English or French headers, nothing said about it.

All files of a language are loaded together, once; what became of each is looked at table by table.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from kpilot.core.tables import TABLES
from kpilot.load import load, preview, propose, read, remember, undo
from kpilot.load.mapping import map_columns
from kpilot.load.plan import Answers
from kpilot.load.profile import ColumnProfile
from kpilot.load.recognise import recognise
from kpilot.load.report import LoadReport, Preview, Problem
from kpilot.project import Project, create_project, open_project
from kpilot.warehouse.sql import fill
from tests.load.conftest import NOW

TOLD: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "every_table.toml").read_text(encoding="utf-8"))
LANGUAGES = ("en", "fr")
# Filled by the split of another column, or by the load itself.
NOT_IN_FILES = {
    "parent_team", "first_name", "last_name", "is_won", "is_lost", "is_closed", "is_active",
    "won_at", "lost_at", "closed_at", "expected_close_date", "scope_type", "scope_id", "team_id",
    "status", "email", "close_date", "status_changed_at", "name"}


def file_of(table: str, language: str) -> str:
    return str(TOLD[table]["files"][LANGUAGES.index(language)])


def columns(table: str, language: str) -> dict[str, str]:
    """header → field, in order."""
    parts = [[part.strip() for part in line.split(";")] for line in TOLD[table]["columns"]]
    return {part[LANGUAGES.index(language)]: part[2] for part in parts}


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A project with the files of one language in it, and what was said of them."""

    project: Project
    folder: Path
    preview: Preview
    report: LoadReport

    def problem(self, table: str, language: str) -> list[Problem]:
        return [p for p in self.report.problems if p.file == f"{file_of(table, language)}.csv"]


@pytest.fixture(scope="module", params=LANGUAGES)
def loaded(request: pytest.FixtureRequest,
           tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Loaded]]:
    language = request.param
    folder = tmp_path_factory.mktemp("files")
    for table, told in TOLD.items():
        lines = [";".join(columns(table, language)), *told["rows"], told["bad"]]
        (folder / f"{file_of(table, language)}.csv").write_text("\n".join(lines) + "\n",
                                                               encoding="utf-8")
    create_project(folder.with_name(folder.name + "-project"), language=language)
    project = open_project(folder.with_name(folder.name + "-project"))
    raw = read([folder], project.incoming / "looked_at")
    shown = preview(propose(raw, remember(project), Answers()), project, now=NOW)
    report = load([folder], project, who="ann", now=NOW)
    yield language, Loaded(project=project, folder=folder, preview=shown, report=report)
    project.close()


def empty(headers: list[str]) -> list[ColumnProfile]:
    return [ColumnProfile(index=i, header=header, rows=0, non_empty=0, distinct=0)
            for i, header in enumerate(headers)]


def test_there_is_a_file_for_every_table() -> None:
    assert TOLD.keys() == TABLES.keys()


def test_every_field_of_every_table_is_in_a_file() -> None:
    for name, table in TABLES.items():
        told = set(columns(name, "en").values())
        assert {f.name for f in table.fields} - told - NOT_IN_FILES == set(), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TOLD)
def test_its_name_and_headers_say_which_table_it_is(table: str, language: str) -> None:
    headers = list(columns(table, language))
    assert recognise([file_of(table, language)], headers).table == table
    mapped = map_columns(table, empty(headers))
    assert {h: c.field for h, c in zip(headers, mapped.choices, strict=True)} == columns(
        table, language)


@pytest.mark.parametrize("table", TOLD)
def test_good_rows_are_loaded_and_the_bad_one_is_refused_with_a_reason(
        loaded: tuple[str, Loaded], table: str) -> None:
    language, found = loaded
    [report] = [t for t in found.report.tables if t.file == f"{file_of(table, language)}.csv"]
    good = len(TOLD[table]["rows"])
    assert (report.table, report.counts.new, report.counts.refused) == (table, good, 1)
    [problem] = found.problem(table, language)
    assert problem.row == good + 2
    assert TOLD[table]["why"] in str(problem.why)
    rows = found.project.engine.query(
        fill("SELECT count(*) FROM {table} WHERE load_id = 1", table=table))
    implied = sum(i.count for i in found.report.implied if i.table == table)
    assert rows == [(good + implied,)]


def test_the_preview_shows_what_the_load_does(loaded: tuple[str, Loaded]) -> None:
    _, found = loaded
    seen = [replace(t, first_rows=()) for t in found.preview.tables]
    assert seen == [replace(t, first_rows=()) for t in found.report.tables]
    assert found.preview.problems == found.report.problems


def test_every_named_row_stands_in_a_file_so_none_is_made_up(loaded: tuple[str, Loaded]) -> None:
    _, found = loaded
    assert found.report.implied == ()


def test_the_same_files_again_change_nothing_and_undo_leaves_nothing(
        loaded: tuple[str, Loaded]) -> None:
    _, found = loaded
    project = found.project
    again = load([found.folder], project, who="ann", now=NOW)
    assert {(t.counts.new, t.counts.updated) for t in again.tables} == {(0, 0)}
    undo(project, again.id, who="ann")
    undo(project, found.report.id, who="ann")
    for table in TABLES:
        assert project.engine.query(fill("SELECT count(*) FROM {table}", table=table)) == [(0,)]
