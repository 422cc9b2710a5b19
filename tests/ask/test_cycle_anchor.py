"""Where a sales cycle starts is a setting: the opportunity, the first contact, or the lead."""

from tests.ask.conftest import Company


def filled(made: Company) -> Company:
    made.put("account", {"id": "A"})
    made.put("lead", {"id": "L", "created_at": "2026-01-01 00:00:00"})
    made.put(
        "opportunity",
        {
            "id": "O",
            "account_id": "A",
            "lead_id": "L",
            "status": "won",
            "created_at": "2026-01-11 00:00:00",
            "closed_at": "2026-01-31 00:00:00",
        },
    )
    for name, at, direction, automated, place in (
        ("in", "2026-01-02 00:00:00", "in", False, {"lead_id": "L"}),
        ("robot", "2026-01-02 00:00:00", "out", True, {"lead_id": "L"}),
        ("first", "2026-01-06 00:00:00", "out", False, {"account_id": "A"}),
        ("later", "2026-01-20 00:00:00", "out", False, {"opportunity_id": "O"}),
    ):
        made.put(
            "activity",
            {
                "id": name,
                "kind": "call",
                "completed_at": at,
                "status": "done",
                "direction": direction,
                "is_automated": automated,
                **place,
            },
        )
    return made.until("2026-02-01 00:00:00")


def test_the_cycle_starts_where_the_setting_says(company):
    found = {
        anchor: filled(company(cycle_anchor=anchor)).value("sales_cycle_days", period="2026-01")
        for anchor in ("opp_created", "first_contact", "lead_created")
    }
    assert found == {"opp_created": 20, "first_contact": 25, "lead_created": 30}


def test_a_cycle_without_its_start_is_left_out_and_said(company):
    made = company(cycle_anchor="lead_created")
    made.put(
        "opportunity",
        {"id": "O", "status": "won", "created_on": "2026-01-01", "closed_on": "2026-01-05"},
    ).until("2026-02-01 00:00:00")
    (row,) = made.ask("sales_cycle_days", period="2026-01").rows
    assert (row.value, row.excluded) == (None, {"no_created_at": 1})


def test_a_first_contact_after_the_win_is_not_where_it_began(company):
    made = filled(company(cycle_anchor="first_contact"))
    made.project.engine.query("DELETE FROM activity WHERE id = 'first' OR id = 'later'")
    made.put(
        "activity",
        {
            "id": "x",
            "kind": "call",
            "completed_at": "2026-02-10 00:00:00",
            "direction": "out",
            "opportunity_id": "O",
        },
    ).until("2026-03-01 00:00:00")
    (row,) = made.ask("sales_cycle_days", period="2026-01").rows
    assert row.value is None
    assert row.excluded == {"negative_duration": 1}
