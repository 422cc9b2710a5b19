"""A company drawn at random over every table of the data model, with what makes engines disagree.

Two currencies, nights the clocks change, leap days, dates without a time, reopened deals, skipped
stages, changes of owner and team, refunds, deletions, tests, merges, quotes and backslashes in
names, and a share of nothing in every field that may be empty. It makes no sense as a business: it
is the same for every engine, and that is what is asked. A table added to the model is filled too.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from kpilot.core.schema import Field, Table
from kpilot.core.tables import TABLES

FIRST, LAST = date(2023, 1, 9), date(2024, 5, 20)
EDGES = [
    date(2023, 3, 12), date(2023, 3, 26), date(2023, 10, 29), date(2023, 11, 5), date(2023, 12, 31),
    date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 28), date(2024, 2, 29),
    date(2024, 3, 1), date(2024, 3, 10), date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 1),
    date(2024, 4, 30), date(2024, 5, 1),
]  # fmt: skip
MINUTES = [0, 0, 30, 60, 90, 120, 540, 840, 1320, 1380, 1410, 1439]
GAPS = [0, 1, 5, 23, 24, 25, 47, 72, 240, 500, 900, 2159, 2160, 2161]  # hours
DELAYS = [0, 1, 4, 5, 30, 600, 3000]  # minutes
MICROSECONDS = [0, 0, 0, 1, 123456, 999999]
ROWS = {
    "team": 5, "agent": 8, "channel": 6, "campaign": 6, "product": 4, "account": 60, "contact": 40,
    "lead_status": 5, "pipeline": 2, "lead": 160, "opportunity": 200, "agent_team_history": 10,
    "opportunity_split": 40, "opportunity_line": 120, "order": 220, "order_line": 320,
    "refund": 40, "subscription": 30, "subscription_mrr": 150, "activity": 300, "task_event": 150,
    "notification": 60, "email_message": 12, "email_event": 300, "call": 150, "agent_state": 150,
    "cost": 70, "target": 60,
}  # fmt: skip
STAGES = [
    ("p1", 1, "open", 0.1), ("p1", 2, "open", 0.4), ("p1", 5, "open", None), ("p1", 8, "won", 1.0),
    ("p1", 9, "won", 1.0), ("p1", 7, "lost", 0.0), ("p2", 1, "open", 0.2), ("p2", 3, "open", 0.6),
    ("p2", 4, "won", 1.0), ("p2", 5, "lost", 0.0),
]  # fmt: skip
WORDS: dict[str, list[Any]] = {
    "currency": [*["EUR"] * 9, *["USD"] * 5, "CHF", "JPY", "", None],
    "segment": ["Enterprise", "SMB", "it's", None],
    "industry": ["Steel", "a\\b", "Énergie", None],
    "country": ["FR", "DE", "100%", None],
    "close_reason": ["price", " Duplicate", "test", None, None],
    "email": ["a@x.org", "A@X.org ", "b@x.org", "c@x.org", None, None],
    "phone": ["+33 1 23", "0123", None, None],
    "kpi_id": ["sales_value", "sales_value", "sales_count", None],
    "period": ["2024-01", "2024-02", "2024-03", "2024-Q1", "2024-04", "2024", "2023-Q4"],
    "recipient": [f"r{n}@x.org" for n in range(12)],
    "queue": ["north", "south", None],
    "variant": ["A", "B", None],
    "disqualify_reason": ["budget", "spam", None],
    "tz": [None],
    "rot_days": [None, 20, 45],
}
MONEY = [Decimal(n) for n in ("0", "10", "100", "250", "1000", "99.5", "0.0001", "33333.3333")]
Row = dict[str, Any]
Tables = dict[str, list[Row]]


class Chance:
    """One stream of chance: the same seed draws the same company."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def below(self, n: int) -> int:
        return int(self._rng.integers(n))

    def one_in(self, n: int) -> bool:
        return self.below(n) == 0

    def of(self, values: Any) -> Any:
        return values[self.below(len(values))]


def company(seed: int, tz: str) -> Tables:
    """The rows of every table, by table."""
    chance, zone = Chance(seed), ZoneInfo(tz)
    tables: Tables = {}
    for table in TABLES.values():
        if table.name == "stage":
            rows = [
                {"id": f"sta{n}", "pipeline_id": f"pip{int(pipeline[1]) - 1}", "pos": pos,
                 "name": f"Stage {n}", "kind": kind, "probability": share}
                for n, (pipeline, pos, kind, share) in enumerate(STAGES)
            ]  # fmt: skip
        elif table.name == "fx_rate":
            rows = [
                {"from_currency": one, "to_currency": other, "date": _day(chance),
                 "rate": chance.of([0.5, 0.9, 1.25, 1 / 3, 0.0])}
                for one, other in [("USD", "EUR"), ("EUR", "USD"), ("EUR", "CHF")] * 25
            ]  # fmt: skip
        elif table.name.endswith("_history") and table.has("at"):
            rows = _histories(table, tables, chance, zone)
        else:
            rows = [_row(table, n, tables, chance, zone) for n in range(ROWS.get(table.name, 30))]
        tables[table.name] = list({tuple(r.get(k) for k in table.key): r for r in rows}.values())
    _agreed(tables, chance)
    return tables


def horizon() -> datetime:
    """Where the data ends (naive UTC), in mid-day; some of the rows are later."""
    return datetime.combine(LAST, datetime.min.time()) - timedelta(days=9, hours=11)


def _day(chance: Chance) -> date:
    if chance.one_in(3):
        return chance.of(EDGES)
    return FIRST + timedelta(chance.below((LAST - FIRST).days))


def _moment(chance: Chance, zone: ZoneInfo) -> datetime:
    """A moment (naive UTC), often on or near a local midnight."""
    wall = datetime.combine(_day(chance), datetime.min.time(), zone)
    utc = wall.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    return utc + timedelta(minutes=chance.of(MINUTES), microseconds=chance.of(MICROSECONDS))


def _row(table: Table, n: int, tables: Tables, chance: Chance, zone: ZoneInfo) -> Row:
    row: Row = {}
    at = _moment(chance, zone)
    is_day = chance.one_in(3)
    fields = [*table.fields]
    if table.is_entity:  # its creation is the moment that the others follow
        row |= _dated(table.field("created_at"), at, zone, is_day=is_day, chance=chance)
        row |= _fate(table, n, at, zone, chance)
    for field in fields:
        if field.virtual:
            continue
        if field.name == "id":
            row["id"] = f"{table.name[:3]}{n}"
        elif field.kind == "instant":
            at += timedelta(hours=chance.of(GAPS) * (-1 if chance.one_in(12) else 1))
            if field.required or not chance.one_in(4):
                row |= _dated(field, at, zone, is_day=is_day, chance=chance)
        elif field.required or not chance.one_in(4):
            row[field.name] = _value(field, n, tables, chance)
    return row


def _dated(field: Field, at: datetime, zone: ZoneInfo, *, is_day: bool, chance: Chance) -> Row:
    if is_day != chance.one_in(9):
        local = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
        return {field.date_name: local}
    return {field.name: at}


def _fate(table: Table, n: int, at: datetime, zone: ZoneInfo, chance: Chance) -> Row:
    """A few rows are deleted, merged away or tests."""
    fate = chance.below(30)
    if fate == 0:
        return {"is_test": True}
    if fate == 1 and n:
        return {"merged_into_id": f"{table.name[:3]}0"}
    if fate == 2:
        gone = at + timedelta(days=chance.below(200))
        is_day = chance.one_in(2)
        return _dated(table.field("deleted_at"), gone, zone, is_day=is_day, chance=chance)
    return {"is_test": False} if fate < 10 else {}


def _value(field: Field, n: int, tables: Tables, chance: Chance) -> Any:
    if field.references:
        size = len(tables.get(field.references, ())) or ROWS.get(field.references, 30)
        return f"{field.references[:3]}{chance.below(size + 1)}"  # one that is not there among them
    if field.name in WORDS:
        return chance.of(WORDS[field.name])
    if field.choices:
        return chance.of(field.choices)
    if field.kind == "date":
        return _day(chance)
    numbers = {
        "money": MONEY, "number": [0, 1, 2.5, 5, 20, 61, 7200], "ratio": [0, 0.3, 0.75, 1],
        "integer": [0, 1, 3, 10], "boolean": [True, False], "time": ["08:30", "12:00", "18:15"],
    }  # fmt: skip
    return chance.of(numbers.get(field.kind, [f"{field.en} {n}", f"O'{field.en}\\{n % 7}", "x"]))


def _histories(table: Table, tables: Tables, chance: Chance, zone: ZoneInfo) -> list[Row]:
    """Walks of up to six steps: back and forth, skipping, reopened; a few of them compared."""
    owner, _, value = table.fields
    rows: list[Row] = []
    of = str(owner.references)
    for n in range(ROWS[of]):
        at = _moment(chance, zone)
        is_day = chance.one_in(3)
        for step in range(chance.of([0, 1, 2, 3, 4, 6])):
            row = {owner.name: f"{of[:3]}{n}", "origin": "source" if step % 5 else
                   chance.of(["source", "source", "compared"])}  # fmt: skip
            row |= _dated(table.field("at"), at, zone, is_day=is_day, chance=chance)
            if value.required or not chance.one_in(8):
                row[value.name] = _value(value, n, tables, chance)
            rows.append(row)
            at += timedelta(hours=1 + chance.of(GAPS))
    return rows


def _agreed(tables: Tables, chance: Chance) -> None:
    """What must hold for figures to be there at all: closed opportunities mostly say when, ends
    come after starts, targets aim at somebody, most opportunities stay in one pipeline."""
    pipelines = {row["id"]: row["pipeline_id"] for row in tables["stage"]}
    last = {}
    for step in sorted(tables["stage_history"], key=lambda row: str(row.get("at", ""))):
        last[step["opportunity_id"]] = step["stage_id"]
    for row in tables["opportunity"]:
        stage = last.get(row["id"], row.get("stage_id"))
        if stage in pipelines and not chance.one_in(6):
            row |= {"stage_id": stage, "pipeline_id": pipelines[stage]}
    for row in tables["target"]:
        scope = row.get("scope_type")
        row["scope_id"] = {"team": f"tea{chance.below(5)}", "agent": f"age{chance.below(8)}"}.get(
            scope or ""
        )
    _answered(tables, chance)
    for row in (*tables["cost"], *tables["campaign"]):
        if "start_date" in row and "end_date" in row and row["end_date"] <= row["start_date"]:
            row["end_date"] = row["start_date"] + timedelta(chance.of([1, 28, 31, 90]))


def _answered(tables: Tables, chance: Chance) -> None:
    """Half of the leads are reached after they came; surveys keep to their scales; half of what
    happened to e-mails happened to one that was sent and delivered."""
    reached = iter(tables["activity"])
    for lead in tables["lead"]:
        if "created_at" in lead and chance.one_in(2) and (row := next(reached, None)):
            row |= {"lead_id": lead["id"], "direction": "out", "is_automated": False,
                    "at": lead["created_at"] + timedelta(minutes=chance.of(DELAYS))}  # fmt: skip
            row.pop("at_on", None)
            row.pop("status", None)
    for row in tables["survey_response"]:
        row["score"] = chance.of([0, 3, 6, 7, 9, 10] if row.get("kind") == "nps" else [1, 3, 4, 5])
    for row in [*tables["email_event"]]:
        if chance.one_in(2):
            tables["email_event"] += [{**row, "event": event} for event in ("sent", "delivered")]
    key = TABLES["email_event"].key
    tables["email_event"] = list(
        {tuple(row.get(name) for name in key): row for row in tables["email_event"]}.values()
    )
