"""The project of these tests is a maker of machines: see `make_businesses`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client
from pytest_django import Settings

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="session")
def businesses() -> ModuleType:
    """`make_businesses.py` beside this file."""
    sys.path.insert(0, str(HERE))
    try:
        import make_businesses
    finally:
        sys.path.remove(str(HERE))
    return make_businesses


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The maker of machines with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("works") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(HERE / "make_businesses.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture(scope="session")
def warehouse_template(tmp_path_factory: pytest.TempPathFactory, businesses: ModuleType) -> Path:
    """The maker of machines; its warehouse is copied."""
    made: Path = businesses.make_works(tmp_path_factory.mktemp("advisor") / "project")
    return made


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory, businesses: ModuleType) -> Path:
    """The shop, made once."""
    made: Path = businesses.make_shop(tmp_path_factory.mktemp("shop") / "project")
    return made


@pytest.fixture
def shop(house: Path, shop_template: Path, tmp_path: Path, settings: Settings) -> Iterator[None]:
    """The pages of this test are those of the shop."""
    from kpilot.web import warehouse

    folder = tmp_path / "shop"
    shutil.copytree(shop_template, folder)
    warehouse.close()
    settings.PROJECT_FOLDER = folder
    yield
    warehouse.close()


@pytest.fixture
def nothing_loaded(house: Path) -> None:
    """The project without a row but the cast."""
    from kpilot.web.warehouse import project

    with project().engine.transaction() as cursor:
        for statement in ("DELETE FROM lead", "DELETE FROM opportunity", "DELETE FROM account",
                          "DELETE FROM lead_status", "DELETE FROM kp_load"):  # fmt: skip
            cursor.execute(statement)
        cursor.execute("UPDATE kp_version SET n = n + 1")


@pytest.fixture
def send(visit: Callable[[str], Client]) -> Callable[..., tuple[int, str]]:
    """`send("ann", "/advice/", {...})` posts (or, without a form, gets) and follows redirects:
    (status, text with ordinary spaces)."""

    def sent(
        name: str, path: str, form: dict[str, object] | None = None, language: str = "en"
    ) -> tuple[int, str]:
        from kpilot.web.people.models import Person

        client = visit(name)
        Person.objects.filter(email=f"{name}@example.com").update(language=language)
        answer = (
            client.get(path, follow=True) if form is None
            else client.post(path, form, follow=True)
        )  # fmt: skip
        text = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
        return answer.status_code, text.replace("&#x27;", "'")

    return sent
