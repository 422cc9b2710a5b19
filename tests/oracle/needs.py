"""Which records a figure rests on (§2), and what is said of it when all of them are hidden (G10).

Each KPI names its records: several tables where one of them will do. A figure over nothing, asked
for all people and without a break-down, says how many records are deleted, merged and tests when
one of its kinds of records has rows and none that is to be seen.
"""

from collections import Counter

from kpilot.core.result import Row
from tests.oracle.answers import Question
from tests.oracle.figures import Answer
from tests.oracle.lives import World
from tests.oracle.moments import when

SIGNS = ("deleted", "merged", "test")
Needs = tuple[tuple[str, ...], ...]

DEALS: Needs = (("opportunity",),)
LEADS: Needs = (("lead",),)
DEEDS: Needs = (("activity",),)
ORDERS: Needs = (("order",),)
VALUED_ORDERS: Needs = (("order",), ("order", "order_line"))
CHANCES: Needs = (*DEALS, ("opportunity", "stage"))
MRR: Needs = (("subscription_mrr",),)
PURCHASES: Needs = (("subscription_mrr", "order"),)
GAINS: Needs = (("opportunity", "order", "subscription_mrr", "account"),)
SPENDING: Needs = (("cost",),)
SALES_TO_LEADS: Needs = (*LEADS, ("opportunity", "lead"), ("opportunity", "order"))
ACQUISITION: Needs = (*SPENDING, *GAINS)

NEEDS: dict[str, Needs] = {
    **dict.fromkeys(
        (
            "new_opportunities", "avg_opportunity_value", "new_pipeline_value", "win_rate",
            "win_rate_value", "win_rate_cohort", "win_rate_cohort_to_date", "sales_count",
            "sales_value", "avg_deal_size", "avg_deal_size_median", "sales_cycle_days",
            "sales_cycle_days_mean", "open_opportunities", "open_pipeline", "deal_age",
            "due_pipeline", "due_pipeline_past", "slippage_rate", "slippage_rate_value",
            "stalled_rate", "stalled_rate_value", "pipeline_velocity", "sales_growth_mom",
            "sales_growth_yoy", "stage_duration", "stage_duration_completed", "stage_conversion",
            "stage_conversion_to_date", "stage_conversion_resolved",
        ),
        DEALS,
    ),
    **dict.fromkeys(("weighted_pipeline", "due_pipeline_expected", "projected_sales",
                      "probability_brier"), CHANCES),
    **dict.fromkeys(("new_leads", "qualified_leads", "duplicate_leads"), LEADS),
    **dict.fromkeys(("lead_to_opp", "lead_to_opp_to_date", "lead_to_opp_period"), LEADS),
    "leads_converted": (("opportunity", "lead"),),
    "disqualified_after_qualified": (*LEADS, ("lead_status", "lead")),
    **dict.fromkeys(
        (
            "lead_to_customer", "lead_to_customer_to_date", "lead_to_customer_won",
            "lead_to_customer_base", "lead_to_customer_period", "time_to_convert",
            "time_to_convert_mean",
        ),
        SALES_TO_LEADS,
    ),
    **dict.fromkeys(
        (
            "lead_response_p50", "lead_response_p90", "lead_response_5min_rate",
            "lead_to_meeting", "lead_to_meeting_to_date", "lead_to_meeting_period",
        ),
        (*LEADS, *DEEDS),
    ),
    **dict.fromkeys(
        (
            "leads_contacted", "lead_to_meeting_met", "activities_done", "meetings_booked",
            "meetings_held", "meeting_show_rate", "tasks_completed", "tasks_worked_on",
            "tasks_overdue", "task_on_time_rate",
        ),
        DEEDS,
    ),
    **dict.fromkeys(("activities_per_win", "activities_per_win_full"), (*DEEDS, *DEALS)),
    "notifications_pending": (("notification",),),
    **dict.fromkeys(
        (
            "call_answer_rate", "call_abandonment_rate", "call_asa", "call_asa_p90",
            "call_service_level", "call_connect_rate", "call_occupancy",
        ),
        (("call",),),
    ),
    **dict.fromkeys(("csat", "nps"), (("survey_response",),)),
    **dict.fromkeys(
        (
            "orders_per_customer", "repeat_purchase_rate", "returning_customer_share",
            "customer_retention_noncontractual", "repurchase_rate_cohort",
            "repurchase_rate_cohort_to_date",
        ),
        ORDERS,
    ),
    **dict.fromkeys(("net_revenue", "aov", "value_per_customer"), VALUED_ORDERS),
    "gross_margin": (("order_line",), ("order_line", "product")),
    **dict.fromkeys(
        ("customers", "customers_start", "lost_customers", "reactivated_customers",
         "net_new_customers"),
        PURCHASES,
    ),
    **dict.fromkeys(("new_customers", "new_customers_paid"), GAINS),
    "customer_win_loss": (*GAINS, *PURCHASES),
    **dict.fromkeys(("acquisition_cost", "acquisition_cost_paid"), SPENDING),
    **dict.fromkeys(("cac", "cac_paid"), ACQUISITION),
    **dict.fromkeys(("ltv_cac", "cac_payback_months"), (*MRR, *ACQUISITION)),
}  # fmt: skip


def hidden(world: World, kpi: str) -> dict[str, int]:
    """Records of the first kind the KPI needs of which there are some and none is to be seen, by
    what hides them: their deletion, else a merger, else being tests."""
    kinds: Needs = NEEDS.get(kpi.split("_in_")[0], ())
    for tables in kinds:
        rows = [(table, row) for table in tables for row in world.tables.get(table, [])]
        if rows and not any(_is_seen(world, *row) for row in rows):
            return dict(Counter(_sign(world, row) for _, row in rows))
    return {}


def unseen(
    world: World, kpi: str, asked: Question, row: Row, want: Answer
) -> tuple[list[str], str]:
    """(what is said wrongly of hidden records, the reason there is beside them)."""
    said = {sign: row.excluded[sign] for sign in SIGNS if sign in row.excluded}
    rests_on_rows = bool(row.n if want.n is None else want.n)
    is_total = not asked.by and asked.reader is None and not kpi.startswith("stage_")
    due = hidden(world, kpi) if is_total and not rests_on_rows else {}
    if said != due or (row.reason == "none_visible") != bool(due and row.value is None):
        return [f"{row.reason!r} with {said} hidden, should be {due}"], ""
    if row.reason != "none_visible":
        return [], row.reason
    return [], want.reason or "outside_coverage"


def _is_seen(world: World, table: str, row: dict) -> bool:
    return table == "subscription_mrr" or world.has(row)


def _sign(world: World, row: dict) -> str:
    deleted = when(row, "deleted_at")
    if deleted and world.sees(deleted):
        return "deleted"
    return "merged" if row.get("merged_into_id") else "test"
