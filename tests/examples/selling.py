"""Examples of opportunities: rates, closings, time, stages, money, zones, credit, levels."""

from collections import Counter
from datetime import date, timedelta
from math import ceil
from typing import Any
from zoneinfo import available_timezones

from kpilot.analysis.growth import cagr
from kpilot.analysis.growth import growth as grown
from kpilot.analysis.survival import aalen_johansen, kaplan_meier
from kpilot.core.calendar import Fiscal, year_before
from kpilot.core.calendar import period_of as calendar_period
from tests.examples.case import Case, Example, as_table, last_day, made, period_of, rows_of, until

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def win_rates(example: Example) -> dict[str, Any]:
    """E01"""
    words = period_of(example)
    with made(example) as case:
        case.load()
        found: dict[str, Any] = {
            kpi: case.figure(kpi, **words)
            for kpi in ("win_rate", "win_rate_value", "avg_deal_size")
        }
        by_owner = case.by("agent", "win_rate", **words)
    found["win_rate_value"].setdefault("excluded_null_amount", 0)
    found["win_rate_by_owner"] = {agent: row.value for agent, row in by_owner.items()}
    return found | {"wrong_mean_of_ratios": found["win_rate"]["value"]}


def reopened(example: Example) -> list[dict[str, Any]]:
    """E03"""
    year = min(row["at"] for row in rows_of(example, "stage_history"))[:4]
    answers = []
    with made(example) as case:
        case.load()
        for seen in example["expected"]:
            words = {"as_of": seen["as_of"]}
            found: dict[str, Any] = dict(words)
            for month in {key.split("_")[-1] for key in seen} & set(MONTHS):
                period = f"{year}-{MONTHS.index(month) + 1:02d}"
                for kpi, name in (("sales_count", "wins"), ("win_rate", "win_rate")):
                    found[f"{name}_{month}"] = case.row(kpi, period=period, **words).value
            for deal, cycle, reopens in case.fact(
                "opportunity", "id, anchor_days, reopens", seen["as_of"]
            ):
                found |= {f"cycle_{deal}": cycle, f"reopens_{deal}": reopens}
            answers.append(found)
    return answers


def cycles(example: Example) -> dict[str, Any]:
    """E04"""
    words = until(example, "created_at", table="opportunity")
    with made(example) as case:
        case.load()
        won = case.row("sales_cycle_days", **words)
        columns = "cycle_days, seen_days, status, created_on"
        lives = case.fact("opportunity", columns, words["as_of"])
        window = timedelta(case.project.settings.cycle_window_days)
        decided = case.row("cycle_km", **words).value
        rate = case.row("win_rate", **words).value
        curve = {
            row.dim_ids["elapsed_days"]: row.value for row in case.result("win_cif", **words).rows
        }
    first = last_day(example) + timedelta(1) - window
    lives = [life for life in lives if life[3] >= first]
    days = [cycle if status != "open" else seen for cycle, seen, status, _ in lives]
    ends = [None if status == "open" else status for _, _, status, _ in lives]
    over = kaplan_meier(days, [end is not None for end in ends])
    causes = aalen_johansen(days, ends).curves
    steps = {
        cause: [[point.time, point.value] for point in causes.get(cause, ()) if point.events]
        for cause in ("won", "lost")
    }
    for day, value in {ceil(time): value for time, value in steps["won"]}.items():
        assert abs(curve[str(day)] - value) < 1e-9, (day, curve)
    return {
        "won_only": {"median": won.value, "mean": won.mean, "n": won.n},
        "km_time_to_close": {
            "median": decided,
            "survival": [[point.time, point.value] for point in over.points if point.events],
        },
        "aalen_johansen": {"win_cif": steps["won"], "loss_cif": steps["lost"]},
        "naive_win_rate_closed_only": rate,
    }


def funnel(example: Example) -> dict[str, Any]:
    """E05"""
    words = until(example, "at", table="stage_history")
    in_order = sorted(rows_of(example, "stage"), key=lambda row: row["pos"])
    stages = [row["id"] for row in in_order if row["kind"] == "open"]
    won = next(row["id"] for row in in_order if row["kind"] == "won")
    with made(example) as case:
        case.load()
        passed = case.by("stage", "stage_conversion_to_date", **words)
        others = {
            key: {stage: row.value for stage, row in case.by("stage", kpi, **words).items()}
            for key, kpi in (
                ("conversion_resolved", "stage_conversion_resolved"),
                ("duration_km_median", "stage_duration"),
                ("duration_completed_median", "stage_duration_completed"),
            )
        }
    reached = {stage: passed[stage].den if stage in passed else 0 for stage in stages}
    last = passed[stages[-1]].num if stages[-1] in passed else 0
    to_date = {stage: passed[stage].value if stage in passed else None for stage in stages}
    return {
        "reached": {**reached, won: last},
        "conversion_to_date": {**to_date, "overall": (last or 0) / (reached[stages[0]] or 1)},
        **{kpi: {**dict.fromkeys(stages), **values} for kpi, values in others.items()},
    }


def currencies(example: Example) -> dict[str, Any]:
    """E06"""
    words = period_of(example)
    now = {"as_of": words["as_of"], "period": last_day(example).isoformat()}
    values = {}
    for policy in ("latest", "at_close"):
        with made(example, amount_policy=policy) as case:
            case.load()
            values[policy] = case.row("sales_value", **words).value
            still_open = case.figure("open_pipeline", **now)
            still_open["missing"] = case.ids("open_pipeline", "missing_rate", **now)
    return {"won_value": values, "open_pipeline": still_open}


def growth(example: Example) -> list[dict[str, Any]]:
    """E07"""
    answers: list[dict[str, Any]] = []
    with made(example, sales_source="orders") as case:
        case.load()
        for want in example["expected"]:
            if "month" not in want:
                answers.append({**want, **_pure(want)})
                continue
            words = {"as_of": want["as_of"], "period": want["month"]}
            row = case.row("net_revenue", **words)
            assert row.value == case.row("sales_value", **words).value
            mom, yoy = (case.row(f"sales_growth_{kind}", **words) for kind in ("mom", "yoy"))
            answers.append(
                {
                    "as_of": want["as_of"],
                    "month": want["month"],
                    "mtd": row.value,
                    "mom_base": mom.den,
                    "mom": mom.value,
                    "yoy_base": yoy.den,
                    "yoy": yoy.value,
                    "partial": row.partial,
                    "wrong_yoy_full_month": yoy.value,
                    "wrong_mom_full_month": mom.value,
                }
            )
    return answers


def _pure(want: dict[str, Any]) -> dict[str, Any]:
    """What the example says of pure functions: a rate over years, growth from nothing, leap day."""
    if "yoy_cutoff_of" in want:
        return {"yoy_cutoff": year_before(date.fromisoformat(want["yoy_cutoff_of"])).isoformat()}
    if "cagr" in want:
        return {"cagr": cagr(want["cagr_from"], want["cagr_to"], want["years"]).value}
    return {"growth": grown(want["growth_current"], want["growth_base"]).value}


def zones(example: Example) -> dict[str, Any]:
    """E08"""
    expected, words = example["expected"], {"as_of": example["as_of"]}
    found: dict[str, Any] = {"wins_by_month": {}}
    for tz, wins in expected["wins_by_month"].items():
        with made(example, tz=tz) as case:
            case.load()
            found["wins_by_month"][tz] = {
                key: case.row("sales_count", period=key, **words).value for key in wins
            }
    for name in (name for name in expected if name.startswith("fiscal_quarter_")):
        with made(example, tz=_zone(name.removeprefix("fiscal_quarter_"))) as case:
            case.load()
            given = case.project.settings
            fiscal = Fiscal(start_month=given.fiscal_start_month, label=given.fiscal_label)
            closed = case.fact("opportunity", "id, closed_on, status", example["as_of"])
            quarters = {
                deal: (calendar_period(day, "fiscal_quarter", fiscal).key, status)
                for deal, day, status in closed
                if day
            }
            won = Counter(quarter for quarter, status in quarters.values() if status == "won")
            for quarter, count in won.items():
                assert case.row("sales_count", period=quarter, **words).value == count
        found[name] = {deal: quarter for deal, (quarter, _) in quarters.items()}
    found["iso_week_of"] = {
        day: calendar_period(date.fromisoformat(day), "week", Fiscal()).key
        for day in expected["iso_week_of"]
    }
    for name in (name for name in expected if name.startswith("elapsed_days_")):
        zone = _zone(name.removeprefix("elapsed_days_").removesuffix("_dst"))
        found[name] = {**expected[name], "days": _night(example, expected[name], zone)}
    return found


def _zone(place: str) -> str:
    """The time zone that a key names by its place: "new_york" is America/New_York."""
    return next(
        zone for zone in sorted(available_timezones()) if zone.lower().split("/")[-1] == place
    )


def _night(example: Example, night: dict[str, Any], zone: str) -> Any:
    deal = {"id": "N", "status": "won", "created_at": night["from"], "closed_at": night["to"]}
    with made(example, tz=zone) as case:
        case.load({"opportunity": as_table([deal])})
        around = date.fromisoformat(night["to"][:10])
        span = f"{around - timedelta(1)}/{around + timedelta(2)}"
        return case.row("sales_cycle_days", period=span).value


def credit(example: Example) -> dict[str, Any]:
    """E09"""
    words = period_of(example)
    agents = {
        row["agent_id"]
        for name in ("owner_history", "activity", "opportunity_split")
        for row in rows_of(example, name)
    }
    people = as_table([{"id": agent} for agent in sorted(agents)])
    with made(example) as case:
        case.load({"agent": people, **example["tables"]})
        whole = case.figure("win_rate", **words)
        value = case.row("sales_value", **words).value
        found = {
            mode: _credited(case, mode, words)
            for mode in ("owner_at_event", "owner_current", "touched", "touch_equal")
        }
        split = case.by("agent", "sales_value", attribution="split", **words)
    shares = {agent: row.value for agent, row in split.items() if row.value}
    adds_up = abs(float(sum(shares.values())) - float(value or 0)) < 1e-6
    return {
        "total": whole | {"won_value": value},
        **found,
        "split_won_value": {**shares, "additive": adds_up},
    }


def _credited(case: Case, mode: str, words: dict[str, str]) -> dict[str, Any]:
    rows = case.by("agent", "win_rate", attribution=mode, **words)
    total = case.row("win_rate", attribution=mode, **words)
    shares: dict[str, Any] = {a: [row.num, row.den] for a, row in rows.items() if row.den}
    sums = [sum(share[place] for share in shares.values()) for place in (0, 1)]
    adds_up = abs(sums[0] - (total.num or 0)) + abs(sums[1] - (total.den or 0)) < 1e-6
    is_additive = all("counted_for_each" not in row.flags for row in rows.values())
    assert adds_up or not is_additive, (mode, shares)
    return {**shares, "additive": is_additive}


def levels(example: Example) -> dict[str, Any]:
    """E17"""
    config, words = example["config"], period_of(example)
    now = {**words, "period": last_day(example).isoformat()}
    with made(example) as case:
        case.load(_pipeline(example, config["quota"]))
        found = {
            kpi: case.figure(kpi, **words)
            for kpi in ("pipeline_coverage", "slippage_rate", "slippage_rate_value")
        }
        found["stalled_rate"] = case.figure("stalled_rate", **now)
        levels_ = {
            kpi: case.row(kpi, **now).value for kpi in ("open_pipeline", "weighted_pipeline")
        }
        found["pipeline_coverage"]["past_due_amount"] = case.row("due_pipeline_past", **words).value
        found["stalled_rate"]["value_amount"] = case.row("stalled_rate_value", **now).value
        closed = {**words, "period": _trailing(example, config["velocity_lookback_days"])}
        velocity = {
            "value_per_day": case.row("pipeline_velocity", **now).value,
            "open_count": case.row("open_opportunities", **now).value,
            "win_rate": case.row("win_rate", **closed).value,
            "avg_won": case.row("avg_deal_size", **closed).value,
            "cycle_mean": case.row("sales_cycle_days_mean", **closed).value,
        }
    met = {}
    for key in (
        key for key in example["expected"] if key.startswith("pipeline_coverage_if_quota_")
    ):
        with made(example) as case:
            case.load(_pipeline(example, int(key.rsplit("_", 1)[1])))
            met[key] = case.figure("pipeline_coverage", **words)
    return {**levels_, **found, "pipeline_velocity": velocity, **met}


def _trailing(example: Example, days: int) -> str:
    end = last_day(example) + timedelta(1)
    return f"{end - timedelta(days)}/{end}"


def _pipeline(example: Example, quota: int) -> dict[str, Any]:
    """The deals with a stage for each default chance, dues before and since the period's start,
    and a last activity."""
    deals, dues, touches, stages = [], [], [], {}
    start, end = example["period"]
    for row in rows_of(example, "opportunity"):
        kind = row["status"]
        stage = f"{kind} {row['stage_probability']}"
        stages[stage] = {
            "id": stage,
            "kind": kind,
            "pos": len(stages) + 1,
            "probability": row["stage_probability"],
        }
        deals.append(
            {"id": row["id"], "stage_id": stage}
            | {
                name: row[name]
                for name in (
                    "status",
                    "amount",
                    "probability",
                    "created_at",
                    "closed_at",
                    "expected_close_date",
                )
            }
        )
        before = row["expected_close_at_period_start"]
        if before:
            dues.append(
                {
                    "opportunity_id": row["id"],
                    "at": row["created_at"],
                    "expected_close_date": before,
                }
            )
            dues.append(
                {
                    "opportunity_id": row["id"],
                    "at": f"{start}T12:00:00+00:00",
                    "expected_close_date": row["expected_close_date"],
                }
            )
        if row["last_touch_at"]:
            touches.append(
                {
                    "id": f"t-{row['id']}",
                    "opportunity_id": row["id"],
                    "kind": "call",
                    "completed_at": row["last_touch_at"],
                    "direction": "out",
                }
            )
    target = {
        "id": "q",
        "kpi_id": "sales_value",
        "scope_type": "org",
        "period": f"{start}/{end}",
        "value": quota,
    }
    tables = {
        "stage": list(stages.values()),
        "opportunity": deals,
        "close_date_history": dues,
        "activity": touches,
        "target": [target],
    }
    return {name: as_table(rows) for name, rows in tables.items()}
