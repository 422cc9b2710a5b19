"""The project of these tests has a small team whose figures can be worked out by hand."""

from collections.abc import Callable
from types import ModuleType

import pytest

from tests.web.made import team


@pytest.fixture(scope="session")
def rows() -> ModuleType:
    return team


@pytest.fixture
def lines(read: Callable[..., str]) -> Callable[..., dict[str, list[str]]]:
    """`lines("mia", "completed")`: first cell → the others, of a table's CSV, heads included."""
    import csv
    import io

    def table(name: str, kind: str, team: str = "north-a", words: str = "") -> dict[str, list[str]]:
        text = read(name, f"/team/of/{team}/{kind}.csv?{words}").removeprefix("\ufeff")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        return {row[0]: row[1:] for row in rows}

    return table
