"""KPIs and facts of one's own: right ones are everywhere, wrong ones say so and harm no other."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kpilot.ask import ask
from kpilot.ask.catalog import catalog, facts, problems
from kpilot.ask.explain import explain
from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.errors import UserError
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.project import Project, create_project, open_project

MARCH = parse_period("2026-03", Fiscal())
BIG = """
unit = "count"
direction = "up"
fact = "opportunity"
date = "closed_on"
agent = "closed"

[names]
en = "Big wins"

[measure]
kind = "sum"
num = { where = "is_won AND amount >= 100" }
"""
OWN_FACT = """
SELECT o.id, o.name, o.load_id, o.source, o.closed_on, o.is_won, o.closed_agent_id,
  o.closed_team_id
FROM facts.opportunity AS o
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "project"
    create_project(folder, organisation="Lumen", currency="EUR", tz="UTC")
    project = open_project(folder)
    rows = [(f"o{n}", "won", "2026-03-02", 60.0 * n) for n in range(1, 5)]
    with project.engine.transaction() as cursor:
        cursor.execute("UPDATE kp_version SET n = n + 1")
        cursor.execute("INSERT INTO kp_load (id, horizon) VALUES (1, '2026-06-01')")
        cursor.executemany(
            "INSERT INTO opportunity (id, status, created_on, closed_on, amount, currency) "
            "VALUES (?, ?, '2026-02-01', ?, ?, 'EUR')",
            rows,
        )
    project.close()
    return folder


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copytree(template, tmp_path / "p")
    opened = open_project(tmp_path / "p")
    yield opened
    opened.close()


@pytest.fixture
def write(project: Project) -> Callable[[str, str], Path]:
    """`write("big", text)` puts kpis/big.toml there, `write("calls.sql", text)` facts/calls.sql."""

    def put(name: str, text: str) -> Path:
        folder = "facts" if name.endswith(".sql") else "kpis"
        path = project.folder / folder / (name if "." in name else f"{name}.toml")
        path.write_text(text)
        return path

    return put


def value(project: Project, kpi: str) -> Any:
    query = Query(kpis=(kpi,), reader=EVERYTHING, period=MARCH)
    return ask(query, project).rows[0].value


def said(project: Project) -> list[tuple[str, str]]:
    return [(problem.file, str(problem.error)) for problem in problems(project)]


Write = Callable[[str, str], Path]


def test_a_file_is_a_kpi_at_once_and_one_language_is_enough(project: Project, write: Write) -> None:
    assert "big_wins" not in catalog(project)
    write("big_wins", BIG)
    kpi = catalog(project)["big_wins"]
    assert dict(kpi.names) == {"en": "Big wins", "fr": "Big wins"}
    assert value(project, "big_wins") == 3
    assert said(project) == []


def test_a_changed_file_gives_the_new_figure_and_a_second_version(
    project: Project, write: Write
) -> None:
    write("big_wins", BIG)
    query = Query(kpis=("big_wins",), reader=EVERYTHING, period=MARCH)
    assert explain(query, project).definitions[-1].version == 1
    write("big_wins", BIG.replace("100", "200"))
    assert value(project, "big_wins") == 1
    assert [one.version for one in explain(query, project).definitions] == [1, 2]


def test_a_removed_file_takes_its_kpi_away(project: Project, write: Write) -> None:
    write("big_wins", BIG).unlink()
    assert "big_wins" not in catalog(project)


def test_exclusions_of_a_new_kpi_are_counted_though_its_fact_was_built_before(
    project: Project, write: Write
) -> None:
    value(project, "win_rate")
    write("big_wins", BIG + '[excluded]\nsmall = "is_won AND amount < 100"\n')
    query = Query(kpis=("big_wins",), reader=EVERYTHING, period=MARCH)
    assert ask(query, project).rows[0].excluded == {"small": 1}


WRONG = [
    ("bad_toml", "unit = \nx", "at line 1"),
    ("no_fact", BIG.replace('"opportunity"', '"oportunity"'), "Did you mean “opportunity”?"),
    ("no_column", BIG.replace("amount >=", "amont >="), "measure.num.where: “opportunity” has no"),
    ("no_date", BIG.replace("closed_on", "closed_when"), "date: “opportunity” has no column"),
    ("no_unit", BIG.replace('unit = "count"', 'unit = "pieces"'), "not a value for unit"),
    ("no_names", BIG.replace('[names]\nen = "Big wins"', ""), "“names” is missing"),
    ("text_names", 'names = "x"\n' + BIG.replace('[names]\nen = "Big wins"', ""), "must be"),
    ("key", 'colour = "red"\n' + BIG, "There is no key “colour”"),
    ("measure_key", BIG + "wher = 1\n", "There is no key “measure.wher”"),
    ("subquery", BIG.replace("is_won AND amount >= 100", "id IN (SELECT 1)"), "refused"),
    ("function", BIG.replace("is_won AND amount >= 100", "getenv('HOME') = 'x'"), "refused"),
    ("setting", BIG.replace("100", ":no_such"), "there is no setting “no_such”"),
    ("Big-Wins", BIG, "cannot be its id"),
    ("two__bars", BIG, "cannot be its id"),
    ("win_rate", BIG, "there is a KPI “win_rate” already"),
    ("agentless", BIG.replace('agent = "closed"', 'agent = "nobody"'), "“nobody_agent_id”"),
    ("circle", BIG.replace('kind = "sum"\nnum = { where = "is_won AND amount >= 100" }',
                           'kind = "formula"\nvalue = "circle / win_rate"'), "circle → circle"),
    ("stray", BIG.replace('kind = "sum"\nnum = { where = "is_won AND amount >= 100" }',
                          'kind = "formula"\nvalue = "win_rat * 2"'), "not in the catalogue"),
    ("model", BIG.replace('kind = "sum"', 'kind = "model"'), "not a value for measure.kind"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "why"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_file_is_named_with_what_is_wrong_and_the_others_stay(
    name: str, text: str, why: str, project: Project, write: Write
) -> None:
    write("good", BIG)
    write(name, text)
    (problem,) = said(project)
    assert problem[0] == f"kpis/{name}.toml"
    assert why in problem[1]
    assert f"kpis/{name}.toml" in problem[1]
    assert value(project, "good") == 3
    assert value(project, "win_rate") == 1


def test_types_that_do_not_go_together_are_said_when_the_kpi_is_asked(
    project: Project, write: Write
) -> None:
    write("odd", BIG.replace("amount >= 100", "closed_on > 3")
          + '[excluded]\nodd = "closed_on > 3"\n')  # fmt: skip
    assert said(project) == []
    with pytest.raises(UserError, match="“Big wins” cannot be worked out"):
        value(project, "odd")
    assert value(project, "win_rate") == 1


def test_a_fact_of_ones_own_serves_a_kpi_of_ones_own(project: Project, write: Write) -> None:
    write("deal.sql", OWN_FACT)
    write("deals", BIG.replace('"opportunity"', '"deal"').replace(" AND amount >= 100", ""))
    assert said(project) == []
    assert value(project, "deals") == 4


BAD_FACTS = [
    ("opportunity", OWN_FACT, "already"),
    ("files", "SELECT 1 AS id, 2 AS name, 3 AS load_id FROM read_csv('/etc/passwd')", "no table"),
    ("two", "SELECT 1 AS id; SELECT 2", "not one SELECT"),
    ("short", "SELECT id, name FROM agent", "“load_id”"),
    ("strange", "SELECT id, name, load_id FROM agents", "Did you mean “agent”?"),
    ("self", "SELECT id, name, load_id FROM facts.self", "no sound fact"),
    ("broken", "SELEC id", "broken.sql"),
]


@pytest.mark.parametrize(("name", "text", "why"), BAD_FACTS, ids=[n for n, _, _ in BAD_FACTS])
def test_a_wrong_fact_is_named_and_left_out(
    name: str, text: str, why: str, project: Project, write: Write
) -> None:
    write(f"{name}.sql", text)
    (problem,) = said(project)
    assert problem[0] == f"facts/{name}.sql"
    assert why in problem[1]
    assert value(project, "win_rate") == 1
    assert name == "opportunity" or name not in facts(project)
