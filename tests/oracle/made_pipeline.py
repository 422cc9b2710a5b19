"""Made-up pipelines: dates put off, amounts that moved, stages that rot, closings of all kinds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle import companies
from tests.oracle.lives import Setup
from tests.oracle.making import NEAR, Tables, times
from tests.oracle.moments import midnight

DEFERRALS = st.sampled_from([-10, 0, 1, 30, 31, 89, 120])


@st.composite
def deferred(draw: st.DrawFn, row: dict, tz: str) -> Tables:
    """When an opportunity is expected to close, and what was expected before."""
    born = next((row[n] for n in ("created_at", "created_on") if row.get(n)), None)
    if not draw(st.integers(0, 5)):
        row["expected_close_date"] = draw(NEAR)
        return {}
    rows: list[dict[str, Any]] = []
    day = draw(NEAR)
    moment: dict[str, Any] = draw(times("", tz, is_day=draw(st.booleans())))
    if born is not None and draw(st.integers(0, 3)):
        moment = {"at": born} if hasattr(born, "hour") else {"at_on": born}
    for _ in range(draw(st.integers(1, 3))):
        rows.append({"opportunity_id": row["id"], "expected_close_date": day, **moment})
        day = draw(st.sampled_from([day + timedelta(draw(DEFERRALS)), day]))
        start = moment.get("at") or midnight(moment["at_on"], tz)
        at = start + timedelta(hours=draw(companies.GAPS.filter(bool)))
        moment = {"at": at} if "at" in moment else {"at_on": (at + timedelta(1)).date()}
    row["expected_close_date"] = draw(
        st.sampled_from([rows[-1]["expected_close_date"]] * 3 + [None])
    )
    return {"close_date_history": rows}


@st.composite
def deeds(draw: st.DrawFn, id_: str, tz: str) -> list[dict]:
    """What was done for an opportunity."""
    return [
        {"id": f"{id_}.{n}", "kind": "call", "opportunity_id": id_, "agent_id": "ana",
         "status": draw(st.sampled_from(["done", "done", "planned", "cancelled"])),
         "is_automated": draw(st.sampled_from([False, None])),
         **draw(times("completed", tz, is_day=draw(st.booleans()), days=NEAR))}
        for n in range(draw(st.sampled_from([0, 0, 1, 2])))
    ]  # fmt: skip


@st.composite
def pipelines(draw: st.DrawFn) -> tuple[Tables, Setup]:
    """(tables, settings) of a company of 3 to 12 opportunities."""
    setup = replace(
        draw(companies.SETUPS), stalled_days=draw(st.sampled_from([30, 10])),
        velocity_lookback_days=draw(st.sampled_from([90, 30])),
    )  # fmt: skip
    tables = draw(companies.grounds(setup))
    rots = draw(st.lists(st.sampled_from([None, 14, 60]), min_size=10, max_size=10))
    tables["stage"] = [
        {**row, "rot_days": rot} for row, rot in zip(tables["stage"], rots, strict=True)
    ]
    tables |= {"close_date_history": [], "activity": []}
    for n in range(draw(st.integers(3, 12))):
        made = draw(companies.opportunities(f"o{n}", setup, False))
        made |= draw(deferred(made["opportunity"][0], setup.tz))
        made["activity"] = draw(deeds(f"o{n}", setup.tz))
        for table, rows in made.items():
            tables[table] += rows
    return tables, setup
