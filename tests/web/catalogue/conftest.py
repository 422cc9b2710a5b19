"""The project of these tests has rows in every table: see `make_everything`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("everything") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(HERE / "make_everything.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture(scope="session")
def warehouse_template(served_template: Path) -> Path:
    """The same project: its application database is not looked at."""
    return served_template


@pytest.fixture
def get(visit: Callable[[str], Client]) -> Callable[..., str]:
    """`get("ann", "/catalogue/")` is the text of a page; spaces are made ordinary."""

    def page(name: str, path: str, status: int = 200, language: str = "en") -> str:
        from kpilot.web.people.models import Person

        client = visit(name)
        Person.objects.filter(email=f"{name}@example.com").update(language=language)
        answer = client.get(path)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")

    return page
