"""A small team whose figures can be worked out by hand: five people in North A, Zoe in South.

Whatever is Zoe's has "secret" in its name. The data end on Wednesday 20 November 2024 at 18:00 UTC.
"""

from datetime import datetime, timedelta
from pathlib import Path

from sqlglot import exp

from kpilot.project import Project, open_project
from tests.web.made import cast

HORIZON = "2024-11-20 18:00:00"
MORE = (("cat", "Çat", "north-a"), ("dan", "Dan", "north-a"), ("eli", "Eli", "north-a"))

# who: opportunities of 2024 that are won, lost; the target of the year
SOLD = {"ann": (20, 20, 20_000), "bob": (20, 20, 20_000), "cat": (2, 0, 1_000),
        "dan": (12, 48, 40_000), "zoe": (30, 0, 77_777)}  # fmt: skip
LEADS = (  # id, whose, when it came in (UTC), minutes until somebody called, None: still waiting
    ("l1", "ann", "2024-11-18 09:00:00", 4), ("l2", "ann", "2024-11-18 10:00:00", 60),
    ("l3", "ann", "2024-11-19 09:00:00", None), ("l4", "bob", "2024-11-19 14:00:00", None),
    ("l5", "bob", "2024-11-10 10:00:00", 2), ("l6", "dan", "2024-11-11 10:00:00", 3),
    ("secret lead", "zoe", "2024-11-19 09:30:00", None),
)  # fmt: skip
TASKS = (  # id, whose, due, completed
    ("ann late", "ann", "2024-11-11 09:00:00", None),
    ("ann done", "ann", "2024-11-15 09:00:00", "2024-11-12 09:00:00"),
    ("bob late", "bob", "2024-11-12 09:00:00", None),
    ("bob later", "bob", "2024-11-13 09:00:00", None),
    ("secret task", "zoe", "2024-11-12 09:00:00", None),
)
CALLS = (("ann", "2024-11-05", 2), ("ann", "2024-11-12", 1), ("bob", "2024-11-12", 1),
         ("zoe", "2024-11-12", 5))  # fmt: skip
OPEN = (  # id, whose, expected, amount
    ("ann past its date", "ann", "2024-11-01", 900),
    ("ann in time", "ann", "2024-12-20", 800),
    ("secret open deal", "zoe", "2024-11-01", 777),
)


def make(folder: Path) -> Path:
    """A project in `folder` with the cast, three more of North A and the rows above."""
    made = cast.make(folder)
    project = open_project(made)
    fill(project)
    warm(project)
    project.close()
    return made


def fill(project: Project) -> None:
    agents = [{"id": i, "name": name, "team_id": team} for i, name, team in MORE]
    put(project, "agent", agents)
    put(project, "stage", [
        {"id": "talk", "name": "Talk", "pos": 1, "kind": "open"},
        {"id": "won", "name": "Won", "pos": 2, "kind": "won"},
        {"id": "lost", "name": "Lost", "pos": 3, "kind": "lost"},
    ])  # fmt: skip
    put(project, "opportunity", [*closed(), *still_open()])
    put(project, "target", [
        {"scope_type": "agent", "scope_id": who, "period": "2024", "value": aim,
         "kpi_id": "sales_value"} for who, (_won, _lost, aim) in SOLD.items()
    ])  # fmt: skip
    put(project, "lead", [
        {"id": i, "name": i, "owner_id": who, "created_at": at} for i, who, at, _wait in LEADS
    ])  # fmt: skip
    put(project, "activity", [*answers(), *tasks(), *calls()])
    project.engine.query("INSERT INTO kp_load (id, horizon) VALUES (1, ?)", [HORIZON])
    project.engine.query("UPDATE kp_version SET n = n + 1")


def warm(project: Project) -> None:
    """Make the facts once, in the folder that every test copies."""
    from kpilot.ask import ask
    from kpilot.core.query import Query
    from kpilot.core.rights import EVERYTHING

    for kpi in ("sales_count", "win_rate_eb", "activities_done", "task_on_time_rate",
                "tasks_overdue", "tasks_worked_on", "leads_waiting", "lead_response_p50",
                "stalled_rate", "open_pipeline"):  # fmt: skip
        ask(Query(kpis=(kpi,), reader=EVERYTHING), project)


def put(project: Project, table: str, rows: list[dict[str, object]]) -> None:
    with project.engine.transaction() as cursor:
        for row in rows:
            filled = {"source": "file", "load_id": 1, **row}
            marks = exp.values([tuple(exp.Placeholder() for _ in filled)])
            columns = [exp.to_identifier(name, quoted=True) for name in filled]
            into = exp.to_table(table, quoted=True)
            insert = exp.insert(marks, into=into, columns=columns)
            cursor.execute(insert.sql(dialect="duckdb"), list(filled.values()))


def closed() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for who, (won, lost, _aim) in SOLD.items():
        colour = "secret" if who == "zoe" else "plain"
        for n in range(won + lost):
            status = "won" if n < won else "lost"
            day = f"2024-{n % 11 + 1:02d}-15"
            found.append({
                "id": f"{who}-{n}", "name": f"{who} {colour} {n}", "owner_id": who,
                "status": status, "stage_id": status, "amount": 1000, "currency": "EUR",
                "created_on": "2024-01-02", "closed_on": day,
            })  # fmt: skip
    return found


def still_open() -> list[dict[str, object]]:
    return [
        {"id": i, "name": i, "owner_id": who, "status": "open", "stage_id": "talk",
         "amount": amount, "currency": "EUR", "created_on": "2024-11-04",
         "expected_close_date": due} for i, who, due, amount in OPEN
    ]  # fmt: skip


def answers() -> list[dict[str, object]]:
    return [
        {"id": f"answer {i}", "kind": "email", "direction": "out", "status": "done",
         "agent_id": who, "lead_id": i,
         "at": datetime.fromisoformat(at) + timedelta(minutes=wait)}
        for i, who, at, wait in LEADS if wait is not None
    ]  # fmt: skip


def tasks() -> list[dict[str, object]]:
    return [
        {"id": i, "name": i, "kind": "task", "agent_id": who, "created_at": "2024-11-01 09:00:00",
         "due_at": due, "completed_at": done, "status": "done" if done else "planned"}
        for i, who, due, done in TASKS
    ]  # fmt: skip


def calls() -> list[dict[str, object]]:
    return [
        {"id": f"call {who} {day} {n}", "kind": "call", "direction": "out", "status": "done",
         "agent_id": who, "opportunity_id": f"{who}-{n}", "at": f"{day} 10:00:00"}
        for who, day, count in CALLS for n in range(count)
    ]  # fmt: skip
