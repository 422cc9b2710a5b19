"""Made-up orders: refunds in part and in whole, cancelled ones, two currencies, dates and times."""

from hypothesis import strategies as st

from tests.oracle.companies import AGENTS
from tests.oracle.lives import Setup
from tests.oracle.making import MONEY, NEAR, Tables, fates, grounds, setups, times

SETUPS = setups(customer_source=st.just("orders"),
                repurchase_window_days=st.sampled_from([10, 30, 90]))  # fmt: skip
AMOUNTS = st.sampled_from([100, 40, 250, 0, 99.5])


@st.composite
def one(draw: st.DrawFn, n: int, setup: Setup, is_day: bool) -> Tables:
    """An order, its lines and refunds."""
    tz, id_ = setup.tz, f"r{n}"
    money = draw(MONEY)
    row = {
        "id": id_, "account_id": draw(st.sampled_from(["k0", "k1", "k2", "k3"])),
        "status": draw(st.sampled_from(["paid", "confirmed", "invoiced", "paid", "cancelled",
                                        "draft"])),
        "currency": money, "owner_id": draw(st.sampled_from([*AGENTS, None])),
        "channel_id": draw(st.sampled_from(["ads", "web"])),
        **draw(times("ordered", tz, is_day=is_day)), **draw(fates(tz, "")),
    }  # fmt: skip
    lines = [
        {"id": f"{id_}.{k}", "order_id": id_, "product_id": draw(st.sampled_from(["x", "y", None])),
         "qty": draw(st.sampled_from([1, 2, None])), "net_amount": draw(AMOUNTS),
         "currency": money, "cost": draw(st.sampled_from([None, 5, 30]))}
        for k in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    if not lines:
        row["net_amount"] = draw(AMOUNTS)
    elif draw(st.booleans()):
        row["net_amount"] = sum(line["net_amount"] for line in lines)
    worth = row.get("net_amount") or sum(line["net_amount"] for line in lines)
    refunds = []
    if worth and not draw(st.integers(0, 2)):
        part = draw(st.sampled_from([worth, worth / 2, 10]))
        refunds.append({"id": f"{id_}b", "order_id": id_, "net_amount": part, "currency": money,
                        **draw(times("refunded", tz, is_day=is_day, days=NEAR)),
                        **draw(fates(tz, ""))})  # fmt: skip
    return {"order": [row], "order_line": lines, "refund": refunds}


@st.composite
def companies(draw: st.DrawFn) -> tuple[Tables, Setup]:
    """A company of 2 to 14 orders."""
    setup = draw(SETUPS)
    tables = draw(grounds(setup))
    for n in range(draw(st.integers(2, 14))):
        made = draw(one(n, setup, draw(st.booleans())))
        for table, rows in made.items():
            tables.setdefault(table, []).extend(rows)
    return tables, setup
