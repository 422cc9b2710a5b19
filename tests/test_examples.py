"""The worked examples, whole: through load and ask on the real engine, analyses by their functions.

`--examples FILE` checks another file of the same form instead of our own.
"""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.analysis.worked import check as check_analysis
from tests.examples import leading, modelling, ordering, selling
from tests.examples.case import DEFAULTS, Example, assert_same
from tests.examples.given import EXAMPLES, FILE

ASKED: dict[str, Callable[[Example], Any]] = {
    "E01": selling.win_rates,
    "E02": leading.leads_to_deals,
    "E03": selling.reopened,
    "E04": selling.cycles,
    "E05": selling.funnel,
    "E06": selling.currencies,
    "E07": selling.growth,
    "E08": selling.zones,
    "E09": selling.credit,
    "E10": leading.responses,
    "E11": leading.mails,
    "E12": leading.calls,
    "E13": ordering.orders,
    "E14": ordering.recurring,
    "E15": ordering.costs,
    "E16": modelling.lifetimes,
    "E17": selling.levels,
    "E19": modelling.people,
    "E20": modelling.goals,
    "E22": modelling.forecasts,
}
ANALYSED = ("E18", "E20", "E21", "E22", "E23", "E24")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test an example of the file."""
    if "example" in metafunc.fixturenames:
        path = metafunc.config.getoption("examples") or FILE
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        given = [{**file.get("defaults", {}), **one} for one in file["examples"]]
        metafunc.parametrize("example", given, ids=[one["id"] for one in given])


def test_the_worked_example(example: Example) -> None:
    name, tol = example["id"], example.get("tol", DEFAULTS["tol"])
    assert name in ASKED or name in ANALYSED, f"{name} is not an example we know the shape of"
    if name in ASKED:
        assert_same(ASKED[name](example), example["expected"], name, tol)
    if name in ANALYSED:
        check_analysis(example)


def test_all_twenty_four_are_here() -> None:
    assert set(EXAMPLES) == {f"E{n:02d}" for n in range(1, 25)} == {*ASKED, *ANALYSED}
