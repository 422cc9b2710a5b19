"""The same figures on every engine: every fact row by row, every KPI question by question.

`not_yet.toml` names what differs and why, `nothing.toml` the KPIs that have no value in a company.
Both are strict: what starts to be equal, or to have a value, fails until its line is taken out.
"""

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from kpilot.ask.catalog import catalog, facts
from kpilot.core.kpi import read_kpis
from tests.engines.asking import COMPANIES, differences, questions, rows_apart
from tests.engines.conftest import ENGINES
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


def cases(names: list[str]) -> list:
    """(engine and company, name) with the marks of what is not yet equal."""
    found = []
    for engine in ENGINES:
        for company in SLOW.get(engine, tuple(COMPANIES)):
            for name in names:
                marks = [pytest.mark.xdist_group(f"{engine}-{company}")]
                reason = NOT_YET.get(engine, {}).get(name)
                if reason:
                    marks.append(pytest.mark.xfail(reason=reason, strict=True))
                case = f"{engine}-{company}-{name}"
                found.append(pytest.param((engine, company), name, marks=marks, id=case))
    return found


@pytest.mark.parametrize(("pair", "name"), cases(FACTS), indirect=["pair"])
def test_a_fact_has_the_same_rows(pair, name):
    if facts(pair.ours)[name].is_windowed:
        pytest.skip("run for the periods of a question; its KPIs are asked")
    assert not rows_apart(pair, name)


@pytest.mark.parametrize(("pair", "name"), cases(KPIS), indirect=["pair"])
def test_a_kpi_has_the_same_figures(pair, name, request):
    engine, company = request.node.callspec.params["pair"]
    kpi = catalog(pair.ours)[name]
    if engine in SLOW and not kpi.is_formula:
        wrong = parts_apart(pair, name)
        assert not wrong, "\n".join(wrong[:20])
        return
    if engine in SLOW and not kpi.is_model:
        pytest.skip("made of other KPIs in Python")
    wrong, has_value = [], False
    for said, words in questions(company, KPIS.index(name)).items():
        answers = pair.asked(name, words)
        if answers:
            wrong += [f"{said} {text}" for text in differences(*answers)]
            has_value |= any(row.value is not None for row in answers[0])
    assert not wrong, "\n".join(wrong[:20])
    assert has_value == (name not in NOTHING.get(company, {})), "equal says nothing without values"


def test_nothing_unknown_is_marked():
    known = {*KPIS, *FACTS}
    marked = {name for file in (NOT_YET, NOTHING) for marks in file.values() for name in marks}
    assert marked <= known


def test_a_kpi_without_values_in_every_company_needs_more_data_than_there_are():
    everywhere = set.intersection(*(set(NOTHING[company]) for company in COMPANIES))
    assert {name for name in everywhere if "needs" not in NOTHING["paris"][name]} == set()
