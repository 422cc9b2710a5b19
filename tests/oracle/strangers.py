"""A second company beside the first, and a company as it was known at an earlier moment."""

from datetime import datetime
from typing import Any

from tests.oracle.making import Tables
from tests.oracle.moments import midnight, when

SHARED = ("fx_rate", "calendar_day", "business_hours", "lead_status", "channel")
NAMES = ("id", "email", "phone", "recipient")
KEPT = ("kpi_id", "status_id", "channel_id", "first_channel_id", "load_id")
# When a row of a table came to be, by its columns `…_at`, `…_on` or of days.
BIRTHS = {"email_event": "at", "survey_response": "at", "order": "ordered_at", "call": "started_at",
          "refund": "refunded_at", "opportunity": "created_at"}  # fmt: skip
DAYS = {"subscription_mrr": "from_date", "cost": "start_date"}
ENDS = ("deleted", "closed", "became_customer")


def beside(tables: Tables) -> Tables:
    """The tables with everything in them a second time, under other names."""
    return {
        table: rows if table in SHARED else [*rows, *map(_renamed, rows)]
        for table, rows in tables.items()
    }


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    """The row of a program of its own: what one never says is told by all its rows."""
    named = {
        name: f"other-{value}" if value is not None and _is_name(name) else value
        for name, value in row.items()
    }
    return named | {"source": f"other-{row.get('source', 'file')}"}


def _is_name(column: str) -> bool:
    return column in NAMES or (column.endswith("_id") and column not in KEPT)


def until(tables: Tables, as_of: datetime, tz: str) -> Tables:
    """What had happened before a moment, and nothing of what came of it later."""

    def is_there(table: str, row: dict[str, Any]) -> bool:
        if table in DAYS:
            return midnight(row[DAYS[table]], tz) < as_of
        if table in BIRTHS:
            return when(row, BIRTHS[table]).instant(tz) < as_of
        return table != "agent_state" or row["from_at"] < as_of

    def then(row: dict[str, Any]) -> dict[str, Any]:
        for name in ENDS:
            end = when(row, f"{name}_at")
            if end and end.instant(tz) >= as_of:
                row = {k: v for k, v in row.items() if k not in (f"{name}_at", f"{name}_on")}
                row |= {"status": "open"} if name == "closed" else {}
        return row

    kept = {
        table: [then(row) for row in rows if is_there(table, row)]
        for table, rows in tables.items()
    }  # fmt: skip
    known = {row["id"] for row in kept.get("order", [])}
    for table in ("order_line", "refund"):
        kept[table] = [row for row in kept.get(table, []) if row["order_id"] in known]
    return kept
