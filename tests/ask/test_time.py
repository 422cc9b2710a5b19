"""As of when: horizons, restated histories, unfinished periods and fair comparisons."""

import pytest

from tests.ask.conftest import lost, still_open, won


def test_without_a_history_of_owners_the_credit_is_said_to_be_that_of_today(company):
    """Who sold it may have left: the one who has the account now is no seller of it (rule G16)."""
    made = company().put("agent", {"id": "ana", "name": "Ana"}, {"id": "bob", "name": "Bob"})
    made.put("opportunity", won("a", "2026-02-10", created_on="2026-01-05", owner_id="bob"))
    made.until("2026-04-01")
    for kpi in ("sales_value", "new_opportunities", "activities_per_win_full"):
        assert made.ask(kpi, period="2026").attribution[kpi] == "owner_current"
    by_agent = made.ask("sales_value", period="2026", by="agent")
    assert by_agent.rows[0].flags[-1] == "no_owner_history"
    assert by_agent.to_json()["rows"][0]["attribution"] == "owner_current"
    assert "no_owner_history" not in made.ask("sales_value", period="2026").rows[0].flags
    made.put("owner_history", {"opportunity_id": "a", "at_on": "2026-01-05", "agent_id": "ana"},
             {"opportunity_id": "a", "at_on": "2026-03-01", "agent_id": "bob"})  # fmt: skip
    known = made.ask("sales_value", period="2026", by="agent")
    assert known.attribution["sales_value"] == "owner_at_event"
    assert [row.dims["agent"] for row in known.rows if row.value] == ["Ana"]
    assert "no_owner_history" not in known.rows[0].flags


def test_a_win_dated_before_its_opportunity_is_a_win_whose_dates_are_said_to_be_wrong(company):
    made = company().put("opportunity", won("a", "2025-02-10", created_on="2025-02-15"),
                         lost("b", "2025-02-10", created_on="2025-02-15"))  # fmt: skip
    made.until("2026-01-01")
    for kpi in ("win_rate_cohort", "win_rate_cohort_to_date"):
        (row,) = made.ask(kpi, period="2025-02").rows
        assert (row.num, row.den) == (1, 2)
        assert "negative_interval" in row.flags


def test_without_a_period_the_last_complete_month_and_the_running_one_of_the_data_are_given(
    company,
):
    made = company().put("opportunity", won("a", "2017-04-10"), won("b", "2017-05-09"))
    rows = made.until("2017-05-10").ask("sales_count").rows
    assert [(row.period.key, row.value, row.partial) for row in rows] == [
        ("2017-04", 1, False),
        ("2017-05", 1, True),
    ]


def test_an_unfinished_month_is_held_against_the_same_days_of_the_month_before(company):
    made = company().put(
        "opportunity",
        won("a", "2026-01-05"), won("a0", "2025-11-01"),
        won("b", "2026-02-03"), won("c", "2026-02-10"), won("d", "2026-02-25"),
        won("e", "2026-03-04"), won("f", "2026-03-05"), won("g", "2026-03-06"),
    )  # fmt: skip
    (row,) = made.until("2026-03-11").ask("sales_count", period="2026-03", compare="previous").rows
    assert row.partial
    assert row.compare is not None
    assert (row.compare.value, row.compare.prev) == (3, 2)
    assert (str(row.compare.base.start), str(row.compare.base.end)) == ("2026-02-01", "2026-02-11")
    assert row.compare.change == pytest.approx(0.5)


def test_todays_unfinished_day_is_in_the_figure_and_out_of_the_comparison(company):
    made = company().put(
        "opportunity",
        won("z", "2025-12-01"),
        {"id": "a", "status": "won", "closed_at": "2026-02-10 08:00:00", "amount": 1},
        {"id": "b", "status": "won", "closed_at": "2026-03-10 08:00:00", "amount": 1},
    )
    made.until("2026-03-10 12:00:00")
    (row,) = made.ask("sales_count", period="2026-03", compare="previous").rows
    assert row.value == 1
    assert row.compare is not None
    assert (row.compare.value, row.compare.prev) == (0, 0)


def test_a_rate_changes_by_points_and_an_amount_by_share_and_from_nothing_by_nothing(company):
    made = company().put(
        "opportunity",
        won("a", "2026-01-10", 100), lost("b", "2026-01-11", 100),
        won("c", "2026-02-10", 150), won("z", "2025-10-01", 1),
    )  # fmt: skip
    made.until("2026-03-01")
    words = {"period": "2026-02", "compare": "previous"}
    (rate,) = made.ask("win_rate", **words).rows
    (money,) = made.ask("sales_value", **words).rows
    (none,) = made.ask("sales_value", period="2026-01", compare="previous").rows
    assert rate.compare is not None
    assert rate.compare.change == pytest.approx(0.5)
    assert money.compare is not None
    assert money.compare.change == pytest.approx(0.5)
    assert none.compare is not None
    assert none.compare.change is None


def test_a_period_the_data_only_partly_covers_gives_no_growth(company):
    made = company().put(
        "opportunity", *(won(f"a{m}{d}", f"2017-{m:02d}-{d:02d}") for m in range(3, 10)
                         for d in range(1, 28)),
    )  # fmt: skip
    (row,) = made.until("2017-10-01").ask("sales_growth_mom", period="2017-Q2").rows
    assert (row.value, row.reason) == (None, "left_truncated")
    (quarter,) = made.ask("sales_value", period="2017-Q1").rows
    assert "left_truncated" in quarter.flags


def test_an_earlier_moment_sees_the_history_as_it_was(company):
    made = company().put("stage", {"id": "s", "name": "s", "kind": "open", "pos": 1})
    made.put("stage", {"id": "won", "name": "won", "kind": "won", "pos": 9})
    made.put("stage", {"id": "lost", "name": "lost", "kind": "lost", "pos": 8})
    made.put("opportunity", {"id": "d", "created_at": "2026-01-01 09:00:00", "amount": 5})
    for at, stage in (("2026-01-01", "s"), ("2026-02-01", "won"), ("2026-02-15", "s"),
                      ("2026-03-01", "lost"), ("2026-03-20", "won")):  # fmt: skip
        made.put(
            "stage_history", {"opportunity_id": "d", "at": f"{at} 09:00:00", "stage_id": stage}
        )
    made.until("2026-04-01")
    assert made.value("sales_count", period="2026-02", as_of="2026-02-10") == 1
    assert made.value("sales_count", period="2026-02") == 0
    assert made.value("win_rate", period="2026-03", as_of="2026-03-10") == 0.0
    assert made.value("win_rate", period="2026-03") == 1.0
    assert made.value("open_pipeline", period="2026-02", as_of="2026-02-20") == 5


def test_a_level_is_read_at_the_end_of_each_period(company):
    made = company().put(
        "opportunity",
        still_open("a", "2026-01-10", 10),
        won("b", "2026-02-20", 20, created_on="2026-01-15"),
        still_open("c", "2026-03-01", 40),
    )
    rows = made.until("2026-04-01").ask("open_pipeline", period="2026-Q1", grain="month").rows
    assert [(row.period.key, row.value) for row in rows] == [
        ("2026-01", 30), ("2026-02", 10), ("2026-03", 50)
    ]  # fmt: skip


def test_the_age_of_open_deals_is_counted_to_the_cut_off(company):
    made = company().put(
        "opportunity", still_open("a", "2026-01-01"), still_open("b", "2026-01-21")
    )
    made.until("2026-01-31")
    assert made.value("deal_age", period="2026-01") == 20.0


def test_a_month_without_a_row_is_not_skipped(company):
    made = company().put("opportunity", won("a", "2026-01-10"), won("b", "2026-03-10"))
    rows = made.until("2026-04-01").ask("sales_count", period="2026-Q1", grain="month").rows
    assert [row.value for row in rows] == [1, 0, 1]


def test_fiscal_quarters_follow_the_companys_year(company):
    made = company(fiscal_start_month=4).put(
        "opportunity", won("a", "2026-03-31"), won("b", "2026-04-01"), won("z", "2025-04-01")
    )
    made.until("2026-07-01")
    assert made.value("sales_count", period="FY2026-Q4") == 1
    rows = made.ask("sales_count", period="2026-01-01/2026-07-01", grain="fiscal_quarter").rows
    assert [(row.period.key, row.value) for row in rows] == [("FY2026-Q4", 1), ("FY2027-Q1", 1)]


@pytest.mark.parametrize(
    ("tz", "march", "april"),
    [("Europe/Paris", 2, 1), ("UTC", 3, None), ("America/New_York", 3, None)],
)
def test_a_moment_belongs_to_the_companys_date(company, tz, march, april):
    made = company(tz=tz).put(
        "opportunity",
        {"id": "a", "status": "won", "closed_at": "2026-03-31 21:30:00"},
        {"id": "b", "status": "won", "closed_at": "2026-03-31 22:30:00"},
        {"id": "c", "status": "won", "closed_on": "2026-03-31"},
    )
    made.until("2026-05-01")
    assert made.value("sales_count", period="2026-03") == march
    assert made.value("sales_count", period="2026-04") == april
