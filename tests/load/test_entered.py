"""A column for each stage with the day it was entered is a history of stages."""

import csv
from pathlib import Path
from typing import Any

import pytest

from kpilot.load import load
from kpilot.project import open_project
from tests.fresh import fresh_project
from tests.load.conftest import utc

SHOWN = """
Record ID | Deal Stage | Amount | Create Date | Date entered "Demo (Sales Pipeline)" \
| Date entered "Offer (Sales Pipeline)" | Date entered "Closed Won (Sales Pipeline)" \
| Date exited "Offer (Sales Pipeline)" | Date entered in system
1 | Closed Won | 10 | 2024-01-01 | 2024-01-01 10:00 | 2024-01-15 10:00 | 2024-02-01 10:00 \
| 2024-02-01 10:00 | 2024-01-01
2 | Offer | 20 | 2024-01-02 | | 2024-01-20 10:00 | | | 2024-01-01
3 | Offer | 30 | 2024-01-03 | 2024-01-03 10:00 | 2024-01-05 10:00 | 2024-02-05 10:00 | | 2024-01-01
"""
KEPT = """
id | dealname | dealstage | amount | createdate | hs_v2_date_entered_appointmentscheduled \
| hs_v2_date_entered_contractsent_77 | hs_v2_date_entered_closedwon
1 | A | closedwon | 10 | 2024-01-01T10:00:00Z | 2024-01-01T10:00:00Z | 2024-01-15T10:00:00Z \
| 2024-02-01T10:00:00Z
2 | B | contractsent | 20 | 2024-01-01T10:00:00Z | | 2024-01-16T10:00:00Z |
"""
NONE = """
id | name | stage | amount | created | date entered | date entered by | closed
1 | A | Won | 10 | 2024-01-01 | 2024-01-05 | 2024-01-06 | 2024-02-01
"""


@pytest.mark.parametrize(("export", "history"), [
    (SHOWN, [("1", "Demo", "01-01"), ("1", "Offer", "01-15"), ("1", "Closed Won", "02-01"),
             ("2", "Offer", "01-20")]),
    (KEPT, [("1", "appointmentscheduled", "01-01"), ("1", "contractsent", "01-15"),
            ("1", "closedwon", "02-01"), ("2", "contractsent", "01-16")]),
    (NONE, []),
])
def test_each_day_a_stage_was_entered_is_a_change_of_stage(
        tmp_path: Path, export: str, history: list[tuple[str, str, str]]) -> None:
    with (tmp_path / "deals.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [cell.strip() for cell in line.split("|")] for line in export.strip().splitlines())
    fresh_project(tmp_path / "project")
    project = open_project(tmp_path / "project")
    try:
        load([tmp_path / "deals.csv"], project, who="ann", now=utc(2024, 7, 1))
        found: list[tuple[Any, ...]] = project.engine.query(
            "SELECT opportunity_id, stage_id, strftime(h.\"at\", '%m-%d') FROM stage_history AS h"
            " WHERE origin = 'source' ORDER BY opportunity_id, h.\"at\"")
        won = project.engine.query("SELECT id FROM stage WHERE kind = 'won'")
    finally:
        project.close()
    assert found == history
    assert [str(stage).lower().replace(" ", "") for stage, in won] in (["closedwon"], ["won"])
