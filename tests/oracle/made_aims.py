"""Made-up targets and forecasts, beside a pipeline to reach them with."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.oracle.lives import Setup
from tests.oracle.made_pipeline import pipelines
from tests.oracle.making import Tables

MONTHS = {"2024-01": date(2024, 1, 1), "2024-02": date(2024, 2, 1), "2024-03": date(2024, 3, 1)}
SPANS = {
    "2024-01": (date(2024, 1, 1), date(2024, 2, 1)),
    "2024-02": (date(2024, 2, 1), date(2024, 3, 1)),
    "2024-03": (date(2024, 3, 1), date(2024, 4, 1)),
    "2024-Q1": (date(2024, 1, 1), date(2024, 4, 1)),
}
SCOPES = (None, "ana", "bob", "di")


@st.composite
def aiming(draw: st.DrawFn) -> tuple[Tables, Setup]:
    """A pipeline, targets of all and of people, and what was foretold, once or twice."""
    tables, setup = draw(pipelines())
    keys = st.tuples(st.sampled_from(SCOPES), st.sampled_from(sorted(SPANS)))
    drawn = draw(st.dictionaries(keys, st.sampled_from([0, 100, 400, 1000]), max_size=14))
    tables["target"] = [
        {"id": f"g{n}", "kpi_id": "sales_value", "scope_type": "agent" if who else "org",
         "scope_id": who, "period": period, "value": Decimal(value)}
        for n, ((who, period), value) in enumerate(drawn.items())
    ]  # fmt: skip
    told = st.tuples(st.sampled_from(SCOPES), st.sampled_from(sorted(MONTHS)),
                     st.sampled_from([-40, -1, 0, 5]))  # fmt: skip
    drawn = draw(st.dictionaries(told, st.sampled_from([50, 100, 900]), max_size=14))
    tables["forecast"] = [
        {"id": f"f{n}", "kpi_id": "sales_value", "scope": who, "period": period,
         "made_on": MONTHS[period] + timedelta(days), "value": Decimal(value)}
        for n, ((who, period, days), value) in enumerate(drawn.items())
    ]  # fmt: skip
    return tables, setup
