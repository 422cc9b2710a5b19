"""Each planted story shows by the specification's own formulas, and none shows without them."""

from datetime import date, timedelta

import pytest

from kpilot.demo import stories
from kpilot.demo.rows import rows
from tests.demo import spec_formulas as spec

SEEDS = (2026, 7, 31)
TODAYS = (date(2026, 11, 20), date(2026, 10, 1), date(2026, 12, 1), date(2027, 2, 15),
          date(2028, 8, 31))
COMPANIES = [(seed, today) for seed in SEEDS for today in TODAYS]


def made(seed, today, told):
    """Rows as plain dicts, and as_of: the day after the last thing done (G3)."""
    tables = {
        name: [dict(zip(columns, values, strict=True)) for values in
               zip(*(column.tolist() for column in columns.values()), strict=True)]
        for name, columns in rows(seed, today, stories=told).items()}
    last = max(row["completed_at"] for row in tables["activity"] if row["completed_at"])
    return tables, spec.business_date(last) + timedelta(days=1)


@pytest.fixture(scope="module", params=COMPANIES, ids=lambda one: f"{one[0]}-{one[1]}")
def company(request):
    """One after the other, each for all its tests: fifteen at once are two gigabytes."""
    return made(*request.param, told=True)


def agent(tables, name):
    return next(row["id"] for row in tables["agent"] if row["name"] == name)


def team(tables, name):
    return next(row["id"] for row in tables["team"] if row["name"] == name)


def test_the_proposal_stage_is_the_one_bottleneck(company):
    tables, as_of = company
    found = spec.bottleneck(tables, as_of)
    assert stories.STAGE in found
    z, rate, before, month = found[stories.STAGE]
    assert z < -3
    assert before - rate > 0.15
    losses = {k: drop[2] - drop[1] for k, drop in found.items()}
    assert max(losses, key=losses.get) == stories.STAGE
    assert month_name(month) == month_name(worse_from(as_of))


def worse_from(as_of):
    """The latest month whose proposals have all had 30 days."""
    month = spec.month_of(as_of)
    while spec.month_of(month, 1) + timedelta(days=stories.STAGE_WINDOW_DAYS) > as_of:
        month = spec.month_of(month, -1)
    return month


def month_name(day):
    return f"{day:%Y-%m}"


def test_every_channel_wins_more_and_all_together_win_less(company):
    tables, as_of = company
    running = spec.quarter_of(as_of - timedelta(days=1))
    last, before = spec.quarter_of(running, -1), spec.quarter_of(running, -2)
    assert spec.simpson(spec.win_rates(tables, before, last, "channel_id"),
                        spec.win_rates(tables, last, running, "channel_id"))


@pytest.mark.parametrize("stays", [spec.stays_by_orders, spec.stays_by_mrr])
def test_there_is_a_hare_and_a_tortoise_and_nobody_else_is_sure(company, stays):
    tables, as_of = company
    labels = spec.confident_labels(*spec.cycle_and_retention(tables, as_of, stays(tables)))
    assert labels[agent(tables, stories.HARE)] == "hare"
    assert labels[agent(tables, stories.TORTOISE)] == "tortoise"
    assert len(labels) <= 4


def test_one_team_is_ahead_of_pace_and_one_behind(company):
    tables, as_of = company
    pace, elapsed = spec.pace_by_team(tables, as_of)
    if elapsed < stories.PACE_FROM_ELAPSED:
        pytest.skip("too early in the quarter to tell a pace")
    ahead, behind = team(tables, stories.AHEAD_TEAM), team(tables, stories.BEHIND_TEAM)
    assert pace[ahead] == pytest.approx(stories.AHEAD_PACE, abs=0.03)
    assert pace[behind] == pytest.approx(stories.BEHIND_PACE, abs=0.03)
    assert all(0.9 <= value < 1.15 for name, value in pace.items() if name not in (ahead, behind))


def test_the_newcomer_has_two_wins_of_two(company):
    tables, _ = company
    assert spec.wins_and_losses(tables)[agent(tables, stories.ROOKIE)] == (2, 2)


@pytest.mark.parametrize(("seed", "today"), COMPANIES)
def test_without_stories_none_shows(seed, today):
    tables, as_of = made(seed, today, told=False)
    assert spec.bottleneck(tables, as_of) == {}
    running = spec.quarter_of(as_of - timedelta(days=1))
    last, before = spec.quarter_of(running, -1), spec.quarter_of(running, -2)
    assert not spec.simpson(spec.win_rates(tables, before, last, "channel_id"),
                            spec.win_rates(tables, last, running, "channel_id"))
    for stays in (spec.stays_by_orders, spec.stays_by_mrr):
        labels = spec.confident_labels(*spec.cycle_and_retention(tables, as_of, stays(tables)))
        assert not {"hare", "tortoise"} & set(labels.values())
    pace, elapsed = spec.pace_by_team(tables, as_of)
    if elapsed >= stories.PACE_FROM_ELAPSED:
        assert all(0.9 <= value < 1.15 for value in pace.values())
    for won, n in spec.wins_and_losses(tables).values():
        assert n > 5
        assert 0.1 < won / n < 0.6
