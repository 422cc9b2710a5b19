"""E20 of the specification, its targets entered as real goals: values, tasks, and a KPI asked."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpilot.load import load
from kpilot.project import Project, create_project, open_project
from kpilot.web.goals.models import Goal, Target
from kpilot.web.goals.standing import Part, Standing, standing

EXAMPLES = Path(__file__).parents[2] / "kpi_examples.yaml"
CASES = yaml.safe_load(EXAMPLES.read_text("utf-8"))["examples"]
CASE = next(case for case in CASES if case["id"] == "E20")
EXPECTED = CASE["expected"]
NOW = datetime.fromisoformat(CASE["as_of"]).astimezone(UTC).replace(tzinfo=None)
START, DUE = (date.fromisoformat(day) for day in CASE["period"])
HEADS = ("Opportunity ID", "Opportunity Name", "Stage", "Amount", "Created Date", "Close Date")


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project in which 19 of the 100 opportunities closed by 15 February 2026 were won."""
    folder = tmp_path_factory.mktemp("e20")
    path = folder / "opportunities.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file)
        write.writerow(HEADS)
        for n in range(110):
            closed = START + timedelta(n % 40) if n < 100 else date(2026, 2, 20)
            stage = "Closed Won" if n < 19 or n >= 100 else "Closed Lost"
            write.writerow((f"o{n}", f"Deal {n}", stage, 100, date(2025, 12, 1), closed))
    create_project(folder / "project", tz="UTC")
    project = open_project(folder / "project")
    load([path], project, who="test")
    yield project
    project.close()


def goal_with_its_targets(timing: str = "linear") -> Goal:
    """The goal of E20, its numbers entered as a person would."""
    weights = {str(month): share for month, share in CASE["config"]["month_weights"].items()}
    goal = Goal.objects.create(
        name="E20", start_on=START, due_on=DUE, timing=timing, month_weights=weights
    )
    given = CASE["tables"]["goal_target"]
    for row in given["rows"]:
        one = dict(zip(given["cols"], row, strict=True))
        target = Target.objects.create(
            goal=goal, name=one["id"], kind=one["type"], agg=one["agg"], start=one["start"],
            target=one["target"], currency="EUR" if one["type"] == "currency" else "",
            kpi="win_rate" if one["type"] == "kpi" else "",
        )  # fmt: skip
        if one["type"] == "tasks":
            tick(target, one)
        elif one["type"] != "kpi":
            target.values.create(value=one["start"], on=START)
            target.values.create(value=one["current"], on=date(2026, 2, 14))
            target.values.create(value=999_999, on=date(2026, 2, 16))  # after the clock
    return goal


def tick(target: Target, one: dict[str, Any]) -> None:
    for n in range(one["tasks_total"]):
        done = datetime(2026, 2, 1, tzinfo=UTC) if n < one["tasks_done"] else None
        due = date(2026, 1, 31) if n >= one["tasks_total"] - one["tasks_overdue"] else None
        target.tasks.create(text=f"Task {n}", done_at=done, due_on=due)
    target.tasks.create(text="Taken off", archived_at=datetime(2026, 1, 2, tzinfo=UTC))


def parts(found: Standing) -> dict[str, Part]:
    return {part.target.name: part for part in found.parts}


def agrees(part: Part, wanted: dict[str, Any]) -> None:
    state = part.state
    shown = {
        "progress": state.progress, "raw_progress": state.raw, "pace_ratio": state.pace,
        "projection": state.projection, "status": state.status,
        "flag": state.flags[0] if state.flags else None,
    }  # fmt: skip
    for key, value in wanted.items():
        if not key.startswith("seasonal"):
            expected = pytest.approx(value, abs=1e-6) if isinstance(value, float) else value
            assert shown[key] == expected, (part.target.name, key)


def test_every_target_of_e20_stands_where_the_specification_says(db: None, deals: Project) -> None:
    found = standing(goal_with_its_targets(), deals, NOW)
    assert found.expected == EXPECTED["expected_progress"]["linear"]
    for name, part in parts(found).items():
        agrees(part, EXPECTED[name])


def test_the_goal_of_e20_rolls_up(db: None, deals: Project) -> None:
    found, wanted = standing(goal_with_its_targets(), deals, NOW), EXPECTED["goal"]
    assert found.progress == pytest.approx(wanted["progress"])
    assert found.pace_ratio == pytest.approx(wanted["pace_ratio"])
    assert (found.display_percent, found.status) == (wanted["display_percent"], wanted["status"])
    assert found.state.is_met is wanted["achieved"]


def test_the_season_of_e20_changes_what_is_expected(db: None, deals: Project) -> None:
    found = standing(goal_with_its_targets("months"), deals, NOW)
    one, wanted = parts(found)["T1"].state, EXPECTED["T1"]
    assert found.expected == pytest.approx(EXPECTED["expected_progress"]["seasonal"])
    assert one.pace == pytest.approx(wanted["seasonal_pace_ratio"])
    assert one.projection == pytest.approx(wanted["seasonal_projection"])
    assert one.status == wanted["seasonal_status"]


def test_a_child_off_track_keeps_the_goal_above_at_risk(db: None, deals: Project) -> None:
    above = Goal.objects.create(name="Above", start_on=START, due_on=DUE)
    for name, current, weight in (("good", 60, 9), ("bad", 10, 1)):
        child = Goal.objects.create(
            name=name, start_on=START, due_on=DUE, parent=above, weight=weight
        )
        target = Target.objects.create(goal=child, name=name, start=0, target=100)
        target.values.create(value=current, on=date(2026, 2, 1))
    found = standing(above, deals, NOW)
    # (9 × 0.6 + 1 × 0.1) / 10 = 0.55 of the half expected: on pace, yet one child is off track.
    assert found.progress == pytest.approx(0.55)
    assert (found.pace_ratio, found.status) == (pytest.approx(1.1), "at_risk")
    assert [child.status for child in found.children] == ["on_track", "off_track"]


def test_a_percent_is_rounded_down_and_all_must_be_met(db: None, deals: Project) -> None:
    goal = Goal.objects.create(name="Nearly", start_on=START, due_on=DUE)
    target = Target.objects.create(goal=goal, name="n", start=0, target=1000)
    target.values.create(value=996, on=date(2026, 2, 1))
    found = standing(goal, deals, NOW)
    assert (found.display_percent, found.status) == (99, "on_track")
    target.values.create(value=4, adds=True, on=date(2026, 2, 2))
    assert (standing(goal, deals, NOW).display_percent, standing(goal, deals, NOW).status) == (
        100, "achieved",
    )  # fmt: skip


def test_amounts_in_another_currency_go_by_the_rate_of_their_day(db: None, deals: Project) -> None:
    with deals.engine.transaction() as cursor:
        cursor.execute("DELETE FROM fx_rate")
        cursor.executemany(
            "INSERT INTO fx_rate (from_currency, to_currency, date, rate) VALUES (?, ?, ?, ?)",
            [("USD", "EUR", date(2026, 1, 10), 0.9), ("USD", "EUR", date(2026, 2, 10), 0.8)],
        )
    goal = Goal.objects.create(name="Dollars", start_on=START, due_on=DUE)
    for name, agg in (("flow", "flow"), ("level", "level")):
        target = Target.objects.create(
            goal=goal, name=name, kind="currency", agg=agg, start=0, target=1000, currency="EUR"
        )
        target.values.create(value=100, currency="USD", on=date(2026, 1, 15))
        target.values.create(value=10, adds=True, on=date(2026, 2, 1))
    got = {n: p.current.asked.current for n, p in parts(standing(goal, deals, NOW)).items()}
    assert got == {"flow": pytest.approx(100), "level": pytest.approx(90)}
    missing = Target.objects.create(
        goal=goal, name="none", kind="currency", start=0, target=10, currency="JPY"
    )
    missing.values.create(value=1, currency="USD", on=date(2026, 2, 1))
    part = parts(standing(goal, deals, NOW))["none"]
    assert (part.state.status, part.current.why) == ("no_data", "no_rate")
