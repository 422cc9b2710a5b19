"""Made-up subscriptions, costs and customers: pauses long and short, in and out within a month."""

from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.lives import Setup
from tests.oracle.making import MONEY, NEAR, Tables, fates, grounds, setups, times

SETUPS = setups(
    gap_grace_days=st.sampled_from([30, 30, 10, 0]),
    customer_source=st.sampled_from(["auto", "mrr", "opportunities"]),
    cac_lag_days=st.sampled_from([0, 0, 30]),
    gross_margin=st.sampled_from([0.5, 0.8]),
)
STEPS = st.sampled_from([1, 9, 10, 11, 28, 29, 30, 31, 60, 120])


@st.composite
def stream(draw: st.DrawFn, account: str, subscription: str | None, money: str | None):
    """One step function of monthly revenue."""
    rows, day = [], draw(NEAR) - timedelta(draw(st.sampled_from([0, 30, 200, 400])))
    for amount in draw(st.lists(st.sampled_from([0, 60, 80, 100, 250]), min_size=1, max_size=5)
                       .filter(any)):  # fmt: skip
        row = {"from_date": day, "mrr": amount, "currency": money}
        row |= {"subscription_id": subscription} if subscription else {"account_id": account}
        rows.append(row)
        day += timedelta(draw(STEPS))
    return rows


@st.composite
def recurring(draw: st.DrawFn, setup: Setup) -> Tables:
    """Subscriptions of one to four customers, some with two, some told by account only."""
    found: Tables = {"subscription": [], "subscription_mrr": []}
    for account in draw(st.sets(st.sampled_from(["k0", "k1", "k2", "k3"]), min_size=1)):
        money = draw(MONEY)
        if draw(st.booleans()):
            found["subscription_mrr"] += draw(stream(account, None, money))
            continue
        for n in range(draw(st.integers(1, 2))):
            id_ = f"{account}.{n}"
            rows = draw(stream(account, id_, money))
            found["subscription"].append({"id": id_, "account_id": account,
                                          "started_on": rows[0]["from_date"]})  # fmt: skip
            found["subscription_mrr"] += rows
    return found


@st.composite
def costs(draw: st.DrawFn) -> list[dict]:
    found = []
    for n in range(draw(st.integers(0, 5))):
        start = draw(NEAR)
        found.append({
            "id": f"x{n}", "amount": draw(st.sampled_from([310, 90, 1000])),
            "category": draw(st.sampled_from(["ads", "salary", "tools"])),
            "function": draw(st.sampled_from(["marketing", "sales", "cs"])),
            "currency": draw(MONEY), "start_date": start,
            "end_date": start + timedelta(draw(st.sampled_from([1, 7, 31, 90]))),
            "channel_id": draw(st.sampled_from(["ads", "web", None])),
            **draw(fates("UTC", "")),
        })  # fmt: skip
    for row in found:
        if row["category"] == "ads":
            row["function"] = "marketing"
    return found


@st.composite
def companies(draw: st.DrawFn, *, is_contractual: bool = True) -> tuple[Tables, Setup]:
    """Subscriptions or orders, wins, costs, and accounts that say when they became customers."""
    setup = draw(SETUPS)
    tables = draw(grounds(setup))
    if is_contractual:
        tables |= draw(recurring(setup))
    for row in tables["account"]:
        if not draw(st.integers(0, 7)):
            row |= draw(times("became_customer", setup.tz, is_day=True))
        row |= draw(fates(setup.tz, "")) if not draw(st.integers(0, 5)) else {}
    tables["order"] = [
        {"id": f"r{n}", "account_id": draw(st.sampled_from(["k0", "k1", "k2", "k3"])),
         "status": draw(st.sampled_from(["paid", "paid", "draft"])), "net_amount": 50,
         **draw(times("ordered", setup.tz, is_day=draw(st.booleans())))}
        for n in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    tables["opportunity"] = []
    for n in range(draw(st.integers(0, 4))):
        closed = draw(times("closed", setup.tz, days=NEAR))
        tables["opportunity"].append({
            "id": f"o{n}", "account_id": draw(st.sampled_from(["k0", "k1", "k2", "k3"])),
            "status": draw(st.sampled_from(["won", "won", "lost"])), "amount": 10,
            "type": draw(st.sampled_from(["new", "expansion", "renewal", None])),
            "created_on": date(2023, 1, 1), **closed,
        })  # fmt: skip
    tables["cost"] = draw(costs())
    return tables, setup
