"""What must hold of every KPI of every family, whatever the right figures are."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.ask.catalog import catalog
from kpilot.core.calendar import Fiscal, parse_period
from tests.oracle.answers import Question
from tests.oracle.companies import LAST
from tests.oracle.moments import midnight
from tests.oracle.test_catalogue import FAMILIES
from tests.oracle.test_oracle import asked, same

FEW = settings(max_examples=max(1, settings.default.max_examples // 30))
QUARTER = parse_period("2024-Q1", Fiscal())
DIMENSIONS = ("agent", "team", "team_parent", "product", "country", "pipeline", "segment",
              "account", "channel", "campaign", "queue")  # fmt: skip


def question(**more: Any) -> Question:
    return Question(QUARTER.start, QUARTER.end, QUARTER.grain, **more)


def figures(project: Any, kpis: Any, **more: Any) -> dict[str, list[Any]]:
    """KPI → its rows."""
    found: dict[str, list[Any]] = {kpi: [] for kpi in kpis}
    for row in asked(project, question(**more), QUARTER, None, tuple(kpis)) if kpis else ():
        found[row.kpi].append(row)
    return found


def told(rows: list[Any]) -> list[Any]:
    return [(row.period, row.dim_ids, row.value, row.num, row.den, row.n, row.reason, row.lo,
             row.hi, row.excluded, row.partial_value) for row in rows]  # fmt: skip


def laid(warehouse: Any, company: Any) -> Any:
    tables, setup = company
    tables = {name: [{"source": "file", **row} for row in rows] for name, rows in tables.items()}
    return warehouse.holding(tables, setup, midnight(LAST, setup.tz))


def able(family: Any, by: str) -> list[str]:
    return [kpi for kpi, rule in family.rules.items() if by in rule.by]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_total_is_the_sum_of_its_groups_and_of_its_months(warehouse, name):
    family = FAMILIES[name]

    @FEW
    @given(family.companies, st.sampled_from(DIMENSIONS))
    def adds_up(company: Any, by: str) -> None:
        project = laid(warehouse, company)
        known = catalog(project)
        added = [kpi for kpi in family.rules if known[kpi].additive]
        flows = [kpi for kpi in added if not known[kpi].is_stock and not known[kpi].is_windowed
                 and not known[kpi].is_formula]  # fmt: skip
        totals = figures(project, added)
        parts = figures(project, [kpi for kpi in added if kpi in able(family, by)], by=(by,))
        months = figures(project, flows, grain="month")
        for kpi, rows in (*parts.items(), *months.items()):
            (total,) = totals[kpi]
            if rows and not any(row.reason for row in (total, *rows)):
                assert same(sum(row.value for row in rows), total.value), (kpi, by)

    adds_up()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_order_of_rows_says_nothing(warehouse, name):
    family = FAMILIES[name]

    @FEW
    @given(family.companies, st.randoms(use_true_random=False))
    def holds(company: Any, chance: Any) -> None:
        tables, setup = company
        kpis = sorted(family.rules)
        before = figures(laid(warehouse, company), kpis)
        shuffled = {table: chance.sample(rows, len(rows)) for table, rows in tables.items()}
        after = figures(laid(warehouse, (shuffled, setup)), kpis)
        for kpi in kpis:
            assert told(before[kpi]) == told(after[kpi])

    holds()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_group_is_what_a_filter_on_it_leaves(warehouse, name):
    family = FAMILIES[name]

    @FEW
    @given(family.companies, st.sampled_from(("agent", "country", "product", "channel", "queue")))
    def agrees(company: Any, by: str) -> None:
        kpis = able(family, by)
        project = laid(warehouse, company)
        groups = figures(project, kpis, by=(by,))
        shown = sorted({row.dim_ids[by] for rows in groups.values() for row in rows if row.dim_ids})
        for one in shown[:3]:
            alone = figures(project, kpis, where=((by, "=", (one,)),))
            for kpi in kpis:
                mine = [row for row in groups[kpi] if row.dim_ids.get(by) == one]
                for row, (other,) in zip(mine, [alone[kpi]], strict=False):
                    assert same(row.value, other.value), (kpi, by, one, row, other)
                    assert row.n == other.n, (kpi, by, one, row, other)

    agrees()
