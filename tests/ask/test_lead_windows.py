"""From lead to opportunity, meeting and customer: cohorts, to date, by period (E02)."""

import pytest

from tests.examples.given import EXAMPLES

E02 = EXAMPLES["E02"]


def lead(id_, created_at, **more):
    return {"id": id_, "created_at": created_at, **more}


def opportunity(id_, created_at, **more):
    return {"id": id_, "status": "open", "created_at": created_at, **more}


def by_link(made, rows):
    made.put("lead", *(lead(name, at) for name, at, _ in rows))
    return made.put(
        "opportunity",
        *(opportunity(f"o-{n}", at, lead_id=n) for n, _, at in rows if at),
        opportunity("z", "2026-03-14 00:00:00"),
    )


def by_id(made, rows):
    made.put("opportunity", *(opportunity(f"o-{n}", at) for n, _, at in rows if at))
    return made.put(
        "lead",
        *(lead(n, at, converted_opportunity_id=f"o-{n}" if to else None) for n, at, to in rows),
    )


def by_merged_id(made, rows):
    """The opportunity a lead became was merged into one that was merged into the one there is."""
    for name, _, to in rows:
        if to:
            made.put("opportunity", opportunity(f"kept-{name}", to),
                     {"id": f"o-{name}", "merged_into_id": f"then-{name}"},
                     {"id": f"then-{name}", "merged_into_id": f"kept-{name}"})  # fmt: skip
    return made.put("lead", *(
        lead(name, at, converted_opportunity_id=f"o-{name}" if to else None)
        for name, at, to in rows
    ))  # fmt: skip


def by_date(made, rows):
    return made.put("lead", *(lead(name, at, converted_at=to) for name, at, to in rows))


@pytest.mark.parametrize("told", [by_link, by_id, by_merged_id, by_date])
def test_e02_a_cohort_to_date_and_by_period(company, told):
    made = told(
        company(lead_window_days=E02["config"]["window_days"]), E02["tables"]["lead"]["rows"]
    )
    for month, want in E02["expected"].items():
        words = {"as_of": E02["as_of"], "period": month}
        (row,) = made.ask("lead_to_opp", **words).rows
        assert row.value == pytest.approx(want["lead_to_opp"], abs=1e-6)
        assert (row.num, row.den) == (want["num"], want["den"])
        assert row.excluded.get("immature", 0) == want["immature"]
        (to_date,) = made.ask("lead_to_opp_to_date", **words).rows
        assert to_date.value == pytest.approx(want["to_date"], abs=1e-6)
        (period,) = made.ask("lead_to_opp_period", **words).rows
        assert period.value == pytest.approx(want["period_based"], abs=1e-6)
        assert ("gt_one" in period.flags) == ("period_based_flag" in want)


def test_recent_leads_make_the_figure_to_date_provisional(company):
    made = company(lead_window_days=30).put(
        "lead", lead("a", "2026-01-01 10:00:00"), lead("b", "2026-01-20 10:00:00"),
        lead("c", "2026-02-03 10:00:00"),
    )  # fmt: skip
    made.put("opportunity", opportunity("o", "2026-01-05 10:00:00", lead_id="a"))
    made.until("2026-02-05")
    (row,) = made.ask("lead_to_opp_to_date", period="2026-01").rows
    assert (row.num, row.den) == (1, 2)
    assert "immature" in row.flags
    for kpi in ("leads_converted", "lead_to_opp_period"):  # leads came, and none has converted
        assert made.value(kpi, period="2026-02") == 0, kpi


def test_a_conversion_before_its_lead_counts_at_zero_days_and_is_flagged(company):
    made = company().put("lead", lead("a", "2026-01-10 10:00:00"))
    made.put("opportunity", opportunity("o", "2026-01-02 10:00:00", lead_id="a"))
    made.until("2026-06-01")
    (row,) = made.ask("lead_to_opp", period="2026-01").rows
    assert (row.value, "negative_interval" in row.flags) == (1.0, True)


def test_dates_without_times_are_counted_in_days(company):
    made = company(tz="Europe/Paris", lead_window_days=30)
    made.put(
        "lead", {"id": "a", "created_on": "2026-01-01"}, {"id": "b", "created_on": "2026-01-01"}
    )
    made.put(
        "opportunity",
        opportunity("o", "2026-01-30 22:59:00", lead_id="a"),
        opportunity("p", "2026-01-30 23:01:00", lead_id="b"),
    )
    # local 30 January is day 29, local 31 January is day 30 and too late
    (row,) = made.until("2026-06-01").ask("lead_to_opp", period="2026-01").rows
    assert (row.num, row.den) == (1, 2)
    assert made.value("lead_to_opp", period="2026-01", as_of="2026-01-30") == 0.5
    (young,) = made.ask("lead_to_opp", period="2026-01", as_of="2026-01-29").rows
    assert (young.den, young.excluded) == (0, {"immature": 2})


def test_the_group_converts_once_and_the_opportunity_of_a_duplicate_counts(company):
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00", email="x@y.fr"),
        lead("b", "2026-01-10 10:00:00", email="x@y.fr"),
        lead("c", "2026-01-02 10:00:00"),
    )
    made.put(
        "opportunity",
        opportunity("o", "2026-01-20 10:00:00", lead_id="b"),
        opportunity("p", "2026-01-12 10:00:00", lead_id="a"),
    )
    made.until("2026-06-01")
    (row,) = made.ask("lead_to_opp", period="2026-01").rows
    assert (row.num, row.den) == (1, 2)
    assert made.value("leads_converted", period="2026-01") == 1


def test_the_opportunity_of_a_merged_lead_is_that_of_the_lead_it_went_into(company):
    """So the survivor's own date of conversion, which stands in for an opportunity, is not read."""
    made = company().put(
        "lead",
        lead("a", "2026-01-01 10:00:00", converted_at="2026-01-05 10:00:00"),
        lead("b", "2026-02-01 10:00:00", merged_into_id="a", converted_at="2026-01-03 10:00:00"),
        lead("c", "2025-12-01 10:00:00", converted_at="2025-12-05 10:00:00"),
    )
    made.put("opportunity", opportunity("o", "2026-02-10 10:00:00", lead_id="b"))
    made.until("2026-06-01")
    assert made.value("leads_converted", period="2026-01") == 0
    assert made.value("leads_converted", period="2026-02") == 1


def test_an_opportunity_that_is_deleted_converts_nobody_and_a_void_one_did(company):
    made = company(void_reasons=["duplicate"]).put(
        "lead", *(lead(name, "2026-01-01 10:00:00") for name in "abc")
    )
    made.put(
        "opportunity",
        opportunity("o", "2026-01-05 10:00:00", lead_id="a", deleted_at="2026-01-06 00:00:00"),
        {
            "id": "p",
            "status": "lost",
            "created_at": "2026-01-05 10:00:00",
            "lead_id": "b",
            "closed_at": "2026-01-07 10:00:00",
            "close_reason": "duplicate",
        },
        opportunity("q", "2026-01-05 10:00:00", lead_id="c"),
    )
    (row,) = made.until("2026-06-01").ask("lead_to_opp", period="2026-01").rows
    assert (row.num, row.den) == (2, 3)


def test_seen_from_the_past_a_later_conversion_has_not_happened(company):
    made = company(lead_window_days=30).put("lead", lead("a", "2026-01-01 10:00:00"))
    made.put("opportunity", opportunity("o", "2026-01-25 10:00:00", lead_id="a"))
    made.until("2026-06-01")
    assert made.value("lead_to_opp_to_date", period="2026-01", as_of="2026-01-20") == 0.0
    assert made.value("lead_to_opp_to_date", period="2026-01", as_of="2026-01-25") == 1.0


def test_owners_of_a_conversion_are_those_of_its_day(company):
    made = company().put("agent", *({"id": a, "name": a} for a in ("ana", "bob")))
    made.put("lead", lead("a", "2026-01-01 10:00:00"))
    made.put(
        "lead_owner_history",
        {"lead_id": "a", "at": "2026-01-01 10:00:00", "agent_id": "ana"},
        {"lead_id": "a", "at": "2026-02-01 10:00:00", "agent_id": "bob"},
    )
    made.put("opportunity", opportunity("o", "2026-02-10 10:00:00", lead_id="a"))
    made.until("2026-06-01")
    assert made.values("lead_to_opp", by="agent", period="2026-01") == {"ana": 1.0}
    assert made.values("leads_converted", by="agent", period="2026-02") == {"bob": 1}


def customers(company):
    """b won in 40 days, c ordered in 20, d never; e's account bought before; f won after 200."""
    made = company().put("account", *({"id": name, "name": name} for name in "BCDE"))
    made.put(
        "lead",
        lead("b", "2026-01-01 10:00:00", account_id="B"),
        lead("c", "2026-01-02 10:00:00", account_id="C"),
        lead("d", "2026-01-03 10:00:00", account_id="D"),
        lead("e", "2026-01-04 10:00:00", account_id="E"),
        lead("f", "2026-01-05 10:00:00"),
    )
    made.put(
        "opportunity",
        {
            "id": "o",
            "status": "won",
            "created_at": "2026-01-20 10:00:00",
            "lead_id": "b",
            "closed_at": "2026-02-10 10:00:00",
            "account_id": "B",
        },
        {
            "id": "p",
            "status": "won",
            "created_at": "2026-01-20 10:00:00",
            "lead_id": "f",
            "closed_at": "2026-07-24 10:00:00",
        },
        {
            "id": "q",
            "status": "lost",
            "created_at": "2026-01-20 10:00:00",
            "lead_id": "d",
            "closed_at": "2026-02-01 10:00:00",
            "account_id": "D",
        },
    )
    return made.put(
        "order",
        *(
            {"id": id_, "account_id": account, "ordered_at": at, "status": status, "net_amount": 10}
            for id_, account, at, status in (
                ("1", "C", "2026-01-12 10:00:00", "cancelled"),
                ("2", "C", "2026-01-22 10:00:00", "paid"),
                ("3", "E", "2025-11-01 10:00:00", "paid"),
                ("4", "E", "2026-01-14 10:00:00", "paid"),
            )
        ),
    ).until("2026-12-01")


def test_a_lead_becomes_a_customer_by_a_win_or_a_first_order(company):
    made = customers(company)
    (row,) = made.ask("lead_to_customer", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (2, 4, {"existing": 1})
    (to_date,) = made.ask("lead_to_customer_to_date", period="2026-01").rows
    assert (to_date.num, to_date.den) == (3, 4)
    # won: c in January, b in February, f in July
    assert made.value("lead_to_customer_period", period="2026-01") == pytest.approx(1 / 4)
    assert made.value("lead_to_customer_won", period="2026-02") == 1
    (young,) = made.ask("lead_to_customer", period="2026-01", as_of="2026-03-01").rows
    assert (young.value, young.excluded["immature"]) == (None, 4)


def test_the_time_to_convert_is_the_median_of_those_who_did(company):
    made = customers(company)
    (row,) = made.ask("time_to_convert", period="2026").rows
    assert (row.value, row.n) == (40.0, 3)  # 20, 40 and 200 days
    assert made.value("time_to_convert_mean", period="2026") == pytest.approx(260 / 3)


def test_a_first_order_counts_for_the_latest_lead_of_the_account(company):
    made = company().put("account", {"id": "A", "name": "A"})
    made.put(
        "lead",
        lead("a", "2026-01-01 10:00:00", account_id="A"),
        lead("b", "2026-01-10 10:00:00", account_id="A"),
        lead("c", "2026-01-20 10:00:00", account_id="A"),
    )
    made.put(
        "order",
        {
            "id": "1",
            "account_id": "A",
            "ordered_at": "2026-01-15 10:00:00",
            "status": "paid",
            "net_amount": 10,
        },
    ).until("2026-12-01")
    (row,) = made.ask("lead_to_customer", period="2026-01").rows
    assert (row.num, row.den, row.excluded) == (1, 2, {"existing": 1})
    assert made.value("time_to_convert", period="2026-01") == 5.0
    made.put("account", {"id": "D", "name": "D"})
    made.put("lead", lead("d", "2026-01-30 10:00:00", account_id="D"))
    bought = {"id": "2", "account_id": "D", "status": "paid", "net_amount": 10}
    made.put("order", {**bought, "ordered_at": "2026-01-30 10:00:00"}).until("2026-12-01")
    for kpi in ("time_to_convert", "time_to_convert_mean"):  # 5 days and none at all
        assert made.value(kpi, period="2026-01") == 2.5, kpi


def test_the_first_meeting_booked_counts_in_its_window(company):
    made = company().put("lead", *(lead(name, "2026-01-01 10:00:00") for name in "abc"))
    made.put(
        "activity",
        *(
            {
                "id": f"m-{name}",
                "kind": "meeting",
                "lead_id": name,
                "created_at": at,
                "at": "2026-03-30 10:00:00",
                "status": "planned",
            }
            for name, at in (("a", "2026-01-31 09:59:59"), ("b", "2026-01-31 10:00:00"))
        ),
    ).until("2026-06-01")
    (row,) = made.ask("lead_to_meeting", period="2026-01").rows
    assert (row.num, row.den) == (1, 3)
    assert made.value("lead_to_meeting_to_date", period="2026-01") == pytest.approx(2 / 3)
    assert made.value("lead_to_meeting_period", period="2026-01") == pytest.approx(2 / 3)


def test_the_curve_puts_each_lead_in_the_bin_of_its_answer(company):
    waits = {"a": 300, "b": 301, "c": 1800, "d": 3600, "e": 86400, "f": 86401, "g": None, "h": 60}
    made = company().put("lead", *(lead(name, "2026-01-01 00:00:00") for name in waits))
    made.put(
        "activity",
        *(
            {
                "id": name,
                "kind": "call",
                "direction": "out",
                "lead_id": name,
                "at": f"2026-01-0{1 + wait // 86400} {wait // 3600 % 24:02}:{wait // 60 % 60:02}"
                f":{wait % 60:02}",
            }
            for name, wait in waits.items()
            if wait
        ),
    )
    made.put(
        "opportunity",
        opportunity("o", "2026-01-20 00:00:00", lead_id="b"),
        opportunity("p", "2026-01-01 00:00:30", lead_id="h"),
        opportunity("q", "2026-01-31 00:00:00", lead_id="a"),
    )
    made.until("2026-06-01")
    rows = made.ask("speed_to_lead_curve", period="2026-01").rows
    counts = {row.dim_ids["response_bin"]: (row.num, row.den) for row in rows}
    # h was an opportunity before the call: none; a became one on day 30: too late
    assert counts == {
        "0_5m": (0, 1),
        "5_30m": (1, 2),
        "30_60m": (0, 1),
        "1_24h": (0, 1),
        "over_24h": (0, 1),
        "none": (1, 2),
    }


def test_each_curve_leaves_out_of_its_bins_what_came_before_the_answer(company):
    """All are called after an hour: what was there before is not the call's doing."""
    made = company().put("account", {"id": "K", "name": "K"})
    made.put("lead", *(lead(name, "2026-01-01 08:00:00") for name in ("opp", "met", "won")))
    made.put("activity", *(
        {"id": name, "kind": "call", "direction": "out", "lead_id": name,
         "at": "2026-01-01 09:00:00", "created_at": "2026-01-01 09:00:00"}
        for name in ("opp", "met", "won")
    ))  # fmt: skip
    made.put(
        "activity",
        {"id": "m", "kind": "meeting", "direction": "in", "lead_id": "met",
         "at": "2026-01-05 09:00:00", "created_at": "2026-01-01 08:30:00"},
    )  # fmt: skip
    made.put("opportunity", opportunity("o", "2026-01-01 08:30:00", lead_id="opp"),
             opportunity("p", "2026-01-01 08:30:00", lead_id="won", status="won",
                         closed_at="2026-01-01 08:45:00"))  # fmt: skip
    made.until("2026-12-01")
    early = {"": (2, 2), "_meeting": (1, 1), "_customer": (1, 1)}
    for curve, before in early.items():
        rows = made.ask(f"speed_to_lead_curve{curve}", period="2026-01").rows
        counts = {next(iter(row.dim_ids.values())): (row.num, row.den) for row in rows if row.den}
        assert counts == {"30_60m": (0, 3 - before[1]), "none": before}, curve
