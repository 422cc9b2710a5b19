"""Intervals of figures made of others, of growth, and of ratios whose sides are other rows."""

from math import exp, sqrt

import numpy as np
import pytest

from kpilot.ask import ask
from tests.ask.conftest import Company

Z = 1.959963984540054


def closed(name: str, day: str, amount: float, status: str = "won", days: int = 20) -> dict:
    born = np.datetime64(day) - days
    return {"id": name, "status": status, "amount": amount, "created_on": str(born),
            "closed_on": day}  # fmt: skip


@pytest.fixture
def selling(company) -> Company:
    made = company()
    sizes = {"2026-02-10": (100, 300, 50, 250), "2026-03-10": (200, 100, 400)}
    for day, amounts in sizes.items():
        for n, amount in enumerate(amounts):
            made.put("opportunity", closed(f"{day}{n}", day, amount, days=10 + 5 * n))
        made.put("opportunity", closed(f"{day}l", day, 70, "lost"))
    made.put("opportunity", *({"id": f"o{n}", "status": "open", "amount": 500,
                               "created_on": "2026-02-01"} for n in range(6)))  # fmt: skip
    return made.until("2026-04-01 00:00:00")


def test_a_drawing_without_intervals_asks_for_none_and_gets_the_same_figures(selling: Company):
    asked = {"period": "2026-03", "compare": "previous"}
    query = selling.ask("avg_deal_size", **asked).query
    with_them, without = (
        ask(query, selling.project, intervals=wanted).rows[0]
        for wanted in (True, False)
    )
    assert with_them.lo is not None
    assert (without.lo, without.hi, without.method) == (None, None, "")
    assert (without.value, without.n, without.flags, without.compare) == (
        with_them.value, with_them.n, with_them.flags, with_them.compare,
    )  # fmt: skip


def test_growth_is_as_unsure_as_the_sales_of_both_periods(selling: Company):
    (row,) = selling.ask("sales_growth_mom", period="2026-03").rows
    assert row.value == pytest.approx(0.0)
    variance = (200**2 + 100**2 + 400**2) / 700**2 + (100**2 + 300**2 + 50**2 + 250**2) / 700**2
    half = Z * sqrt(variance)
    assert (row.lo, row.hi) == pytest.approx((exp(-half) - 1, exp(half) - 1))
    rng = np.random.default_rng(5)  # resampled: a Poisson number of times each
    now = rng.poisson(1, (20000, 3)) @ np.array([200, 100, 400])
    before = rng.poisson(1, (20000, 4)) @ np.array([100, 300, 50, 250])
    known = (now > 0) & (before > 0)
    spread = np.log(now[known] / before[known]).std()
    assert sqrt(variance) == pytest.approx(spread, rel=0.25)


def test_velocity_is_as_unsure_as_its_parts_together(selling: Company):
    words = {"period": "2026-03"}
    (row,) = selling.ask("pipeline_velocity", **words).rows
    parts = [selling.ask(kpi, period="2026-01-01/2026-04-01").rows[0]
             for kpi in ("win_rate", "avg_deal_size", "sales_cycle_days_mean")]  # fmt: skip
    errors = [np.log(part.hi / part.lo) / 2 / Z for part in parts]
    opened = selling.ask("open_opportunities", **words).rows[0]
    if opened.lo is not None:
        errors.append(np.log(opened.hi / opened.lo) / 2 / Z)
    half = Z * sqrt(sum(error**2 for error in errors))
    assert (row.lo, row.hi) == pytest.approx(
        (float(row.value) * exp(-half), float(row.value) * exp(half)), rel=1e-3
    )
    assert row.method == "parts"


def test_a_formula_of_one_figure_has_its_interval_and_what_stands_twice_cancels(company):
    made = company(gross_margin=0.8).put("account", *({"id": f"k{n}"} for n in range(12)))
    starts = [("k0", "2025-01-01", 100), ("k0", "2026-02-01", 60), ("k1", "2025-01-01", 50),
              ("k2", "2025-01-01", 80), ("k2", "2026-02-10", 0)]  # fmt: skip
    starts += [(f"k{n}", "2026-01-15", 10 * n) for n in range(3, 12)]
    made.put("subscription_mrr", *({"account_id": a, "from_date": day, "mrr": mrr}
                                   for a, day, mrr in starts))  # fmt: skip
    made.put("cost", {"id": "c", "category": "ads", "function": "sales", "amount": 900,
                      "start_date": "2026-01-01", "end_date": "2026-04-01"})  # fmt: skip
    made.until("2026-04-01 00:00:00")
    (year,), (plain,) = (
        made.ask("grr_year", period="2026-Q1").rows,
        made.ask("grr", period="2025-04-01/2026-04-01").rows,
    )
    assert (year.value, year.lo, year.hi) == (plain.value, plain.lo, plain.hi)
    assert year.lo is not None
    (cac,) = made.ask("cac", period="2026-Q1").rows
    (new,) = made.ask("new_customers", period="2026-Q1").rows
    half = np.log(new.hi / new.lo) / 2  # costs are booked: only the customers are unsure
    assert (cac.lo, cac.hi) == pytest.approx((100 * exp(-half), 100 * exp(half)))
    assert made.ask("cac_payback_months", period="2026-Q1").rows[0].lo is None  # customers cancel


def test_rises_over_falls_are_resampled_customer_by_customer(company):
    made = company()
    was, becomes = [100] * 6, [150, 130, 60, 0, 180, 90]
    made.put("subscription_mrr", *(
        {"account_id": f"k{n}", "from_date": day, "mrr": mrr}
        for n, sides in enumerate(zip(was, becomes, strict=True))
        for day, mrr in zip(("2025-01-01", "2026-02-01"), sides, strict=True)
    )).until("2026-04-01 00:00:00")  # fmt: skip
    (row,) = made.ask("saas_quick_ratio", period="2026-Q1").rows
    assert float(row.value) == pytest.approx(160 / 150)
    moves = np.array([50, 30, -40, -100, 80, -10])
    drawn = moves[np.random.default_rng(1).integers(0, 6, (40000, 6))]
    falls = -np.minimum(drawn, 0).sum(axis=1)
    found = np.maximum(drawn, 0).sum(axis=1)[falls > 0] / falls[falls > 0]
    low, high = np.quantile(found, [0.025, 0.975])
    assert (row.lo, row.hi) == (pytest.approx(low, abs=0.1), pytest.approx(high, rel=0.3))


def test_orders_over_customers_are_as_unsure_as_customers_differ(company):
    made = company().put("order", *(
        {"id": f"{name}{n}", "account_id": name, "status": "paid", "net_amount": 10,
         "ordered_on": f"2026-01-{n + 1:02d}"}
        for name, times in (("a", 1), ("b", 1), ("c", 6), ("d", 2)) for n in range(times)
    )).until("2026-04-01 00:00:00")  # fmt: skip
    (row,) = made.ask("orders_per_customer", period="2026-01").rows
    assert row.value == 2.5
    assert row.lo < 1.6  # two or three of the small ones and never the big one
    assert 3.5 < row.hi < 6
