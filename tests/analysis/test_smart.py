"""The SMART check: five verdicts, each with its code and the numbers of its sentence."""

from datetime import date
from math import log, sqrt

import pytest

from kpilot.analysis.intervals import wilson
from kpilot.analysis.smart import (
    History,
    Need,
    achievable,
    best_of,
    coverage,
    measurable,
    noise_of_count,
    noise_of_share,
    readings,
    realistic,
    required_volume,
    specific,
    timed,
)
from kpilot.core.calendar import Fiscal

WHOLE = {"kpi": "win_rate", "scope": "org", "direction": "up", "start": 0.2}


def history(*values: float | None, horizon: int = 1, grain: str = "quarter") -> History:
    return History(values=values, horizon=horizon, grain=grain)


def test_an_aim_is_specific_when_nothing_is_missing() -> None:
    assert specific(**WHOLE, target=0.25).level == "pass"
    missing = specific(kpi="win_rate", scope="", direction=None, start=0.0, target=None)
    assert (missing.level, missing.code) == ("fail", "incomplete")
    assert missing.numbers["missing"] == "scope direction target"


def test_a_percent_of_a_percent_can_be_read_in_two_ways() -> None:
    verdict = specific(**WHOLE, percent=0.05, is_ratio=True)
    assert (verdict.level, verdict.code) == ("fail", "ambiguous_percent")
    assert verdict.numbers == pytest.approx({"relative": 0.21, "points": 0.25})
    assert specific(**WHOLE, target=0.21, percent=0.05, is_ratio=True).level == "pass"
    assert specific(**WHOLE, percent=0.05).code == "incomplete"


def test_a_percent_of_anything_else_has_one_meaning() -> None:
    (only,) = readings(200, 0.05, is_ratio=False)
    assert (only.name, only.target, only.change) == ("relative", 210, 10)
    assert readings(None, 0.05, is_ratio=True) == ()
    down = readings(0.1, -0.2, is_ratio=True)
    assert [r.target for r in down] == pytest.approx([0.08, -0.1])


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (1.0, "pass"),
        (0.9, "pass"),
        (0.89, "warn"),
        (0.6, "warn"),
        (0.59, "fail"),
        (None, "unknown"),
    ],
)
def test_measurable_by_the_share_of_rows_with_a_value(share, level) -> None:
    assert measurable(share, "opportunity.amount").level == level


def test_a_change_that_came_once_in_ten_is_a_stretch() -> None:
    values = [0.2, 0.2, 0.3] + [0.3] * 8
    verdict = achievable(0.3, 0.4, [history(*values)])
    assert verdict.numbers["share"] == pytest.approx(0.1)
    assert (verdict.code, verdict.level) == ("stretch", "warn")


def test_what_never_happened_is_unrealistic_when_far_or_long_watched() -> None:
    short = [0.2, 0.25, 0.2, 0.25, 0.2, 0.25, 0.2, 0.25, 0.2, 0.25]
    near = achievable(0.2, 0.26, [history(*short)])
    assert (near.code, near.level, near.numbers["changes"]) == ("unprecedented", "warn", 9)
    assert achievable(0.2, 0.30, [history(*short)]).code == "unrealistic"
    assert achievable(0.2, 0.26, [history(*short, *short)]).code == "unrealistic"


def test_less_is_better_turns_the_changes_round() -> None:
    falling = [40.0, 36, 40, 36, 40, 36, 40, 36, 40, 36]
    verdict = achievable(40, 37, [history(*falling)], scale="log", direction="down")
    assert verdict.numbers["needed"] == pytest.approx(log(40 / 37))
    assert verdict.numbers["share"] == pytest.approx(5 / 9)
    assert verdict.code == "achievable"
    assert (
        achievable(40, 44, [history(*falling)], scale="log", direction="down").code == "no_ambition"
    )


def test_counts_are_compared_by_ratios() -> None:
    """From 10 to 20 is as big a change as from 100 to 200."""
    doubling = [10.0 * 2**n for n in range(10)]
    assert achievable(1000, 2000, [history(*doubling)], scale="log").code == "achievable"


def test_a_horizon_of_two_periods_looks_two_ahead() -> None:
    climbing = [float(n) for n in range(11)]
    verdict = achievable(10, 12, [history(*climbing, horizon=2)])
    assert (verdict.numbers["changes"], verdict.numbers["share"]) == (9, 1)


def test_too_few_quarters_are_looked_at_by_months() -> None:
    quarters = history(0.2, 0.21, 0.2)
    months = history(*[0.2 + 0.01 * (n % 4) for n in range(20)], horizon=3, grain="month")
    verdict = achievable(0.2, 0.21, [quarters, months])
    assert verdict.numbers["grain"] == "month"
    alone = achievable(0.2, 0.21, [quarters])
    assert (alone.level, alone.code, alone.numbers["changes"]) == ("unknown", "few_changes", 2)


def test_periods_without_a_value_make_no_change() -> None:
    verdict = achievable(1, 2, [history(1, None, 2, *range(3, 13))])
    assert verdict.numbers["changes"] == 10


@pytest.mark.parametrize(
    ("start", "target", "scale", "code"),
    [
        (None, 1, "points", "no_start"),
        (1, None, "points", "no_start"),
        (0, 5, "log", "no_start"),
        (-5, 5, "log", "no_start"),
        (0.2, 0.2, "points", "no_ambition"),
        (0.2, 0.1, "points", "no_ambition"),
        (0.2, 0.3, "points", "few_changes"),
    ],
)
def test_aims_without_a_way_to_judge_them(start, target, scale, code) -> None:
    assert achievable(start, target, [], scale=scale).code == code


def test_a_horizon_of_nothing_has_no_changes() -> None:
    assert achievable(1, 2, [history(*range(20), horizon=0)]).code == "few_changes"


def test_the_volume_that_lacks_most_is_named() -> None:
    needs = [
        Need(
            name="leads", required=required_volume(30, 0.05), available=best_of([900, 1, 2, 3, 400])
        ),
        Need(name="activities", required=1000.0, available=900.0),
    ]
    verdict = realistic(needs)
    assert (verdict.level, verdict.code) == ("fail", "lacking")
    assert verdict.numbers == {"name": "leads", "required": 600, "available": 400, "missing": 200}


def test_a_fifth_more_than_the_best_is_still_realistic() -> None:
    assert realistic([Need(name="leads", required=120.0, available=100.0)]).level == "pass"
    assert realistic([Need(name="leads", required=121.0, available=100.0)]).level == "fail"


def test_what_is_not_known_is_not_judged() -> None:
    assert realistic([]).level == "unknown"
    unknown = Need(name="activities", required=None, available=5.0)
    assert realistic([Need(name="leads", required=1.0, available=5.0), unknown]).level == "unknown"
    assert realistic([Need(name="leads", required=9.0, available=5.0), unknown]).level == "fail"
    assert required_volume(10, 0) is None
    assert required_volume(None, 0.1) is None
    assert best_of([None, None]) is None


def test_revenue_takes_pipeline() -> None:
    need = coverage(50_000, 100_000, 0.3, 15_000)
    assert (need.available, need.spare) == (45_000, 1.0)
    assert realistic([need]).numbers["missing"] == 5_000
    assert coverage(50_000, None, 0.3, 15_000).available is None
    assert coverage(1, 0.0, 0.0, 0.0).available == 0
    assert realistic([coverage(1, 0.0, 0.0, 0.0)]).level == "fail"


def test_the_due_date_lies_ahead_on_a_border_and_beyond_the_cycle() -> None:
    today = date(2026, 2, 10)
    assert timed(date(2026, 4, 1), today, grain="quarter").level == "pass"
    assert timed(None, today).code == "no_due_date"
    assert timed(today, today).code == "past"
    late = timed(date(2026, 4, 1), today, is_lagging=True, cycle_days=69)
    assert (late.code, late.numbers["days"]) == ("shorter_than_cycle", 50)
    assert timed(date(2026, 4, 1), today, is_lagging=True, cycle_days=50).level == "pass"
    assert timed(date(2026, 4, 1), today, cycle_days=69).level == "pass"
    assert timed(date(2026, 3, 15), today, grain="month").code == "partial_period"
    fiscal = Fiscal(start_month=2)
    assert timed(date(2026, 4, 1), today, grain="fiscal_quarter", fiscal=fiscal).level == "warn"


def test_a_change_smaller_than_the_noise_cannot_be_seen() -> None:
    noise = noise_of_share(0.2, 0.05, 200)
    low, high = wilson(40, 200) or (0, 0)
    assert noise is not None
    assert noise.half_width == pytest.approx((high - low) / 2)
    assert not noise.is_detectable
    seen = noise_of_share(0.2, -0.05, 2000)
    assert seen is not None
    assert seen.is_detectable
    assert noise_of_share(0.2, 0.1, 0) is noise_of_share(None, 0.1, 5) is None
    assert noise_of_share(1.4, 0.1, 50) is None
    assert noise_of_share(1.0, -0.2, 100) is not None


def test_a_count_must_move_by_twice_its_root() -> None:
    noise = noise_of_count(100, 19)
    assert noise is not None
    assert noise.half_width == pytest.approx(1.959964 * sqrt(100))
    assert not noise.is_detectable
    moved = noise_of_count(100, -20)
    assert moved is not None
    assert moved.is_detectable
    assert noise_of_count(None, 1) is noise_of_count(-1, 1) is None
