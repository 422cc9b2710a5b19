"""Which leads are one lead: anchors by e-mail or phone (rule G9)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from numpy.random import default_rng


def lead(id_, created_at, **more):
    return {"id": id_, "created_at": created_at, **more}


def test_a_lead_exactly_thirty_days_later_is_another_one(company):
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00", email="x@y.fr"),
        lead("b", "2026-01-31 09:59:59", email=" X@y.fr "),
        lead("c", "2026-01-31 10:00:00", email="x@y.fr"),
        lead("d", "2026-03-01 10:00:00", email="x@y.fr"),
    )
    made.until("2026-04-01")
    # c starts anew 30 × 24 h after a; d comes 29 days after c
    assert made.value("new_leads", period="2026-01") == 2
    assert made.value("new_leads", period="2026-03") == 0


def test_the_anchor_decides_the_next_one_and_not_the_lead_before(company):
    days = ["2026-01-01", "2026-01-20", "2026-02-05", "2026-02-20", "2026-03-08"]
    made = company().put(
        "lead", *(lead(day, f"{day} 12:00:00", phone="+33 6 12 34 56 78") for day in days)
    )
    made.until("2026-04-01")
    # anchors: 1 Jan, then 5 Feb (35 days on), then 8 March (31 days on)
    assert [made.value("new_leads", period=f"2026-0{m}") for m in (1, 2, 3)] == [1, 1, 1]


def test_one_phone_written_in_two_ways_is_one_lead_and_no_phone_at_all_is_none(company):
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00", phone="0033 (0)6.12.34.56.78"),
        lead("b", "2026-01-02 10:00:00", phone="+33612345678"),
        lead("c", "2026-01-03 10:00:00", phone="unknown", email="n/a"),
        lead("d", "2026-01-04 10:00:00", phone="unknown", email="n/a"),
        lead("e", "2026-01-05 10:00:00"),
        lead("f", "2026-01-06 10:00:00"),
    )
    made.until("2026-02-01")
    assert made.value("new_leads", period="2026-01") == 5
    assert made.value("duplicate_leads", period="2026-01") == 1


@pytest.mark.parametrize(("seed", "tz", "days"), [(1, "UTC", 30), (2, "Europe/Paris", 7)])
def test_anchors_are_those_of_a_walk_through_the_leads(company, seed, tz, days):
    made, rng, zone = company(tz=tz, lead_dedupe_days=days), default_rng(seed), ZoneInfo(tz)
    people: dict[str, list[tuple[datetime, str, date | None]]] = {}
    for number in range(300):
        steps = int(rng.choice([0, 1, 24, 24 * days])) * int(rng.integers(1, 40))
        at = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(
            hours=steps, seconds=int(rng.choice([0, 0, 1]))
        )
        on = at.date() if rng.random() < 0.3 else None
        moment = (
            datetime.combine(on, time(), zone).astimezone(UTC).replace(tzinfo=None) if on else at
        )
        person = str(rng.choice(list("abcd")))
        people.setdefault(person, []).append((moment, f"{number:03}", on))
        made.put(
            "lead",
            {"id": f"{number:03}", "email": f"{person}@x.fr", "created_on": on,
             "created_at": None if on else at},
        )  # fmt: skip
    made.until("2050-01-01")
    made.ask("new_leads", as_of="2050-01-01")
    found = dict(made.project.engine.query("SELECT lead_id, anchor_id FROM facts.lead_anchor"))
    assert found == walked(people, zone, days)


def walked(people, zone, days):
    """lead → anchor, by the words of rule G9."""
    anchors = {}
    for leads in people.values():
        anchor = None
        for moment, id_, on in sorted(leads, key=lambda one: one[:2]):
            day = on or moment.replace(tzinfo=UTC).astimezone(zone).date()
            if anchor is None:
                is_new = True
            elif on or anchor[2]:
                is_new = (day - anchor[3]).days >= days
            else:
                is_new = moment - anchor[0] >= timedelta(days=days)
            if is_new:
                anchor = (moment, id_, on, day)
            anchors[id_] = anchor[1]
    return anchors
