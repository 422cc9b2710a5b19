"""What KPI files tell the advisor is what the specification's table says."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tomllib import loads

import pytest

from kpilot.analysis.advisor import EARLINESS, OBJECTIVES
from kpilot.core.kpi import Kpi, read_kpis

KPIS = Path(__file__).parents[2] / "kpilot" / "kpis"

ROWS = [
    line.split("|")
    for line in Path(__file__).with_name("advice_table.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@cache
def shipped() -> Mapping[str, Kpi]:
    """Every KPI of the files, variants included."""
    return {
        kpi.name: kpi
        for path in KPIS.glob("*.toml")
        for kpi in read_kpis(path.stem, loads(path.read_text(encoding="utf-8")), path.name)
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split()[0])
def test_a_kpi_is_weighed_as_the_table_says(row: list[str]) -> None:
    name, place, early = row[0].split()
    if name not in shipped():
        pytest.skip(f"{name} is not written yet")
    kpi = shipped()[name]
    assert kpi.advice is not None, name
    assert f"{kpi.family}/{kpi.advice.group}" == place
    assert EARLINESS[kpi.advice.lead_lag] == float(early)
    shares = (float(share) for share in row[1].split())
    fits = dict(zip(OBJECTIVES, shares, strict=True))
    assert {**dict.fromkeys(OBJECTIVES, 0.0), **kpi.advice.objectives} == fits
    assert (kpi.guardrail or "-") == row[2].strip()
    said = [part.strip().rsplit("=", 1) for part in row[3].split(";") if part.strip() != "-"]
    assert dict(kpi.advice.modifiers) == {when: float(p) for when, p in said}


def test_no_other_kpi_is_advised() -> None:
    advised = {name for name, kpi in shipped().items() if kpi.advice is not None}
    assert advised <= {row[0].split()[0] for row in ROWS}
