"""Every address of the project and what each role gets there; a missing one fails the build."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from kpilot.web.people.access import allowed
from kpilot.web.people.models import Role

Visit = Callable[[str], Client]
WHO = {"administrator": "eve", "manager": "mia", "agent": "ann", "viewer": "vic", "": ""}

PUBLIC = frozenset({"", *Role.values})
SIGNED_IN = frozenset(Role.values)
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
WITH_DATA = frozenset({Role.ADMINISTRATOR, Role.MANAGER})
AN_IMPORT = "00000000-0000-4000-8000-000000000000"

MAKERS = SIGNED_IN - {Role.VIEWER}

# url name -> (whom it is open to, its arguments)
MATRIX: dict[str, tuple[frozenset[str], tuple[object, ...]]] = {
    "set-up": (PUBLIC, ()),
    "sign-in": (PUBLIC, ()),
    "welcome": (PUBLIC, ("MQ", "a-token")),
    "taste": (PUBLIC, ()),
    "health": (PUBLIC, ()),
    "sign-out": (SIGNED_IN, ()),
    "profile": (SIGNED_IN, ()),
    "change-password": (SIGNED_IN, ()),
    "palette": (SIGNED_IN, ()),
    "home": (SIGNED_IN, ()),
    "monday-done": (SIGNED_IN, ()),
    "kpis": (SIGNED_IN, ()),
    "kpi": (SIGNED_IN, ("win_rate",)),
    "advice": (SIGNED_IN, ()),
    "advice-answer": (SIGNED_IN, (7,)),
    "advice-follow": (SIGNED_IN, (7,)),
    "advice-followed": (SIGNED_IN, ()),
    "advice-followed-change": (SIGNED_IN, ()),
    "advice-follow-one": (SIGNED_IN, ("win_rate",)),
    "figures": (SIGNED_IN, ("win_rate",)),
    "records": (SIGNED_IN, ("win_rate",)),
    "records-file": (SIGNED_IN, ("win_rate", "csv")),
    "filters": (SIGNED_IN, ()),
    "catalogue": (SIGNED_IN, ()),
    "catalogue-new": (WITH_DATA, ()),
    "catalogue-edit": (WITH_DATA, ("win_rate",)),
    "catalogue-delete": (WITH_DATA, ("win_rate",)),
    "dashboards": (SIGNED_IN, ()),
    "dashboard-new": (SIGNED_IN, ()),
    "dashboard-view-delete": (SIGNED_IN, (1,)),
    "dashboard": (SIGNED_IN, ("ready/pipeline",)),
    "dashboard-data": (SIGNED_IN, ("1",)),
    "dashboard-copy": (SIGNED_IN, ("ready/pipeline",)),
    "dashboard-view-save": (SIGNED_IN, ("1",)),
    "dashboard-card": (SIGNED_IN, ("ready/pipeline", "c1")),
    "dashboard-card-file": (SIGNED_IN, ("ready/pipeline", "c1", "csv")),
    "dashboard-add": (SIGNED_IN, (1,)),
    "dashboard-card-edit": (SIGNED_IN, (1, "c1")),
    "dashboard-card-place": (SIGNED_IN, (1, "c1")),
    "dashboard-card-double": (SIGNED_IN, (1, "c1")),
    "dashboard-card-remove": (SIGNED_IN, (1, "c1")),
    "dashboard-undo": (SIGNED_IN, (1,)),
    "dashboard-redo": (SIGNED_IN, (1,)),
    "dashboard-versions": (SIGNED_IN, (1,)),
    "dashboard-restore": (SIGNED_IN, (1, 1)),
    "dashboard-settings": (SIGNED_IN, (1,)),
    "dashboard-default": (ADMINISTRATOR, (1,)),
    "dashboard-delete": (SIGNED_IN, (1,)),
    "dashboard-bring-back": (SIGNED_IN, (1,)),
    "goals": (SIGNED_IN, ()),
    "goal": (SIGNED_IN, (1,)),
    "goal-tree": (SIGNED_IN, ()),
    "goal-notices": (SIGNED_IN, ()),
    "goal-notices-read": (SIGNED_IN, ()),
    "goal-new": (MAKERS, ()),
    "goal-row": (MAKERS, ()),
    "goal-smart": (MAKERS, (0,)),
    "goal-edit": (MAKERS, (1,)),
    "goal-archive": (MAKERS, (1,)),
    "goal-restore": (MAKERS, (1,)),
    "goal-move": (MAKERS, (1,)),
    "goal-rename": (MAKERS, (1,)),
    "goal-child": (MAKERS, (1,)),
    "goal-value": (MAKERS, (1,)),
    "goal-tasks": (MAKERS, (1,)),
    "goal-crm": (MAKERS, (1,)),
    "api-ask": (SIGNED_IN, ()),
    "api-kpis": (SIGNED_IN, ()),
    "api-version": (SIGNED_IN, ()),
    "data": (WITH_DATA, ()),
    "load": (WITH_DATA, (1,)),
    "undo-load": (ADMINISTRATOR, (1,)),
    "load-refused": (ADMINISTRATOR, (1,)),
    "import-new": (ADMINISTRATOR, ()),
    "import-sample": (ADMINISTRATOR, ()),
    "import": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-columns": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-table": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-format": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-names": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-kinds": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-load": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-stop": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-progress": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-stages": (ADMINISTRATOR, (AN_IMPORT,)),
    "import-refused": (ADMINISTRATOR, (AN_IMPORT,)),
    # Open to whoever shows the token of the project folder, from this machine.
    "local-command": (PUBLIC, ("ask",)),
    "team": (SIGNED_IN, ()),
    "team-of": (SIGNED_IN, ("north-a",)),
    "team-response": (SIGNED_IN, ("north-a",)),
    "team-loyalty": (SIGNED_IN, ("north-a",)),
    "team-table": (SIGNED_IN, ("north-a", "completed")),
    "team-me": (SIGNED_IN, ()),
    "team-person": (SIGNED_IN, ("ann",)),
    "team-list": (SIGNED_IN, ("ann", "deals")),
    "team-rules": (WITH_DATA, ()),
    "team-rules-of": (WITH_DATA, ("north-a",)),
    "people": (ADMINISTRATOR, ()),
    "person-add": (ADMINISTRATOR, ()),
    "person": (ADMINISTRATOR, (1,)),
    "person-link": (ADMINISTRATOR, (1,)),
    "person-active": (ADMINISTRATOR, (1,)),
    "smart-check": (SIGNED_IN, ()),
    "targets": (SIGNED_IN, ()),
    "targets-file": (SIGNED_IN, ()),
    "proposals": (SIGNED_IN, ()),
    "proposal-decide": (SIGNED_IN, (1,)),
    "what-it-takes": (SIGNED_IN, ()),
    "styleguide": (ADMINISTRATOR, ()),
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


EVERY = list(patterns(get_resolver()))


def test_every_address_is_in_the_matrix_and_the_matrix_names_no_other() -> None:
    assert {pattern.name for pattern in EVERY} == set(MATRIX)


def test_every_view_says_whom_it_is_open_to_as_the_matrix_does() -> None:
    said = {pattern.name: allowed(pattern.callback) - {"anonymous"} for pattern in EVERY}
    assert said == {name: frozenset(roles - {""}) for name, (roles, _) in MATRIX.items()}


@pytest.fixture(scope="module")
def read_folder(
    warehouse_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """One project for all tests of this file, which only read."""
    from kpilot.web import warehouse

    folder = tmp_path_factory.mktemp("read") / "project"
    shutil.copytree(warehouse_template, folder)
    warehouse.close()
    yield folder
    warehouse.close()


@pytest.fixture
def project_folder(read_folder: Path, settings: Settings) -> Path:
    settings.PROJECT_FOLDER = read_folder
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return read_folder


@pytest.mark.parametrize("name", MATRIX)
def test_an_address_opens_to_the_roles_of_the_matrix_alone(name: str, visit: Visit) -> None:
    roles, arguments = MATRIX[name]
    wrong = []
    for role, who in WHO.items():
        answer = visit(who).get(reverse(name, args=arguments))
        where = answer.headers.get("Location", "")
        if role in roles:
            # Some only take forms (405), ask for more (400) or have nothing here (404, 410).
            is_right = answer.status_code in (200, 302, 400, 404, 405, 410)
            is_right = is_right and ("/sign-in/" not in where or name == "set-up")
        elif role:
            is_right = answer.status_code == 403
        elif name.startswith("api-"):
            is_right = answer.status_code == 401
        else:
            is_right = where.startswith("/sign-in/")
        if not is_right:
            wrong.append((role or "nobody", answer.status_code, where))
    assert not wrong


def test_a_view_that_says_nothing_is_refused_to_everyone(visit: Visit) -> None:
    from django.core.exceptions import PermissionDenied
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory

    from kpilot.web.people.middleware import AskWhoItIs
    from kpilot.web.people.models import Person

    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    visit("")
    request = RequestFactory().get("/forgotten/")
    request.user = Person.objects.get(email="eve@example.com")
    with pytest.raises(PermissionDenied):
        AskWhoItIs(forgotten).process_view(request, forgotten, (), {})
