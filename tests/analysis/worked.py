"""The worked examples of the analyses: each adapter computes what its example expects, in the
example's own words, so that other numbers in the same shape are checked too."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest

from kpilot.analysis import (
    advisor,
    alert,
    bottleneck,
    contribution,
    forecast_accuracy,
    goal,
    growth,
    mix,
    pace,
    product,
    smart,
)

Example = Mapping[str, Any]
EXACTLY = {"scores", "excluded", "skipped"}


def rows(example: Example, table: str) -> list[dict[str, Any]]:
    """The rows of a table, by column."""
    given = example["tables"][table]
    return [dict(zip(given["cols"], row, strict=True)) for row in given["rows"]]


def assert_same(found: Any, expected: Any, where: str, tol: float = 1e-6) -> None:
    """Whether all that is expected was found; keys that begin with wrong_ must differ."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            if not str(key).startswith("wrong_"):
                assert key in found, f"{where}: no {key}"
                assert_same(found[key], value, f"{where}.{key}", tol)
    elif isinstance(expected, float) or (
        isinstance(expected, int) and not isinstance(expected, bool)
    ):
        assert found == pytest.approx(expected, abs=tol, rel=tol), where
    else:
        assert found == expected, where


def decompositions(example: Example) -> dict[str, Any]:
    segments = [
        mix.Segment(name=r["segment"], num_before=r["num0"], den_before=r["den0"],
                    num_after=r["num1"], den_after=r["den1"])
        for r in rows(example, "ratio")
    ]  # fmt: skip
    ratio = mix.split(segments)
    factors = example["config"]["product"]
    parts = product.share_out(factors["before"], factors["after"])
    made = contribution.contributions(**example["config"]["sum"])
    return {
        "ratio": {
            "r0": ratio.before, "r1": ratio.after, "delta": ratio.change,
            "rate_total": ratio.rate, "mix_total": ratio.mix,
            "rate": {e.name: e.rate for e in ratio.effects},
            "mix": {e.name: e.mix for e in ratio.effects},
            "simpson": ratio.is_simpson,
        },
        "product": {
            "delta": parts.change,
            "lmdi": parts.effects if parts.method == "lmdi" else None,
            "shapley": product.shapley(factors["before"], factors["after"]),
        },
        "sum": {
            "delta": made.change,
            "contribution": {p.name: p.change for p in made.parts},
            "share_of_change": {p.name: p.share for p in made.parts},
            "growth_points": {p.name: p.points for p in made.parts},
        },
    }  # fmt: skip


def goals(example: Example) -> dict[str, Any]:
    start, due = (date.fromisoformat(day) for day in example["period"])
    cut = datetime.fromisoformat(example["as_of"]).date()
    moment = goal.Moment.on(start, due, cut)
    weights = pace.of_months(example["config"]["month_weights"], start, due)
    elapsed = pace.weighted(start, due, cut, weights)
    seasonal = goal.Moment(start_on=start, due_on=due, cut=cut, elapsed=elapsed)
    found: dict[str, Any] = {"expected_progress": {"linear": moment.elapsed, "seasonal": elapsed}}
    states = []
    for r in rows(example, "goal_target"):
        target = goal.Target(
            kind=r["type"], agg=r["agg"], start=r["start"], target=r["target"],
            current=r["current"], tasks_done=r["tasks_done"], tasks_total=r["tasks_total"],
            tasks_overdue=r["tasks_overdue"] or 0,
        )  # fmt: skip
        state, in_season = goal.judge(target, moment), goal.judge(target, seasonal)
        states.append(state)
        found[r["id"]] = {
            "progress": state.progress, "raw_progress": state.raw, "pace_ratio": state.pace,
            "projection": state.projection, "status": state.status,
            "flag": state.flags[0] if state.flags else None,
            "seasonal_pace_ratio": in_season.pace, "seasonal_projection": in_season.projection,
            "seasonal_status": in_season.status,
        }  # fmt: skip
    whole = goal.roll_up(states, moment)
    found["goal"] = {
        "progress": whole.progress, "display_percent": goal.display_percent(whole.progress),
        "pace_ratio": whole.pace, "status": whole.status, "achieved": whole.is_met,
    }  # fmt: skip
    quota = [(r["agent"], r["actual"], r["target"]) for r in rows(example, "quota")]
    found["quota_attainment"] = {
        "team": forecast_accuracy.attainment((a, t) for _, a, t in quota),
        **{agent: forecast_accuracy.attainment([(a, t)]) for agent, a, t in quota},
    }
    met = forecast_accuracy.targets_met(
        [forecast_accuracy.Due(actual=a, target=t) for _, a, t in quota]
    )
    found["targets_met_rate"] = {"value": met.value, "num": met.num, "den": met.den}
    return found


def aims(example: Example) -> dict[str, Any]:
    config = example["config"]
    start, percent = config["baseline"], _percent(example["title"])
    said = smart.specific(
        kpi="lead_to_opp", scope="org", direction="up", start=start, percent=percent, is_ratio=True
    )
    history = smart.History(values=config["history_quarterly"], horizon=config["horizon_periods"])
    found: dict[str, Any] = {"ambiguous": said.code == "ambiguous_percent"}
    for reading in smart.readings(start, percent, is_ratio=True):
        verdict = smart.achievable(start, reading.target, [history])
        noise = smart.noise_of_share(start, reading.change, config["expected_n"])
        assert noise is not None
        found[f"reading_{reading.name}"] = {
            "target": reading.target, "required_delta": reading.change,
            "share_history": verdict.numbers.get("share"), "verdict": verdict.code,
            "detectable": noise.is_detectable,
        }  # fmt: skip
        found["wilson_half_width"] = noise.half_width
        found["n_changes"] = verdict.numbers.get("changes")
    return found


def _percent(title: str) -> float:
    """The change that the sentence in the title asks for: "5 %" is 0.05."""
    found = re.search(r"(\d+(?:[.,]\d+)?)\s*%", title)
    assert found, f"no percent in “{title}”"
    return float(found[1].replace(",", ".")) / 100


def forecasts(example: Example) -> dict[str, Any]:
    made = forecast_accuracy.accuracy(
        (r["actual"], r["forecast"]) for r in rows(example, "forecast")
    )
    return {
        "forecast_mape": made.mape, "mape_skipped": made.mape_skipped,
        "forecast_wape": made.wape, "forecast_bias": made.bias,
        "forecast_attainment": made.attainment,
    }  # fmt: skip


def diagnoses(example: Example) -> dict[str, Any]:
    config = example["config"]
    stages = [
        bottleneck.Stage(
            name=r["stage"], current=bottleneck.Share(hits=r["cur_adv"], n=r["cur_n"]),
            past=bottleneck.Share(hits=r["base_adv"], n=r["base_n"]),
        )
        for r in rows(example, "funnel")
    ]  # fmt: skip
    verdict = bottleneck.bottleneck(
        stages, alpha=config["alpha"], min_n=config["min_n"], min_past=config["min_baseline_n"],
        min_drop=config["min_relative_drop"], phi=config["phi"],
    )  # fmt: skip
    found: dict[str, Any] = {
        "z_threshold": verdict.threshold,
        "stages": {
            f.name: {"z": f.z, "status": f.status, "lost_wins": f.lost_wins}
            for f in verdict.findings
        },
        "bottleneck": verdict.stage or None,
    }
    series = [r["value"] for r in rows(example, "series")]
    for key in example["expected"]:
        if not key.startswith("alert_if_next_"):
            continue
        later = [float(number) for number in re.findall(r"-?[\d.]+", key)]
        seen = [alert.decline([*series, *later[: n + 1]]) for n in range(len(later))]
        found[key] = {"z": seen[0].z, "level": seen[0].level} | {
            f"{name}{n}": value
            for n, one in enumerate(seen, 1)
            for name, value in (("z", one.z), ("level", one.level))
        }
    return found


def choices(example: Example) -> dict[str, Any]:
    config = example["config"]
    candidates = [
        advisor.Candidate(
            name=r["id"], objective=r["O"], profile=r["P"], measurability=r["M"],
            lead_lag=r["lead_lag"], family=r["family"], group=r["group"],
            guardrail=r["guardrail"] or "",
        )
        for r in rows(example, "candidate")
    ]  # fmt: skip
    assert [advisor.EARLINESS[c.lead_lag] for c in candidates] == [
        r["L"] for r in rows(example, "candidate")
    ]
    limits = advisor.Limits(
        selected=config["n_max"], family=config["family_cap"], gate=config["m_gate"],
        with_guardrails=config["cap_with_guardrails"],
    )  # fmt: skip
    advice = advisor.advise(candidates, limits)
    told = example["expected"].get("skipped", {})  # what gave way or came too late, if said
    return {
        "scores": advice.scores, "excluded": advice.excluded,
        "skipped": {
            k: why for k, why in advice.skipped.items()
            if k in told or why not in ("over_limit", "balance")
        },
        "selected": [choice.name for choice in advice.selected],
        "guardrails": [choice.name for choice in advice.guardrails],
    }  # fmt: skip


def growths(example: Example) -> dict[str, Any]:
    """The lines of E07 that speak of no table: growth from a base, CAGR."""
    found: dict[str, Any] = {}
    for line in example["expected"]:
        if "cagr" in line:
            grown = growth.cagr(line["cagr_from"], line["cagr_to"], line["years"])
            found["cagr"] = (grown.value, line["cagr"])
        if "growth_base" in line:
            found["growth"] = (
                growth.growth(line["growth_current"], line["growth_base"]).value,
                line["growth"],
            )
    return found


ANALYSES: dict[str, Callable[[Example], dict[str, Any]]] = {
    "E18": decompositions, "E20": goals, "E21": aims, "E22": forecasts, "E23": diagnoses,
    "E24": choices,
}  # fmt: skip


def check(example: Example, tol: float = 1e-6) -> None:
    """Hold an analysis against its worked example; AssertionError names what differs."""
    found, expected = ANALYSES[example["id"]](example), example["expected"]
    assert_same(found, expected, example["id"], example.get("tol", tol))
    for key in EXACTLY & expected.keys():
        assert found[key].keys() == expected[key].keys(), f"{example['id']}.{key}"
    naive = expected.get("quota_attainment", {}).get("wrong_mean")
    if naive is not None:
        shares = [r["actual"] / r["target"] for r in rows(example, "quota")]
        assert sum(shares) / len(shares) == pytest.approx(naive, abs=tol)
        assert found["quota_attainment"]["team"] != pytest.approx(naive, abs=tol)
