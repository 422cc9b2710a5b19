"""The same questions to the warehouse and to another engine, and what the answers differ in."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

from sqlglot import exp

from kpilot.ask import ask
from kpilot.ask.catalog import catalog
from kpilot.ask.catalog import facts as known_facts
from kpilot.ask.facts import cutoff, fact_table
from kpilot.core.errors import UserError
from kpilot.core.query import Query
from kpilot.core.result import Row
from kpilot.core.rights import EVERYTHING, Reader
from kpilot.engines.copying import copy
from kpilot.engines.engine import within
from kpilot.project import Project, create_project, open_project
from tests.engines.made_up import company, horizon

NOW = datetime.fromisoformat("2030-01-01")
SOME = Reader(agent_ids=frozenset({"age0", "age1", "age2"}))
Words = dict[str, Any]
MONTHS: Words = {"period": "2023-07-01/2024-05-20", "grain": "month"}
WORDS: dict[str, Words] = {
    "days": {"period": "2024-02-20/2024-04-05", "grain": "day"},
    "fiscal": {"period": "2023-01-01/2024-05-01", "grain": "fiscal_quarter", "by": "country"},
    "compared": {"period": "2024-04", "compare": "previous", "by": "channel"},
    "teams": {"period": "2024", "by": "team_parent", "attribution": "owner_first"},
    "earlier": {"period": "2024-Q1", "as_of": "2024-03-10T12:30:00+01:00", "by": "product"},
    "filtered": {"period": "2024", "where": ['country=FR,"100%"', "product!=pro0"]},
    "stages": {"period": "2023", "by": ["stage", "agent"]},
    "restricted": {"period": "2024-Q1", "grain": "month", "reader": SOME},
}
ALWAYS: dict[str, dict[str, Words]] = {
    "paris": {"total": {"period": "2024-Q1"}, "months": MONTHS},
    "havana": {"agents": {"period": "2024-Q1", "by": "agent"},
               "months by agent": {**MONTHS, "by": "agent"}},
}  # fmt: skip
COMPANIES: dict[str, Words] = {
    "paris": {"tz": "Europe/Paris", "fiscal_start_month": 4, "void_reasons": ["duplicate"]},
    "havana": {
        "tz": "America/Havana", "sales_source": "orders", "amount_policy": "at_close",
        "close_date_source": "history", "zero_lost_is_null": False, "stage_window_days": 10,
        "fx_max_stale_days": 200, "gross_margin": 0.4,
    },
}  # fmt: skip

SEEDS = {"paris": 1, "havana": 4}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One company in the warehouse and in another engine."""

    ours: Project
    theirs: Project
    company: str

    def asked(self, kpi: str, words: Words) -> tuple[list[Row], list[Row]] | None:
        """Both answers: in all when the KPI cannot be broken down like that, None when it cannot
        be filtered like that either."""
        params = {
            word: list(value) if isinstance(value, list) else [value]
            for word, value in words.items()
            if word != "reader"
        }
        query = Query.from_params(
            {"kpi": [kpi], **params},
            reader=words.get("reader", EVERYTHING),
            catalog=catalog(self.ours),
            settings=self.ours.settings,
        )
        try:
            expected = ask(query, self.ours, now=NOW).rows
        except UserError as error:
            if error.code != "no_dimension":
                raise
            left = {word: value for word, value in words.items() if word != "by"}
            return self.asked(kpi, left) if left != words else None
        return expected, ask(query, self.theirs, now=NOW).rows


def questions(company: str, place: int) -> dict[str, Words]:
    """What the KPI at `place` is asked: what every one is, and one more, each KPI in its turn."""
    said = list(WORDS)[(place + sorted(COMPANIES).index(company) * 3) % len(WORDS)]
    return {**ALWAYS[company], said: WORDS[said]}


def project(folder: Path, name: str) -> Project:
    """The company called `name` in the warehouse of a new project."""
    made = open_project(create_project(folder, **{"currency": "EUR", **COMPANIES[name]}))
    tables = company(SEEDS[name], made.settings.tz)
    with made.engine.transaction() as cursor:
        for table, rows in tables.items():
            cursor.execute(*_insert(table, rows, "load_id" in _columns(cursor, table)))
        cursor.execute("INSERT INTO kp_load (id, horizon) VALUES (1, ?)", [horizon()])
        cursor.execute("UPDATE kp_version SET n = n + 1")
    return made


def paired(made: Project, engine: Any, company: str) -> Pair:
    """`made` beside its copy in `engine`."""
    copy(made.engine, engine)
    return Pair(ours=made, theirs=replace(made, engine=engine, memo={}), company=company)


def _columns(cursor: Any, table: str) -> set[str]:
    found = cursor.execute(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [table]
    ).fetchall()
    return {name for (name,) in found}


def _insert(table: str, rows: list[dict[str, Any]], is_marked: bool) -> tuple[str, list[Any]]:
    marks = {"source": "file", "load_id": 1} if is_marked else {}
    filled = [{**marks, **row} for row in rows]
    columns = sorted({name for row in filled for name in row})
    names = ", ".join('"' + name + '"' for name in columns)
    group = "(" + ", ".join("?" for _ in columns) + ")"
    parts = ('INSERT INTO "', table, '" (', names, ") VALUES ", ", ".join([group] * len(filled)))
    return "".join(parts), [row.get(name) for row in filled for name in columns]


def rows_apart(pair: Pair, fact: str) -> list[str]:
    """What a fact's rows are in one and not in the other, as of the end of the data."""
    ours, theirs = (
        sorted((_plain(row) for row in _rows(side, fact)), key=repr)
        for side in (pair.ours, pair.theirs)
    )
    if len(ours) != len(theirs):
        return [f"{len(theirs)} rows, should be {len(ours)}"]
    return [
        f"{two}, should be {one}"
        for one, two in zip(ours, theirs, strict=True)
        if not all(same(a, b) for a, b in zip(one, two, strict=True))
    ][:5]


def _rows(side: Project, fact: str) -> list[tuple[Any, ...]]:
    names = known_facts(side)[fact].columns
    table = fact_table(side, fact, cutoff(side, None, NOW)).table
    chosen = ["*"] if "*" in names else [exp.column(name) for name in names]
    select = exp.select(*chosen).from_(table)
    return side.engine.query(select.sql(dialect="duckdb"))


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers as floats, in as many digits as sort alike; truths as numbers; "for ever" as the
    first and last days that every engine has."""
    return tuple(
        float(f"{float(value):.10g}") if isinstance(value, (int, float, Decimal)) else within(value)
        for value in row
    )


def differences(expected: list[Row], found: list[Row]) -> list[str]:
    """What the second answer says otherwise than the first, in words."""
    theirs = {_place(row): row for row in found}
    wrong = [f"{place}: one more row" for place in theirs.keys() - {_place(r) for r in expected}]
    for row in expected:
        other = theirs.get(_place(row))
        if other is None:
            wrong.append(f"{_place(row)}: left out")
            continue
        for name, one, two in _parts(row, other):
            if not same(one, two):
                wrong.append(f"{_place(row)} {name}: {two!r}, should be {one!r}")
    return wrong


def _place(row: Row) -> tuple[Any, ...]:
    return (str(row.period.start), str(row.period.end), *row.dim_ids.values())


def _parts(one: Row, two: Row) -> list[tuple[str, Any, Any]]:
    names = ("value", "num", "den", "n", "lo", "hi", "mean", "partial_value", "reason", "dims")
    pairs = [(name, getattr(one, name), getattr(two, name)) for name in names]
    pairs += [("flags", sorted(one.flags), sorted(two.flags))]
    pairs += [("excluded", one.excluded, two.excluded)]
    if one.compare and two.compare:
        pairs += [(f"compared {name}", getattr(one.compare, name), getattr(two.compare, name))
                  for name in ("value", "prev", "change", "reason")]  # fmt: skip
    return pairs


def same(one: Any, two: Any) -> bool:
    """Equal, numbers to the ninth digit or to the last of the eight decimals of money."""
    numbers = (int, float, Decimal)
    if isinstance(one, numbers) and isinstance(two, numbers):
        return isclose(float(one), float(two), rel_tol=1e-9, abs_tol=1e-8)
    return bool(one == two)
