"""What must hold of any company, whatever the right figures are: no oracle is asked here."""

from datetime import timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpilot.core.calendar import Fiscal, parse_period
from tests.oracle.answers import Question
from tests.oracle.companies import HISTORIES, companies, horizon
from tests.oracle.lives import Setup
from tests.oracle.moments import midnight, when
from tests.oracle.test_oracle import asked, same

FEWER = settings(max_examples=max(1, settings.default.max_examples // 8))
ADDITIVE = ("new_opportunities", "sales_count", "sales_value", "open_pipeline")
COUNTED = (
    "win_rate",
    "sales_count",
    "sales_value",
    "new_opportunities",
    "stage_conversion_to_date",
)
PERIOD = parse_period("2024-Q1", Fiscal())
DIMENSIONS = st.sampled_from(["agent", "team", "team_parent", "product", "country", "pipeline"])


def question(**more: Any) -> Question:
    return Question(start=PERIOD.start, end=PERIOD.end, own_grain=PERIOD.grain, **more)


def told(project, kpis, asked_for: Question, as_of=None) -> dict[Any, Any]:
    """(kpi, period, ids) → everything a figure says."""
    return {
        (row.kpi, row.period, tuple(row.dim_ids.values())): (
            row.value, row.num, row.den, row.n, row.reason, row.lo, row.hi, tuple(row.flags),
            tuple(sorted(row.excluded.items())),
        )
        for row in asked(project, asked_for, PERIOD, as_of, kpis)
    }  # fmt: skip


@FEWER
@given(companies(), DIMENSIONS)
def test_a_total_is_the_sum_over_a_dimension_and_over_months(warehouse, company, by):
    tables, setup = company
    project = warehouse.holding(tables, setup, horizon(tables, setup.tz))
    totals = {row.kpi: row for row in asked(project, question(), PERIOD, None, ADDITIVE)}
    parts = asked(project, question(by=(by,)), PERIOD, None, ADDITIVE)
    months = asked(project, question(grain="month"), PERIOD, None, ADDITIVE[:3])
    for kpi in ADDITIVE:
        for rows in (parts, months):
            own = [row for row in rows if row.kpi == kpi]
            if not own or any(row.reason for row in (*own, totals[kpi])):
                continue
            assert same(sum(row.value for row in own), totals[kpi].value), kpi


@FEWER
@given(companies(), st.randoms(use_true_random=False), st.sampled_from(["product", "team"]))
def test_the_order_of_rows_does_not_matter(warehouse, company, chance, by):
    tables, setup = company
    end = horizon(tables, setup.tz)
    before = told(warehouse.holding(tables, setup, end), COUNTED, question(by=(by,)))
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in tables.items()}
    assert told(warehouse.holding(shuffled, setup, end), COUNTED, question(by=(by,))) == before


STRANGERS = st.sampled_from(["outside the period", "outside the filter", "outside the rights"])


@FEWER
@given(companies(), STRANGERS)
def test_a_row_outside_changes_nothing(warehouse, company, where):
    tables, setup = company
    last = max((row["closed_on"] for row in tables["opportunity"] if row.get("closed_on")),
               default=None)  # fmt: skip
    assume(last is not None and last.year >= 2024)
    end = horizon(tables, setup.tz)
    asked_for = {
        "outside the period": question(),
        "outside the filter": question(where=(("product", "=", ("x",)),)),
        "outside the rights": question(reader=frozenset({"ana"})),
    }[where]
    row = {"id": "zz", "source": "file", "status": "won", "amount": 7, "currency": "EUR",
           "created_on": PERIOD.start, "closed_on": PERIOD.start, "owner_id": "bob",
           "product_id": "y"}  # fmt: skip
    if where == "outside the period":
        row |= {"created_on": PERIOD.start - timedelta(1), "closed_on": PERIOD.start - timedelta(1)}
    kpis = ("win_rate", "sales_count", "sales_value", "new_opportunities")
    before = told(warehouse.holding(tables, setup, end), kpis, asked_for)
    more = {**tables, "opportunity": [*tables["opportunity"], row]}
    after = told(warehouse.holding(more, setup, end), kpis, asked_for)
    assert _figures(after) == _figures(before)


def _figures(found: dict[Any, Any]) -> dict[Any, Any]:
    """Values, numerators and denominators; what the data cover is a matter of all rows."""
    return {key: row[:4] for key, row in found.items() if row[3]}


@FEWER
@given(companies(), st.dates(PERIOD.start, PERIOD.end))
def test_the_past_is_what_a_warehouse_never_loaded_further_says(warehouse, company, day):
    tables, setup = company
    as_of, end = midnight(day, setup.tz), horizon(tables, setup.tz)
    assume(as_of < end)
    tables = {**tables, "opportunity": [dict(row) for row in tables["opportunity"]]}
    _explained_by_history(tables, setup)
    kpis = ("win_rate", "sales_count", "new_opportunities", "stage_conversion_to_date",
            "stage_duration", "sales_cycle_days")  # fmt: skip
    full = told(warehouse.holding(tables, setup, end), kpis, question(by=("product",)), as_of)
    early = told(
        warehouse.holding(_until(tables, as_of, setup), setup, as_of), kpis,
        question(by=("product",)), as_of,
    )  # fmt: skip
    assert _figures(full) == _figures(early)


def _explained_by_history(tables: dict[str, list[dict]], setup: Setup) -> None:
    """Leave to the opportunities what their histories say, and a creation date."""
    for row in tables["opportunity"]:
        for name in ("status", "stage_id", "closed_at", "closed_on", "close_reason"):
            row.pop(name, None)
        if when(row, "created_at") is None:
            row["created_on"] = PERIOD.start


def _until(tables: dict[str, list[dict]], as_of, setup: Setup) -> dict[str, list[dict]]:
    """What had been loaded by then: rows of what had happened, and deletions known."""
    kept = dict(tables)
    for name in HISTORIES:
        kept[name] = [row for row in tables[name] if when(row, "at").instant(setup.tz) < as_of]
    kept["opportunity"] = []
    for row in tables["opportunity"]:
        if when(row, "created_at").instant(setup.tz) >= as_of:
            continue
        deleted = when(row, "deleted_at")
        if deleted and deleted.instant(setup.tz) >= as_of:
            row = {k: v for k, v in row.items() if not k.startswith("deleted")}
        kept["opportunity"].append(row)
    return kept
