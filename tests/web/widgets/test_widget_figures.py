"""What widgets draw adds up: to the rows that were loaded, counted here a second time."""

from collections import Counter
from datetime import date, timedelta

import pytest

from kpilot.web import warehouse
from kpilot.web.kpis import breakdown
from tests.web.looking import plain

OCTOBER = {"period": "2024-10"}
MONTH = (date(2024, 10, 1), date(2024, 11, 1))


def within(day, span=MONTH):
    return day is not None and span[0] <= day < span[1]


def won(sold, span=MONTH):
    return [r for r in sold if r["stage"] == "Closed Won" and within(r["closed"], span)]


def test_parts_come_to_the_whole(draw, sold):
    by_product = Counter()
    for row in won(sold):
        by_product[row["product"]] += row["amount"]
    whole = sum(by_product.values())
    words = {"kpi": ("sales_value",), "by": ("product",)}

    pie = draw("eve", "pie", words, **OCTOBER)
    assert {name: value for name, value, *_ in pie.table.rows} == by_product
    assert pie.table.total[1] == whole
    lengths = [one.length for one in pie.context["slices"]]
    assert sum(lengths) == pytest.approx(100 - 0.4 * len(lengths))
    largest = max(by_product, key=by_product.get)
    assert pie.finding == f"Sales value: {by_product[largest] / whole:.1%} from {largest}"

    bar = draw("eve", "bar", words, **OCTOBER)
    assert {name: value for name, value, *_ in bar.table.rows} == by_product
    assert [one.label for one in bar.context["parts"].bars] == [
        name for name, _ in by_product.most_common()
    ]

    table = draw("eve", "table", {"kpi": ("sales_value",), "by": ("product",)}, **OCTOBER)
    assert table.table.total[1] == whole


def test_people_are_never_ranked_by_the_parts_they_are_of_a_whole(draw):
    by_agent = {"kpi": ("new_opportunities",), "by": ("agent",)}
    pie = draw("eve", "pie", by_agent, **OCTOBER)
    assert [row[:2] for row in pie.table.rows] == [("Ann", 24), ("Bob", 22), ("Zoe", 23)]
    names = ["Ann", "Bob", "Zoe"]
    assert [one.part.label for one in pie.context["slices"]] == names
    stack = draw("eve", "stacked", by_agent, **OCTOBER)
    assert [part.label for part in stack.context["parts"]] == names
    assert "nobody is ranked" in pie.note
    assert "nobody is ranked" in stack.note


def test_a_card_that_runs_up_to_the_end_of_its_period_says_which_days_it_draws(draw):
    words = {"kpi": ("new_opportunities",), "by": ("product",), "period": ("last_12_months",)}
    months = draw("eve", "stacked", words, period="2024-10")
    assert months.own == ["Last 12 months"]
    so_far = draw("eve", "number", {"kpi": ("sales_value",)}, period="2024-11")
    assert plain(so_far.subtitle) == "1–20 Nov 2024"
    whole = draw("eve", "progress", {"kpi": ("sales_value",)}, period="2024-11")
    assert plain(whole.subtitle) == "1–30 Nov 2024", "its target is that of the month"
    weeks = draw("eve", "stacked", {**words, "grain": ("week",)}, period="2024-10")
    assert len(weeks.table.rows) == 12
    (days,) = weeks.own
    assert plain(days) == "12 Aug – 3 Nov 2024"
    line = draw("eve", "line", {"kpi": ("win_rate",), **words, "by": ()}, period="2024-10")
    assert "Last 12 months" not in line.own, "it has thirteen"


def test_layers_come_to_the_figure_of_each_step(draw, sold):
    words = {"kpi": ("new_opportunities",), "by": ("account",)}
    drawn = draw("eve", "stacked", words, **OCTOBER)
    *layers, total = drawn.table.columns[1:]
    assert len(layers) == 7
    assert layers[-1].label == "Others (3)"
    assert total.label == "Total"
    name, *values, whole = drawn.table.rows[-1]
    assert name == "October 2024"
    assert sum(value or 0 for value in values) == whole
    assert whole == sum(within(r["created"]) for r in sold)
    first = (date(2023, 11, 1), date(2023, 12, 1))
    assert drawn.table.rows[0][-1] == sum(within(r["created"], first) for r in sold)
    assert not drawn.chart["open"]
    assert draw("eve", "stacked", words).chart["open"]


def test_the_total_of_a_rate_is_a_ratio_of_sums(draw, sold):
    drawn = draw("eve", "table", {"kpi": ("win_rate",), "by": ("product",)}, **OCTOBER)
    closed = [r for r in sold if within(r["closed"])]
    assert drawn.table.total[1] == pytest.approx(len(won(sold)) / len(closed))
    rates = [value for _name, value in drawn.table.rows]
    assert drawn.table.total[1] != pytest.approx(sum(rates) / len(rates), abs=1e-6)


def test_names_with_accents_stand_where_a_reader_looks_for_them(draw, house):
    warehouse.project().engine.query("UPDATE agent SET name = 'Éric' WHERE id = 'bob'")
    drawn = draw("eve", "table", {"kpi": ("sales_value",), "by": ("agent",)}, **OCTOBER)
    assert [name for name, *_ in drawn.table.rows] == ["Ann", "Éric", "Zoe"]


def test_all_others_together_leave_room_for_the_named_ones(draw, monkeypatch):
    words = {"kpi": ("new_opportunities",), "by": ("account",)}
    assert all(bar.value for bar in draw("eve", "bar", words, **OCTOBER).context["parts"].bars)
    monkeypatch.setattr(breakdown, "BARS", 3)
    drawn = draw("eve", "bar", words, **OCTOBER)
    *named, others = drawn.context["parts"].bars
    assert (others.value, bool(others.text)) == (None, True)
    assert all(bar.value for bar in named)
    assert "no bar" in drawn.note


def test_an_average_counts_whole_steps_and_refuses_rates(draw, sold):
    words = {"kpi": ("sales_value",), "period": ("2024",), "grain": ("month",)}
    drawn = draw("eve", "number", words, {"calculation": "average"})
    year = won(sold, (date(2024, 1, 1), date(2024, 11, 1)))
    assert drawn.table.total[1] == pytest.approx(sum(r["amount"] for r in year) / 10)
    assert drawn.subtitle.startswith("Average of 10 steps")
    assert drawn.context["card"].size == "", "said once"
    refused = draw("eve", "number", {"kpi": ("win_rate",)}, {"calculation": "average"})
    assert "average of rates" in refused.problem
    level = draw("eve", "number", {"kpi": ("open_pipeline",)}, {"calculation": "sum"})
    assert "does not add up over time" in level.problem


def test_the_waterfall_closes(draw, sold):
    drawn = draw("eve", "waterfall", **OCTOBER)
    amounts = {label: value for label, value, _n in drawn.table.rows}
    start, end = MONTH

    def worth(rows):
        return sum(r["amount"] for r in rows)

    def is_open(row, day):
        return row["created"] < day and (row["closed"] is None or row["closed"] >= day)

    lost = [r for r in sold if r["stage"] == "Closed Lost" and within(r["closed"])]
    assert amounts == {
        "Open at the start": worth(r for r in sold if is_open(r, start)),
        "New": worth(r for r in sold if within(r["created"])),
        "Lost": -worth(lost),
        "Won": -worth(won(sold)),
    }
    assert sum(amounts.values()) == drawn.table.total[1]
    assert drawn.table.total[1] == worth(r for r in sold if is_open(r, end))
    assert "“Open pipeline” counts past days with the amounts known today" in drawn.note
    last = drawn.context["steps"][-1]
    assert drawn.context["steps"][-2].end == pytest.approx(last.width)


def test_the_funnel_shows_lost_and_open_apart(draw, sold):
    for reading in ("order", "any"):
        drawn = draw("eve", "funnel", {}, {"reading": reading}, **OCTOBER)
        (ladder,) = drawn.context["ladders"]
        first, second = ladder.stages
        reached = [r for r in sold if within(r["created"])]
        assert (first.name, first.reached) == ("Qualification", len(reached))
        proposed = [r for r in reached if r["stage"] != "Qualification"]
        assert (second.reached, first.advanced) == (len(proposed), len(proposed))
        assert second.advanced == sum(r["stage"] == "Closed Won" for r in proposed)
        assert second.lost == sum(r["stage"] == "Closed Lost" for r in proposed)
        for stage in ladder.stages:
            assert stage.reached == stage.advanced + stage.lost + stage.there
        whole = second.advanced / first.reached if reading == "order" else None
        assert second.whole == (None if whole is None else pytest.approx(whole))
        assert f"“{'in order' if reading == 'order' else 'any stage'}”" in drawn.subtitle


def test_cohorts_ripen(draw, sold):
    drawn = draw("eve", "cohort", {"kpi": ("win_rate_cohort_to_date",)}, period="2024-11")
    rows = {name: values for name, *values in drawn.table.rows}
    began = [r for r in sold if within(r["created"], (date(2024, 6, 1), date(2024, 7, 1)))]
    for step in range(4):
        limit = timedelta(30 * (step + 1))
        came = [r for r in began if r["stage"] == "Closed Won"
                and r["closed"] - r["created"] < limit]  # fmt: skip
        assert rows["June 2024"][1 + step] == pytest.approx(len(came) / len(began))
    assert rows["June 2024"][0] == len(began)
    assert rows["October 2024"][1] is None, "the last of October had 20 days, not 30"
    assert rows["September 2024"][1] is not None
    assert "not ripe" in drawn.note


def test_hours_are_those_of_the_organisation_and_few_say_nothing(draw):
    drawn = draw("eve", "heat_map", {"kpi": ("call_answer_rate",), "period": ("2024-11",)})
    rows = {hour: days for hour, *days in drawn.table.rows}
    assert rows["09:00"][0] == pytest.approx(34 / 40)  # two Mondays
    assert rows["10:00"][1] == pytest.approx(20 / 60)
    assert rows["14:00"][2] == pytest.approx(3 / 4)
    cells = dict(drawn.context["grid"])
    assert [cell.few for cell in cells["14:00"]][2]
    assert cells["14:00"][2].text == ""
    assert not cells["09:00"][0].few
    assert rows["11:00"] == [None] * 7, "no call is no rate, not zero"
    assert cells["09:00"][0].text == "85.0"
    assert drawn.subtitle.endswith(", in %")


def test_points_and_tasks(draw, sold):
    open_ones = [r for r in sold if not str(r["stage"]).startswith("Closed")]
    drawn = draw("eve", "scatter")
    assert len(drawn.chart["points"]) == 300
    assert f"of {len(open_ones)}" in drawn.note
    amounts = sorted((r["amount"] for r in open_ones), reverse=True)[:300]
    assert sorted((p["y"] for p in drawn.chart["points"]), reverse=True) == amounts
    mine = draw("ann", "tasks", {"period": ("2024-11",)})
    assert [row[0] for row in mine.table.rows] == ["ann calls back"]
    assert mine.context["tasks"][0].late.replace("\u00a0", " ") == "9 days late"
    on_its_day = draw("ann", "tasks", {"period": ("2024-11-01/2024-11-12",)})
    assert on_its_day.context["tasks"][0].late == "not done on its day"
    everybody = draw("eve", "tasks", {"period": ("2024-11",)}, {"whose": "all"})
    assert [row[0] for row in everybody.table.rows] == [
        "secret task", "ann calls back", "bob sends an offer",
    ]  # fmt: skip
