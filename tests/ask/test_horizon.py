"""Files loaded at different times: each KPI ends where what it requires ends (rule G3)."""

from datetime import UTC, datetime

import pytest

from kpilot.load import load

NOW = datetime(2024, 7, 1, tzinfo=UTC).replace(tzinfo=None)
ORDERS = "Order ID,Customer,Order date,Net amount\n" + "".join(
    f"o{n},c{n % 5},2024-{month:02d}-{day:02d},100\n"
    for n, (month, day) in enumerate(
        [(m, d) for m in (1, 2) for d in (2, 9, 16, 23, 28)] + [(3, 2), (3, 9), (3, 20)]
    )
)
DEALS = "Opportunity ID,Stage,Amount,Created date,Close date\n" + "".join(
    f"d{month},Won,500,2024-{month:02d}-01,2024-{month:02d}-20\n" for month in range(1, 7)
)


@pytest.fixture
def company_of(company, tmp_path):
    def made(*folders):
        one = company()
        for n, files in enumerate(folders):
            folder = tmp_path / str(n)
            folder.mkdir()
            for name, text in files.items():
                (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            load([folder], one.project, who="ann", now=NOW, yes=True)
        return one

    return made


def test_orders_that_end_in_march_do_not_fall_to_nothing_beside_wins_until_june(company_of):
    made = company_of({"orders": ORDERS}, {"opportunities": DEALS})
    rows = made.ask("net_revenue", period="2024-01-01/2024-07-01", grain="month").rows
    assert [row.value for row in rows] == [500, 500, 300, None, None, None]
    assert [row.reason for row in rows[3:]] == ["outside_coverage"] * 3
    assert [row.partial for row in rows] == [False, False, True, True, True, True]
    assert all("ends_early" in row.flags for row in rows)
    wins = made.ask("sales_count", period="2024-01-01/2024-07-01", grain="month").rows
    assert [row.value for row in wins] == [1] * 6
    assert not any("ends_early" in row.flags for row in wins)


def test_march_cut_short_is_held_against_as_many_days_of_february(company_of):
    made = company_of({"orders": ORDERS}, {"opportunities": DEALS})
    (row,) = made.ask("net_revenue", period="2024-03", compare="previous").rows
    assert (row.compare.this.end.isoformat(), row.compare.base.end.isoformat()) == (
        "2024-03-21", "2024-02-21"
    )  # fmt: skip
    assert (row.compare.value, row.compare.prev) == (300, 300)


def test_files_of_one_load_end_together(company_of):
    made = company_of({"orders": ORDERS, "opportunities": DEALS})
    rows = made.ask("net_revenue", period="2024-03-01/2024-05-01", grain="month").rows
    assert [(row.value, row.partial) for row in rows] == [(300, False), (None, False)]
    assert not any("ends_early" in row.flags for row in rows)


def test_a_later_load_of_the_same_table_moves_its_end(company_of):
    more = "Order ID,Customer,Order date,Net amount\no99,c1,2024-06-20,100\n"
    made = company_of({"orders": ORDERS}, {"opportunities": DEALS}, {"orders": more})
    (row,) = made.ask("net_revenue", period="2024-04").rows
    assert (row.value, row.partial, row.flags) == (0, False, [])


def test_a_moment_that_is_asked_for_is_kept(company_of):
    made = company_of({"orders": ORDERS}, {"opportunities": DEALS})
    (row,) = made.ask("net_revenue", period="2024-03", as_of="2024-05-01").rows
    assert (row.value, row.partial, "ends_early" in row.flags) == (300, False, False)
