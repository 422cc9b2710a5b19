"""Examples of models, comparisons of people, targets and forecasts."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from kpilot.analysis import bgnbd, clv, gamma_gamma, sbg, shrinkage, tortoise
from tests.analysis.worked import ANALYSES
from tests.examples.case import Example, as_table, made, period_of, rows_of


def lifetimes(example: Example) -> dict[str, Any]:
    """E16"""
    config = example["config"]
    fitted = sbg.fit([config["sbg"]["cohort"]]).model
    orders = bgnbd.Orders(**{name: config["bgnbd"][name] for name in ("r", "alpha", "a", "b")})
    spend = gamma_gamma.Spend(**config["gamma_gamma"])
    who = config["customer"]
    one = [np.array([float(who[name])]) for name in ("x", "t_x", "T", "mean_repeat_value")]
    history = bgnbd.History(customers=("c",), repeats=one[0], last=one[1], age=one[2], value=one[3])
    terms = config["clv"]
    worth = clv.lifetime_values(
        orders,
        spend,
        history,
        margin=terms["margin"],
        months=terms["months"],
        discount=terms["monthly_discount"],
    )
    nobody, values = np.array([0.0]), gamma_gamma.expected_value(spend, one[0], one[3])
    assert fitted is not None
    assert worth is not None
    assert values is not None
    weeks = {
        key: int(key.removeprefix("expected_").removesuffix("w"))
        for key in example["expected"]["bgnbd"]
        if key.startswith("expected_")
    }
    years = {int(key[1:]) for key in example["expected"]["sbg"] if key[1:].isdigit()}
    return {
        "sbg": {"alpha": fitted.alpha, "beta": fitted.beta}
        | {f"s{year}": sbg.survival(fitted, year)[year] for year in years}
        | {f"r{year}": sbg.retention(fitted, year) for year in years},
        "bgnbd": {
            "p_alive": bgnbd.p_alive(orders, *one[:3])[0],
            "p_alive_x0": bgnbd.p_alive(orders, nobody, nobody, one[2])[0],
        }
        | {key: bgnbd.expected_orders(orders, *one[:3], n)[0] for key, n in weeks.items()},
        "gamma_gamma": {
            "population_mean": gamma_gamma.mean_value(spend),
            "conditional_mean": values[0],
        },
        f"clv_{terms['months']}m_margin": worth[0],
    }


def people(example: Example) -> dict[str, Any]:
    """E19"""
    wins = rows_of(example, "rep_win")
    shrunk = shrinkage.shrink([row["won"] for row in wins], [row["closed"] for row in wins])
    sellers = [
        tortoise.Seller(
            agent=row["rep"],
            cycles=row["cycles_days"],
            customers=row["matured_customers"],
            retained=row["retained"],
        )
        for row in rows_of(example, "rep_cycle")
    ]
    run = tortoise.race(sellers, example["config"]["min_matured"])
    by_rows = _rates_from_rows(example)
    rates = {row["rep"]: rate.value for row, rate in zip(wins, shrunk.rates, strict=True)}
    for rep, rate in by_rows.items():
        assert rate is None or abs(rates[rep] - rate) < 1e-9, rep
    return {
        "pooled": shrunk.pooled,
        "rho": shrunk.rho,
        "prior_strength": shrunk.prior_strength,
        "shrunk": rates | {rep: rate for rep, rate in by_rows.items() if rate is not None},
        "pooled_median_cycle": run.cycle,
        "pooled_retention": run.retention,
        "quadrant": {place.agent: place.quadrant for place in run.places},
    }


def _rates_from_rows(example: Example) -> dict[str, Any]:
    """The same rates from opportunities won and lost, through load and ask."""
    wins = rows_of(example, "rep_win")
    deals = [
        {
            "id": f"{row['rep']}-{n}",
            "owner_id": row["rep"],
            "closed_at": "2026-01-15",
            "status": "won" if n < row["won"] else "lost",
        }
        for row in wins
        for n in range(row["closed"])
    ]
    agents = as_table([{"id": row["rep"]} for row in wins])
    with made(example) as case:
        case.load({"agent": agents, "opportunity": as_table(deals)})
        rows = case.by("agent", "win_rate_eb", period="2026-01", as_of="2026-01-31")
    return {rep: row.value for rep, row in rows.items()}


def goals(example: Example) -> dict[str, Any]:
    """E20: goals by their functions, attainment and targets met from rows."""
    quota, (start, end) = rows_of(example, "quota"), example["period"]
    last = (date.fromisoformat(end) - timedelta(1)).isoformat()
    sold = [
        {
            "id": f"o-{row['agent']}",
            "owner_id": row["agent"],
            "status": "won",
            "closed_at": last,
            "amount": row["actual"],
        }
        for row in quota
    ]
    lost = {
        "id": "z",
        "owner_id": quota[0]["agent"],
        "status": "lost",
        "closed_at": last,
        "amount": 1,
    }
    aims = [
        {
            "id": f"t-{row['agent']}",
            "kpi_id": "sales_value",
            "scope_type": "agent",
            "scope_id": row["agent"],
            "period": f"{start}/{end}",
            "value": row["target"],
        }
        for row in quota
    ]
    words = period_of({**example, "as_of": example["quota_as_of"]})
    with made(example) as case:
        case.load(
            {
                "agent": as_table([{"id": row["agent"]} for row in quota]),
                "opportunity": as_table([*sold, lost]),
                "target": as_table(aims),
            }
        )
        team = case.row("quota_attainment", **words).value
        each = {a: row.value for a, row in case.by("agent", "quota_attainment", **words).items()}
        met = case.figure("targets_met_rate", **words)
    found = ANALYSES["E20"](example)
    attained = {"team": team, **each, "wrong_mean": team}
    return {**found, "quota_attainment": attained, "targets_met_rate": met}


def forecasts(example: Example) -> dict[str, Any]:
    """E22: each period is a month with one sale and one forecast made before it."""
    deals, said = [], []
    for place, row in enumerate(rows_of(example, "forecast")):
        month = f"{2010 + place // 12}-{place % 12 + 1:02d}"
        if row["actual"]:
            deals.append(
                {
                    "id": row["period"],
                    "status": "won",
                    "amount": row["actual"],
                    "closed_at": f"{month}-15",
                }
            )
        said.append(
            {
                "id": row["period"],
                "kpi_id": "sales_value",
                "period": month,
                "made_at": "2009-12-15",
                "value": row["forecast"],
            }
        )
    around = [
        {"id": day, "status": "lost", "amount": 1, "closed_at": day}
        for day in ("2010-01-01", "2026-01-04")
    ]
    words = {"period": "2010-01-01/2026-01-01", "as_of": "2026-01-05"}
    with made(example) as case:
        case.load({"opportunity": as_table([*deals, *around]), "forecast": as_table(said)})
        found = {kpi: case.row(kpi, **words) for kpi in example["kpis"]}
    skipped = found["forecast_mape"].excluded.get("mape_skipped", 0)
    return {kpi: row.value for kpi, row in found.items()} | {"mape_skipped": skipped}
