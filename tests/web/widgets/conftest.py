"""The project of these tests has sales, tasks and calls: see `make_widgets`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.template.loader import render_to_string

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="session")
def widgets_module() -> ModuleType:
    """`make_widgets.py` beside this file."""
    sys.path.insert(0, str(HERE))
    try:
        import make_widgets
    finally:
        sys.path.remove(str(HERE))
    return make_widgets


@pytest.fixture(scope="session")
def warehouse_template(
    tmp_path_factory: pytest.TempPathFactory, widgets_module: ModuleType
) -> Path:
    """A project whose warehouse holds the cast's sales, tasks and calls; copied for each test."""
    made: Path = widgets_module.make(tmp_path_factory.mktemp("widgets") / "project")
    return made


@pytest.fixture(scope="session")
def served_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project with its application database, made in a process of its own."""
    folder = tmp_path_factory.mktemp("served-widgets") / "project"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kpilot.web.settings"}
    command = [sys.executable, str(HERE / "make_widgets.py"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture(scope="session")
def sold(warehouse_template: Path) -> list[dict[str, object]]:
    """Every opportunity of the project, as it was written to be loaded."""
    import make_figures

    found: list[dict[str, object]] = make_figures.rows()
    return found


@pytest.fixture
def draw(house: Path) -> Callable[..., object]:
    """`draw("ann", "pie", {"kpi": ("sales_value",)}, {}, period="2024-10")`: the Drawing."""
    from kpilot.web.kpis.cards import first_kpis
    from kpilot.web.kpis.state import read_state, utc_now
    from kpilot.web.people.models import Person
    from kpilot.web.reader import reader_of
    from kpilot.web.warehouse import project
    from kpilot.web.widgets import found
    from kpilot.web.widgets.card import Asked

    def drawn(name, widget, words=None, options=None, **said):
        opened = project()
        person = Person.objects.get(email=f"{name}@example.com")
        state = read_state(
            {word: [value] for word, value in said.items()},
            opened, reader_of(person, opened), kpis=first_kpis(opened), now=utc_now(),
        )  # fmt: skip
        asked = Asked(widget=widget, words=words or {}, options=options or {})
        return found.draw(asked, state, opened, person)

    return drawn


@pytest.fixture
def shown() -> Callable[[object], str]:
    """A drawing as its page has it, spaces made ordinary."""

    def text(drawing) -> str:
        page = render_to_string("widgets/figure.html", {"drawing": drawing, "identity": "w"})
        return page.replace("\u00a0", " ").replace("\u202f", " ")

    return text
