"""Every KPI of the catalogue is counted a second time, or stands here by name."""

from kpilot.ask.catalog import catalog
from tests.oracle import test_aims
from tests.oracle.companies import LAST
from tests.oracle.figures import FLOWS, GROWTH, STOCKS
from tests.oracle.lives import Setup
from tests.oracle.moments import midnight
from tests.oracle.test_catalogue import FAMILIES

COUNTED = {
    *FLOWS,
    *STOCKS,
    *GROWTH,
    *test_aims.KPIS,
    *test_aims.FORECASTS,
    "sales_cagr",
    "quota_attainment",
}.union(*(family.rules for family in FAMILIES.values()))
# Fitted models and curves: their numbers are held against published ones in tests/analysis.
MODELS = {
    "cycle_km", "cycle_vs_retention", "cycle_vs_retention_correlation",
    "cycle_vs_retention_revenue",
    "cycle_vs_retention_shrunk", "expected_orders", "ltv_bgnbd_gg", "ltv_bgnbd_gg_top_share",
    "p_alive", "retention_sbg", "retention_sbg_survival", "speed_to_lead_curve",
    "speed_to_lead_curve_customer", "speed_to_lead_curve_meeting", "time_to_convert_curve",
    "win_cif", "win_cif_loss", "win_rate_eb",
}  # fmt: skip
# Not counted a second time yet.
LACKING = {
    "lead_response_p50_bh", "lead_response_p90_bh", "ltv_historical", "ltv_historical_revenue",
}  # fmt: skip


def test_every_kpi_has_an_oracle_or_stands_on_a_list(warehouse):
    known = set(catalog(warehouse.holding({}, Setup(), midnight(LAST, "UTC"))))
    assert known - COUNTED - MODELS - LACKING == set(), "KPIs nobody counted a second time"
    assert set() == COUNTED & (MODELS | LACKING), "these have an oracle: strike them off the list"
