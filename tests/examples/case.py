"""A worked example: its tables written as files, loaded, and asked on the real engine."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlglot import exp

from kpilot.ask import ask, facts
from kpilot.ask.catalog import catalog
from kpilot.ask.records import records
from kpilot.core.query import Query
from kpilot.core.result import Result, Row
from kpilot.core.rights import EVERYTHING
from kpilot.core.settings import Settings
from kpilot.load import load
from kpilot.load.plan import Answers, TableAnswers
from kpilot.project import Project, open_project
from tests.fresh import fresh_project

Example = Mapping[str, Any]
Table = Mapping[str, Any]
FIELDS = {
    "from": "from_currency",
    "to": "to_currency",
    "ordered_on": "ordered_at",
    "refunded_on": "refunded_at",
}
OWN_FIELDS = {"subscription_mrr": {"from": "from_date"}}
MOMENTS = ("lead", "opportunity", "activity")
FILLED: dict[str, dict[str, Any]] = {
    "order": {"account_id": "A", "status": "paid"},
    "stage": {"pipeline_id": "default"},
}
DEFAULTS = {"tz": "UTC", "currency": "EUR", "tol": 1e-6}
SETTINGS = {setting.name for setting in fields(Settings)}


class Case:
    """One example in a project of its own, asked in the query's words."""

    def __init__(self, folder: Path, example: Example, **settings: Any) -> None:
        self.example = example
        self.folder = folder
        given = {name: example.get(name, DEFAULTS[name]) for name in ("tz", "currency")}
        given |= {k: v for k, v in example.get("config", {}).items() if k in SETTINGS}
        fresh_project(folder / "p", **{**given, **settings})
        self.project: Project = open_project(folder / "p")

    def load(self, tables: Mapping[str, Table] | None = None) -> "Case":
        """Write the tables as CSV files, one column to one field, and load them in one go."""
        wanted = {**(tables or self.example["tables"])}
        if "stage_history" in wanted and "opportunity" not in wanted:
            known = dict.fromkeys(row[0] for row in wanted["stage_history"]["rows"])
            wanted["opportunity"] = {"cols": ["id"], "rows": [[name] for name in known]}
        answers, paths = {}, []
        for name, table in wanted.items():
            if not table["rows"]:
                continue
            columns, rows = _completed(name, table)
            path = self.folder / f"{name}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
            fields = {**FIELDS, **OWN_FIELDS.get(name, {})}
            places = {column: fields.get(column, column) for column in columns}
            answers[name] = TableAnswers(table=name, columns=places)
            paths.append(path)
        report = load(paths, self.project, mapping=Answers(tables=answers), who="test", yes=True)
        assert sum(table.counts.refused for table in report.tables) == 0, report.problems
        return self

    def query(self, kpi: str, words: Mapping[str, str]) -> Query:
        return Query.from_params(
            {"kpi": [kpi], **{word.rstrip("_"): [value] for word, value in words.items()}},
            reader=EVERYTHING,
            catalog=catalog(self.project),
            settings=self.project.settings,
        )

    def result(self, kpi: str, **words: str) -> Result:
        """The answer to a query in its words."""
        return ask(self.query(kpi, words), self.project)

    def row(self, kpi: str, **words: str) -> Row:
        """The only row of an answer."""
        (row,) = self.result(kpi, **words).rows
        return row

    def by(self, dimension: str, kpi: str, **words: str) -> dict[str, Row]:
        """id → row, by one dimension."""
        rows = self.result(kpi, by=dimension, **words).rows
        return {row.dim_ids[dimension]: row for row in rows}

    def figure(self, kpi: str, **words: str) -> dict[str, Any]:
        """The row as examples write a figure: value, num, den, interval, reason, left out."""
        row = self.row(kpi, **words)
        found = {
            "value": row.value,
            "num": row.num,
            "den": row.den,
            "lo": row.lo,
            "hi": row.hi,
            "method": row.method,
            "n": row.n,
            "reason": row.reason,
            "partial_value": row.partial_value,
        }
        return found | {f"excluded_{name}": n for name, n in row.excluded.items()}

    def ids(self, kpi: str, only: str, **words: str) -> list[str]:
        """The rows left out of a figure for a reason, by id."""
        found = records(self.query(kpi, words), self.project, only=only, limit=None)
        return sorted(row["id"] for row in found.rows)

    def fact(self, name: str, columns: str, as_of: str) -> list[tuple[Any, ...]]:
        """Columns of a fact as it stood at a moment."""
        moment = self.query("sales_count", {"as_of": as_of}).as_of
        cut = facts.cutoff(self.project, moment, facts.utc_now())
        table = facts.fact_table(self.project, name, cut).table
        select = exp.select(*columns.split(", ")).from_(table)
        return list(self.project.engine.query(select.sql(dialect="duckdb")))


def _completed(name: str, table: Table) -> tuple[list[str], list[list[Any]]]:
    """The table with the required columns that the example leaves out."""
    more = {k: v for k, v in FILLED.get(name, {}).items() if k not in table["cols"]}
    if "name" not in table["cols"] and name in ("stage", "agent"):
        more["name"] = None
    rows = [[*row, *(row[0] if v is None else v for v in more.values())] for row in table["rows"]]
    return _with_moments(name, [*table["cols"], *more], rows)


def _with_moments(
    name: str, columns: list[str], rows: list[list[Any]]
) -> tuple[list[str], list[list[Any]]]:
    """The table such that a column of midnights stays one of moments: in an example only what is
    written as a date is one, and a load takes midnights alone for dates. A test is added that has
    another time, and is nowhere counted."""
    if name not in MOMENTS or not any("T00:00:00" in str(cell) for row in rows for cell in row):
        return columns, rows
    late = [str(cell).replace("T00:00:00", "T00:00:01") if cell else cell for cell in rows[0]]
    for place in range(len(columns)):
        some = next((row[place] for row in rows if "T00:00:00" in str(row[place])), "")
        late[place] = str(some).replace("T00:00:00", "T00:00:01") or late[place]
    late[columns.index("id")] = "a test"
    return [*columns, "is_test"], [*([*row, False] for row in rows), [*late, True]]


@contextmanager
def made(example: Example, **settings: Any) -> Iterator[Case]:
    """The example in a folder that goes away with it; not yet loaded."""
    with TemporaryDirectory() as folder:
        case = Case(Path(folder), example, **settings)
        try:
            yield case
        finally:
            case.project.close()


def rows_of(example: Example, table: str) -> list[dict[str, Any]]:
    """The rows of a table, by column."""
    given = example["tables"].get(table, {"cols": [], "rows": []})
    return [dict(zip(given["cols"], row, strict=True)) for row in given["rows"]]


def as_table(rows: list[dict[str, Any]]) -> Table:
    """Rows by column as a table of an example; none give a table without rows."""
    return {"cols": list(rows[0]) if rows else ["id"], "rows": [list(row.values()) for row in rows]}


def period_of(example: Example) -> dict[str, str]:
    """The example's period and cut-off as words of a query; without a cut-off, the period's end."""
    if "period" not in example:
        return {"as_of": example["as_of"]}
    start, end = example["period"]
    zone = ZoneInfo(example.get("tz", DEFAULTS["tz"]))
    over = datetime.combine(date.fromisoformat(end), datetime.min.time(), zone).isoformat()
    return {"period": f"{start}/{end}", "as_of": example.get("as_of", over)}


def until(example: Example, *columns: str, table: str) -> dict[str, str]:
    """All days from the first one of these columns to the cut-off, as words of a query."""
    days = [str(row[c])[:10] for row in rows_of(example, table) for c in columns if row[c]]
    start = date.fromisoformat(min(days)) - timedelta(1)
    return {"period": f"{start}/{last_day(example) + timedelta(1)}", "as_of": example["as_of"]}


def last_day(example: Example) -> date:
    """The business date of the last instant before the cut-off."""
    zone = ZoneInfo(example.get("tz", DEFAULTS["tz"]))
    last = datetime.fromisoformat(period_of(example)["as_of"]) - timedelta(microseconds=1)
    return last.astimezone(zone).date()


def assert_same(found: Any, expected: Any, where: str, tol: float) -> None:
    """Whether all that is expected was found; what begins with wrong_ must not have been."""
    if isinstance(expected, dict):
        named = {str(key): value for key, value in found.items()}
        for key, value in ((str(key), value) for key, value in expected.items()):
            assert key in named, f"{where}: no {key}"
            if key.startswith("wrong_"):
                assert named[key] != pytest.approx(value, abs=tol, rel=tol), f"{where}.{key}"
            else:
                assert_same(named[key], value, f"{where}.{key}", tol)
    elif isinstance(expected, list):
        assert len(found) == len(expected), f"{where}: {found}"
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_same(one, other, f"{where}[{place}]", tol)
    elif isinstance(expected, (int, float)) and not isinstance(expected, bool):
        assert found is not None, f"{where}: nothing instead of {expected}"
        assert float(found) == pytest.approx(expected, abs=tol, rel=tol), where
    else:
        assert found == expected, where
