"""Rows for the cast: fifteen months of sales by Ann, Bob and Zoe, through a real load.

Whatever is Zoe's has "Zoe" or "secret" in its name, so that a test can look for it on Ann's pages.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

from kpilot.load import load
from kpilot.project import open_project
from tests.web.made import cast

MONTHS = [(2023, month) for month in range(9, 13)] + [(2024, month) for month in range(1, 12)]
LAST = date(2024, 11, 20)
HEADS = ("Opportunity ID", "Opportunity Name", "Owner", "Account Name", "Product", "Stage",
         "Amount", "Currency", "Created Date", "Close Date", "Lost Reason")  # fmt: skip
STEPS = ("Qualification", "Proposal")
EACH_MONTH = {"Ann": 24, "Bob": 22, "Zoe": 23}
COLOUR = {"Ann": "plain", "Bob": "plain", "Zoe": "secret"}
PRODUCTS = {"Ann": ("Basic", "Pro"), "Bob": ("Basic",), "Zoe": ("Secret box",)}
TARGETS = (
    ("agent", "ann", "2024-11", 12000), ("agent", "bob", "2024-11", 9000),
    ("agent", "zoe", "2024-11", 77777), ("agent", "ann", "2024-10", 9000),
    ("org", None, "2024-11", 40000), ("org", None, "2024-10", 30000),
)  # fmt: skip


def make(folder: Path) -> Path:
    """A project in `folder` with the cast and the rows above."""
    made = cast.make(folder)
    files = folder.with_name(f"{folder.name}-files")
    files.mkdir()
    write_opportunities(files / "opportunities.csv")
    write_history(files / "opportunity_stage_history.csv")
    project = open_project(made)
    # As if an earlier load had brought them.
    project.engine.query("UPDATE team SET load_id = 0, first_load_id = 0, source = 'file'")
    project.engine.query("UPDATE agent SET load_id = 0, first_load_id = 0, source = 'file'")
    load([files / "opportunities.csv", files / "opportunity_stage_history.csv"], project, who="mia")
    with project.engine.transaction() as cursor:
        cursor.executemany(
            "INSERT INTO target (scope_type, scope_id, period, value, kpi_id) "
            "VALUES (?, ?, ?, ?, 'sales_value')",
            TARGETS,
        )
        cursor.execute("UPDATE kp_version SET n = n + 1")
    project.close()
    return made


def rows() -> list[dict[str, object]]:
    """Every opportunity: one in three won, one in three lost, the rest open since a while."""
    found = []
    for at, (year, month) in enumerate(MONTHS):
        for owner, count in EACH_MONTH.items():
            for i in range(count):
                created = date(year, month, 1) + timedelta(days=i)
                if created <= LAST:
                    found.append(_row(at, created, owner, i))
    return found


def _row(at: int, created: date, owner: str, i: int) -> dict[str, object]:
    closed = created + timedelta(days=5 + (i * 7 + at) % 20)
    kind = ("Closed Won", "Closed Lost", "Proposal")[i % 3]
    if closed > LAST:
        kind = "Qualification"
    is_closed = kind.startswith("Closed")
    products = PRODUCTS[owner]
    return {
        "id": f"{owner}-{at}-{i}",
        "name": f"{owner} {COLOUR[owner]} {at}.{i}" if (at, i) != (0, 0) else f"=cmd({owner})",
        "owner": owner,
        "account": f"{owner} {COLOUR[owner]} account {i % 3}",
        "product": products[i % len(products)],
        "stage": kind,
        "amount": 500 + 100 * ((i + at) % 9),
        "created": created,
        "closed": closed if is_closed else None,
        "reason": "Price" if kind == "Closed Lost" else "",
    }


def write_opportunities(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file)
        write.writerow(HEADS)
        for row in rows():
            write.writerow([row["id"], row["name"], row["owner"], row["account"], row["product"],
                            row["stage"], row["amount"], "EUR", row["created"], row["closed"] or "",
                            row["reason"]])  # fmt: skip


def write_history(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file)
        write.writerow(("Opportunity ID", "Stage", "Created Date"))
        for row in rows():
            created = row["created"]
            assert isinstance(created, date)
            write.writerow((row["id"], "Qualification", f"{created} 09:00:00"))
            if row["stage"] != "Qualification":
                write.writerow((row["id"], "Proposal", f"{created + timedelta(2)} 10:00:00"))
            if row["closed"]:
                write.writerow((row["id"], row["stage"], f"{row['closed']} 17:00:00"))
