"""The project of these tests is a maker of machines; one fixture makes it a shop."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client
from pytest_django import Settings

from tests.web.looking import plain
from tests.web.made import businesses


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return businesses


@pytest.fixture
def shop(
    house: Path, once: Callable[..., Path], tmp_path: Path, settings: Settings
) -> Iterator[None]:
    """The pages of this test are those of the shop."""
    from kpilot.web import warehouse

    folder = tmp_path / "shop"
    shutil.copytree(once(businesses.make_shop), folder)
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
        return answer.status_code, plain(answer.content.decode())

    return sent
