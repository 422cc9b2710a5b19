"""Made-up leads: twins, late answers, disqualified and converted ones, their deeds and owners."""

from datetime import timedelta

from hypothesis import strategies as st

from tests.oracle.companies import AGENTS
from tests.oracle.lives import Setup
from tests.oracle.making import NEAR, SECONDS, Tables, fates, grounds, setups, times
from tests.oracle.moments import local, midnight

STATUSES = [
    {"id": "new", "name": "New", "is_qualified": False},
    {"id": "good", "name": "Good", "is_qualified": True},
    {"id": "out", "name": "Out", "is_qualified": False, "is_disqualified": True},
    {"id": "done", "name": "Done", "is_qualified": True, "is_converted": True},
]
HOURS = st.sampled_from([
    (("09:00", "18:00"),), (("08:30", "12:00"), ("14:00", "17:30")), (("22:00", "00:00"),),
    (("00:00", "00:00"),),
])  # fmt: skip
SETUPS = setups(
    lead_dedupe_days=st.sampled_from([10, 30]),
    sla_seconds=st.sampled_from([300, 3600]),
    lead_window_days=st.sampled_from([10, 30, 90]),
    meeting_window_days=st.sampled_from([10, 30]),
    customer_window_days=st.sampled_from([30, 180]),
    customer_source=st.sampled_from(["auto", "opportunities", "orders"]),
)


@st.composite
def one(draw: st.DrawFn, n: int, setup: Setup, is_day: bool, says: bool) -> Tables:
    """A lead, what was done about it and what came of it."""
    tz, id_ = setup.tz, f"l{n}"
    row = {
        "id": id_, "email": draw(st.sampled_from([None, "a@x.com", " A@x.com", "b@x.com"])),
        "phone": draw(st.sampled_from([None, None, "+33 611", "+33611"])),
        "owner_id": draw(st.sampled_from([*AGENTS, None])),
        "channel_id": draw(st.sampled_from(["ads", "web", None])),
        "campaign_id": draw(st.sampled_from(["m1", "m2", None])),
        "account_id": draw(st.sampled_from([None, "k0", "k1", "k2", "k3"])),
    } | draw(fates(tz, "l0" if n else ""))  # fmt: skip
    born = draw(times("created", tz, is_day=is_day, days=NEAR))
    row |= born
    start = born.get("created_at") or midnight(born["created_on"], tz)

    def later(name: str) -> dict:
        at = start + timedelta(seconds=draw(SECONDS))
        if is_day:
            return {f"{name}_on" if name else "at_on": local(at, tz)}
        return {f"{name}_at" if name else "at": at}

    found: Tables = {"lead": [row], "activity": [], "opportunity": [], "lead_status_history": [],
                     "lead_owner_history": []}  # fmt: skip
    for k in range(draw(st.integers(0, 3))):
        found["activity"].append({
            "id": f"a{n}.{k}", "lead_id": id_, "agent_id": draw(st.sampled_from(AGENTS)),
            "kind": draw(st.sampled_from(["call", "email", "meeting"])),
            "direction": draw(st.sampled_from(["out", "out", "in", None])),
            "status": draw(st.sampled_from(["done", "done", "no_show"])) if says else None,
            "is_automated": draw(st.sampled_from([False, None, True])),
            **later(""), **later("created"), **draw(fates(tz, "")),
        })  # fmt: skip
    fate = draw(st.integers(0, 3))
    if fate == 0:
        row |= later("converted")
    elif fate == 1:
        made = later("created")
        opp = {"id": f"o{n}", "lead_id": id_, "amount": 10, "account_id": row["account_id"],
               **made, **draw(fates(tz, ""))}  # fmt: skip
        status = draw(st.sampled_from(["open", "won", "lost"]))
        opp["status"] = status
        if status != "open":
            end = made.get("created_at") or midnight(made["created_on"], tz)
            end += timedelta(seconds=draw(SECONDS))
            opp |= {"closed_on": local(end, tz)} if is_day else {"closed_at": end}
        found["opportunity"].append(opp)
    if draw(st.booleans()):
        seen = set(born.values())
        first = {"at_on" if is_day else "at": next(iter(seen))}
        found["lead_status_history"].append({"lead_id": id_, "status_id": "new", **first})
        for status in draw(st.lists(st.sampled_from(["new", "good", "out", "done"]), max_size=4)):
            step = {"lead_id": id_, "status_id": status, **later("")}
            if (key := step.get("at") or step["at_on"]) not in seen:
                seen.add(key)
                found["lead_status_history"].append(step)
    elif draw(st.booleans()):
        row |= later("qualified")
    seen = set()
    for agent in draw(st.lists(st.sampled_from([*AGENTS, None]), max_size=3)):
        step = {"lead_id": id_, "agent_id": agent, **later("")}
        if (key := step.get("at") or step["at_on"]) not in seen:
            seen.add(key)
            found["lead_owner_history"].append(step)
    return found


@st.composite
def hours(draw: st.DrawFn) -> Tables:
    """Opening hours of all and of one team, none now and then, and days that are off."""
    found: Tables = {"business_hours": [], "calendar_day": []}
    for team in draw(st.sets(st.sampled_from([None, "north"]))):
        for weekday in draw(st.sets(st.integers(1, 7))):
            for opens, closes in draw(HOURS):
                found["business_hours"].append({"team_id": team, "weekday": str(weekday),
                                                "from_time": opens, "to_time": closes})  # fmt: skip
    for day in draw(st.sets(NEAR, max_size=4)):
        is_working = draw(st.sampled_from([False, False, True]))
        found["calendar_day"].append({"date": day, "is_working": is_working})
    return found


@st.composite
def companies(draw: st.DrawFn) -> tuple[Tables, Setup]:
    """A company of 3 to 12 leads."""
    setup = draw(SETUPS)
    tables = draw(grounds(setup))
    tables["lead_status"] = STATUSES
    tables |= draw(hours())
    is_day, says = not draw(st.integers(0, 5)), draw(st.booleans())
    for n in range(draw(st.integers(3, 12))):
        for table, rows in draw(one(n, setup, is_day, says)).items():
            tables.setdefault(table, []).extend(rows)
    tables["order"] = [
        {"id": f"r{n}", "account_id": draw(st.sampled_from(["k0", "k1", "k2"])),
         "status": draw(st.sampled_from(["paid", "cancelled"])), "net_amount": 50,
         **draw(times("ordered", setup.tz, is_day=is_day, days=NEAR))}
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    return tables, setup
