"""Every KPI of the catalogue is counted a second time, or stands here by name."""

from pathlib import Path

import pytest

from kpilot.ask.catalog import catalog
from tests.oracle import test_aims
from tests.oracle.companies import LAST
from tests.oracle.curves import CURVES
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
    *CURVES,
    "sales_cagr",
    "quota_attainment",
}.union(*(family.rules for family in FAMILIES.values()))
# Fitted models and curves: held against published or hand-worked numbers in the tests named.
MODELS = {
    "cycle_km": "ask/test_pipeline.py",
    "cycle_vs_retention": "ask/test_tortoise_and_hare.py",
    "cycle_vs_retention_correlation": "ask/test_tortoise_and_hare.py",
    "cycle_vs_retention_revenue": "ask/test_tortoise_and_hare.py",
    "cycle_vs_retention_shrunk": "ask/test_tortoise_and_hare.py",
    "expected_orders": "test_cdnow_figures.py",
    "ltv_bgnbd_gg": "test_cdnow_figures.py",
    "ltv_bgnbd_gg_top_share": "test_cdnow_figures.py",
    "p_alive": "test_cdnow_figures.py",
    "retention_sbg": "ask/test_customer_models.py",
    "retention_sbg_survival": "ask/test_customer_models.py",
    "time_to_convert_curve": "ask/test_models.py",
    "win_cif": "ask/test_models.py",
    "win_cif_loss": "ask/test_models.py",
    "win_rate_eb": "ask/test_models.py",
}


def test_every_kpi_has_an_oracle_or_stands_on_a_list(warehouse):
    known = set(catalog(warehouse.holding({}, Setup(), midnight(LAST, "UTC"))))
    assert known - COUNTED - MODELS.keys() == set(), "KPIs nobody counted a second time"
    assert set() == COUNTED & MODELS.keys(), "these have an oracle: strike them off the list"


@pytest.mark.parametrize(("kpi", "place"), sorted(MODELS.items()))
def test_what_stands_on_a_list_is_asked_in_the_test_it_names(kpi, place):
    assert f'"{kpi}"' in (Path(__file__).parents[1] / place).read_text(encoding="utf-8")
