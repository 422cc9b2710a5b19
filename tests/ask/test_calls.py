"""Calls: offered, answered, given up, waited, and the time of agents."""

import numpy as np
import pytest

from kpilot.core.errors import UserError
from kpilot.core.rights import Reader
from tests.examples.given import DATA

E12 = next(example for example in DATA["examples"] if example["id"] == "E12")
DAY = "2026-01-12"


def call(id_: str, outcome: str, wait: float | None = 10, **more: object) -> dict:
    """An inbound call on 12 January 2026, at nine unless said otherwise."""
    return {"id": id_, "direction": "inbound", "outcome": outcome, "wait_s": wait,
            "started_at": f"{DAY} 09:00", **more}  # fmt: skip


def state(kind: str, start: str, end: str | None, agent: str = "ann") -> dict:
    """A state of an agent on 12 January 2026."""
    moments = {"from_at": f"{DAY} {start}", "to_at": f"{DAY} {end}" if end else None}
    return {"agent_id": agent, "state": kind, **moments}


def example(company, **settings: object):
    """E12, its agent a single one, available and idle for the seconds it says."""
    cols = E12["tables"]["call"]["cols"]
    made = company(**settings).put(
        "call",
        *(dict(zip(cols, cells, strict=True)) | {"started_at": f"{DAY} 09:00", "agent_id": "ann"}
          for cells in E12["tables"]["call"]["rows"]),
    )  # fmt: skip
    assert E12["config"]["available_idle_s"] == 600
    return made.put("agent_state", state("available", "10:00", "10:10")).until("2026-02-01")


def test_e12_whole(company):
    config, expected = E12["config"], dict(E12["expected"])
    made = example(
        company,
        short_abandon_s=config["short_abandon_s"],
        service_level_s=config["service_level_s"],
    )
    short = expected.pop("call_abandonment_rate_short0")
    assert made.value("call_asa", period="2026-01") == expected.pop("call_asa")["value_s"]
    for kpi, want in expected.items():
        (row,) = made.ask(kpi, period="2026-01").rows
        assert (row.value, row.num, row.den) == (
            pytest.approx(want["value"], abs=1e-6), want["num"], want["den"]
        ), kpi  # fmt: skip
    (row,) = example(company, short_abandon_s=0).ask("call_abandonment_rate", period="2026-01").rows
    assert (row.value, row.num, row.den) == (
        pytest.approx(short["value"], abs=1e-6), short["num"], short["den"]
    )  # fmt: skip


def test_those_who_give_up_at_once_are_left_out_and_counted(company):
    made = company().put(
        "call",
        call("a", "answered"), call("b", "abandoned", 4.9), call("c", "abandoned", 5),
        call("d", "abandoned", None),
    ).until("2026-02-01")  # fmt: skip
    (row,) = made.ask("call_abandonment_rate", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (2, 3, {"short_abandon": 1})


def test_answered_given_up_and_diverted_make_one(company):
    made = company().put(
        "call",
        call("a", "answered"), call("b", "abandoned", 60), call("c", "voicemail", 20),
        call("d", "callback", 20),
    ).until("2026-02-01")  # fmt: skip
    assert made.value("call_answer_rate", period="2026-01") == 0.25
    assert made.value("call_abandonment_rate", period="2026-01") == 0.25


def test_the_wait_of_those_who_were_answered(company):
    waits = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
    made = company().put("call", *(call(f"c{i}", "answered", w) for i, w in enumerate(waits)))
    made.put("call", call("x", "abandoned", 900), call("y", "answered", None)).until("2026-02-01")
    (row,) = made.ask("call_asa", period="2026-01").rows
    assert (row.value, row.num, row.den) == (pytest.approx(23.1), 231, 10)
    assert row.excluded == {"no_wait": 1}
    assert made.value("call_asa_p90", period="2026-01") == pytest.approx(np.quantile(waits, 0.9))


def test_the_service_level_ends_with_the_promised_second(company):
    made = company(service_level_s=30).put(
        "call", call("a", "answered", 30), call("b", "answered", 30.5), call("c", "abandoned", 9),
        call("d", "answered", None),
    ).until("2026-02-01")  # fmt: skip
    (row,) = made.ask("call_service_level", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (1, 3, {"no_wait": 1})


def test_a_length_below_zero_is_not_known(company):
    made = company().put(
        "call", call("a", "answered", -5), call("b", "answered", 8), call("c", "abandoned", -5),
        call("d", "answered", 8, talk_s=-500, agent_id="ann"),
        call("e", "answered", 8, talk_s=60, hold_s=-30, agent_id="ann"),
    )  # fmt: skip
    made.put("agent", {"id": "ann", "name": "Ann"})
    made.put("agent_state", state("available", "10:00", "10:10")).until("2026-02-01")
    (asa,) = made.ask("call_asa", period="2026-01").rows
    assert (asa.value, asa.n, asa.excluded) == (8, 3, {"no_wait": 1})
    (level,) = made.ask("call_service_level", period="2026-01").rows
    assert (level.num, level.den, level.excluded) == (3, 4, {"no_wait": 1})
    (busy,) = made.ask("call_occupancy", period="2026-01", by="agent", where="agent=ann").rows
    assert (busy.num, busy.den, busy.excluded["no_seconds"]) == (60, 660, 1)


def test_outbound_calls_do_not_touch_the_queue(company):
    made = (
        company()
        .put(
            "call",
            call("a", "answered"),
            call("b", "abandoned", 60, direction="outbound"),
            call("c", "voicemail", None, direction="outbound"),
            call("d", "answered", None, direction="outbound"),
        )
        .until("2026-02-01")
    )
    assert made.value("call_answer_rate", period="2026-01") == 1.0
    assert made.value("call_abandonment_rate", period="2026-01") == 0.0
    assert made.value("call_connect_rate", period="2026-01") == pytest.approx(1 / 3)


def test_a_call_is_on_the_local_day_and_deleted_ones_are_not_seen(company):
    made = (
        company(tz="Europe/Paris")
        .put(
            "call",
            call("a", "answered", started_at="2026-01-31 23:30"),
            call("b", "abandoned", 60, started_at="2026-01-31 22:30"),
            call(
                "c", "abandoned", 60, started_at="2026-02-02 09:00", deleted_at="2026-02-03 00:00"
            ),
            call("d", "abandoned", 60, started_at="2026-02-02 09:00", is_test=True),
        )
        .until("2026-03-01")
    )
    assert made.value("call_answer_rate", period="2026-01") == 0.0
    assert made.value("call_answer_rate", period="2026-02") == 1.0
    assert made.value("call_answer_rate", period="2026-02", as_of="2026-02-02") == 0.5


def test_occupation_leaves_breaks_out_and_counts_wrap_up(company):
    made = company().put(
        "call",
        call("a", "answered", agent_id="ann", talk_s=1000, hold_s=200, wrap_s=300),
        call("b", "answered", agent_id="ann", talk_s=300, direction="outbound"),
    )
    made.put(
        "agent_state",
        state("available", "08:00", "08:10"), state("handling", "08:10", "08:40"),
        state("break", "08:40", "11:00"), state("offline", "11:00", None),
    ).until("2026-02-01")  # fmt: skip
    (row,) = made.ask("call_occupancy", period="2026-01").rows
    assert (row.value, row.num, row.den) == (0.75, 1800, 2400)
    assert row.lo is not None


def test_idle_time_is_cut_at_local_midnight_and_at_the_cut_off(company):
    made = company(tz="Asia/Kolkata")  # five and a half hours ahead of UTC
    made.put("call", call("a", "answered", agent_id="ann", talk_s=1800,
                          started_at="2026-01-12 18:00"))  # fmt: skip
    made.put(
        "agent_state",
        {"agent_id": "ann", "state": "available", "from_at": "2026-01-12 18:10", "to_at": None},
        {"agent_id": "ann", "state": "offline", "from_at": "2026-01-12 19:00", "to_at": None},
    ).until("2026-02-01")
    first = made.ask("call_occupancy", period="2026-01-12").rows[0]
    assert (first.num, first.den) == (1800, 1800 + 20 * 60)
    second = made.ask("call_occupancy", period="2026-01-13").rows[0]
    assert (second.num, second.den) == (0, 30 * 60)
    seen = made.ask("call_occupancy", period="2026-01-13", as_of="2026-01-12T18:40:00Z").rows[0]
    assert (seen.num, seen.den) == (0, 10 * 60)


def test_calls_on_days_without_states_flag_the_figure_and_unknown_lengths_are_left_out(company):
    made = company().put(
        "call",
        call("a", "answered", agent_id="ann", talk_s=600),
        call("b", "answered", agent_id="ann", talk_s=None),
        call("e", "answered", talk_s=300),
    )
    made.put("agent_state", state("available", "08:00", "08:15")).until("2026-02-01")
    (row,) = made.ask("call_occupancy", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (900, 1800, {"no_seconds": 1})
    assert "no_agent_state" not in row.flags
    for late in ({"agent_id": "ann", "started_at": "2026-01-13 09:00"}, {"agent_id": "bob"}):
        made.put("call", call(f"x{late['agent_id']}", "answered", talk_s=100, **late))
        (row,) = made.ask("call_occupancy", period="2026-01").rows
        assert "no_agent_state" in row.flags
    assert (row.num, row.den) == (1100, 2000)


def test_calls_by_salesperson_and_team_of_the_day(company):
    made = company().put("team", {"id": "t1", "name": "One"}, {"id": "t2", "name": "Two"})
    made.put("agent", {"id": "ann", "name": "Ann", "team_id": "t2"})
    made.put(
        "agent_team_history",
        {"agent_id": "ann", "from_date": "2025-01-01", "team_id": "t1"},
        {"agent_id": "ann", "from_date": "2026-01-20", "team_id": "t2"},
    )
    made.put("call", call("a", "answered", 30, agent_id="ann"), call("b", "abandoned", 60))
    made.until("2026-02-01")
    assert made.values("call_asa", by="team", period="2026-01")["One"] == 30
    assert made.values("call_asa", by="agent", period="2026-01")["Ann"] == 30


def test_calls_by_queue_and_local_hour(company):
    made = company(tz="Europe/Paris").put(
        "call",
        call("a", "answered", queue="north", started_at="2026-07-01 07:59"),
        call("b", "abandoned", 60, queue="south", started_at="2026-07-01 08:00"),
        call("c", "answered", started_at=None, started_on="2026-07-02"),
    )
    made.until("2026-08-01")
    found = made.values("call_abandonment_rate", by="queue", period="2026-07")
    assert found == {"north": 0.0, "south": 1.0, "(none)": 0.0}
    found = made.values("call_abandonment_rate", by="hour", period="2026-07")
    assert found == {"09": 0.0, "10": 1.0, "(none)": 0.0}


def test_nobody_is_blamed_for_the_calls_that_reached_nobody(company):
    made = company().put("agent", {"id": "ann", "name": "Ann"})
    made.put("call", call("a", "answered", agent_id="ann"), call("b", "abandoned", 60))
    made.until("2026-02-01")
    for words in (
        {"by": "agent"},
        {"where": "agent=Ann"},
        {"by": "agent", "attribution": "owner_current"},
    ):
        with pytest.raises(UserError) as told:
            made.ask("call_abandonment_rate", period="2026-01", **words)
        assert told.value.code == "no_dimension"
    ann = Reader(agent_ids=frozenset({"ann"}))
    (row,) = made.ask("call_abandonment_rate", period="2026-01", reader=ann).rows
    assert (row.value, row.reason) == (None, "only_whole")
    (row,) = made.ask("call_answer_rate", period="2026-01", reader=ann).rows
    assert (row.num, row.den) == (1, 1)


def test_occupation_by_salesperson_and_hour(company):
    made = company().put("agent", {"id": "ann", "name": "Ann"}, {"id": "bob", "name": "Bob"})
    made.put(
        "call",
        call("a", "answered", agent_id="ann", talk_s=900),
        call("b", "answered", agent_id="bob", talk_s=600, started_at=f"{DAY} 10:10"),
    )
    made.put(
        "agent_state",
        state("available", "09:50", "10:05"),
        state("available", "10:00", "10:10", "bob"),
    ).until("2026-02-01")
    found = made.values("call_occupancy", by="agent", period="2026-01")
    assert found == {"Ann": 0.5, "Bob": 0.5}
    found = made.values("call_occupancy", by="hour", period="2026-01")
    assert found == {"09": 0.6, "10": 0.4}  # 900 ÷ (900 + 600), 600 ÷ (600 + 300 + 600)
