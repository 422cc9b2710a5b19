"""What must hold of every KPI of every family, whatever the right figures are."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.ask.catalog import catalog
from kpilot.core.calendar import Fiscal, parse_period
from tests.oracle.answers import Question
from tests.oracle.companies import AGENTS, LAST
from tests.oracle.moments import midnight
from tests.oracle.strangers import beside, until
from tests.oracle.test_catalogue import FAMILIES
from tests.oracle.test_oracle import asked, same

FEW = settings(max_examples=max(1, settings.default.max_examples // 30))
QUARTER = parse_period("2024-Q1", Fiscal())
DIMENSIONS = ("agent", "team", "team_parent", "product", "country", "pipeline", "segment",
              "account", "channel", "campaign", "queue")  # fmt: skip
OWN_ACCOUNTS = ("k0", "k1", "k2", "k3")


def question(**more: Any) -> Question:
    return Question(QUARTER.start, QUARTER.end, QUARTER.grain, **more)


def figures(
    project: Any, kpis: Any, as_of: datetime | None = None, **more: Any
) -> dict[str, list[Any]]:
    """KPI → its rows."""
    found: dict[str, list[Any]] = {kpi: [] for kpi in kpis}
    for row in asked(project, question(**more), QUARTER, as_of, tuple(kpis)) if kpis else ():
        found[row.kpi].append(row)
    return found


def told(rows: list[Any]) -> list[Any]:
    return [(row.period, row.dim_ids, row.value, row.num, row.den, row.n, row.reason, row.lo,
             row.hi, row.excluded, row.partial_value) for row in rows]  # fmt: skip


def laid(warehouse: Any, company: Any, end: datetime | None = None) -> Any:
    tables, setup = company
    tables = {name: [{"source": "file", **row} for row in rows] for name, rows in tables.items()}
    return warehouse.holding(tables, setup, end or midnight(LAST, setup.tz))


def apart(row: Any, by: str) -> frozenset[tuple[str, str]]:
    """The groups a row is of, but for the one of `by`."""
    return frozenset((dim, id_) for dim, id_ in row.dim_ids.items() if dim != by)


def able(family: Any, by: str) -> list[str]:
    return [kpi for kpi, rule in family.rules.items() if by in rule.by]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_total_is_the_sum_of_its_groups_and_of_its_months(warehouse, name):
    family = FAMILIES[name]

    def agree(kpi: str, rows: list[Any], totals: list[Any], is_once: bool = True) -> None:
        (total,) = totals
        if not rows or any(row.reason for row in (total, *rows)):
            return
        whole = sum(row.value for row in rows)
        assert same(whole, total.value) or (not is_once and whole > total.value), kpi

    @FEW
    @given(family.companies, st.sampled_from(DIMENSIONS))
    def adds_up(company: Any, by: str) -> None:
        project = laid(warehouse, company)
        known = catalog(project)
        added = [kpi for kpi in family.rules if known[kpi].additive and not known[kpi].by]
        flows = [kpi for kpi in added if not known[kpi].is_stock and not known[kpi].is_windowed
                 and not known[kpi].is_formula]  # fmt: skip
        totals = figures(project, added)
        parts = figures(project, [kpi for kpi in added if kpi in able(family, by)], by=(by,))
        months = figures(project, flows, grain="month")
        for kpi, rows in months.items():
            agree(kpi, rows, totals[kpi])
        for kpi, rows in parts.items():
            agree(kpi, rows, totals[kpi], is_once=by != "product")  # one of two products is in both

    adds_up()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_order_of_rows_says_nothing_nor_does_what_is_out_of_sight(warehouse, name):
    """A second company, of other people and customers, is there; only the first one is asked."""
    family = FAMILIES[name]
    rules = family.rules.items()
    people = [kpi for kpi, rule in rules if rule.modes]
    rest = [kpi for kpi, rule in rules if not rule.modes and "account" not in rule.by]
    sights = [
        (people, {"reader": frozenset(AGENTS)}, beside),
        (able(family, "account"), {"where": (("account", "=", OWN_ACCOUNTS),)}, beside),
        (rest, {}, dict),
    ]

    @FEW
    @given(family.companies, st.randoms(use_true_random=False))
    def holds(company: Any, chance: Any) -> None:
        whole, setup = company
        project = laid(warehouse, company)
        before = [figures(project, kpis, **more) for kpis, more, _ in sights]
        for (kpis, more, among), first in zip(sights, before, strict=True):
            tables = {name: chance.sample(rows, len(rows)) for name, rows in among(whole).items()}
            after = figures(laid(warehouse, (tables, setup)), kpis, **more) if kpis else {}
            for kpi in kpis:
                assert told(first[kpi]) == told(after[kpi]), kpi

    holds()


@pytest.mark.parametrize("name", ["mail", "phone", "surveys", "orders", "recurring"])
def test_the_past_is_what_was_known_then(warehouse, name):
    """Of families whose rows are events: what comes later is not there, or not yet."""
    family = FAMILIES[name]
    kpis = sorted(family.rules)

    @FEW
    @given(family.companies, st.dates(date(2024, 1, 20), date(2024, 4, 30)))
    def agrees(company: Any, day: date) -> None:
        tables, setup = company
        as_of = midnight(day, setup.tz)
        late = figures(laid(warehouse, company), kpis, as_of)
        early = figures(laid(warehouse, (until(tables, as_of, setup.tz), setup), as_of), kpis)
        for kpi in kpis:
            if early[kpi][:1] and early[kpi][0].reason == "not_measurable":
                continue  # nothing of it was loaded yet
            for then, now in zip(early[kpi], late[kpi], strict=True):
                is_covered = "outside_coverage" not in (then.reason, now.reason)
                if then.n and now.n and is_covered:  # what the data cover is a matter of all rows
                    assert told([then]) == told([now]), kpi

    agrees()


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
                others = {apart(row, by): row for row in alone[kpi]}
                for row in groups[kpi]:
                    if row.dim_ids.get(by) != one:
                        continue
                    other = others.get(apart(row, by))
                    if other is None:  # a KPI with groups of its own has no row for no rows
                        assert (row.n or 0, row.value or 0) == (0, 0), (kpi, by, one, row)
                        continue
                    assert same(row.value, other.value), (kpi, by, one, row, other)
                    assert row.n == other.n, (kpi, by, one, row, other)

    agrees()
