"""The same figures on every engine: every fact row by row, every KPI question by question.

`not_yet.toml` names what differs and why. It is strict: what starts to be equal fails there until
its line is taken out.
"""

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from kpilot.ask.catalog import facts
from kpilot.core.kpi import read_kpis
from tests.engines.asking import ALL, COMPANIES, FEW, differences, rows_apart
from tests.engines.conftest import ENGINES

NOT_YET = tomllib.loads(Path(__file__).with_name("not_yet.toml").read_text(encoding="utf-8"))
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
SLOW = {"spark": ("paris",)}  # every statement costs Spark a tenth of a second: one company


def cases(names: list[str]) -> list:
    """(engine and company, name) with the marks of what is not yet equal."""
    found = []
    for engine in ENGINES:
        for company in SLOW.get(engine, tuple(COMPANIES)):
            for name in names:
                marks = [pytest.mark.xdist_group(engine)]
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
    engine = request.node.callspec.params["pair"][0]
    wrong = []
    for said, words in (FEW if engine in SLOW else ALL).items():
        answers = pair.asked(name, words)
        if answers:
            wrong += [f"{said} {text}" for text in differences(*answers)]
    assert not wrong, "\n".join(wrong[:20])


def test_nothing_unknown_is_marked():
    known = {*KPIS, *FACTS}
    assert {name for marks in NOT_YET.values() for name in marks} <= known
