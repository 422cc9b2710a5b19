"""The same figures on every engine: every fact row by row, every KPI question by question.

`not_yet.toml` names what differs and why, `nothing.toml` the KPIs that have no value in a company.
Both are strict: what starts to be equal, or to have a value, fails until its line is taken out.
"""

import os
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from kpilot.ask.catalog import catalog, facts
from kpilot.core.kpi import read_kpis
from tests.engines.asking import COMPANIES, differences, questions, rows_apart
from tests.engines.counting import parts_apart


def named(file: str) -> dict[str, dict[str, str]]:
    """Engine or company → name → reason."""
    return tomllib.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))


NOT_YET, NOTHING = named("not_yet.toml"), named("nothing.toml")
SHIPPED = resources.files("kpilot")
KPIS = sorted(
    kpi.name
    for file in SHIPPED.joinpath("kpis").iterdir()
    if file.name.endswith(".toml")
    for kpi in read_kpis(file.name[:-5], tomllib.loads(file.read_text("utf-8")), file.name)
)
FACTS = sorted(
    file.name[:-4] for file in SHIPPED.joinpath("facts").iterdir() if file.name.endswith(".sql")
)
SLOW = {"spark": ("paris",)}  # a statement costs Spark half a second: one company, few of them
# What checks submissions has minutes, not hours: a company for each engine, all facts and KPIs.
IN_CI = {"postgres": ("paris",), "clickhouse": ("havana",), **SLOW}


def companies(engine: str) -> tuple[str, ...]:
    return (IN_CI if os.environ.get("CI") else SLOW).get(engine, tuple(COMPANIES))


def cases(engine: str, names: list[str]) -> list:
    """Facts or KPIs, with the marks of what is not yet equal."""
    marks = {
        name: [pytest.mark.xfail(reason=reason, strict=True)]
        for name, reason in NOT_YET.get(engine, {}).items()
    }
    return [pytest.param(name, marks=marks.get(name, ()), id=name) for name in names]


class OnOneEngine:
    """What is asked of an engine: a file for each, so that one worker has all of it."""

    engine = ""

    def test_a_fact_has_the_same_rows(self, pair, fact):
        if facts(pair.ours)[fact].is_windowed:
            pytest.skip("run for the periods of a question; its KPIs are asked")
        assert rows_apart(pair, fact) == []

    def test_a_kpi_has_the_same_figures(self, pair, kpi):
        known, company = catalog(pair.ours)[kpi], pair.company
        if self.engine in SLOW and not known.is_formula:
            assert parts_apart(pair, kpi)[:20] == []
            return
        if self.engine in SLOW and not known.is_model:
            pytest.skip("made of other KPIs in Python")
        wrong, has_value = [], False
        for said, words in questions(company, KPIS.index(kpi)).items():
            answers = pair.asked(kpi, words)
            if answers:
                wrong += [f"{said} {text}" for text in differences(*answers)]
                has_value |= any(row.value is not None for row in answers[0])
        assert wrong[:20] == []
        assert has_value == (kpi not in NOTHING[company]), "equal says nothing without values"
