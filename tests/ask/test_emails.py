"""E-mail rates: units of message and recipient, machines, and sources that say less."""

import pytest

from tests.examples.given import DATA

E11 = next(example for example in DATA["examples"] if example["id"] == "E11")


def event(message: str, event_: str, at: str = "2026-01-10 09:00", **more: object) -> dict:
    """An event of one message to one reader; `at` may be a date."""
    moment = {"at": at} if ":" in at else {"at_on": at}
    return {"message_id": message, "recipient": "r@x.fr", "event": event_, **moment, **more}


def test_e11_whole(company):
    table = E11["tables"]["email_event"]
    rows = [
        dict(zip(table["cols"], cells, strict=True)) | {"at": f"2026-01-15 09:{minute:02}"}
        for minute, cells in enumerate(table["rows"])
    ]
    made = company().put("email_event", *rows).until("2026-02-01")
    for kpi, want in E11["expected"].items():
        if kpi.startswith("wrong_"):
            continue
        (row,) = made.ask(kpi, period="2026-01", as_of=E11["as_of"]).rows
        assert (row.value, row.num, row.den) == (
            pytest.approx(want["value"], abs=1e-6), want["num"], want["den"]
        ), kpi  # fmt: skip
        assert row.value != E11["expected"]["wrong_total_opens_over_delivered"]


def test_a_rate_belongs_to_the_day_of_sending_and_sees_opens_until_the_cut_off(company):
    made = company(tz="Europe/Paris").put(
        "email_event",
        event("m", "sent", "2026-01-31 23:30"),  # 1 February in Paris
        event("m", "delivered", "2026-01-31 23:31"),
        event("m", "opened", "2026-03-05 10:00"),
    )
    made.until("2026-04-01")
    (january,) = made.ask("email_open_rate", period="2026-01").rows
    assert january.value is None
    assert made.value("email_open_rate", period="2026-02") == 1.0
    assert made.value("email_open_rate", period="2026-02", as_of="2026-03-05T10:00:00Z") == 0.0
    assert made.value("email_open_rate", period="2026-02", as_of="2026-03-05T10:00:01Z") == 1.0


def test_without_a_sending_the_first_event_dates_the_unit(company):
    made = company().put(
        "email_event",
        event("m", "opened", "2026-02-03"),
        event("m", "delivered", "2026-01-31"),
    )
    made.until("2026-03-01")
    assert made.value("email_open_rate", period="2026-01") == 1.0


def test_a_day_says_nothing_of_e_mails_and_says_so_in_both_languages(company):
    """One mailing a week: a day has all of it or none of it (specification §2.11)."""
    made = company().put("email_event", event("m", "sent"), event("m", "delivered"))
    made.until("2026-02-01")
    for kpi in ("email_open_rate", "email_bounce_rate", "email_ctor"):
        for words in ({"period": "2026-01-10"}, {"period": "2026-01-08/2026-01-12"},
                      {"period": "2026-W02", "grain": "day"}):  # fmt: skip
            rows = made.ask(kpi, **words).rows
            assert {(row.value, row.reason) for row in rows} == {(None, "finer_than_week")}
    why = rows[0].to_json()["why"]
    assert "week or longer" in why["en"]
    assert "une semaine ou plus" in why["fr"]
    (week,) = made.ask("email_open_rate", period="2026-W02").rows
    (cut,) = made.ask("email_open_rate", period="2026-01-05/2026-01-12", grain="week").rows
    assert (week.value, cut.value) == (0, 0)


def test_a_reader_is_one_however_the_address_is_written(company):
    made = company().put("email_event", event("m", "sent"), event("m", "delivered"),
                         event("m", "opened", recipient=" R@X.fr"))  # fmt: skip
    (row,) = made.until("2026-02-01").ask("email_open_rate", period="2026-01").rows
    assert (row.num, row.den) == (1, 1)


def test_a_source_without_deliveries_is_given_those_that_did_not_bounce_and_says_so(company):
    made = company().put(
        "email_event",
        event("a", "sent"), event("a", "opened"),
        event("b", "sent"), event("b", "bounced"),
        event("c", "sent"),
    ).until("2026-02-01")  # fmt: skip
    (row,) = made.ask("email_open_rate", period="2026-01").rows
    assert (row.value, row.num, row.den) == (0.5, 1, 2)
    assert "delivered_assumed" in row.flags
    assert made.value("email_bounce_rate", period="2026-01") == pytest.approx(1 / 3)


def test_deliveries_are_assumed_source_by_source(company):
    made = company().put(
        "email_event",
        event("a", "sent", source="one"),
        event("b", "sent", source="two"), event("b", "delivered", source="two"),
        event("c", "sent", source="two"),
    ).until("2026-02-01")  # fmt: skip
    (row,) = made.ask("email_click_rate", period="2026-01").rows
    assert (row.value, row.den) == (0.0, 2)  # a is assumed, b is said, c is neither


def test_machines_that_were_never_told_apart_give_no_corrected_rate(company):
    made = company().put("email_event", event("a", "sent"), event("a", "delivered"))
    made.put("email_event", event("a", "opened")).until("2026-02-01")
    (row,) = made.ask("email_open_rate_adj", period="2026-01").rows
    assert (row.value, row.reason) == (None, "not_measurable")
    assert row.flags == ["missing:email_event.is_machine"]
    assert made.value("email_open_rate", period="2026-01") == 1.0


def test_only_the_source_that_knows_machines_is_corrected(company):
    made = (
        company()
        .put(
            "email_event",
            event("a", "delivered", source="knows", is_machine=False),
            event("a", "opened", "2026-01-11", source="knows", is_machine=True),
            event("b", "delivered", source="knows", is_machine=False),
            event("b", "opened", "2026-01-11", source="knows", is_machine=False),
            event("c", "delivered", source="blind"),
            event("c", "opened", "2026-01-11", source="blind"),
        )
        .until("2026-02-01")
    )
    (row,) = made.ask("email_open_rate_adj", period="2026-01").rows
    assert (row.value, row.num, row.den) == (1.0, 1, 1)
    assert row.excluded == {"machine_opens": 1, "machines_unknown": 1}
    assert made.value("email_open_rate", period="2026-01") == 1.0


def test_the_click_of_a_scanner_is_no_click_but_an_open_by_a_machine(company):
    made = (
        company()
        .put(
            "email_event",
            event("a", "delivered", is_machine=False),
            event("a", "clicked", "2026-01-11", is_machine=True),
            event("b", "delivered", is_machine=False),
            event("b", "clicked", "2026-01-11", is_machine=False),
        )
        .until("2026-02-01")
    )
    assert made.value("email_click_rate", period="2026-01") == 0.5
    assert made.value("email_open_rate", period="2026-01") == 1.0
    (row,) = made.ask("email_open_rate_adj", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (1, 1, {"machine_opens": 1})


def test_a_bounce_stands_for_a_sending_only_where_sendings_are_never_given(company):
    made = company().put(
        "email_event",
        event("a", "bounced", source="silent"),
        event("b", "delivered", source="silent"),
        event("c", "sent", source="says"),
        event("d", "bounced", source="says"),
    )
    made.until("2026-02-01")
    (row,) = made.ask("email_bounce_rate", period="2026-01").rows
    assert (row.num, row.den) == (1, 3)


def test_unsubscribing_and_nothing_to_divide_by(company):
    made = company().put(
        "email_event",
        *(event(f"m{i}", "delivered") for i in range(4)),
        event("m0", "unsubscribed", "2026-01-12"),
    ).until("2026-02-01")  # fmt: skip
    assert made.value("email_unsubscribe_rate", period="2026-01") == 0.25
    (row,) = made.ask("email_ctor", period="2026-01").rows
    assert (row.value, row.reason, row.den) == (None, "zero_denominator", 0)


def test_rates_by_salesperson_team_campaign_channel_and_segment(company):
    made = company().put("team", {"id": "t1", "name": "One"}, {"id": "t2", "name": "Two"})
    made.put("agent", {"id": "ann", "name": "Ann", "team_id": "t2"})
    made.put(
        "agent_team_history",
        {"agent_id": "ann", "from_date": "2025-01-01", "team_id": "t1"},
        {"agent_id": "ann", "from_date": "2026-01-20", "team_id": "t2"},
    )
    made.put("channel", {"id": "mail", "name": "Mail"})
    made.put("campaign", {"id": "c", "name": "Winter", "channel_id": "mail"})
    made.put("account", {"id": "acme", "name": "Acme", "segment": "SMB"})
    made.put("contact", {"id": "k", "account_id": "acme", "email": "R@x.fr "})
    made.put(
        "email_event",
        event("a", "sent", agent_id="ann", campaign_id="c"),
        event("a", "delivered"),
        event("a", "clicked", "2026-01-25"),
        {**event("b", "sent"), "recipient": "else@x.fr"},
        {**event("b", "delivered"), "recipient": "else@x.fr"},
    ).until("2026-02-01")
    expected = {
        "agent": "Ann", "team": "One", "campaign": "Winter", "channel": "Mail",
        "segment": "SMB", "account": "Acme",
    }  # fmt: skip
    for by, name in expected.items():
        found = made.values("email_click_rate", by=by, period="2026-01")
        none = "(unassigned)" if by == "agent" else "(none)"
        assert {name: found[name], none: found[none]} == {name: 1.0, none: 0.0}, by
