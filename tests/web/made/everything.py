"""A project with rows in every canonical table, made of nothing but their definitions.

The figures mean nothing; every KPI has the fields it needs.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from kpilot.core.schema import Field, Table
from kpilot.core.tables import TABLES
from tests.web.made import cast
from tests.web.made.filled import fill

ROWS = 24
FIRST = datetime.fromisoformat("2024-01-03T09:30:00")
HORIZON = datetime.fromisoformat("2024-12-20T00:00:00")
FIXED = {"currency": "EUR", "name": "", "email": "", "kpi_id": "sales_value",
         "scope_type": "org", "period": "2024-11", "role": "", "kind": "", "tz": None}  # fmt: skip
KEPT = {"team", "agent"}  # the cast is there already


def make(folder: Path) -> Path:
    """A project in `folder` with the cast and a few rows of everything."""
    made = cast.make(folder)
    tables = {
        table.name: [row(table, number) for number in range(ROWS)]
        for table in TABLES.values()
        if table.name not in KEPT
    }
    fill(made, tables, HORIZON)
    return made


def row(table: Table, number: int) -> dict[str, object]:
    """One row: dates a fortnight apart, links to the row of the same number elsewhere."""
    found = {
        field.name: value(table, field, number)
        for field in table.all_fields
        if not field.virtual and field.name not in ("deleted_at", "merged_into_id", "is_test")
    }
    return {name: one for name, one in found.items() if one is not None}


def value(table: Table, field: Field, number: int) -> object:
    """Something of the field's kind."""
    moment = FIRST + timedelta(days=14 * number, hours=number)
    if field.choices:
        return field.choices[number % len(field.choices)]
    if field.references in ("agent", "team"):
        return {"agent": ("ann", "bob", "zoe"), "team": ("north-a", "south")}[field.references][
            number % 2
        ]
    if field.references:
        return f"{field.references}-{number}"
    if field.name == "id":
        return f"{table.name}-{number}"
    if field.name == "name":
        return f"{table.en} {number}"
    if field.name in FIXED:
        return FIXED[field.name] or None
    late = field.name.startswith(("closed", "converted", "completed", "end", "refunded", "read"))
    later = timedelta(days=9 if late else 0)
    made: dict[str, object] = {
        "instant": moment + later,
        "date": (moment + later).date() if isinstance(moment, datetime) else date.min,
        "time": f"{8 + number % 8:02d}:00",
        "money": Decimal(100 + 7 * number),
        "number": float(number % 5 + 1),
        "integer": number % 5 + 1,
        "ratio": (number % 10) / 10,
        "boolean": number % 3 == 0,
    }
    return made.get(field.kind, f"{field.en} {number % 3}")
