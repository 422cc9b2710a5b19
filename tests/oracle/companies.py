"""Small companies with everything in them that makes a number go wrong, drawn by Hypothesis."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.lives import Setup
from tests.oracle.moments import DAY, local, midnight

FIRST, LAST = date(2023, 1, 9), date(2024, 5, 20)
# Nights the clocks change, leap days, ends of months, quarters and years, and what is near them.
EDGES = [
    date(2023, 3, 25), date(2023, 3, 26), date(2023, 10, 28), date(2023, 10, 29),
    date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 28),
    date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 1),
    date(2024, 4, 30), date(2024, 5, 1),
]  # fmt: skip
DAYS = st.one_of(st.sampled_from(EDGES), st.dates(FIRST, LAST), st.dates(date(2024, 1, 1), LAST))
MINUTES = st.sampled_from([0, 30, 60, 90, 120, 540, 840, 1320, 1380, 1410, 1439])
GAPS = st.sampled_from([0, 1, 5, 23, 24, 25, 47, 72, 240, 500, 2159, 2160, 2161, 4000])
AMOUNTS = st.sampled_from([Decimal(n) for n in (0, 10, 100, 250, 1000)] + [Decimal("99.5"), None])
HISTORIES = ("stage_history", "owner_history", "amount_history", "probability_history")
SETUPS = st.builds(
    Setup,
    tz=st.sampled_from(["Europe/Paris", "Europe/Paris", "UTC", "America/New_York", "Asia/Kolkata"]),
    fiscal_start_month=st.sampled_from([1, 4, 7, 10, 2]),
    void_reasons=st.sampled_from([(), ("duplicate", "test")]),
    fx_max_stale_days=st.sampled_from([7, 31]),
    amount_policy=st.sampled_from(["latest", "latest", "at_close"]),
    close_date_source=st.sampled_from(["field", "field", "history"]),
    stage_window_days=st.sampled_from([10, 30, 90]),
)
TEAMS = [
    {"id": "top", "name": "Top", "parent_id": None},
    {"id": "north", "name": "North", "parent_id": "top"},
    {"id": "south", "name": "South", "parent_id": "top"},
    {"id": "far", "name": "Far", "parent_id": "north"},
]
AGENTS = ("ana", "bob", "cy", "queue", "di")
STAGES = [
    ("s1", "p1", 1, "open", 0.1), ("s2", "p1", 2, "open", 0.4), ("s3", "p1", 5, "open", None),
    ("won", "p1", 8, "won", 1.0), ("invoiced", "p1", 9, "won", 1.0), ("lost", "p1", 7, "lost", 0.0),
    ("t1", "p2", 1, "open", 0.2), ("t2", "p2", 3, "open", 0.6), ("t_won", "p2", 4, "won", 1.0),
    ("t_lost", "p2", 5, "lost", 0.0),
]  # fmt: skip
KINDS = {stage[0]: stage[3] for stage in STAGES}
PATHS = st.one_of(
    st.sampled_from([
        ("s1", "s2", "s3", "won"), ("s1", "s3", "won"), ("s1", "s2", "s1", "s2", "lost"),
        ("s1", "won", "s2", "won"), ("s1", "won", "s1", "lost"), ("s1", "lost", "won"),
        ("s1", "s2", "won", "invoiced"), ("s1", "t1", "s2", "won"), ("t1", "t2", "t_won"),
        ("t1", "t_lost"), ("won",), ("s2", "lost"), ("s1",), ("s1", "won"), ("t1", "s1", "lost"),
    ]),
    st.lists(st.sampled_from([stage[0] for stage in STAGES]), max_size=6).map(tuple),
)  # fmt: skip


@st.composite
def moments(draw: st.DrawFn, tz: str, *, is_day: bool) -> dict[str, Any]:
    """{"at": …} or {"on": …}, sometimes on the very midnight."""
    day = draw(DAYS)
    if is_day:
        return {"on": day}
    return {"at": midnight(day, tz) + timedelta(minutes=draw(MINUTES))}


@st.composite
def walks(draw: st.DrawFn, start: datetime, n: int, tz: str, *, is_day: bool) -> list[dict]:
    """`n` moments one after the other from `start` on, no two the same."""
    found, at = [], start
    for _ in range(n):
        found.append({"at_on": local(at, tz)} if is_day else {"at": at})
        at += timedelta(hours=draw(GAPS))
    return found


@st.composite
def opportunities(draw: st.DrawFn, id_: str, setup: Setup, plain: bool) -> dict[str, list[dict]]:
    """One opportunity and its histories."""
    tz = setup.tz
    is_day = draw(st.booleans())
    source = "file" if is_day else "api"
    row: dict[str, Any] = {"id": id_, "source": source}
    born = draw(moments(tz, is_day=is_day))
    start = born.get("at") or midnight(born["on"], tz)
    if draw(st.integers(0, 9)):
        row["created_on" if is_day else "created_at"] = born["on" if is_day else "at"]
    if not draw(st.integers(0, 5)):
        started = draw(moments(tz, is_day=is_day))
        row |= {f"started_{name}": value for name, value in started.items()}
    path = () if plain else draw(PATHS)
    lag = timedelta(hours=draw(st.sampled_from([0, 0, 0, 20, 24, 25, 46, 49, 300])))
    mixed = is_day != (not draw(st.integers(0, 7)))
    steps = draw(walks(start + lag, len(path), tz, is_day=mixed))
    origins = ["source"] * len(path)
    if path and not draw(st.integers(0, 5)):
        origins = [draw(st.sampled_from(["source", "compared"])) for _ in path]
    stage_rows = [
        {"opportunity_id": id_, "stage_id": stage, "origin": origin, "source": source, **step}
        for stage, origin, step in zip(path, origins, steps, strict=True)
    ]
    if plain or not draw(st.integers(0, 3)):
        status = draw(st.sampled_from(["open", "won", "lost", "lost" if plain else "won"]))
        row["status"] = status
        row["stage_id"] = {"open": "s1", "won": "won", "lost": "lost"}[status]
        path = ()
        stage_rows = []
    elif path:
        row |= {"status": KINDS[path[-1]], "stage_id": path[-1]}
        if row["status"] == "open" and not draw(st.integers(0, 2)):
            row["status"] = draw(st.sampled_from(["won", "lost"]))
    if row.get("status", "open") != "open" and draw(st.integers(0, 4)):
        end = draw(moments(tz, is_day=is_day))
        if stage_rows and draw(st.booleans()):
            last = stage_rows[-1]
            end = {"at": last["at"]} if "at" in last else {"on": last["at_on"]}
        row |= {f"closed_{name}": value for name, value in end.items()}
    row["amount"] = draw(AMOUNTS)
    row["currency"] = draw(st.sampled_from(["EUR", "EUR", "EUR", None, "USD", "CHF", "JPY"]))
    row["probability"] = draw(st.sampled_from([None, 0, 1, 0.3, 0.75]))
    row["close_reason"] = draw(st.sampled_from([None, None, None, "price", " Duplicate", "test"]))
    row["product_id"] = draw(st.sampled_from([None, "x", "y"]))
    row["account_id"] = draw(st.sampled_from([None, "k1", "k2", "k3"]))
    row["owner_id"] = draw(st.sampled_from([*AGENTS, None]))
    fate = draw(st.integers(0, 24))
    if fate == 0:
        row["is_test"] = True
    elif fate == 1:
        row["merged_into_id"] = "o0"
    elif fate == 2:
        row |= {f"deleted_{k}": v for k, v in draw(moments(tz, is_day=is_day)).items()}
    tables = {"opportunity": [row], "stage_history": _distinct(stage_rows)}
    for table, column, values in (
        ("owner_history", "agent_id", st.sampled_from([*AGENTS, "queue", None])),
        ("amount_history", "amount", AMOUNTS),
        ("probability_history", "probability", st.sampled_from([None, 0, 1, 0.4])),
    ):
        n = draw(st.sampled_from([0, 0, 1, 2, 3]))
        rows = [
            {"opportunity_id": id_, column: draw(values), "origin": "source", "source": source, **s}
            for s in draw(walks(start, n, tz, is_day=is_day))
        ]
        tables[table] = _distinct(rows)
    return tables


def _distinct(rows: Sequence[dict]) -> list[dict]:
    """One row to a moment: the last one, as loads keep it."""
    return list({(row.get("at"), row.get("at_on")): row for row in rows}.values())


@st.composite
def grounds(draw: st.DrawFn, setup: Setup) -> dict[str, list[dict]]:
    """Everything of a company but its opportunities."""
    tables: dict[str, list[dict]] = {
        "team": TEAMS,
        "agent": [
            {"id": agent, "name": agent.title(), "kind": "queue" if agent == "queue" else kind,
             "team_id": draw(st.sampled_from(["north", "south", "far", "top", None]))}
            for agent, kind in zip(AGENTS, ("human", None, "human", None, "human"), strict=True)
        ],
        "agent_team_history": [],
        "product": [{"id": i, "name": i.upper()} for i in ("x", "y")],
        "account": [{"id": f"k{i}", "name": f"K{i}", "country": c}
                    for i, c in ((1, "FR"), (2, "DE"), (3, None))],
        "pipeline": [{"id": "p1", "name": "One"}, {"id": "p2", "name": "Two"}],
        "stage": [dict(zip(("id", "pipeline_id", "pos", "kind", "probability", "name"),
                           (*stage, stage[0]), strict=True)) for stage in STAGES],
        "fx_rate": [
            {"from_currency": a, "to_currency": b, "date": day, "rate": rate}
            for (a, b, day), rate in draw(st.dictionaries(
                st.tuples(st.sampled_from(["USD", "EUR"]), st.sampled_from(["EUR", "USD", "CHF"]),
                          DAYS).filter(lambda t: t[0] != t[1]),
                st.sampled_from([0.5, 0.9, 1.25]), max_size=25)).items()
        ],
        "opportunity": [], "stage_history": [], "owner_history": [], "amount_history": [],
        "probability_history": [],
        "target": draw(targets()),
    }  # fmt: skip
    for agent in ("ana", "bob"):
        days = draw(st.lists(DAYS, max_size=2, unique=True))
        tables["agent_team_history"] += [
            {"agent_id": agent, "from_date": day, "team_id": draw(st.sampled_from(
                ["north", "south", "far", None]))} for day in days
        ]  # fmt: skip
    return tables


@st.composite
def companies(draw: st.DrawFn) -> tuple[dict[str, list[dict]], Setup]:
    """(tables, settings) of one company of 5 to 25 opportunities, or of 45 without histories."""
    setup = draw(SETUPS)
    plain = not draw(st.integers(0, 9))
    n = 45 if plain else draw(st.integers(5, 25))
    tables = draw(grounds(setup))
    for index in range(n):
        for table, rows in draw(opportunities(f"o{index}", setup, plain)).items():
            tables[table] += rows
    if plain and draw(st.booleans()):
        for row in tables["opportunity"]:
            if row.get("status") == "lost":
                row["amount"] = Decimal(0)
        tables["amount_history"] = []
        tables["probability_history"] = []
    return tables, setup


@st.composite
def targets(draw: st.DrawFn) -> list[dict]:
    """A few targets of people, teams and the organisation, by month and quarter."""
    scopes = [("org", None), ("team", "north"), ("team", "south"), ("agent", "ana"),
              ("agent", "bob"), ("agent", "di")]  # fmt: skip
    periods = ["2024-01", "2024-02", "2024-03", "2024-Q1", "2024-04"]
    keys = st.tuples(st.sampled_from(scopes), st.sampled_from(periods))
    found = draw(st.dictionaries(keys, st.sampled_from([0, 100, 1000]), max_size=12))
    return [
        {"id": f"g{n}", "kpi_id": "sales_value", "scope_type": kind, "scope_id": who,
         "period": period, "value": Decimal(value)}
        for n, (((kind, who), period), value) in enumerate(found.items())
    ]  # fmt: skip


def horizon(tables: dict[str, list[dict]], tz: str) -> datetime:
    """Local midnight after the last day of anything that happened (G3)."""
    days = []
    for name in ("opportunity", *HISTORIES):
        for row in tables[name]:
            for column, value in row.items():
                if column.endswith("_on") or (column.endswith("_at") or column == "at"):
                    if column.startswith("deleted") or value is None:
                        continue
                    days.append(local(value, tz) if isinstance(value, datetime) else value)
    return midnight(max(days, default=LAST) + DAY, tz)
