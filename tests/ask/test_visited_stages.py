"""A stage that was skipped counts as reached, but nobody was in it: two readings of one funnel."""

from tests.ask.conftest import Company

STAGES = (("s1", 1), ("s2", 2), ("s3", 3))
# id → stages with their days, then how it ended
PATHS = {
    "straight": (("s1", 5), ("s2", 7), ("s3", 9), ("won", 12)),
    "skipped": (("s1", 5), ("s3", 9), ("won", 12)),
    "stuck": (("s1", 6), ("s2", 8)),
    "lost": (("s1", 6), ("s2", 8), ("lost", 20)),
    "jumped": (("s1", 5), ("s3", 10), ("lost", 12)),
}


def walked(company) -> Company:
    made = company()
    for name, pos in STAGES:
        made.put("stage", {"id": name, "name": name, "pipeline_id": "p", "pos": pos,
                           "kind": "open"})  # fmt: skip
    for kind in ("won", "lost"):
        made.put("stage", {"id": kind, "name": kind, "pipeline_id": "p", "pos": 9, "kind": kind})
    for name, path in PATHS.items():
        last, day = path[-1]
        status = last if last in ("won", "lost") else "open"
        made.put("opportunity", {
            "id": name, "pipeline_id": "p", "stage_id": last, "status": status, "amount": 1,
            "created_at": f"2026-01-{path[0][1]:02} 09:00:00",
            "closed_at": f"2026-01-{day:02} 09:00:00" if status != "open" else None,
        })  # fmt: skip
        for stage, day in path:
            made.put("stage_history", {"opportunity_id": name, "stage_id": stage,
                                       "at": f"2026-01-{day:02} 09:00:00"})  # fmt: skip
    return made.until("2026-02-15 00:00:00")


def shares(made: Company, kpi: str) -> dict[str, tuple[int, int]]:
    rows = made.ask(kpi, period="2026-01").rows
    return {row.dim_ids["stage"]: (row.num, row.den) for row in rows}


def test_in_order_counts_who_skipped_and_any_stage_does_not(company):
    made = walked(company)
    assert shares(made, "stage_conversion_to_date") == {"s1": (5, 5), "s2": (3, 5), "s3": (2, 3)}
    assert shares(made, "stage_conversion_visited") == {"s1": (5, 5), "s2": (1, 3), "s3": (2, 3)}
    assert shares(made, "stage_conversion_visited_resolved") == {
        "s1": (5, 5), "s2": (1, 2), "s3": (2, 3),
    }  # fmt: skip
    rows = made.ask("stage_conversion_visited", period="2026-01").rows
    assert {r.dim_ids["stage"]: r.excluded for r in rows if r.excluded} == {"s2": {"skipped": 2}}
