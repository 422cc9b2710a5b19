"""What came into the pipeline, left it and changed between two days: it closes to the cent."""

from decimal import Decimal

import pytest

from tests.ask.conftest import Company

JANUARY = {"period": "2026-01"}
# id, status, amount now, currency, created, closed, expected now
DEALS = [
    ("kept", "open", 1000, "EUR", "2025-12-01", None, "2026-03-10"),
    ("raised", "open", "1500.55", "EUR", "2025-12-01", None, "2026-01-20"),
    ("lowered", "open", 700, "EUR", "2025-12-01", None, "2026-01-25"),
    ("won", "won", 2200, "EUR", "2025-12-05", "2026-01-15", "2026-01-15"),
    ("lost", "lost", 400, "EUR", "2025-12-05", "2026-01-20", "2026-01-28"),
    ("slipped", "open", 5000, "EUR", "2025-12-07", None, "2026-02-20"),
    ("nearer", "open", 300, "EUR", "2025-12-08", None, "2026-01-30"),
    ("dollars", "open", 100, "USD", "2025-12-09", None, "2026-05-01"),
    ("new", "open", 250, "EUR", "2026-01-10", None, "2026-01-31"),
    ("brief", "won", 60, "EUR", "2026-01-11", "2026-01-12", "2026-01-12"),
    ("before", "won", 9999, "EUR", "2025-11-01", "2025-12-20", "2025-12-20"),
    ("double", "lost", 7777, "EUR", "2025-12-01", "2026-01-09", "2026-01-09"),
    ("silent", "open", None, "EUR", "2025-12-02", None, None),
    ("later", "open", 8888, "EUR", "2026-02-03", None, "2026-03-01"),
]
AMOUNTS = {"raised": (1200, "1500.55"), "lowered": (900, 700), "won": (2000, 2200)}
DUES = {"slipped": ("2026-01-31", "2026-02-20"), "nearer": ("2026-04-01", "2026-01-30")}


@pytest.fixture
def moved(company) -> Company:
    made = company(void_reasons=["duplicate"])
    for name, status, amount, money, created, closed, due in DEALS:
        made.put("opportunity", {
            "id": name, "status": status, "amount": amount, "currency": money,
            "created_at": f"{created} 09:00:00", "closed_at": closed and f"{closed} 17:00:00",
            "expected_close_date": due, "close_reason": "Duplicate" if name == "double" else None,
        })  # fmt: skip
        for at, value in zip((f"{created} 09:00:00", "2026-01-13 10:00:00"),
                             AMOUNTS.get(name, ()), strict=False):  # fmt: skip
            made.put("amount_history", {"opportunity_id": name, "at": at, "amount": value})
        for at, day in zip((f"{created} 09:00:00", "2026-01-14 10:00:00"),
                           DUES.get(name, ()), strict=False):  # fmt: skip
            made.put("close_date_history", {"opportunity_id": name, "at": at,
                                            "expected_close_date": day})  # fmt: skip
    for day, rate in (("2025-12-30", "0.80"), ("2026-01-30", "0.90")):
        made.put("fx_rate", {"from_currency": "USD", "to_currency": "EUR", "date": day,
                             "rate": rate})  # fmt: skip
    return made.until("2026-02-15 00:00:00")


def parts(made: Company, kpi: str, **words: object) -> dict[str, Decimal]:
    rows = made.ask(kpi, **{**JANUARY, **words}).rows
    return {row.dim_ids["movement"]: row.value for row in rows if row.value}


def test_everything_open_goes_from_its_start_to_its_end(moved: Company):
    # start: 1000 + 1200 + 900 + 2000 + 400 + 5000 + 300 + 100 $ at the 0.90 of 31 January
    assert parts(moved, "pipeline_movements") == {
        "start": Decimal(10890), "new": 310, "up": Decimal("500.55"), "down": -200,
        "won": -2260, "lost": -400,
    }  # fmt: skip
    end = sum(parts(moved, "pipeline_movements").values())
    # 1000 + 1500.55 + 700 + 5000 + 300 + 90 + 250
    assert end == Decimal("8840.55")


def test_what_is_expected_in_the_period_also_slips_and_is_brought_forward(moved: Company):
    # start: raised 1200, lowered 900, won 2000, lost 400, slipped 5000
    assert parts(moved, "pipeline_movements_due") == {
        "start": 9500, "new": 310, "pulled_in": 300, "up": Decimal("500.55"), "down": -200,
        "slipped": -5000, "won": -2260, "lost": -400,
    }  # fmt: skip
    # 1500.55 + 700 + 300 + 250
    assert sum(parts(moved, "pipeline_movements_due").values()) == Decimal("2750.55")


def test_the_end_of_now_is_the_open_pipeline_and_the_pipeline_due(moved: Company):
    for whole, moves in (("open_pipeline", "pipeline_movements"),
                         ("due_pipeline", "pipeline_movements_due")):  # fmt: skip
        found = parts(moved, moves, period="2026-Q1")
        assert sum(found.values()) == moved.value(whole, period="2026-Q1"), whole


def test_an_opportunity_without_an_amount_is_left_out_and_counted_once(moved: Company):
    rows = moved.ask("pipeline_movements", **JANUARY).rows
    left = {row.dim_ids["movement"]: row.excluded for row in rows if row.excluded}
    assert left == {"start": {"null_amount": 1}}


def test_what_lacks_a_rate_leaves_no_movement_of_it_a_figure(moved: Company):
    moved.put("opportunity", {
        "id": "francs", "status": "won", "amount": 50, "currency": "CHF",
        "created_at": "2025-12-01 09:00:00", "closed_at": "2026-01-15 17:00:00",
    })  # fmt: skip
    moved.put("amount_history", *(
        {"opportunity_id": "francs", "at": f"{at} 10:00:00", "amount": amount}
        for at, amount in (("2025-12-01", 40), ("2026-01-10", 50))
    ))  # fmt: skip
    rows = moved.until("2026-02-15 00:00:00").ask("pipeline_movements", **JANUARY).rows
    found = {row.dim_ids["movement"]: row for row in rows}
    assert {name for name, row in found.items() if row.reason == "missing_rate"} == {
        "start", "up", "won",
    }  # fmt: skip
    assert (found["won"].value, found["won"].partial_value) == (None, -2260)


def test_what_began_and_closed_within_the_period_is_worth_what_it_closed_at(moved: Company):
    """Not what it was first thought to be worth, when nobody knows what it closed at."""
    moved.put("opportunity", {
        "id": "cleared", "status": "won", "amount": None, "currency": "EUR",
        "created_at": "2026-01-05 09:00:00", "closed_at": "2026-01-08 09:00:00",
    })  # fmt: skip
    for day, amount in (("2026-01-05", 500), ("2026-01-06", None)):
        moved.put("amount_history", {"opportunity_id": "cleared", "at": f"{day} 09:00:00",
                                     "amount": amount})  # fmt: skip
    found = parts(moved.until("2026-02-15 00:00:00"), "pipeline_movements")
    assert (found["new"], found["won"]) == (310, -2260)


def test_each_group_closes_too(moved: Company):
    moved.project.engine.query("UPDATE opportunity SET owner_id = 'ann' WHERE id IN ('won','new')")
    moved.until("2026-02-15 00:00:00")
    rows = moved.ask("pipeline_movements", by="agent", **JANUARY).rows
    mine = {r.dim_ids["movement"]: r.value for r in rows if r.dim_ids["agent"] == "ann" if r.value}
    assert mine == {"start": 2000, "new": 250, "up": 200, "won": -2200}
