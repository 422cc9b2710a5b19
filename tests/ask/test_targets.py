"""Targets: the same people, the same period, the same currency, or no attainment at all."""

import pytest

from kpilot.core.rights import Reader
from tests.ask.conftest import won


def target(value, period="2026-01", **more):
    return {
        "id": f"{period}-{value}",
        "scope_type": "org",
        "period": period,
        "value": value,
        **more,
    }


@pytest.fixture
def sold(company):
    made = company().put("opportunity", won("a", "2026-01-10", 60), won("b", "2026-02-10", 30))
    return made.until("2026-03-01")


def test_a_quarter_has_a_target_when_its_months_have_and_not_when_one_is_missing(sold):
    sold.put("target", target(100, "2026-01"), target(50, "2026-02"))
    assert sold.value("quota_attainment", period="2026-01-01/2026-03-01") == pytest.approx(0.6)
    (row,) = sold.ask("quota_attainment", period="2026-Q1").rows
    assert (row.value, row.reason) == (None, "no_target")


def test_a_target_in_another_currency_is_taken_at_the_rate_of_its_first_day(sold):
    sold.put("target", target(100, currency="USD"))
    (row,) = sold.ask("quota_attainment", period="2026-01").rows
    assert (row.value, row.reason) == (None, "missing_rate")
    sold.put("fx_rate", {"from_currency": "USD", "to_currency": "EUR", "date": "2025-12-31",
                         "rate": 0.8})  # fmt: skip
    assert sold.value("quota_attainment", period="2026-01") == pytest.approx(60 / 80)


def test_a_target_is_known_whatever_lacks_a_rate_of_what_was_sold(sold):
    sold.put("opportunity", won("c", "2026-01-11", 5, currency="USD")).put("target", target(100))
    (row,) = sold.ask("sales_target", period="2026-01").rows
    assert (row.value, row.reason, row.n) == (100, "", 1)
    sold.put("target", {**target(7, currency="USD"), "scope_type": "team", "scope_id": "t"})
    (row,) = sold.ask("quota_attainment", period="2026-01").rows
    assert (row.value, row.reason) == (None, "missing_rate")


def test_a_target_without_a_rate_is_not_known(sold):
    sold.put("target", target(100, currency="USD"))
    (row,) = sold.ask("sales_target", period="2026-01").rows
    assert (row.value, row.reason) == (None, "missing_rate")


def test_a_target_of_days_before_the_data_is_not_missed_but_unknown(sold):
    """0 % of it would be held against people; of a running month 0 % is what there is so far."""
    sold.put("target", *(target(100, f"2025-{month}") for month in (11, 12)), target(9, "2026-03"))
    for kpi in ("quota_attainment", "quota_attainment_prorated"):
        (row,) = sold.ask(kpi, period="2025-12").rows
        assert (row.value, row.reason) == (None, "outside_coverage")
    sold.until("2026-03-05")
    assert sold.value("quota_attainment", period="2026-03") == 0


@pytest.mark.parametrize("value", [0, -5])
def test_a_target_of_nothing_or_less_gives_no_attainment(sold, value):
    sold.put("target", target(value))
    for kpi in ("quota_attainment", "quota_attainment_prorated"):
        (row,) = sold.ask(kpi, period="2026-01").rows
        assert (row.value, row.reason) == (None, "zero_denominator")


def test_a_team_s_own_target_counts_for_its_manager_as_for_everybody(company):
    """Ann and Bob are aimed at 50 together, their team at 80: who sees both is told 80."""
    own = {"scope_type": "team", "scope_id": "north"}
    made = company().put("team", {"id": "north", "name": "North"}, {"id": "empty", "name": "None"})
    made.put("agent", *({"id": who, "team_id": "north"} for who in ("ann", "bob")))
    made.put("opportunity", won("a", "2026-01-10", 60, owner_id="ann"))
    made.put("target", target(80, **own), {**target(9), "scope_type": "team", "scope_id": "empty"},
             *({**target(25), "id": who, "scope_type": "agent", "scope_id": who}
               for who in ("ann", "bob")))  # fmt: skip
    made.until("2026-03-01")

    def told(*who, **more):
        reader = Reader(agent_ids=frozenset(who))
        (row,) = made.ask("quota_attainment", period="2026-01", reader=reader, **more).rows
        return row.den, "targets_apart" in row.flags

    assert told("ann", "bob") == (80, True)
    assert told("ann", "bob", by=("team",)) == (80, True)
    assert told("ann") == (25, False)  # a part of the team is not the team
    made.put("target", {**target(30), "id": "more", "scope_type": "agent", "scope_id": "ann"})
    assert told("ann", "bob") == (80, False)


@pytest.mark.parametrize(("said", "is_heard"), [
    ("sales_value", True), ("Chiffre d’affaires", True), ("CHIFFRE D'AFFAIRES SIGNÉ", True),
    ("Won value", True), ("net_revenue", False), ("Kilometres", False)])  # fmt: skip
def test_a_target_is_of_the_kpi_its_words_say_in_either_language(sold, said, is_heard):
    sold.put("target", target(120, kpi_id=said))
    (row,) = sold.ask("quota_attainment", period="2026-01").rows
    assert (row.value, row.reason) == ((0.5, "") if is_heard else (None, "no_target"))
