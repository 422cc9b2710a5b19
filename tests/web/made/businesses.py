"""Two businesses for the advisor, each with rows whose counts can be done in one's head.

`make` sells machines to companies: twenty leads and twenty opportunities a month for
eighteen months, each opportunity decided 120 days after it began, every other one won. Of the
leads every other one is converted, and of those every fourth has neither date nor link. `make_shop`
sells to private persons: sixty customers, each with one order of 40 euros every month.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from tests.web.made import cast
from tests.web.made.filled import fill

SELLERS = ("ann", "bob", "zoe", "mia")
MONTHS = [date(2024, month, 1) for month in range(1, 13)] + [
    date(2025, month, 1) for month in range(1, 7)
]
END = datetime.fromisoformat("2025-06-30T22:00:00")  # midnight in Paris
EACH, CYCLE = 20, 120


def make(folder: Path) -> Path:
    """Companies, a long cycle, nothing on calls, e-mail, activities or targets."""
    cast.make(folder)
    statuses = [{"id": name, "name": name, "is_converted": is_done, "is_qualified": is_done}
                for name, is_done in (("new", False), ("done", True))]  # fmt: skip
    accounts = [{"id": f"a{i}", "name": f"Works {i}", "model": "b2b", "owner_id": SELLERS[i % 4],
                 "created_at": _at(MONTHS[0])} for i in range(60)]  # fmt: skip
    chances, leads = [], []
    for month in MONTHS:
        for i in range(EACH):
            began = month + timedelta(days=i)
            chances.append(_chance(f"{month:%Y%m}-{i}", began, i))
            leads.append(_lead(f"{month:%Y%m}-{i}", began, i))
    fill(folder, {"lead_status": statuses, "account": accounts, "opportunity": chances,
                  "lead": leads}, END)  # fmt: skip
    return folder


def _chance(number: str, began: date, i: int) -> dict[str, object]:
    closed = began + timedelta(days=CYCLE)
    is_over = closed < date(2025, 7, 1)
    return {
        "id": f"o{number}", "name": f"Machine {number}", "owner_id": SELLERS[i % 4],
        "account_id": f"a{i}", "amount": 10_000 + 100 * i, "currency": "EUR",
        "created_at": _at(began), "status": ("won", "lost")[i % 2] if is_over else "open",
        "closed_at": _at(closed) if is_over else None,
        "expected_close_date": closed if i % 4 else None,
    }  # fmt: skip


def _lead(number: str, began: date, i: int) -> dict[str, object]:
    is_converted, is_linked = i % 2 == 0, i % 8 != 0
    return {
        "id": f"l{number}", "name": f"Asker {number}", "owner_id": SELLERS[i % 4],
        "email": f"asker-{number}@example.com", "created_at": _at(began),
        "status_id": "done" if is_converted else "new",
        "converted_at": _at(began + timedelta(days=3)) if is_converted and is_linked else None,
    }  # fmt: skip


def make_shop(folder: Path) -> Path:
    """Private persons and small orders; no leads, no opportunities."""
    cast.make(folder)
    accounts = [{"id": f"a{i}", "name": f"Person {i}", "model": "b2c", "owner_id": SELLERS[i % 4],
                 "created_at": _at(MONTHS[0])} for i in range(60)]  # fmt: skip
    orders = [
        {"id": f"{month:%Y%m}-{i}", "account_id": f"a{i}", "owner_id": SELLERS[i % 4],
         "ordered_at": _at(month + timedelta(days=i % 28)), "status": "paid", "net_amount": 40,
         "currency": "EUR", "created_at": _at(month)}
        for month in MONTHS for i in range(60)
    ]  # fmt: skip
    fill(folder, {"account": accounts, "order": orders}, END)
    return folder


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 30))
