"""The command line run as people run it, in a project of its own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kpilot.cli import main

Run = Callable[..., Result]
SALES = """\
id,name,owner,stage,amount,close date,product
S-1,One,Ann,Won,100,2024-03-01,GTX Pro
S-2,Two,Ann,Lost,200,2024-03-02,GTX Pro
S-3,Three,Bob,Won,300.5,2024-04-02,GTXPro
S-4,Four,Bob,Open,400,2024-05-02,GTX Pro
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`run("ask", "win_rate")` in an empty folder, with an English terminal."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "KPILOT_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)

    def run(*words: object, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=typed,
                                  catch_exceptions=False)

    return run


@pytest.fixture
def project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which the commands of the test are about."""
    folder = tmp_path / "sales"
    assert run("init", folder).exit_code == 0
    monkeypatch.setitem(os.environ, "KPILOT_PROJECT", str(folder))
    return folder


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """Four opportunities."""
    path = tmp_path / "sales.csv"
    path.write_text(SALES)
    return path


@pytest.fixture
def loaded(run: Run, project: Path, sales: Path) -> Path:
    """A project with the four opportunities."""
    assert run("load", sales, "--yes").exit_code == 0
    return project
