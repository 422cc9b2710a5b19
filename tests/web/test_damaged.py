"""A database that cannot be read is said on the page, in the reader's language; then all works."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from kpilot.core.errors import UserError
from kpilot.web.people.models import Person
from kpilot.web.serve import must_have_its_people
from kpilot.web.warehouse import project
from tests.fresh import fresh_project

Visit = Callable[[str], Client]


def stop_the_database() -> None:
    """Shut it down as a full disk does."""
    project().engine.query("INSERT INTO channel (id) SELECT md5(i::VARCHAR) FROM range(9000) r(i)")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(UserError):
            project().engine.query("CHECKPOINT")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("language", "said"), [
    ("en", "warehouse.duckdb is damaged and cannot be read. Put a copy of it back."),
    ("fr", "warehouse.duckdb est abîmé et ne peut pas être lu. Remettez-en une copie."),
])
def test_a_damaged_file_is_said_on_the_page_until_it_is_put_back(
    visit: Visit, project_folder: Path, language: str, said: str
) -> None:
    Person.objects.filter(email="ann@example.com").update(language=language)
    ann = visit("ann")
    ann.raise_request_exception = False
    assert ann.get("/kpis/").status_code == 200
    stop_the_database()
    file = project_folder / "warehouse.duckdb"
    whole = file.read_bytes()
    file.write_bytes(whole[:9000])
    answer = ann.get("/kpis/")
    assert answer.status_code == 503
    assert said in answer.content.decode()
    assert ann.get("/api/version").status_code == 503
    file.write_bytes(whole)
    assert ann.get("/kpis/").status_code == 200


def test_a_project_that_cannot_be_written_says_so_and_is_begun_anew_when_it_can(
    tmp_path: Path,
) -> None:
    folder = fresh_project(tmp_path / "project")
    begin = ("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}));"
             "from kpilot.web.serve import application; application()")
    for most in (0, 2_000):  # no room for the key; room for it, none for the people
        done = subprocess.run(
            [sys.executable, "-c", begin.format(most=most)], capture_output=True, text=True,
            env={**os.environ, "KPILOT_PROJECT": str(folder), "KPILOT_ADDRESS": "http://x/",
                 "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}, check=False)  # fmt: skip
        assert done.returncode == 1
        assert done.stderr.startswith("There is no room left on the disk of ")
        assert not list(folder.glob("*secret*"))


def test_without_its_people_a_project_is_not_served(tmp_path: Path) -> None:
    must_have_its_people(tmp_path)
    (tmp_path / "secret.key").touch()
    for empty in (False, True):
        if empty:
            (tmp_path / "app.sqlite3").touch()
        with pytest.raises(UserError, match=r"app\.sqlite3 is missing or damaged"):
            must_have_its_people(tmp_path)
