"""Every KPI with its required fields missing, empty, constant or absurd: a reason, no nonsense."""

import math
import os
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import kpilot
from kpilot.ask.catalog import catalog
from kpilot.ask.explain import explain
from kpilot.ask.measurable import requirements
from kpilot.core.dimensions import ATTRIBUTIONS
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Query
from kpilot.core.result import Row
from kpilot.core.rights import EVERYTHING
from kpilot.core.tables import TABLES
from kpilot.project import create_project, open_project
from kpilot.warehouse.sql import Sql, fill, listed, name
from tests.ask.conftest import Company
from tests.ask.whole_company import HORIZON, whole_company

KPIS = Path(kpilot.__file__).parent / "kpis"
EVERY_FIELD = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
STAND_INS = {  # rows and fields that say the same where a field is not filled
    "opportunity.created_at": ("opportunity.started_at", "stage_history.at"),
    "opportunity.status": ("opportunity.stage_id", "stage_history.at"),
    "opportunity.closed_at": ("stage_history.at",),
    "opportunity.amount": ("amount_history.amount",),
    "lead.created_at": ("lead.first_contact_at", "lead_status_history.at"),
}
SIGNED = {"nps", "net_new_customers", "forecast_bias", "gross_margin", "sales_cagr",
          "sales_growth_mom", "sales_growth_yoy", "cycle_vs_retention_correlation"}  # fmt: skip
HUGE = 99_999_999_999_999  # the most that the warehouse holds
ABSURD: dict[str, Sequence[object]] = {
    "instant": ("0001-01-01", "1899-12-30", "9999-12-31 23:59:59", "2031-05-05", "2024-06-01"),
    "date": ("0001-01-01", "1899-12-30", "9999-12-31", "2031-05-05", "2024-06-01"),
    "money": (-HUGE, HUGE, -5, 0, None),
    "number": (-HUGE, -5, 0, None, -1),  # one-sided: what is too large would hide what is below 0
    "ratio": (5, -1, 0, HUGE, None),
    "integer": (-1, 0, 2_147_483_647, None, 3),
    "text": ("", " ", "nonsense", None, "\u200b"),
    "id": ("", "nobody", None, "(none)", "'; --"),
    "choice": ("", "nonsense", None, "WON", " "),
    "boolean": (True, False, None, None, True),
    "time": ("00:00", "23:59:59", "00:00", None, "12:00"),
}


class Whole(Company):
    """The company of which everything can be measured, with a way to break it for a while."""

    def all_kpis(self) -> dict[str, Kpi]:
        return dict(catalog(self.project))

    @contextmanager
    def broken(self, table: str, *changes: str) -> Iterator[None]:
        """The table after SQL SET clauses, or emptied without any; then as it was."""
        whole, kept = name(table), Sql(f"moments.main.kept_{table}")

        def run(sql: str) -> None:
            self.project.engine.query(
                fill(sql, t=whole, kept=kept, changes=Sql(", ".join(changes)))
            )

        run("CREATE OR REPLACE TABLE {kept} AS SELECT * FROM {t}")
        run("UPDATE {t} SET {changes}" if changes else "DELETE FROM {t}")
        run("UPDATE kp_version SET n = n + 1")
        try:
            yield
        finally:
            run("DELETE FROM {t}")
            run("INSERT INTO {t} SELECT * FROM {kept}")
            run("UPDATE kp_version SET n = n + 1")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    project = open_project(create_project(tmp_path_factory.mktemp("whole") / "p", tz="UTC"))
    made = Whole(project)
    for table, rows in whole_company().items():
        _fill(project, table, rows)
    yield made.until(HORIZON.isoformat())
    project.close()


def _fill(project: Any, table: str, rows: Sequence[dict[str, Any]]) -> None:
    more = {"source": "file", "load_id": 1}
    if table.endswith("_history"):
        more["origin"] = "source"
    names = [*dict.fromkeys(name for row in rows for name in row), *more]
    marks = Sql("(" + ", ".join("?" * len(names)) + ")")
    for start in range(0, len(rows), 400):
        some = [more | row for row in rows[start : start + 400]]
        insert = fill(
            "INSERT INTO {t} ({names}) VALUES {rows}", t=name(table),
            names=listed([name(one) for one in names]), rows=listed([marks] * len(some)),
        )  # fmt: skip
        project.engine.query(insert, [row.get(one) for row in some for one in names])


def needs() -> list[str]:
    """Every requirement in the catalogue: "table.field", or several joined by "|"."""
    found: set[str] = set()
    for file in sorted(KPIS.glob("*.toml")):
        given = tomllib.loads(file.read_text(encoding="utf-8"))
        for one in (given, *given.get("variants", {}).values()):
            found |= set(one.get("requires", ()))
    return sorted(found)


def broken_together() -> list[tuple[str, ...]]:
    """The fields in those, table by table; in the nightly setting one by one and all there are."""
    if EVERY_FIELD:
        return [(f"{table.name}.{field.name}",) for table in TABLES.values()
                for field in table.all_fields if not field.virtual]  # fmt: skip
    named = sorted({field for need in needs() for field in need.split("|")})
    return [tuple(some) for _, some in groupby(named, lambda field: field.split(".")[0])]


def sides(field: str) -> list[str]:
    """The columns of a field: a moment has a date beside it."""
    table, _, name = field.partition(".")
    found = TABLES[table].field(name)
    return [name, found.date_name] if found.kind == "instant" else [name]


def said_by(need: str) -> set[str]:
    """The fields of which one is enough for a requirement, stand-ins too."""
    named = need.split("|")
    return {*named, *(other for field in named for other in STAND_INS.get(field, ()))}


def wrong(kpi: Kpi, rows: Sequence[Row]) -> list[str]:
    """What is said that cannot be: nothing without a reason, no number out of its bounds."""
    return [
        f"{kpi.name} {row.period.key} {dict(row.dim_ids)}: {said}"
        for row in rows
        if (said := _wrong(kpi, row))
    ]


def _wrong(kpi: Kpi, row: Row) -> str:
    numbers = (row.value, row.num, row.den, row.lo, row.hi, row.mean, row.n)
    if not all(number is None or math.isfinite(number) for number in numbers):
        return f"not finite: {numbers}"
    if row.value is None:
        return "" if row.reason else "neither a figure nor a reason"
    is_count = kpi.unit in ("count", "days", "seconds") and kpi.name not in SIGNED
    is_share = kpi.unit == "ratio" and _is_share(kpi)
    if (is_count or is_share) and row.value < 0:
        return f"below zero: {row.value}"
    if is_share and row.value > 1 and "gt_one" not in row.flags:
        return f"above one: {row.value}"
    slack = 1e-9 * max(1.0, abs(float(row.value)))
    low, high = (float(row.value if edge is None else edge) for edge in (row.lo, row.hi))
    if not low - slack <= float(row.value) <= high + slack:
        return f"outside its interval: {row.value}, {row.lo} to {row.hi} ({row.method})"
    return "" if row.n >= 0 else f"{row.n} rows"


def _is_share(kpi: Kpi) -> bool:
    return kpi.measure.kind == "ratio" and kpi.measure.num.total is None


def answers(whole: Whole, kpis: Sequence[Kpi], **words: Any) -> list[tuple[Kpi, list[Row]]]:
    return [(kpi, whole.ask(kpi.name, **{"period": "2024", **words}).rows) for kpi in kpis]


def requiring(whole: Whole, wanted: set[str]) -> list[Kpi]:
    """KPIs of which some requirement names one of these fields; all of those of the table when a
    field is broken that none names."""
    known = catalog(whole.project)
    needed = {k.name: set("|".join(requirements(k, known, whole.project)).split("|"))
              for k in known.values()}  # fmt: skip
    tables = {field.split(".")[0] for field in wanted}
    exact = [kpi for name, kpi in known.items() if needed[name] & wanted]
    return exact or [
        kpi for name, kpi in known.items() if tables & {f.split(".")[0] for f in needed[name]}
    ]


def test_every_kpi_of_the_catalogue_is_measured(whole):
    for kpi, rows in answers(whole, list(catalog(whole.project).values())):
        assert not wrong(kpi, rows)
        told = [row for row in rows if row.value is not None or row.reason == "customers_lost"]
        assert told, f"{kpi.name}: {rows}"


SOME_WAYS: tuple[dict[str, str], ...] = (
    {"by": "agent", "grain": "quarter", "compare": "previous", "attribution": "touch_equal"},
    {"by": "team", "attribution": "owner_current", "as_of": "2024-05-05"},
    {"period": "1850", "compare": "year"},
)
MORE_WAYS: tuple[dict[str, str], ...] = (
    {"by": "agent", "grain": "month", "compare": "previous"},
    {"grain": "month", "compare": "year"},
    *({"by": "team", "attribution": mode} for mode in ATTRIBUTIONS),
    {"period": "2150"},
)
WAYS = (*SOME_WAYS, *MORE_WAYS) if EVERY_FIELD else SOME_WAYS


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_kpi_answers_in_every_way_or_says_why_it_cannot(whole, way):
    found: list[str] = []
    refused: set[str] = set()
    for kpi in catalog(whole.project).values():
        try:
            ((_, rows),) = answers(whole, [kpi], **way)
        except UserError as error:
            refused.add(error.code)
            continue
        found += wrong(kpi, rows)
    assert refused <= {"no_attribution", "no_dimension"}
    assert not found


def test_every_kpi_shows_its_rows_and_explains_itself(whole):
    project = whole.project
    for kpi in catalog(project).values():
        query = Query.from_params(
            {"kpi": [kpi.name], "period": ["2024"]},
            reader=EVERYTHING, catalog=catalog(project), settings=project.settings,
        )  # fmt: skip
        told = explain(query, project, now=HORIZON)
        assert not wrong(kpi, [told.row])
        assert told.records is not None or kpi.is_formula


def test_every_kpi_is_put_to_all_four_trials(whole):
    """Absent, empty, the same everywhere, absurd: nobody in the catalogue is left out of one."""
    known = catalog(whole.project)
    lacking = {kpi.name for kpi in known.values() for need in needs()
               if need in requirements(kpi, known, whole.project)}  # fmt: skip
    spoilt = {kpi.name for some in broken_together() for kpi in requiring(whole, set(some))}
    assert lacking == spoilt == set(known)


@pytest.mark.parametrize("need", needs())
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_without_a_required_field_there_is_no_figure_but_its_name(whole, need, how):
    known = catalog(whole.project)
    with ExitStack() as stack:
        for table in sorted({field.split(".")[0] for field in said_by(need)}):
            names = [side for field in said_by(need) if field.split(".")[0] == table
                     for side in sides(field)]  # fmt: skip
            changes = [f'"{side}" = NULL' for side in names] if how == "empty" else []
            stack.enter_context(whole.broken(table, *changes))
        touched = [k for k in known.values() if need in requirements(k, known, whole.project)]
        assert touched
        for kpi, rows in answers(whole, touched):
            for row in rows:
                assert row.value is None, f"{kpi.name}: {row.value}"
                assert row.reason in ("not_measurable", "no_history"), f"{kpi.name}: {row.reason}"
                assert f"missing:{need}" in row.flags, f"{kpi.name}: {row.flags}"


@pytest.mark.parametrize("broken", broken_together(), ids=" ".join)
def test_fields_that_are_the_same_everywhere_break_nothing(whole, broken):
    table = broken[0].split(".")[0]
    changes = [
        fill("{c} = (SELECT min({c}) FROM {t})", c=name(side), t=name(table))
        for field in broken for side in sides(field)
    ]  # fmt: skip
    with whole.broken(table, *changes):
        found = answers(whole, requiring(whole, set(broken)))
        assert not [said for kpi, rows in found for said in wrong(kpi, rows)]


@pytest.mark.parametrize("broken", broken_together(), ids=" ".join)
def test_absurd_values_give_no_absurd_figures(whole, broken):
    table, changes = broken[0].split(".")[0], []
    for shift, (kind, field) in enumerate((_kind(f), f.split(".")[1]) for f in broken):
        cases = [f"WHEN {place} THEN {_literal(value)}" for place, value in enumerate(ABSURD[kind])]
        which = f"(rowid + {shift}) % {len(cases) + 2}"
        changes.append(f'"{field}" = CASE {which} {" ".join(cases)} ELSE "{field}" END')
    with whole.broken(table, *changes):
        found = answers(whole, requiring(whole, set(broken)))
        assert not [said for kpi, rows in found for said in wrong(kpi, rows)]


def _kind(field: str) -> str:
    table, _, name = field.partition(".")
    return TABLES[table].field(name).kind


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
