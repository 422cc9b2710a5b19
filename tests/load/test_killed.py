"""A load killed at any moment leaves nothing of itself, and the project opens again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kpilot.load.commit import commit
from kpilot.project import create_project, open_project
from tests.load.conftest import Desk

# Runs in a process of its own and kills itself at the n-th time it is told how far it is.
VICTIM = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from tests.load.conftest import Desk
from kpilot.load.commit import commit
from kpilot.project import open_project

desk = Desk(project=open_project(Path({folder!r})))
told = 0
def progress(stage, done, total):
    global told
    told += 1
    if told == {when}:
        os.kill(os.getpid(), signal.SIGKILL)
rows = "\\n".join(f"{{n}}; Agent {{n % 50}}; Offer; 2024-01-05; {{n}}" for n in range({rows}))
table = desk.table("opportunity", "id; owner; stage; created; amount\\n" + rows,
                   "id owner_id stage_id created_at amount")
more = desk.table("account", "name\\n Acme", "name")
if {when} == 0:
    real = desk.project.engine.transaction
    import contextlib
    @contextlib.contextmanager
    def dying():
        with real() as cursor:
            yield cursor
            os.kill(os.getpid(), signal.SIGKILL)
    desk.project.engine.transaction = dying
commit(desk.plan(table, more), desk.project, who="ann", progress=progress)
"""


@pytest.mark.parametrize("when", [1, 2, 3, 5, 6, 7, 0])
def test_a_load_killed_half_way_leaves_nothing_of_it(tmp_path: Path, when: int) -> None:
    folder = create_project(tmp_path / "project")
    project = open_project(folder)
    desk = Desk(project=project)
    desk.load(desk.table("opportunity", "id; owner\n 1; Ann", "id owner_id"))
    before = desk.everything(without=())
    project.close()
    script = VICTIM.format(tests=str(Path(__file__).parent), folder=str(folder), when=when,
                           rows=20_000)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    project = open_project(folder)
    try:
        desk = Desk(project=project, files=100)
        assert desk.everything(without=()) == before
        table = desk.table("opportunity", "id; owner\n 2; Bob", "id owner_id")
        assert commit(desk.plan(table), project, who="ann").counts.new == 1
    finally:
        project.close()
