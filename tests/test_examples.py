"""The worked examples, whole: tables written as files, loaded, and asked on the real engine."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.core.calendar import Fiscal, period_of, year_before
from kpilot.core.query import Query
from kpilot.core.result import Result, Row
from kpilot.core.rights import EVERYTHING
from kpilot.load import load
from kpilot.load.plan import Answers, TableAnswers
from kpilot.project import Project, create_project, open_project

FILE = Path(__file__).with_name("kpi_examples.yaml")
DATA = yaml.safe_load(FILE.read_text(encoding="utf-8"))
EXAMPLES = {example["id"]: example for example in DATA["examples"]}
FIELDS = {"from": "from_currency", "to": "to_currency", "ordered_on": "ordered_at"}
FILLED = {"order": {"account_id": "A", "status": "paid"}, "stage": {"pipeline_id": "default"}}


def close(value: Any) -> Any:
    """Equal within the tolerance of the examples."""
    return None if value is None else pytest.approx(value, abs=1e-6, rel=1e-6)


class Case:
    """One example: its tables loaded into a project of its own, asked in the query's words."""

    def __init__(self, folder: Path, example: dict[str, Any], **settings: Any) -> None:
        self.example = example
        tz = settings.pop("tz", example.get("tz", DATA["defaults"]["tz"]))
        create_project(folder / "p", tz=tz, currency=DATA["defaults"]["currency"], **settings)
        self.project: Project = open_project(folder / "p")
        self.folder = folder

    def load(self, tables: dict[str, Any] | None = None) -> "Case":
        """Write the tables as CSV files, one column to one field, and load them in one go."""
        tables = {**(tables or self.example["tables"])}
        if "stage_history" in tables and "opportunity" not in tables:
            known = dict.fromkeys(row[0] for row in tables["stage_history"]["rows"])
            tables["opportunity"] = {"cols": ["id"], "rows": [[name] for name in known]}
        answers: dict[str, TableAnswers] = {}
        paths = []
        for name, table in tables.items():
            more = {k: v for k, v in FILLED.get(name, {}).items() if k not in table["cols"]}
            if "name" not in table["cols"] and name in ("stage", "agent"):
                more["name"] = None
            columns = [*table["cols"], *more]
            path = self.folder / f"{name}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                for row in table["rows"]:
                    extra = [row[0] if v is None else v for v in more.values()]
                    writer.writerow(["" if cell is None else cell for cell in (*row, *extra)])
            answers[name] = TableAnswers(
                table=name, columns={column: FIELDS.get(column, column) for column in columns}
            )
            paths.append(path)
        report = load(
            paths, self.project, mapping=Answers(tables=answers), who="test", yes=True,
        )  # fmt: skip
        assert sum(table.counts.refused for table in report.tables) == 0, report.problems
        return self

    def result(self, kpi: str, **words: str) -> Result:
        """The answer to a query in its words."""
        query = Query.from_params(
            {"kpi": [kpi]} | {word.rstrip("_"): [value] for word, value in words.items()},
            reader=EVERYTHING,
            catalog=catalog(self.project),
            settings=self.project.settings,
        )
        return ask(query, self.project)

    def row(self, kpi: str, **words: str) -> Row:
        """The only row of an answer."""
        (row,) = self.result(kpi, **words).rows
        return row

    def by(self, dimension: str, kpi: str, **words: str) -> dict[str, Row]:
        """id → row, by one dimension."""
        rows = self.result(kpi, by=dimension, **words).rows
        return {row.dim_ids[dimension]: row for row in rows}


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Any]:
    made: list[Case] = []

    def make(name: str, **settings: Any) -> Case:
        folder = tmp_path / f"{name}-{len(made)}"
        folder.mkdir()
        made.append(Case(folder, EXAMPLES[name], **settings))
        return made[-1]

    yield make
    for one in made:
        one.project.close()


def test_e01_win_rates_and_average_deal(case):
    made = case("E01", void_reasons=EXAMPLES["E01"]["config"]["void_reasons"]).load()
    expected = made.example["expected"]
    words = {"as_of": made.example["as_of"], "period": "/".join(made.example["period"])}
    row = made.row("win_rate", **words)
    want = expected["win_rate"]
    assert (row.value, row.num, row.den) == (close(want["value"]), want["num"], want["den"])
    assert (row.lo, row.hi, row.method) == (close(want["lo"]), close(want["hi"]), want["method"])
    by_owner = made.by("agent", "win_rate", **words)
    assert {a: by_owner[a].value for a in expected["win_rate_by_owner"]} == {
        agent: close(value) for agent, value in expected["win_rate_by_owner"].items()
    }
    for kpi in ("win_rate_value", "avg_deal_size"):
        row, want = made.row(kpi, **words), expected[kpi]
        assert (float(row.value), row.num, row.den) == (
            close(want["value"]), want["num"], want["den"]
        )  # fmt: skip
    excluded = made.row("win_rate_value", **words).excluded
    assert excluded["null_amount"] == expected["win_rate_value"]["excluded_null_amount"]
    means = [by_owner[a].value for a in ("ana", "bob")]
    assert sum(means) / 2 == close(expected["wrong_mean_of_ratios"])
    assert made.row("win_rate", **words).value != close(expected["wrong_mean_of_ratios"])


def test_e03_reopened_deals_as_seen_from_three_moments(case):
    made = case("E03").load()
    for seen in made.example["expected"]:
        as_of = seen["as_of"]
        for month, name in (("2026-02", "feb"), ("2026-03", "mar")):
            assert made.row("sales_count", as_of=as_of, period=month).value == seen[f"wins_{name}"]
            rate = made.row("win_rate", as_of=as_of, period=month).value
            assert rate == close(seen[f"win_rate_{name}"])
    last = made.example["expected"][-1]
    for deal, month in (("D1", "2026-03"), ("D2", "2026-02")):
        cycle = made.row("sales_cycle_days", as_of=last["as_of"], period=month).value
        assert cycle == close(last[f"cycle_{deal}"])
    reopened = dict(made.project.engine.query("SELECT id, reopens FROM facts.opportunity"))
    assert reopened == {"D1": last["reopens_D1"], "D2": last["reopens_D2"]}


def test_e05_a_funnel_with_skips_and_steps_back(case):
    made = case("E05").load()
    expected, words = made.example["expected"], {"as_of": made.example["as_of"]}
    words["period"] = "2026-01"
    to_date = made.by("stage", "stage_conversion_to_date", **words)
    for stage in ("s1", "s2", "s3"):
        assert to_date[stage].value == close(expected["conversion_to_date"][stage])
        assert to_date[stage].den == expected["reached"][stage]
    assert to_date["s3"].num == expected["reached"]["won"]
    overall = to_date["s3"].num / to_date["s1"].den
    assert overall == close(expected["conversion_to_date"]["overall"])
    for kpi, key in (
        ("stage_conversion_resolved", "conversion_resolved"),
        ("stage_duration", "duration_km_median"),
        ("stage_duration_completed", "duration_completed_median"),
    ):
        rows = made.by("stage", kpi, **words)
        assert {stage: rows[stage].value for stage in expected[key]} == {
            stage: close(value) for stage, value in expected[key].items()
        }


def test_e07_growth_against_the_same_days(case):
    made = case("E07", sales_source="orders").load()
    for want in made.example["expected"]:
        if "month" not in want:
            continue
        words = {"as_of": want["as_of"], "period": want["month"]}
        assert made.row("sales_value", **words).value == want["mtd"]
        mom = made.row("sales_growth_mom", **words)
        assert (mom.value, mom.den) == (close(want["mom"]), want["mom_base"])
        yoy = made.row("sales_growth_yoy", **words)
        assert (yoy.value, yoy.den) == (close(want["yoy"]), want["yoy_base"])
        assert mom.partial == want["partial"]
        assert mom.value != close(want.get("wrong_mom_full_month", -9))
        assert yoy.value != close(want.get("wrong_yoy_full_month", -9))
    leap = next(want for want in made.example["expected"] if "yoy_cutoff" in want)
    assert year_before(date.fromisoformat(leap["yoy_cutoff_of"])).isoformat() == leap["yoy_cutoff"]


def test_e08_days_in_three_zones_and_fiscal_quarters(case):
    example = EXAMPLES["E08"]
    month = example["config"]["fiscal_start_month"]
    expected = example["expected"]
    for tz, wins in expected["wins_by_month"].items():
        made = case("E08", tz=tz, fiscal_start_month=month).load()
        for key, value in wins.items():
            assert made.row("sales_count", as_of=example["as_of"], period=key).value == value
    made = case("E08", tz="Europe/Paris", fiscal_start_month=month).load()
    for quarter in set(expected["fiscal_quarter_paris"].values()):
        count = list(expected["fiscal_quarter_paris"].values()).count(quarter)
        row = made.row("sales_count", as_of=example["as_of"], period=quarter)
        assert row.value == count
    for day, week in expected["iso_week_of"].items():
        assert period_of(date.fromisoformat(day), "week", Fiscal()).key == week
    night = expected["elapsed_days_paris_dst"]
    dst = case("E08", tz="Europe/Paris").load(
        {"opportunity": {"cols": ["id", "status", "created_at", "closed_at"],
                         "rows": [["N", "won", night["from"], night["to"]]]}}
    )  # fmt: skip
    day = datetime.fromisoformat(night["to"]).date().isoformat()
    assert dst.row("sales_cycle_days", period=day).value == close(night["days"])


def test_e20_attainment_is_a_ratio_of_sums(case):
    made = case("E20")
    quota = made.example["tables"]["quota"]["rows"]
    start, end = made.example["period"]
    made.load({
        "agent": {"cols": ["id"], "rows": [[agent] for agent, _, _ in quota]},
        "opportunity": {
            "cols": ["id", "owner_id", "status", "closed_at", "amount"],
            "rows": [[f"o-{agent}", agent, "won", "2026-03-01", actual]
                     for agent, actual, _ in quota] + [["z", "cy", "lost", "2026-03-31", 1]],
        },
        "target": {
            "cols": ["id", "kpi_id", "scope_type", "scope_id", "period", "value"],
            "rows": [[f"t-{agent}", "sales_value", "agent", agent, f"{start}/{end}", target]
                     for agent, _, target in quota],
        },
    })  # fmt: skip
    expected = made.example["expected"]["quota_attainment"]
    words = {"as_of": made.example["quota_as_of"], "period": f"{start}/{end}"}
    assert made.row("quota_attainment", **words).value == close(expected["team"])
    rows = made.by("agent", "quota_attainment", **words)
    for agent, _, _ in quota:
        assert rows[agent].value == close(expected[agent])
    mean = sum(row.value for row in rows.values()) / len(rows)
    assert mean == close(expected["wrong_mean"])
