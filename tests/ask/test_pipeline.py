"""Pipeline KPIs from rows: what is due, what slips, what stands still (E17), by the cut-off."""

import pytest

from tests.ask.conftest import Company, lost, won

AS_OF = "2026-02-15T00:00:00+00:00"
Q1 = {"period": "2026-Q1", "as_of": AS_OF}
# id, status, amount, probability, created, closed, due at the start, due now, last touched
DEALS = [
    ("p1", "open", 50000, 0.5, "2025-12-01", None, "2026-01-31", "2026-03-10", "2026-02-10"),
    ("p2", "open", 30000, 0.2, "2025-12-01", None, "2026-03-30", "2026-03-30", "2026-01-10"),
    ("p3", "open", 80000, 0.1, "2025-12-01", None, "2026-03-15", "2026-05-01", "2026-02-01"),
    ("p4", "open", 20000, 0.9, "2025-12-01", None, "2026-02-01", "2026-02-01", "2026-01-15"),
    ("w1", "won", 10000, 1, "2025-12-11", "2026-01-10", "2026-01-15", "2026-01-10", None),
    ("w2", "won", 20000, 1, "2025-12-12", "2026-01-31", "2026-02-10", "2026-01-31", None),
    ("w3", "won", 10000, 1, "2026-01-03", "2026-02-12", None, "2026-02-12", None),
    ("l1", "lost", 15000, 0, "2025-12-05", "2026-01-20", "2026-02-20", "2026-01-20", None),
    ("l2", "lost", 12000, 0, "2026-01-05", "2026-01-25", None, "2026-01-25", None),
    ("l3", "lost", 9000, 0, "2026-01-07", "2026-02-02", None, "2026-02-02", None),
]


@pytest.fixture
def e17(company) -> Company:
    made = company()
    for deal, status, amount, chance, created, closed, before, now, touched in DEALS:
        made.put("opportunity", {
            "id": deal, "status": status, "amount": amount, "probability": chance,
            "created_at": f"{created} 00:00:00",
            "closed_at": closed and f"{closed} 00:00:00", "expected_close_date": now,
        })  # fmt: skip
        if before:
            made.put("close_date_history", {"opportunity_id": deal, "at": f"{created} 00:00:00",
                                            "expected_close_date": before})  # fmt: skip
        if before != now:
            made.put("close_date_history", {"opportunity_id": deal, "at": "2026-01-09 00:00:00",
                                            "expected_close_date": now})  # fmt: skip
        if touched:
            made.put("activity", {"id": deal, "kind": "call", "opportunity_id": deal,
                                  "completed_at": f"{touched} 00:00:00"})  # fmt: skip
    made.put("target", {"id": "t", "kpi_id": "sales_value", "scope_type": "org",
                        "period": "2026-Q1", "value": 100000})  # fmt: skip
    return made.until("2026-02-15 00:00:00")


def row(made: Company, kpi: str, **words: object):
    (found,) = made.ask(kpi, **{**Q1, **words}).rows
    return found


def test_e17_levels_and_coverage(e17: Company):
    assert e17.value("open_pipeline", **Q1) == 180000
    assert e17.value("weighted_pipeline", **Q1) == 57000
    coverage = row(e17, "pipeline_coverage")
    assert coverage.value == pytest.approx(100 / 60)
    assert (coverage.num, coverage.den) == (100000, 60000)
    assert e17.value("due_pipeline_past", **Q1) == 20000
    assert e17.value("pipeline_coverage_total", **Q1) == pytest.approx(1.0)


def test_e17_nothing_left_to_sell(e17: Company):
    e17.project.engine.query("UPDATE target SET value = 40000")
    e17.until("2026-02-15 00:00:00")
    coverage = row(e17, "pipeline_coverage")
    assert (coverage.value, coverage.reason) == (None, "quota_met")


def test_e17_velocity_is_made_of_recent_closings(e17: Company):
    assert float(e17.value("pipeline_velocity", **Q1)) == pytest.approx(666.6666667)
    assert e17.value("open_opportunities", **Q1) == 4


def test_velocity_of_a_period_to_come_is_none_for_that_reason(company):
    """Not because nothing was won lately: its open ones are those of a day that is to come."""
    made = company().put("opportunity", lost("a", "2026-02-20", 10, created_on="2026-01-05"),
                         won("b", "2025-06-01", 10, created_on="2025-05-01"))  # fmt: skip
    made.until("2026-03-05")
    reasons = [made.ask("pipeline_velocity", period=period).rows[0].reason
               for period in ("2026-02", "2026-04")]  # fmt: skip
    assert reasons == ["no_rows", "outside_coverage"]


def test_e17_what_slipped_and_what_stands_still(e17: Company):
    slipped = row(e17, "slippage_rate")
    assert (slipped.num, slipped.den, slipped.value) == (1, 7, pytest.approx(1 / 7))
    value = row(e17, "slippage_rate_value")
    assert (value.num, value.den, value.value) == (80000, 225000, pytest.approx(80 / 225))
    stalled = row(e17, "stalled_rate")
    assert (stalled.num, stalled.den) == (2, 4)
    assert e17.value("stalled_rate_value", **Q1) == 50000


def test_when_the_period_is_over_whatever_is_open_has_slipped(e17: Company):
    e17.until("2026-04-02 00:00:00")
    slipped = row(e17, "slippage_rate", as_of="2026-04-02T00:00:00+00:00")
    assert (slipped.num, slipped.den) == (4, 7)


def test_projected_sales_add_what_is_expected_and_leave_the_late_aside(e17: Company):
    projected = row(e17, "projected_sales")
    # won 10 + 20 + 10; expected: p1 25, p2 6; p3 is due later, p4 is late
    assert float(projected.value) == pytest.approx(71000)
    half = 1.959963984540054 * (50000**2 * 0.25 + 30000**2 * 0.16) ** 0.5
    assert projected.lo == pytest.approx(71000 - half)
    assert projected.hi == pytest.approx(71000 + half)
    assert projected.excluded["past_due"] == 1


def test_a_cohort_is_judged_when_all_of_it_has_had_its_time(company):
    made = company(win_window_days=30)
    made.put(
        "opportunity",
        {"id": "a", "status": "won", "created_on": "2026-01-05", "closed_on": "2026-02-03"},
        {"id": "b", "status": "won", "created_on": "2026-01-05", "closed_on": "2026-02-04"},
        {"id": "c", "status": "open", "created_on": "2026-01-20"},
        {"id": "d", "status": "won", "created_on": "2026-01-31", "closed_on": "2026-02-05"},
    ).until("2026-03-01 00:00:00")
    (found,) = made.ask("win_rate_cohort", period="2026-01").rows
    assert (found.num, found.den, found.excluded) == (1, 3, {"immature": 1})
    (found,) = made.ask("win_rate_cohort_to_date", period="2026-01").rows
    assert (found.num, found.den) == (3, 4)


def test_e04_time_to_decision_counts_open_deals_as_not_decided(company):
    made = company()
    for name, created, status, closed in (
        ("A", "2026-01-01", "won", "2026-01-11"), ("B", "2026-01-05", "won", "2026-01-25"),
        ("C", "2026-02-01", "won", "2026-02-21"), ("D", "2026-02-01", "won", "2026-03-13"),
        ("E", "2026-03-01", "lost", "2026-03-16"), ("F", "2026-03-01", "lost", "2026-04-05"),
        ("G", "2026-05-17", "open", None), ("H", "2026-05-02", "open", None),
        ("I", "2026-04-22", "open", None), ("J", "2026-04-12", "open", None),
    ):  # fmt: skip
        made.put("opportunity", {
            "id": name, "status": status, "created_at": f"{created} 00:00:00",
            "closed_at": closed and f"{closed} 00:00:00",
        })  # fmt: skip
    made.until("2026-07-01 00:00:00")
    assert made.value("cycle_km", period="2026-06") == 35.0
