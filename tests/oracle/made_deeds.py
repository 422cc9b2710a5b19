"""Made-up days of work: activities, meetings put off, tasks done late; messages, calls, surveys."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle.companies import AGENTS, FIRST
from tests.oracle.making import NEAR, SECONDS, Tables, fates, grounds, setups, times
from tests.oracle.moments import local, midnight

WHO = st.sampled_from([*AGENTS, None])
ACCOUNTS = st.sampled_from(["k0", "k1", "k2", "k3", None])


@st.composite
def after(draw: st.DrawFn, name: str, start: Any, tz: str, *, is_day: bool = False) -> dict:
    """A moment some time after `start`."""
    at = start + timedelta(seconds=draw(SECONDS))
    if is_day:
        return {f"{name}_on" if name else "at_on": local(at, tz)}
    return {f"{name}_at" if name else "at": at}


@st.composite
def deed(draw: st.DrawFn, n: int, tz: str, says: bool) -> Tables:
    """An activity, and what was noted about it when it is a task."""
    is_day = not draw(st.integers(0, 3))
    kind = draw(st.sampled_from(["call", "email", "meeting", "meeting", "task", "task", "message"]))
    row = {
        "id": f"a{n}", "kind": kind, "agent_id": draw(WHO),
        "lead_id": draw(st.sampled_from(["l1", "l2", None])),
        "opportunity_id": draw(st.sampled_from(["o0", "o1", "o2", None])),
        "is_automated": draw(st.sampled_from([False, None, kind not in ("meeting", "task")])),
        **draw(fates(tz, "")),
    }  # fmt: skip
    born = draw(times("created", tz, is_day=is_day, days=NEAR))
    row |= born
    start = born.get("created_at") or midnight(born["created_on"], tz)
    row |= draw(after("", start, tz, is_day=is_day))
    if kind == "meeting":
        row["status"] = draw(st.sampled_from(["done", "no_show", "cancelled", "planned"]))
        row["status"] = row["status"] if says else None
        row["created_by_id"] = draw(st.sampled_from([None, "di"]))
    elif kind == "task":
        row.pop("at", None)
        row.pop("at_on", None)
        row["status"] = draw(st.sampled_from(["planned", "done", "cancelled"])) if says else None
        if row["status"] == "done" or (not says and draw(st.booleans())):
            row |= draw(after("completed", start, tz, is_day=is_day))
        if draw(st.integers(0, 4)):
            row |= draw(after("due", start, tz, is_day=draw(st.booleans())))
    else:
        row["status"] = draw(st.sampled_from(["done", "done", "planned", "cancelled"]))
        row["status"] = row["status"] if says else None
        if row["status"] in ("done", None) and draw(st.booleans()):
            row |= draw(after("completed", start, tz, is_day=is_day))
    found: Tables = {"activity": [row], "task_event": []}
    if kind == "task":
        keys = set()
        for _ in range(draw(st.integers(0, 3))):
            event = {"task_id": row["id"], "agent_id": draw(st.sampled_from(AGENTS)),
                     "kind": draw(st.sampled_from(["status", "comment", "time"])),
                     **draw(after("", start, tz))}  # fmt: skip
            if tuple(map(str, event.values())) not in keys:
                keys.add(tuple(map(str, event.values())))
                found["task_event"].append(event)
    return found


@st.composite
def deeds(draw: st.DrawFn):
    """A company of 3 to 16 activities, two leads and three opportunities."""
    setup = draw(setups())
    tz = setup.tz
    tables = draw(grounds(setup))
    tables["lead"] = [{"id": n, "created_on": FIRST, **draw(fates(tz, ""))} for n in ("l1", "l2")]
    tables["opportunity"] = []
    says = bool(draw(st.integers(0, 3)))
    for n in range(3):
        made = draw(times("created", tz, days=NEAR))
        end = draw(after("closed", made["created_at"], tz))
        tables["opportunity"].append({
            "id": f"o{n}", "amount": 10, "owner_id": draw(WHO), "account_id": draw(ACCOUNTS),
            "status": draw(st.sampled_from(["won", "won", "lost"])), **made, **end,
            **draw(fates(tz, "o0" if n else "")),
        })  # fmt: skip
    for n in range(draw(st.integers(3, 16))):
        for table, rows in draw(deed(n, tz, says)).items():
            tables.setdefault(table, []).extend(rows)
    tables["notification"] = []
    for n in range(draw(st.integers(0, 4))):
        sent = draw(times("", tz, days=NEAR))
        read = draw(after("read", sent["at"], tz)) if draw(st.booleans()) else {}
        tables["notification"].append({"id": f"n{n}", "agent_id": draw(WHO), **sent, **read})
    return tables, setup


@st.composite
def unit(draw: st.DrawFn, n: int, tz: str, confirms: bool) -> list[dict]:
    """What happened to one message to one recipient."""
    first = {"message_id": f"m{n // 3}", "recipient": f"r{n}@x.com",
             "agent_id": draw(WHO), "campaign_id": draw(st.sampled_from(["m1", "m2", None])),
             "is_machine": False}  # fmt: skip
    sent = draw(times("", tz, days=NEAR))
    rows = [{**first, "event": "sent", **sent}]
    if not draw(st.integers(0, 4)):
        return [*rows, {**first, "event": "bounced", **draw(after("", sent["at"], tz))}]
    if confirms:
        if not draw(st.integers(0, 5)):
            return rows
        rows.append({**first, "event": "delivered", **sent})
    for event in draw(
        st.lists(
            st.sampled_from(
                ["opened", "opened", "clicked", "replied", "unsubscribed", "complained"]
            ),
            max_size=4,
        )
    ):
        is_machine = event == "opened" and draw(st.booleans())
        rows.append({**first, "event": event, "is_machine": is_machine,
                     **draw(after("", sent["at"], tz))})  # fmt: skip
    return rows


@st.composite
def mails(draw: st.DrawFn):
    """A company of 2 to 15 messages; its source may or may not say what was delivered."""
    setup = draw(setups())
    tables = draw(grounds(setup))
    confirms = draw(st.booleans())
    rows = []
    for n in range(draw(st.integers(2, 15))):
        rows += draw(unit(n, setup.tz, confirms))
    keys = {(r["message_id"], r["recipient"], r["event"], r["at"]): r for r in rows}
    tables["email_event"] = list(keys.values())
    return tables, setup


@st.composite
def phones(draw: st.DrawFn):
    """A company of 2 to 20 calls and a few idle stretches within a day."""
    setup = draw(setups(short_abandon_s=st.sampled_from([0, 5]),
                        service_level_s=st.sampled_from([20, 60])))  # fmt: skip
    tz = setup.tz
    tables = draw(grounds(setup))
    seconds = st.sampled_from([0, 3, 4, 5, 6, 20, 21, 60, 90.5])
    tables["call"] = [
        {"id": f"c{n}", "direction": draw(st.sampled_from(["inbound", "inbound", "outbound"])),
         "outcome": draw(st.sampled_from(["answered", "answered", "abandoned", "abandoned",
                                          "voicemail", "callback", "busy", "no_answer"])),
         "wait_s": draw(st.one_of(seconds, seconds, st.none())), "talk_s": draw(seconds),
         "hold_s": draw(st.sampled_from([None, 10])), "wrap_s": draw(st.sampled_from([None, 30])),
         "agent_id": draw(WHO), "account_id": draw(ACCOUNTS),
         **draw(times("started", tz, is_day=not draw(st.integers(0, 6)))), **draw(fates(tz, ""))}
        for n in range(draw(st.integers(2, 20)))
    ]  # fmt: skip
    tables["agent_state"] = []
    used = set()
    for _ in range(draw(st.integers(0, 4))):
        agent, day = draw(st.sampled_from(AGENTS)), draw(NEAR)
        if (agent, day) not in used:
            used.add((agent, day))
            start = midnight(day, tz) + timedelta(hours=9)
            tables["agent_state"].append({
                "agent_id": agent, "from_at": start, "to_at": start + timedelta(minutes=20),
                "state": draw(st.sampled_from(["available", "available", "break", "handling"])),
            })  # fmt: skip
    return tables, setup


@st.composite
def surveys(draw: st.DrawFn):
    """A company of 1 to 12 answers."""
    setup = draw(setups())
    tables = draw(grounds(setup))
    tables["survey_response"] = []
    for n in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(["csat", "nps"]))
        score = draw(st.integers(1, 5) if kind == "csat" else st.integers(0, 10))
        tables["survey_response"].append({
            "id": f"s{n}", "kind": kind, "score": score, "account_id": draw(ACCOUNTS),
            **draw(times("", setup.tz, is_day=draw(st.booleans()))), **draw(fates(setup.tz, "")),
        })  # fmt: skip
    return tables, setup
