"""Goals: how far, on what pace, heading where, and what a goal makes of its targets."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.analysis.goal import (
    Moment,
    Paces,
    State,
    Target,
    display_percent,
    judge,
    roll_up,
)

START, DUE = date(2026, 1, 1), date(2026, 4, 1)
HALF = Moment.on(START, DUE, date(2026, 2, 15))
EARLY = Moment.on(START, DUE, date(2026, 1, 3))
LATE = Moment.on(START, DUE, date(2026, 3, 20))
OVER = Moment.on(START, DUE, DUE)
BEFORE = Moment.on(START, DUE, date(2025, 12, 31))


def test_a_falling_target_is_measured_like_a_rising_one() -> None:
    state = judge(Target(agg="level", start=40, target=30, current=35), HALF)
    assert (state.raw, state.pace, state.status) == (0.5, 1, "on_track")


def test_beyond_both_ends_progress_stays_between_nothing_and_all() -> None:
    assert judge(Target(start=0, target=10, current=-5), HALF).progress == 0
    done = judge(Target(start=0, target=10, current=25), HALF)
    assert (done.raw, done.progress, done.status) == (2.5, 1, "achieved")


@pytest.mark.parametrize(
    ("current", "status"),
    [(45, "on_track"), (44.9, "at_risk"), (35, "at_risk"), (34.9, "off_track"), (-1, "off_track")],
)
def test_the_pace_says_the_status(current: float, status: str) -> None:
    assert judge(Target(target=100, current=current), HALF).status == status


def test_the_paces_can_be_set() -> None:
    target = Target(target=100, current=30)
    assert judge(target, HALF, Paces(on_track=0.6, at_risk=0.5)).status == "on_track"


def test_before_the_start_and_after_the_end() -> None:
    target = Target(target=100, current=40)
    assert judge(target, BEFORE).status == "not_started"
    assert judge(target, OVER).status == "missed"
    assert judge(replace(target, current=100), OVER).status == "achieved"
    assert judge(replace(target, current=None), OVER).status == "missed"


def test_too_early_to_say() -> None:
    state = judge(Target(target=100, current=0), EARLY)
    assert (state.status, state.projection, state.flags) == ("on_track", None, ("too_early",))
    first_day = judge(Target(target=100, current=0), Moment.on(START, DUE, START))
    assert (first_day.status, first_day.pace) == ("on_track", None)


def test_without_a_value_there_is_no_status_but_no_data() -> None:
    for lacking in (None, float("nan"), float("inf")):
        state = judge(Target(kind="kpi", target=1, current=lacking), HALF)
        assert (state.status, state.progress, state.raw) == ("no_data", 0, None)
        assert (state.flags, state.pace, state.projection) == (("no_data",), None, None)


def test_a_target_that_equals_its_start_is_kept_or_lost() -> None:
    kept = Target(agg="level", start=10, target=10, current=10)
    assert judge(kept, OVER).status == "achieved"
    assert judge(replace(kept, current=9), OVER).status == "missed"
    assert judge(replace(kept, current=9, direction="down"), OVER).status == "achieved"
    assert judge(replace(kept, current=11, direction="down"), HALF).progress == 0


def test_a_level_may_fall_again_before_the_end() -> None:
    level = Target(kind="kpi", agg="level", start=0.2, target=0.25, current=0.26)
    now = judge(level, HALF)
    assert (now.status, now.flags, now.is_met) == ("on_track", ("target_met",), True)
    assert judge(level, OVER).status == "achieved"


def test_true_or_false() -> None:
    open_ = Target(kind="boolean", agg="level", target=1, current=0)
    assert judge(open_, HALF).status == "on_track"
    assert judge(open_, Moment.on(START, DUE, date(2026, 3, 13))).status == "on_track"
    assert judge(open_, Moment.on(START, DUE, date(2026, 3, 14))).status == "at_risk"
    assert judge(open_, OVER).status == "missed"
    done = judge(replace(open_, current=1), HALF)
    assert (done.status, done.projection, done.pace) == ("achieved", None, None)


def test_tasks() -> None:
    tasks = Target(kind="tasks", tasks_done=2, tasks_total=4)
    assert judge(tasks, HALF).projection == 4
    assert judge(replace(tasks, tasks_done=1), HALF).projection == 2
    assert judge(replace(tasks, tasks_overdue=1), HALF).status == "at_risk"
    behind = judge(replace(tasks, tasks_done=0, tasks_overdue=1), HALF)
    assert (behind.status, behind.flags) == ("off_track", ("overdue_tasks",))
    done = judge(replace(tasks, tasks_done=4, tasks_overdue=1, agg="level"), HALF)
    assert done.status == "achieved"
    other = Target(target=100, current=45, tasks_overdue=3)
    assert judge(other, HALF).status == "on_track"
    none = judge(replace(tasks, tasks_done=0, tasks_total=0), HALF)
    assert (none.progress, none.flags, none.status) == (0, ("no_tasks",), "no_data")
    assert judge(replace(tasks, tasks_done=None), HALF).flags == ("no_data",)


def test_a_band_is_held_or_left() -> None:
    band = Target(kind="kpi", agg="level", band=(0.75, 0.85), current=0.8)
    assert judge(band, HALF).status == "on_track"
    assert judge(replace(band, current=0.9), HALF).status == "off_track"
    assert judge(band, OVER).status == "achieved"
    assert judge(replace(band, current=0.9), OVER).status == "missed"
    assert judge(replace(band, current=None), HALF).status == "no_data"


def test_a_goal_due_before_it_starts_still_has_a_status() -> None:
    wrong = Moment.on(DUE, START, date(2026, 5, 1))
    assert wrong.elapsed is None
    assert judge(Target(target=100, current=40), wrong).status == "missed"
    assert judge(Target(target=100, current=100), wrong).status == "achieved"
    assert roll_up([judge(Target(target=100, current=40), wrong)], wrong).status == "missed"
    assert judge(Target(target=None, current=4), HALF).flags == ("no_target",)


def test_a_projection_has_an_interval_when_it_can() -> None:
    counted = judge(Target(target=100, current=40, is_count=True), HALF)
    low, high = counted.interval or (0, 0)
    assert low < 80 < high
    money = judge(Target(target=900, current=450, increments=(10.0,) * 45), HALF)
    assert money.interval == (900, 900)
    assert judge(Target(target=100, current=40), HALF).interval is None
    assert judge(Target(agg="level", target=100, current=40, is_count=True), HALF).interval is None


def state(progress: float, weight: float = 1, status: str = "on_track") -> State:
    return State(raw=progress, progress=progress, status=status, weight=weight,
                 is_met=progress >= 1)  # fmt: skip


def test_targets_weigh_in_a_goal() -> None:
    found = roll_up([state(1, 3, "achieved"), state(0, 1)], HALF)
    assert (found.progress, found.pace, found.is_met) == (0.75, 1.5, False)


def test_one_target_off_track_keeps_its_goal_from_being_on_track() -> None:
    found = roll_up([state(1, 1, "achieved"), state(0.2, 1, "off_track")], HALF)
    assert (found.pace, found.status) == (1.2, "at_risk")


def test_goals_roll_up_into_goals() -> None:
    child = roll_up([state(0.5), state(1, 1, "achieved")], HALF)
    parent = roll_up([replace(child, weight=2), state(0.25)], HALF)
    assert parent.progress == pytest.approx((2 * 0.75 + 0.25) / 3)


def test_a_goal_is_achieved_when_every_part_is() -> None:
    both = [state(1, 1, "achieved"), state(1, 0, "achieved")]
    assert roll_up(both, HALF).status == "achieved"
    waiting = [state(1, 1, "achieved"), state(1, 1, "on_track")]
    found = roll_up(waiting, HALF)
    assert (found.status, found.flags, found.is_met) == ("on_track", ("target_met",), True)
    assert roll_up(waiting, OVER).status == "achieved"
    almost = [state(1, 1, "achieved"), state(0.9, 0)]
    assert (roll_up(almost, HALF).progress, roll_up(almost, HALF).is_met) == (1, False)


def test_goals_without_parts_or_without_values() -> None:
    empty = roll_up([], HALF)
    assert (empty.status, empty.progress, empty.raw) == ("no_data", 0, None)
    assert empty.flags == ("no_targets",)
    lacking = [judge(Target(target=1, current=None), HALF)]
    assert roll_up(lacking, HALF).status == "no_data"
    assert roll_up(lacking, BEFORE).status == "not_started"
    assert roll_up([state(0.1)], EARLY).flags == ("too_early",)


def test_percent_is_rounded_down_but_not_by_a_rounding_error() -> None:
    assert [display_percent(x) for x in (0.996, 0.375, 0.29, 0.57, 1, 0)] == [
        99,
        37,
        29,
        57,
        100,
        0,
    ]


PARTS = st.lists(
    st.tuples(st.floats(0, 1), st.floats(-1, 10)).map(lambda pair: state(*pair)),
    min_size=1, max_size=8,
)  # fmt: skip


@given(PARTS)
@settings(max_examples=150, deadline=None)
def test_a_goal_lies_between_its_least_and_its_most_advanced_part(parts: list[State]) -> None:
    found = roll_up(parts, HALF)
    counted = [part.progress for part in parts if part.weight > 0]
    if counted:
        assert min(counted) - 1e-12 <= found.progress <= max(counted) + 1e-12
    assert found.is_met == all(part.progress >= 1 for part in parts)


@given(
    st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.one_of(st.none(), st.floats(-1e6, 1e6)),
    st.sampled_from(["number", "currency", "boolean", "kpi"]), st.sampled_from(["flow", "level"]),
    st.dates(date(2025, 6, 1), date(2026, 9, 1)),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_whatever_is_given_there_is_a_status(start, target, current, kind, agg, cut) -> None:
    moment = Moment.on(START, DUE, cut)
    found = judge(Target(kind=kind, agg=agg, start=start, target=target, current=current), moment)
    assert 0 <= found.progress <= 1
    if cut < START:
        assert found.status == "not_started"
    elif cut >= DUE:
        assert found.status == ("achieved" if found.is_met else "missed")
    else:
        assert found.status not in ("not_started", "missed")
