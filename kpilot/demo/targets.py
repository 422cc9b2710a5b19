"""Targets for the company, its teams and its agents; forecasts; what selling costs."""

from itertools import pairwise

import numpy as np

from kpilot.demo.chance import Floats, normal, stream
from kpilot.demo.days import Days, add_months
from kpilot.demo.market import CHANNELS
from kpilot.demo.people import SELLING_TEAMS, TEAMS, Agents

ATTAINMENT = (0.82, 1.12)
RAMP_DAYS = 90
ADS_A_MONTH = (("Paid search", 9_500), ("Social ads", 6_200), ("Trade fairs", 4_000))
Row = tuple[str, str, str, float]


def team_targets(by_team: Floats, running: Floats, seed: int) -> Floats:
    """(quarter, team): past targets from what was won and a likely attainment, then `running`."""
    rng = stream(seed, "targets")
    low, high = ATTAINMENT
    attainment = low + (high - low) * rng.random(by_team.shape)
    floor = 0.4 * by_team[1:-1].mean(axis=0)
    result: Floats = np.rint(np.maximum(by_team / attainment, floor) / 1000) * 1000
    result[-1] = running
    return result


def target_rows(targets: Floats, agents: Agents, days: Days) -> list[Row]:
    """(scope type, scope id, period, value) by quarter and by month, agents → teams → company."""
    rows: list[Row] = []
    parents = {name: (team_id, parent) for team_id, name, parent in TEAMS}
    for quarter, by_team in enumerate(targets):
        months = _month_shares(quarter, days)
        totals: dict[tuple[str, str], list[float]] = {}
        for number, name in enumerate(SELLING_TEAMS):
            value = float(by_team[number])
            team_id, region = parents[name]
            monthly = _parts(value, months)
            totals["team", team_id] = [value, *monthly]
            for scope in (("team", region), ("org", "")):
                so_far = totals.setdefault((scope[0], scope[1] or ""), [0.0] * 4)
                totals[scope[0], scope[1] or ""] = [
                    a + b for a, b in zip(so_far, [value, *monthly], strict=True)]
            capacity = _capacity(number, quarter, agents, days)
            for agent in np.flatnonzero(capacity > 0).tolist():
                own = round(value * float(capacity[agent] / capacity.sum()) / 500) * 500.0
                totals["agent", agents.id[agent]] = [own, *_parts(own, months)]
        names = _periods(quarter, days)
        rows += [(kind, scope_id, period, value) for (kind, scope_id), values in totals.items()
                 for period, value in zip(names, values, strict=True) if value > 0]
    return rows


def _periods(quarter: int, days: Days) -> list[str]:
    first = add_months(days.start, quarter * 3)
    months = [add_months(first, k) for k in range(3)]
    return [f"{first.year}-Q{(first.month + 2) // 3}",
            *(f"{month.year}-{month.month:02d}" for month in months)]


def _month_shares(quarter: int, days: Days) -> Floats:
    """The share of each month in the season of its quarter."""
    bounds = [days.month_start(quarter * 3 + k) for k in range(4)]
    weights = np.array([days.weight[a:b].sum() for a, b in pairwise(bounds)])
    return np.asarray(weights / weights.sum())


def _parts(value: float, shares: Floats) -> list[float]:
    """`value` by month in steps of 100; the last month takes what is left."""
    first, second = (round(value * float(share) / 100) * 100.0 for share in shares[:2])
    return [first, second, value - first - second]


def _capacity(team: int, quarter: int, agents: Agents, days: Days) -> Floats:
    """What each agent of a team can carry in a quarter; newcomers half at first."""
    start, end = days.month_start(quarter * 3), days.month_start(quarter * 3 + 3)
    ramp = np.clip(np.minimum(agents.joined + RAMP_DAYS, end) - np.maximum(agents.joined, start),
                   0, None) * (agents.joined > 0)
    there = np.clip(np.minimum(agents.left, end) - np.maximum(agents.joined, start), 0, None)
    middle = np.full(len(agents.id), (start + end) // 2)
    belongs = agents.team_at(np.arange(len(agents.id)), middle) == team
    return np.where(belongs, agents.share * (there - 0.5 * ramp), 0.0)


def forecast_rows(by_month: Floats, days: Days, seed: int) -> list[tuple[str, str, float]]:
    """(period, day made, value): what the company said at the start of each month it would win."""
    luck = normal(stream(seed, "forecasts"), len(by_month))
    usual = np.array([by_month[max(0, k - 6):k].mean() if k else 0 for k in range(len(by_month))])
    rows = []
    for month in range(2, len(by_month)):
        first = days.month_start(month)
        is_over = month < int(days.month[days.last])
        basis = by_month[month] if is_over else usual[month]
        value = round(float(basis) * (1.04 + 0.13 * float(luck[month])) / 1000) * 1000
        name = add_months(days.start, month)
        made = days.date(first - 1)
        rows.append((f"{name.year}-{name.month:02d}", made.isoformat(), float(max(value, 1000))))
    return rows


def cost_rows(days: Days, seed: int) -> list[tuple[str, str, float, str, str, str]]:
    """(category, function, amount, start, end, channel) of each month."""
    rng = stream(seed, "costs")
    rows = []
    for month in range(int(days.month[days.last]) + 1):
        start, end = (add_months(days.start, month + k).isoformat() for k in range(2))
        season = 0.85 + 0.3 * float(rng.random())
        for category, function, amount in (
            ("salary", "sales", 128_000.0), ("salary", "marketing", 21_000.0),
            ("commission", "sales", 14_500.0 * season), ("tools", "sales", 4_200.0),
            ("overhead", "sales", 9_800.0), ("salary", "cs", 26_000.0),
            ("agency", "marketing", 3_500.0 * season),
        ):
            rows.append((category, function, float(round(amount / 10) * 10), start, end, ""))
        for channel, monthly in ADS_A_MONTH:
            number = next(row[0] for row in CHANNELS if row[1] == channel)
            amount = float(round(monthly * (0.8 + 0.4 * float(rng.random())) / 10) * 10)
            rows.append(("ads", "marketing", amount, start, end, number))
    return rows
