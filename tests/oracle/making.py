"""What every made-up company has: people, teams, places, and the moments things happen at."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle.companies import AGENTS, DAYS, EDGES, LAST, MINUTES, TEAMS
from tests.oracle.lives import Setup
from tests.oracle.moments import midnight

Tables = dict[str, list[dict]]
ZONES = st.sampled_from(["Europe/Paris", "Europe/Paris", "UTC", "America/New_York", "Asia/Kolkata"])
MONEY = st.sampled_from(["EUR", "EUR", "EUR", None, "USD"])
SECONDS = st.sampled_from([0, 1, 120, 299, 300, 301, 900, 1800, 3600, 7200, 86399, 86400, 90000,
                           3 * 86400, 864000, 2591999, 2592000, 7776000])  # fmt: skip
NEAR = st.one_of(st.sampled_from(EDGES), st.dates(date(2024, 1, 1), LAST))


def setups(**more: Any) -> st.SearchStrategy[Setup]:
    """Settings every family draws, and those of its own."""
    return st.builds(
        Setup, tz=ZONES, fiscal_start_month=st.sampled_from([1, 4, 7, 10, 2]),
        fx_max_stale_days=st.sampled_from([7, 31]), **more,
    )  # fmt: skip


@st.composite
def times(draw: st.DrawFn, name: str, tz: str, *, is_day: bool = False, days: Any = DAYS) -> dict:
    """{"<name>_at": …} or {"<name>_on": …}; with the name "" plain `at` and `at_on`."""
    day = draw(days)
    at = f"{name}_at" if name else "at"
    if is_day:
        return {f"{name}_on" if name else "at_on": day}
    return {at: midnight(day, tz) + timedelta(minutes=draw(MINUTES))}


@st.composite
def fates(draw: st.DrawFn, tz: str, other: str) -> dict[str, Any]:
    """Mostly nothing; a test, a merge into `other` or a deletion now and then."""
    fate = draw(st.integers(0, 19))
    if fate == 19:
        return {"is_test": True}
    if fate == 18 and other:
        return {"merged_into_id": other}
    return draw(times("deleted", tz)) if fate == 17 else {}


@st.composite
def grounds(draw: st.DrawFn, setup: Setup) -> Tables:
    """Teams, salespeople, channels, campaigns, products, accounts and exchange rates."""
    team = st.sampled_from(["north", "south", "far", "top", None])
    rates = st.dictionaries(
        st.tuples(st.sampled_from(["USD", "EUR"]), st.sampled_from(["EUR", "USD"]), DAYS)
        .filter(lambda t: t[0] != t[1]),
        st.sampled_from([0.5, 0.9, 1.25]), max_size=12,
    )  # fmt: skip
    return {
        "team": TEAMS,
        "agent": [
            {"id": agent, "name": agent.title(), "kind": kind, "team_id": draw(team)}
            for agent, kind in zip(AGENTS, ("human", None, "human", "queue", "human"), strict=True)
        ],
        "agent_team_history": [
            {"agent_id": agent, "from_date": day, "team_id": draw(team)}
            for agent in ("ana", "bob")
            for day in draw(st.lists(DAYS, max_size=2, unique=True))
        ],
        "channel": [
            {"id": "ads", "name": "Ads", "kind": "ads", "is_paid": True},
            {"id": "web", "name": "Web", "kind": "organic", "is_paid": False},
        ],
        "campaign": [
            {"id": "m1", "name": "One", "channel_id": "ads"}, {"id": "m2", "name": "Two"},
        ],
        "product": [
            {"id": "x", "name": "X", "unit_cost": 4}, {"id": "y", "name": "Y", "unit_cost": None},
        ],
        "account": [
            {"id": f"k{n}", "name": f"K{n}", "country": country, "segment": segment,
             "first_channel_id": channel}
            for n, (country, segment, channel) in enumerate((
                ("FR", "big", "ads"), ("DE", "big", "web"), (None, "small", "ads"),
                ("FR", None, None),
            ))
        ],
        "fx_rate": [
            {"from_currency": a, "to_currency": b, "date": day, "rate": rate}
            for (a, b, day), rate in draw(rates).items()
        ],
    }  # fmt: skip
