"""The speed-to-lead curves against the oracle, bin by bin."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kpilot.core.calendar import Fiscal, parse_period
from tests.oracle.answers import Question
from tests.oracle.curves import CURVES, speed
from tests.oracle.lives import World
from tests.oracle.made_leads import companies
from tests.oracle.moments import midnight
from tests.oracle.test_oracle import asked

FEWER = settings(max_examples=max(1, settings.default.max_examples // 5))


@FEWER
@given(companies(), st.sampled_from(["2024", "2024-Q1", "2024-03"]))
def test_leads_convert_by_how_fast_they_were_answered(warehouse, company, text):
    tables, setup = company
    tables = {name: [{"source": "file", **row} for row in rows] for name, rows in tables.items()}
    end = midnight(date(2024, 5, 21), setup.tz)
    project = warehouse.holding(tables, setup, end)
    period = parse_period(text, Fiscal())
    rows = asked(
        project, Question(period.start, period.end, period.grain), period, None, tuple(CURVES)
    )
    for kpi in CURVES:
        mine = [row for row in rows if row.kpi == kpi]
        if mine and mine[0].reason in ("not_measurable", "no_history") and mine[0].flags:
            continue
        found = {next(iter(row.dim_ids.values())): (row.num, row.den) for row in mine if row.den}
        assert found == speed(World(tables, setup, end), kpi, period.start, period.end), kpi
