"""A database that shut itself down is opened again by the next question; the disk, the memory and
the file are said in words.

What stops it is real: a checkpoint for which there is no room. Processes may be given a longest
file, and writing beyond it fails as on a full disk.
"""

import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.core.errors import UserError
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.engines.duckdb import Warehouse
from kpilot.project import Project, open_project
from tests.fresh import fresh_project

ROWS = "INSERT INTO agent (id, name) SELECT i, md5(i::VARCHAR) FROM range({n}) AS r(i)"


@contextmanager
def full_disk(room: int = 100_000) -> Iterator[None]:
    """No file may grow beyond `room` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project."""
    opened = open_project(fresh_project(tmp_path / "project"))
    yield opened
    with suppress(duckdb.Error):
        opened.close()


def stop(project: Project) -> UserError:
    """Shut the database down, and give what is said about it."""
    project.engine.query(ROWS.format(n=20_000))
    with pytest.raises(UserError) as raised, full_disk():
        project.engine.query("CHECKPOINT")
    return raised.value


def agents(project: Project) -> object:
    return project.engine.query("SELECT count(*) FROM agent")[0][0]


def test_the_question_after_a_stop_is_answered(project: Project) -> None:
    assert stop(project).code == "disk_full"
    assert agents(project) == 20_000
    project.engine.query("CHECKPOINT")
    assert project.engine.openings == 2


def test_figures_of_another_moment_are_worked_out_again_after_a_stop(project: Project) -> None:
    query = Query.from_params(
        {"kpi": ["sales_value"], "as_of": ["2024-01-01"], "period": ["2023"]}, reader=EVERYTHING,
        catalog=catalog(project), settings=project.settings)
    before = ask(query, project).to_json()
    stop(project)
    project.memo.pop(("results",), None)
    assert ask(query, project).to_json() == before


def test_readers_and_the_writer_come_through_a_stop(project: Project) -> None:
    """Each gets its answer or the one sentence; afterwards the file is opened once, for all."""
    wrong: list[object] = []
    stopped: list[str] = []
    go_on = threading.Event()

    def read() -> None:
        while not go_on.is_set():
            try:
                project.engine.query("SELECT max(md5(name)) FROM agent")
            except UserError as error:
                stopped.append(error.code)
            except Exception as error:
                wrong.append(error)
                return

    threads = [threading.Thread(target=read, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        stop(project)
        with project.engine.transaction() as cursor:
            cursor.execute("INSERT INTO agent (id) VALUES ('ann')")
    finally:
        go_on.set()
    for thread in threads:
        thread.join(20)
    assert wrong == []
    assert set(stopped) <= {"stopped", "disk_full"}
    assert agents(project) == 20_001
    assert project.engine.openings == 2


def test_a_load_with_no_room_on_the_disk_leaves_nothing_and_says_so(project: Project) -> None:
    with (
        pytest.raises(UserError, match=r"There is no room left on the disk of .*project\."),
        full_disk(), project.engine.transaction() as cursor,
    ):
        cursor.execute(ROWS.format(n=500_000))
    assert agents(project) == 0
    with project.engine.transaction() as cursor:
        cursor.execute(ROWS.format(n=10))
    assert agents(project) == 10


@pytest.mark.parametrize(("spoil", "code"), [
    (lambda file: file.write_bytes(file.read_bytes()[:70_000]), "damaged"),
    (lambda file: file.write_bytes(b"not a database" * 5000), "damaged"),
    (lambda file: file.write_bytes(b""), "damaged"),
    (lambda file: file.unlink(), "missing"),
    (lambda file: (file.unlink(), file.mkdir()), "damaged"),
])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, spoil: Callable[[Path], object], code: str
) -> None:
    folder = fresh_project(tmp_path / "project")
    open_project(folder).close()
    spoil(folder / "warehouse.duckdb")
    with pytest.raises(UserError, match=r"warehouse\.duckdb") as raised:
        open_project(folder)
    assert raised.value.code == code


def test_it_is_closed_once_nobody_reads_any_more(project: Project) -> None:
    """A question under way keeps its cursor; those that come later are refused, not half begun."""
    refused: list[str] = []

    def ask_on() -> None:
        try:
            while True:
                project.engine.query("SELECT sum(range) FROM range(100000)")
        except duckdb.ConnectionException as error:
            refused.append(str(error))

    readers = [threading.Thread(target=ask_on) for _ in range(4)]
    for reader in readers:
        reader.start()
    project.close()
    for reader in readers:
        reader.join(20)
    assert len(refused) == 4
    Warehouse(project.engine.path, incoming=project.incoming, memory_limit="1GB", threads=1).close()
