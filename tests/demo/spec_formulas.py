"""The specification's formulas again, in plain slow Python over the rows, to check the stories.

No NumPy and nothing of the generator: only rows, dates and arithmetic.
"""

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from math import ceil, floor, isnan, sqrt
from statistics import NormalDist, median
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
VOID = {"duplicate", "test", "spam", "wrong_number"}
WINDOWS = (7, 14, 30, 60, 90)
STAGES = 4


def business_date(moment):
    """The date in Paris of a naive UTC moment; a date stays itself (G1)."""
    if not isinstance(moment, datetime):
        return moment
    return moment.replace(tzinfo=UTC).astimezone(PARIS).date()


def month_of(day, months=0):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def quarter_of(day, quarters=0):
    return month_of(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), quarters * 3)


def wilson(won, n):
    """The 95 % interval of a share (G15)."""
    z, p = 1.959963984540054, won / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return centre - half, centre + half


def quantile(values, p):
    """Type 7 (G14)."""
    values = sorted(values)
    at = (len(values) - 1) * p
    low, high = values[floor(at)], values[ceil(at)]
    return low + (high - low) * (at - floor(at))


def closed(rows):
    """The opportunities that count in the win rate (2.2)."""
    return [row for row in rows["opportunity"]
            if row["status"] != "open" and row["close_reason"] not in VOID]


def stage_entries(rows):
    """{opportunity: [first moment at or past each open stage, then of the win]} (G12)."""
    position = {row["id"]: (row["pos"], row["kind"]) for row in rows["stage"]}
    void = {row["id"] for row in rows["opportunity"] if row["close_reason"] in VOID}
    entries = defaultdict(lambda: [None] * (STAGES + 1))
    for row in rows["stage_history"]:
        pos, kind = position[row["stage_id"]]
        if kind == "lost" or row["opportunity_id"] in void:
            continue
        first = entries[row["opportunity_id"]]
        for k in range(STAGES if kind == "open" else STAGES + 1):
            if (kind == "won" or pos >= k + 1) and first[k] is None:
                first[k] = row["at"]
    return entries


def bottleneck(rows, as_of):
    """{stage number: (z, rate, rate before, first day of the month)} of degraded stages (4.1)."""
    entries = stage_entries(rows)
    return {k: found for k in range(STAGES) if (found := _degraded(entries, k, as_of)) is not None}


def _degraded(entries, k, as_of):
    base = [(business_date(e[k]), e[k], e[k + 1]) for e in entries.values() if e[k] is not None]
    for window in WINDOWS:
        month = month_of(as_of, -1)
        while month_of(month, 1) + timedelta(days=window) > as_of:
            month = month_of(month, -1)
        start = month_of(month, -12)
        before = [row for row in base if start <= row[0] < month]
        times = [(t1 - t0).total_seconds() / 86400 for _, t0, t1 in before if t1 is not None]
        if quantile(times, 0.75) <= window:
            break
    limit = timedelta(days=window)
    counts = defaultdict(lambda: [0, 0])
    for day, t0, t1 in base:
        if start <= day < month_of(month, 1):
            counts[month_of(day)][0] += t1 is not None and t1 < t0 + limit
            counts[month_of(day)][1] += 1
    a, n = counts.pop(month)
    total, whole = sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values())
    p, p0 = a / n, total / whole
    chi = sum((c[0] - c[1] * p0) ** 2 / (c[1] * p0 * (1 - p0)) for c in counts.values())
    phi = max(1.0, chi / (len(counts) - 1)) if len(counts) >= 8 else 1.0
    z = (p - p0) / sqrt(phi * p0 * (1 - p0) * (1 / n + 1 / whole))
    limit_z = -NormalDist().inv_cdf(1 - 0.05 / (2 * STAGES))
    if n < 30 or whole < 100 or z > limit_z or p > 0.9 * p0:
        return None
    return z, p, p0, month


def win_rates(rows, start, end, dimension):
    """{value: (won, closed)} of the opportunities closed in [start, end)."""
    result = defaultdict(lambda: (0, 0))
    for row in closed(rows):
        if start <= row["closed_on"] < end:
            won, n = result[row[dimension]]
            result[row[dimension]] = won + (row["status"] == "won"), n + 1
    return result


def simpson(before, after):
    """Every segment moves one way, the total the other (4.3)."""
    total = [sum(won for won, _ in side.values()) / sum(n for _, n in side.values())
             for side in (before, after)]
    both = [key for key in before if key in after]
    moves = [after[key][0] / after[key][1] - before[key][0] / before[key][1] for key in both]
    change = total[1] - total[0]
    return len(both) >= 2 and (
        (all(move > 0 for move in moves) and change < 0)
        or (all(move < 0 for move in moves) and change > 0))


def owner_at_win(rows):
    """{opportunity: (agent, day)} of the wins, the owner in force at the closing (G16)."""
    history = defaultdict(list)
    for row in rows["owner_history"]:
        history[row["opportunity_id"]].append((business_date(row["at"]), row["agent_id"]))
    wins = {}
    for row in rows["opportunity"]:
        if row["status"] == "won":
            owners = [agent for day, agent in history[row["id"]] if day <= row["closed_on"]]
            wins[row["id"]] = owners[-1], row["closed_on"]
    return wins


def cycle_and_retention(rows, as_of, stays):
    """{agent: (median cycle, retained, matured)} and the reference (2.10)."""
    by_id = {row["id"]: row for row in rows["opportunity"]}
    cycles, kept = defaultdict(list), defaultdict(list)
    for opportunity, (agent, day) in owner_at_win(rows).items():
        row = by_id[opportunity]
        if day >= as_of - timedelta(days=730):
            cycles[agent].append((day - business_date(row["created_at"])).days)
        if day + timedelta(days=365) < as_of:
            kept[agent].append(stays(row["account_id"], day))
    agents = {agent: (median(cycles[agent]), sum(kept[agent]), len(kept[agent]))
              for agent in cycles if len(kept[agent]) >= 5}
    pooled = [flag for flags in kept.values() for flag in flags]
    return agents, (median(c for values in cycles.values() for c in values),
                    sum(pooled) / len(pooled))


def stays_by_orders(rows):
    """At least one order in (won + 180 d, won + 365 d]."""
    orders = defaultdict(list)
    for row in rows["order"]:
        if row["status"] != "cancelled" and row["net_amount"] > 0:
            orders[row["account_id"]].append(business_date(row["ordered_at"]))

    def stays(account, day):
        return any(day + timedelta(days=180) < at <= day + timedelta(days=365)
                   for at in orders[account])
    return stays


def stays_by_mrr(rows):
    """Recurring revenue above zero 365 days after the win."""
    levels = defaultdict(list)
    for row in rows["subscription_mrr"]:
        levels[row["account_id"]].append((row["from_date"], row["mrr"]))

    def stays(account, day):
        end = day + timedelta(days=365)
        later = [mrr for start, mrr in sorted(levels[account]) if start <= end]
        return bool(later) and later[-1] > 0
    return stays


def confident_labels(agents, reference):
    """{agent: star, hare, tortoise or watch}, where the interval excludes the reference."""
    labels = {}
    for agent, (cycle, kept, n) in agents.items():
        low, high = wilson(kept, n)
        if low <= reference[1] <= high:
            continue
        fast, sticky = cycle <= reference[0], kept / n >= reference[1]
        labels[agent] = ("star" if sticky else "hare") if fast else (
            "tortoise" if sticky else "watch")
    return labels


def pace_by_team(rows, as_of):
    """({team: pace ratio on the running quarter's target}, elapsed share) (5)."""
    start = quarter_of(as_of - timedelta(days=1))
    end = quarter_of(start, 1)
    elapsed = (as_of - start).days / (end - start).days
    period = f"{start.year}-Q{(start.month + 2) // 3}"
    team_of = {}
    for row in sorted(rows["agent_team_history"], key=lambda row: row["from_date"]):
        team_of.setdefault(row["agent_id"], []).append((row["from_date"], row["team_id"]))
    rates = sorted((row["date"], row["rate"]) for row in rows["fx_rate"])
    by_id = {row["id"]: row for row in rows["opportunity"]}
    actual = defaultdict(float)
    for opportunity, (agent, day) in owner_at_win(rows).items():
        row = by_id[opportunity]
        if start <= day < end and not isnan(row["amount"]):
            rate = rates[bisect_right(rates, (day, 9.0)) - 1][1] if row["currency"] == "CHF" else 1
            team = [team for since, team in team_of[agent] if since <= day][-1]
            actual[team] += row["amount"] * rate
    targets = {row["scope_id"]: row["value"] for row in rows["target"]
               if row["scope_type"] == "team" and row["period"] == period}
    teams = {team for seats in team_of.values() for _, team in seats}
    pace = {team: actual[team] / targets[team] / elapsed for team in teams if team in targets}
    return pace, elapsed


def wins_and_losses(rows):
    """{agent: (won, closed)} over all time, by the owner at the closing."""
    owner = {row["opportunity_id"]: row["agent_id"] for row in rows["owner_history"]}
    wins = owner_at_win(rows)
    result = defaultdict(lambda: (0, 0))
    for row in closed(rows):
        agent = wins[row["id"]][0] if row["id"] in wins else owner[row["id"]]
        won, n = result[agent]
        result[agent] = won + (row["status"] == "won"), n + 1
    return result
