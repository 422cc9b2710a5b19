"""Rows for the cast up to today: a year of sales by Ann, Bob and Zoe, and tasks of the CRM.

Each sells one opportunity of 1,000 a day that she closes, on working days or not, and loses one
every second day; whatever is Zoe's has "secret" in its name.
"""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kpilot.load import load
from kpilot.project import open_project
from tests.web.made import cast

DAYS, AMOUNT = 400, 1000
HEADS = ("Opportunity ID", "Opportunity Name", "Owner", "Stage", "Amount", "Created Date",
         "Close Date")  # fmt: skip


def make(folder: Path) -> Path:
    """A project in `folder` with the cast and the rows above."""
    made = cast.make(folder)
    path = folder.with_name(f"{folder.name}.csv")
    write(path.with_name("opportunities.csv"))
    project = open_project(made)
    # As if an earlier load had brought them.
    project.engine.query("UPDATE team SET load_id = 0, first_load_id = 0, source = 'file'")
    project.engine.query("UPDATE agent SET load_id = 0, first_load_id = 0, source = 'file'")
    load([path.with_name("opportunities.csv")], project, who="mia")
    now = datetime.now(UTC).replace(tzinfo=None)
    with project.engine.transaction() as cursor:
        cursor.executemany(
            "INSERT INTO activity (id, kind, name, agent_id, status, due_at) "
            "VALUES (?, 'task', ?, ?, ?, ?)",
            [("k1", "Call Vauban", "ann", "planned", now - timedelta(1)),
             ("k2", "Send the offer", "ann", "done", now - timedelta(2)),
             ("k3", "Visit the plant", "bob", "planned", now + timedelta(3)),
             ("k4", "secret visit", "zoe", "planned", now + timedelta(3)),
             ("k5", "Dropped", "ann", "cancelled", now)],
        )  # fmt: skip
        cursor.execute("UPDATE kp_version SET n = n + 1")
    project.close()
    return made


def write(path: Path) -> None:
    today = datetime.now(UTC).date()
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADS)
        for n in range(DAYS):
            day: date = today - timedelta(DAYS - 1 - n)
            for owner in ("Ann", "Bob", "Zoe"):
                name = "secret" if owner == "Zoe" else "plain"
                rows.writerow((f"{owner}-w{n}", f"{owner} {name} {n}", owner, "Closed Won", AMOUNT,
                               day - timedelta(20), day))  # fmt: skip
                if n % 2:
                    rows.writerow((f"{owner}-l{n}", f"{owner} {name} lost {n}", owner,
                                   "Closed Lost", AMOUNT, day - timedelta(20), day))  # fmt: skip
