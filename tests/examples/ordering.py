"""Examples of orders, recurring revenue and what customers cost."""

from datetime import date
from typing import Any

from tests.ask.e15_customers import customers
from tests.examples.case import Case, Example, as_table, made, period_of, rows_of

MOVES = ("new", "reactivation", "expansion", "contraction", "churn")


def orders(example: Example) -> list[dict[str, Any]]:
    """E13"""
    start, end = example["period"]
    accounts = sorted({row["account_id"] for row in rows_of(example, "order")})
    tables = {"account": as_table([{"id": name} for name in accounts]), **example["tables"]}
    answers = []
    with made(example) as case:
        case.load(tables)
        for want in example["expected"]:
            words = {"period": f"{start}/{end}", "as_of": want["as_of"]}
            found: dict[str, Any] = {"as_of": want["as_of"]}
            for kpi in example["kpis"]:
                figure = case.figure(kpi, **words)
                found[kpi] = figure if isinstance(want.get(kpi), dict) else figure["value"]
            answers.append(found)
    return answers


def recurring(example: Example) -> dict[str, Any]:
    """E14"""
    words = period_of(example)
    accounts = sorted({row["account_id"] for row in rows_of(example, "subscription_mrr")})
    tables = {"account": as_table([{"id": name} for name in accounts]), **example["tables"]}
    with made(example) as case:
        case.load(tables)
        found: dict[str, Any] = {
            kpi: case.figure(kpi, **words)
            for kpi in ("customer_retention_rate", "logo_churn_rate", "grr", "nrr")
        }
        plain = {
            "mrr_start": "mrr_start",
            "mrr_end": "mrr",
            "customers_start": "customers_start",
            "customers_end": "customers",
            "saas_quick_ratio": "saas_quick_ratio",
            "new_customers": "new_customers",
            "lost_customers": "lost_customers",
            "reactivated_customers": "reactivated_customers",
            "net_new_customers": "net_new_customers",
        }
        found |= {name: case.row(kpi, **words).value for name, kpi in plain.items()}
        found["movements"] = {move: case.row(f"mrr_{move}", **words).value for move in MOVES}
    return found


def costs(example: Example) -> dict[str, Any]:
    """E15"""
    config, words = example["config"], period_of(example)
    kpis = (
        "acquisition_cost",
        "cac",
        "cac_paid",
        "cac_payback_months",
        "ltv_revenue",
        "ltv_margin",
        "ltv_cac",
    )
    with made(example) as case:
        case.load(_with_customers(example, config))
        found: dict[str, Any] = {kpi: case.row(kpi, **words).value for kpi in kpis}
        given = {
            "new_customers": "new_customers",
            "new_customers_paid": "new_customers_paid",
            "new_mrr": "mrr_new",
            "arpa_month": "arpa",
            "monthly_churn": "monthly_churn",
        }
        for name, kpi in given.items():
            assert abs(float(case.row(kpi, **words).value or 0) - config[name]) < 1e-6, name
    with made(example) as case:
        found["cac_if_no_new_customer"] = _nobody_new(case, example, words)
        found["ltv_if_zero_churn"] = case.row("ltv_revenue", **words).value
    return found | {"wrong_ltv_cac_on_revenue": found["ltv_cac"]}


def _with_customers(example: Example, config: dict[str, Any]) -> dict[str, Any]:
    made_up = customers(config, date.fromisoformat(example["period"][1]))
    named = {row["id"] for row in made_up["account"]}
    others = {row["account_id"] for row in made_up["subscription_mrr"]} - named
    made_up["account"] += [{"id": name, "first_channel_id": None} for name in sorted(others)]
    made_up["channel"] = [{**row, "is_paid": row["id"] == "p"} for row in made_up["channel"]]
    return {name: as_table(rows) for name, rows in made_up.items()} | dict(example["tables"])


def _nobody_new(case: Case, example: Example, words: dict[str, str]) -> Any:
    """The same costs with one customer who has always been there and stays."""
    tables = {
        "account": as_table([{"id": "old"}]),
        "subscription_mrr": as_table(
            [{"account_id": "old", "from_date": "2020-01-01", "mrr": 100}]
        ),
        **example["tables"],
    }
    case.load(tables)
    return case.row("cac", **words).value
