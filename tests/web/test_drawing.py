"""Geometry of what the server draws: percent in, percent out."""

import re

import pytest
from django.template.loader import render_to_string

from kpilot.web.kpis.breakdown import nice_step
from kpilot.web.shell.drawing import own_axis, shares, spark_lines
from kpilot.web.shell.parts import Bar, Forest, Range, Spark
from kpilot.web.shell.templatetags.components import bars, forest


def test_a_value_stands_at_its_share_of_the_axis_and_never_outside() -> None:
    assert shares([0, 25, 100, 150, -5], (0, 100)) == [0, 25, 100, 100, 0]


def test_an_axis_of_no_width_is_not_divided_by() -> None:
    assert shares([5], (5, 5)) == [0]


@pytest.mark.parametrize(
    ("width", "unit", "step"),
    [(0.7, "ratio", 0.2), (20_000, "seconds", 7200), (70, "seconds", 20),
     (2_000_000, "seconds", 432_000)],
)
def test_ticks_stand_at_round_values_and_times_at_those_of_clocks(
    width: float, unit: str, step: float
) -> None:
    assert nice_step(width, unit) == pytest.approx(step)


def test_the_first_and_the_last_tick_stay_within_the_axis() -> None:
    drawn = Forest(rows=(), ticks=((0, "0"), (50, "50"), (100, "100%")), axis=(0, 100), label="")
    html = render_to_string("components/forest.html", forest(drawn))
    assert re.findall(r'text-anchor="(\w+)"', html) == ["start", "middle", "end"]


def test_a_range_finds_a_scale_that_shows_its_interval_and_target() -> None:
    low, high = own_axis(Range(value=44, low=36, high=53, target=60))
    assert low < 36
    assert high > 60


def test_a_range_of_what_cannot_be_negative_starts_at_zero_at_the_least() -> None:
    assert own_axis(Range(value=1, low=0.5, high=9))[0] == 0


def test_a_line_starts_left_ends_right_and_higher_is_up() -> None:
    (path,), unfinished, last, target = spark_lines(Spark(values=(1, 2, 3), label=""))
    assert path == "M1.5 91.0L49.0 50.0L96.5 9.0"
    assert (unfinished, last, target) == ("", (96.5, 9.0), None)


def test_an_unfinished_period_has_a_stroke_of_its_own() -> None:
    (path,), unfinished, _, _ = spark_lines(Spark(values=(1, 2, 3), label="", open=True))
    assert path == "M1.5 91.0L49.0 50.0"
    assert unfinished == "M49.0 50.0L96.5 9.0"


def test_a_gap_parts_the_line() -> None:
    paths, _, _, _ = spark_lines(Spark(values=(1, 2, None, 3), label=""))
    assert len(paths) == 2


@pytest.mark.parametrize("values", [(), (None, None)])
def test_nothing_known_draws_nothing(values: tuple[float | None, ...]) -> None:
    assert spark_lines(Spark(values=values, label="")) == ([], "", None, None)


def test_values_all_alike_lie_in_the_middle() -> None:
    (path,), _, _, target = spark_lines(Spark(values=(4, 4), label="", target=4))
    assert path == "M1.5 50.0L96.5 50.0"
    assert target == 50


def test_a_bar_below_zero_lies_to_the_left_of_it() -> None:
    rows = [Bar(label="New", value=30, text="30"), Bar(label="Lost", value=-10, text="-10")]
    drawn = bars(rows)
    assert drawn["zero"] == 25
    assert [(start, width) for _row, start, width, _before in drawn["rows"]] == [(25, 75), (0, 25)]
