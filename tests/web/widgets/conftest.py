"""The project of these tests has sales, tasks and calls."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.template.loader import render_to_string

from tests.web.looking import plain
from tests.web.made import figures, widgets


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return widgets


@pytest.fixture(scope="session")
def sold() -> list[dict[str, object]]:
    """Every opportunity of the project, as it was written to be loaded."""
    return figures.rows()


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
        return plain(render_to_string("widgets/figure.html", {"drawing": drawing, "identity": "w"}))

    return text
