"""`kpilot ask`, `explain` and `kpis`."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest


def test_json_is_the_object_of_the_api(run: Any, loaded: Path) -> None:
    answer = json.loads(run("ask", "win_rate", "--period", "2024-Q1", "--json").stdout)
    assert answer["query"] == {"kpi": ["win_rate"], "period": "2024-Q1"}
    (row,) = answer["rows"]
    assert (row["num"], row["den"], row["value"], row["n"]) == (1, 2, 0.5, 2)
    assert row["method"] == "wilson"
    assert answer["data_version"] == 1
    assert answer["sql"]


def test_a_table_shows_names_intervals_and_what_to_know(run: Any, loaded: Path) -> None:
    done = run("ask", "win_rate", "sales_value", "--period", "2024", "--by", "agent")
    lines = done.stdout.splitlines()
    assert lines[0].split()[:6] == ["KPI", "Period", "Salesperson", "Value", "n", "Interval"]
    assert any("Ann" in line and "50.0%" in line and "too few to conclude" in line
               for line in lines)
    assert any("Bob" in line and "€300.50" in line for line in lines)


def test_dimensions_come_one_by_one_or_with_commas(run: Any, loaded: Path) -> None:
    one = run("ask", "sales_count", "--by", "agent", "--by", "product", "--json").stdout
    other = run("ask", "sales_count", "--by", "agent,product", "--json").stdout
    assert json.loads(one)["rows"] == json.loads(other)["rows"]


def test_filters_periods_and_comparisons(run: Any, loaded: Path) -> None:
    done = run("ask", "sales_count", "--from", "2024-03-01", "--to", "2024-04-01",
               "--where", "agent=Ann", "--compare", "previous")
    assert done.exit_code == 0
    assert "1–\u206029\u00a0Feb\u00a02024" in done.stdout


def test_csv_has_raw_figures_and_harmless_cells(run: Any, project: Path, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("id,name,owner,stage,amount,close date\nA,One,=cmd(),Won,1,2024-03-01\n")
    run("load", path, "--yes")
    done = run("ask", "sales_value", "--period", "2024", "--by", "agent", "--csv")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["value"] == "1"
    assert row["agent"] == "'=cmd()"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("win_rat",), "There is no KPI “win_rat”. Did you mean “win_rate”?"),
        (("win_rate", "--by", "tem"), "There is no dimension “tem”. Did you mean “team”?"),
        (("win_rate", "--period", "2017-Q5"), "2017-Q5"),
        (("win_rate", "--where", "agent"), "“agent” is not a filter."),
        (("win_rate", "--grain", "mont"), "Did you mean “month”?"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_status_1(
    words: tuple[str, ...], said: str, run: Any, loaded: Path
) -> None:
    done = run("ask", *words)
    assert done.exit_code == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    error = json.loads(run("ask", *words, "--json").stdout)["error"]
    assert error["code"]
    assert error["message"] in done.stderr


def test_a_figure_is_taken_apart(run: Any, loaded: Path) -> None:
    done = run("explain", "win_rate", "--period", "2024")
    assert "won ÷ (won + lost)" in done.stdout
    assert "2 / 3 = 66.7%" in done.stdout
    assert "S-2" in done.stdout
    assert "SELECT" in done.stdout
    found = json.loads(run("explain", "win_rate", "--period", "2024", "--json").stdout)
    assert found["row"]["den"] == 3
    assert found["records"]["total"] == 3
    assert found["loads"] == [1]


def test_kpis_are_listed_with_what_they_lack(run: Any, loaded: Path) -> None:
    assert "Win rate" in run("kpis").stdout
    listed = {kpi["name"]: kpi for kpi in json.loads(run("kpis", "--json").stdout)["kpis"]}
    assert listed["win_rate"]["measurable"]
    assert listed["quota_attainment"]["missing"] == ["target.value"]
