"""What a figure is made of: counts, amounts, dates, and the reasons when there is none."""

import itertools
from decimal import Decimal

import pytest

from tests.ask.conftest import lost, still_open, won


def test_an_opportunity_closed_on_the_last_day_counts(company):
    made = company().put("opportunity", won("a", "2026-03-31"), lost("b", "2026-04-01"))
    made.until("2026-05-01")
    assert made.value("win_rate", period="2026-03") == 1.0
    assert made.value("win_rate", period="2026-04") == 0.0


def test_a_rate_over_teams_is_a_ratio_of_sums_and_not_a_mean_of_ratios(company):
    made = company().put("agent", {"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"})
    made.put(
        "opportunity",
        *(won(f"a{i}", "2026-02-01", owner_id="ana") for i in range(9)),
        lost("a9", "2026-02-01", owner_id="ana"),
        lost("b", "2026-02-02", owner_id="bob"),
    ).until("2026-03-01")
    assert made.values("win_rate", by="agent", period="2026-02") == {"Ana": 0.9, "Bob": 0.0}
    assert made.value("win_rate", period="2026-02") == pytest.approx(9 / 11)


def test_nothing_to_divide_by_is_no_figure(company):
    made = company().put("opportunity", won("a", "2026-01-10"), won("b", "2026-03-10"))
    (row,) = made.until("2026-04-01").ask("win_rate", period="2026-02").rows
    assert (row.value, row.reason) == (None, "zero_denominator")


def test_a_count_of_nothing_inside_the_data_is_zero_and_outside_is_no_figure(company):
    made = company().put("opportunity", won("a", "2026-01-10"), lost("b", "2026-03-10"))
    made.until("2026-03-11")
    for kpi, month in itertools.product(("sales_count", "sales_value"), ("2026-02", "2026-03")):
        assert made.value(kpi, period=month) == 0, (kpi, month)  # in March, losses only
    (row,) = made.ask("sales_count", period="2025-06").rows
    assert (row.value, row.reason) == (None, "outside_coverage")


def test_a_missing_field_is_named_instead_of_a_figure(company):
    made = company().put("opportunity", won("a", "2026-01-10")).until("2026-02-01")
    (row,) = made.ask("new_opportunities", period="2026-01").rows
    assert (row.value, row.reason) == (None, "not_measurable")
    assert row.flags == ["missing:opportunity.created_at"]


def test_stage_figures_without_a_history_say_so(company):
    made = company().put("opportunity", won("a", "2026-01-10")).until("2026-02-01")
    for kpi in ("stage_conversion", "stage_duration"):
        (row,) = made.ask(kpi, period="2026-01").rows
        assert (row.value, row.reason) == (None, "no_history")


def test_an_amount_that_is_missing_is_left_out_and_counted(company):
    made = company().put("opportunity", won("a", "2026-01-10", 300), won("b", "2026-01-11", None))
    (row,) = made.until("2026-02-01").ask("avg_deal_size", period="2026-01").rows
    assert (row.value, row.n, row.excluded) == (Decimal(300), 1, {"null_amount": 1})


def test_a_money_ratio_is_not_given_when_fewer_than_four_in_five_have_an_amount(company):
    made = company().put(
        "opportunity",
        *(won(f"w{i}", "2026-01-10", 100 if i < 15 else None) for i in range(20)),
    )
    (row,) = made.until("2026-02-01").ask("avg_deal_size", period="2026-01").rows
    assert (row.value, row.reason, row.partial_value) == (None, "amount_coverage", Decimal(100))


def test_zeros_on_all_lost_opportunities_mean_no_amount(company):
    made = company().put(
        "opportunity",
        *(won(f"w{i}", "2026-01-10", 100) for i in range(20)),
        *(lost(f"l{i}", "2026-01-12", 0) for i in range(20)),
    )
    made.until("2026-02-01")
    (row,) = made.ask("win_rate_value", period="2026-01").rows
    assert (row.value, row.reason) == (None, "amount_coverage")
    assert "zero_lost_is_null" in row.flags
    assert made.value("win_rate", period="2026-01") == 0.5


def test_a_money_sum_over_rows_without_any_amount_is_not_measurable(company):
    made = company().put("opportunity", won("w", "2026-01-10", 100))
    made.put("opportunity", still_open("o", "2026-01-05", None)).until("2026-02-01")
    (row,) = made.ask("open_pipeline", period="2026-01").rows
    assert (row.value, row.reason) == (None, "not_measurable")


def test_a_void_reason_takes_a_deal_out_of_rates_and_says_how_many(company):
    made = company(void_reasons=["duplicate"]).put(
        "opportunity",
        won("a", "2026-01-10"),
        lost("b", "2026-01-11", close_reason=" Duplicate "),
        lost("c", "2026-01-11", close_reason="price"),
    )
    (row,) = made.until("2026-02-01").ask("win_rate", period="2026-01").rows
    assert (row.value, row.excluded) == (0.5, {"void": 1})


def test_a_closed_row_without_a_date_is_in_no_period_and_is_counted_apart(company):
    made = company().put("opportunity", won("a", "2026-01-10"), {"id": "b", "status": "lost"})
    (row,) = made.until("2026-02-01").ask("win_rate", period="2026-01").rows
    assert (row.value, row.excluded) == (1.0, {"no_closed_at": 1})


def test_a_small_sample_is_flagged_and_still_shown_with_its_interval(company):
    made = company().put("opportunity", won("a", "2026-01-10"), won("b", "2026-01-11"))
    (row,) = made.until("2026-02-01").ask("win_rate", period="2026-01").rows
    assert row.value == 1.0
    assert "low_n" in row.flags
    assert row.lo == pytest.approx(0.342380, abs=1e-6)


def test_a_cycle_is_elapsed_days_or_a_difference_of_dates(company):
    made = company(tz="Europe/Paris").put(
        "opportunity",
        {
            "id": "dst",
            "status": "won",
            "created_at": "2026-03-28 11:00:00",
            "closed_at": "2026-03-29 10:00:00",
        },
    )
    made.until("2026-04-01")
    assert made.value("sales_cycle_days", period="2026-03") == pytest.approx(23 / 24)
    made.put(
        "opportunity",
        {"id": "dates", "status": "won", "created_on": "2026-02-01", "closed_on": "2026-02-11"},
    )
    assert made.value("sales_cycle_days", period="2026-02") == 10.0


def test_a_negative_duration_stays_in_counts_and_leaves_durations(company):
    made = company().put(
        "opportunity",
        won("a", "2026-01-10", created_on="2026-01-12"),
        won("b", "2026-01-10", created_on="2026-01-05"),
        won("at once", "2026-01-10", created_on="2026-01-10"),
    )
    made.until("2026-02-01")
    (row,) = made.ask("sales_cycle_days", period="2026-01").rows
    assert (row.value, row.mean, row.excluded) == (2.5, 2.5, {"negative_duration": 1})
    assert made.value("sales_count", period="2026-01") == 3


def test_the_mean_cycle_stands_beside_the_median(company):
    made = company().put(
        "opportunity",
        *(
            won(f"w{i}", "2026-01-31", created_on=f"2026-01-{day:02d}")
            for i, day in enumerate((1, 21, 30))
        ),
    )
    (row,) = made.until("2026-02-01").ask("sales_cycle_days", period="2026-01").rows
    assert (row.value, row.mean) == (10.0, pytest.approx(41 / 3))
    assert made.value("sales_cycle_days_mean", period="2026-01") == pytest.approx(41 / 3)


def test_a_start_date_stands_in_for_creation_and_is_said(company):
    made = company().put("opportunity", won("a", "2026-01-31", started_on="2026-01-01"))
    (row,) = made.until("2026-02-01").ask("sales_cycle_days", period="2026-01").rows
    assert (row.value, "created_at_proxy" in row.flags) == (30.0, True)


def test_a_deleted_a_test_and_a_merged_row_are_nowhere(company):
    made = company().put(
        "opportunity",
        won("a", "2026-01-10"),
        won("b", "2026-01-10", deleted_on="2026-01-20"),
        won("c", "2026-01-10", is_test=True),
        won("d", "2026-01-10", merged_into_id="a"),
    )
    made.until("2026-02-01")
    assert made.value("sales_count", period="2026-01") == 1
    assert made.value("sales_count", period="2026-01", as_of="2026-01-15") == 2
