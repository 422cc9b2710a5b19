"""Recurring revenue of made-up customers, against the same figures worked out in plain Python."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilot.project import create_project, open_project
from tests.ask.conftest import Company

START, END, AS_OF = date(2026, 1, 15), date(2026, 3, 15), date(2026, 5, 1)
GRACE = 30
RATES = {date(2026, 1, 1): Decimal("0.5"), date(2026, 2, 20): Decimal("0.75")}
MOVES = ("new", "reactivation", "expansion", "contraction", "churn")

days = st.integers(0, 480).map(lambda n: date(2025, 1, 5) + timedelta(n))
steps = st.dictionaries(days, st.sampled_from([0, 0, 40, 80, 120]), min_size=1, max_size=5)
subscriptions = st.tuples(st.sampled_from(["EUR", "USD"]), steps)
companies = st.lists(st.lists(subscriptions, min_size=1, max_size=2), min_size=1, max_size=4)


def in_force(account, day: date) -> list[tuple[str, int]]:
    """(currency, monthly revenue) of each subscription on a day."""
    found = []
    for money, changes in account:
        before = [start for start in changes if start <= day]
        if before:
            found.append((money, changes[max(before)]))
    return found


def value(account, day: date, rated: date) -> Decimal:
    rate = RATES[max(start for start in RATES if start <= rated)]
    return sum(
        (Decimal(mrr) * (rate if money == "USD" else 1) for money, mrr in in_force(account, day)),
        Decimal(0),
    )


def pays(account, day: date) -> bool:
    return any(mrr > 0 for _, mrr in in_force(account, day))


def active(account, day: date) -> bool:
    """Paying on the day, or in a pause of at most GRACE days that ends before the cut-off."""
    if pays(account, day):
        return True
    before = next((n for n in range(1, 600) if pays(account, day - timedelta(n))), None)
    after = next((n for n in range(1, 600) if pays(account, day + timedelta(n))
                  and day + timedelta(n) < AS_OF), None)  # fmt: skip
    return before is not None and after is not None and before + after - 1 <= GRACE


def expected(accounts) -> dict[str, Decimal]:
    opening, closing = START - timedelta(1), END - timedelta(1)
    names = ("mrr_start", "mrr", "customers", "customers_start", "kept", "kept_revenue")
    moves = (f"mrr_{move}" for move in MOVES)
    sums = dict.fromkeys((*moves, *names, "end_revenue"), Decimal(0))
    for account in accounts:
        before = value(account, opening, opening)
        after = value(account, closing, opening)
        sums["mrr_start"] += before
        sums["mrr"] += value(account, closing, closing)
        was, stays = active(account, opening), active(account, closing)
        sums["customers_start"] += was
        sums["customers"] += stays
        sums["kept"] += was and stays
        sums["kept_revenue"] += min(before, after) if was else 0
        sums["end_revenue"] += after if was else 0
        if not before and after:
            first = min(day for _, changes in account for day, mrr in changes.items() if mrr)
            sums["mrr_new" if first >= START else "mrr_reactivation"] += after
        elif before and not after:
            sums["mrr_churn"] += before
        else:
            sums["mrr_expansion"] += max(after - before, 0)
            sums["mrr_contraction"] += max(before - after, 0)
    return sums


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    project = open_project(create_project(tmp_path_factory.mktemp("lives") / "p", tz="UTC"))
    company = Company(project)
    company.put(
        "fx_rate",
        *(
            {"from_currency": "USD", "to_currency": "EUR", "date": day.isoformat(), "rate": rate}
            for day, rate in RATES.items()
        ),
        {
            "from_currency": "USD",
            "to_currency": "EUR",
            "date": "2026-03-10",
            "rate": Decimal("0.75"),
        },
    )
    yield company
    project.close()


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(accounts=companies)
def test_every_figure_of_recurring_revenue_agrees_with_plain_python(made, accounts):
    made.project.engine.query("DELETE FROM subscription_mrr")
    made.project.engine.query("DELETE FROM subscription")
    for a, account in enumerate(accounts):
        for s, (money, changes) in enumerate(account):
            name = f"s{a}{s}"
            made.put("subscription", {"id": name, "account_id": f"a{a}", "currency": money,
                                      "started_on": min(changes).isoformat()})  # fmt: skip
            made.put("subscription_mrr", *(
                {"subscription_id": name, "from_date": day.isoformat(), "mrr": mrr}
                for day, mrr in changes.items()
            ))  # fmt: skip
    made.until(AS_OF.isoformat())
    sums = expected(accounts)
    plain = ("mrr_start", "mrr", "customers_start", "customers",
             *(f"mrr_{move}" for move in MOVES))  # fmt: skip
    rows = made.ask(
        ",".join((*plain, "customer_retention_rate", "grr", "nrr", "mrr_fx_effect",
                  "net_new_customers", "new_customers", "reactivated_customers", "lost_customers")),
        **{"from": START.isoformat(), "to": END.isoformat()},
    ).rows  # fmt: skip
    got = {row.kpi: row for row in rows}
    known = {kpi: got[kpi].value for kpi in plain if got[kpi].reason != "outside_coverage"}
    assert known == {kpi: sums[kpi] for kpi in known}
    assert len(known) == len(plain) or not any(sums[kpi] for kpi in plain)
    if not known:
        return
    retention = got["customer_retention_rate"]
    assert (retention.num, retention.den) == (sums["kept"], sums["customers_start"])
    assert (got["grr"].num or 0, got["grr"].den or 0) == (sums["kept_revenue"], sums["mrr_start"])
    assert (got["nrr"].num or 0) == sums["end_revenue"]
    change = known["mrr_new"] + known["mrr_reactivation"] + known["mrr_expansion"]
    change -= known["mrr_contraction"] + known["mrr_churn"]
    assert known["mrr_start"] + change + got["mrr_fx_effect"].value == known["mrr"]
    moves = [got[f"{kind}_customers"].value or 0 for kind in ("new", "reactivated", "lost")]
    assert got["net_new_customers"].value == moves[0] + moves[1] - moves[2]
