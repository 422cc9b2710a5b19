"""The sales of `figures`, with late tasks, calls, a goal and a dashboard of every widget."""

from datetime import date
from pathlib import Path

from kpilot.ask import ask
from kpilot.core.calendar import Period
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.project import open_project
from tests.web.made import figures

TASKS = (("ann calls back", "ann", "2024-11-11"), ("bob sends an offer", "bob", "2024-11-12"),
         ("secret task", "zoe", "2024-11-05"))  # fmt: skip
# who, when (UTC; Europe/Paris is an hour later), answered, given up
CALLS = (("ann", "2024-11-04 08:10", 30, 6), ("bob", "2024-11-05 09:10", 20, 40),
         ("zoe", "2024-11-06 13:10", 3, 1), ("ann", "2024-11-11 08:40", 4, 0))  # fmt: skip
ASKED = ("sales_value", "win_rate", "stage_conversion", "pipeline_movements", "tasks_overdue",
         "call_answer_rate", "quota_attainment")  # fmt: skip
FIRST, LAST = date(2024, 10, 1), date(2024, 11, 1)
WORDS = "# Read first\nEvery Monday: [KPIs](/kpis/).\n- pipeline\n- calls <b>"
# widget, words, options
CARDS = (
    ("number", {"kpi": ("sales_value",)}, {}),
    ("number", {"kpi": ("sales_value",), "period": ("2024",), "grain": ("month",)},
     {"calculation": "average"}),
    ("progress", {"kpi": ("sales_value",)}, {}),
    ("line", {"kpi": ("win_rate",)}, {}),
    ("line", {"kpi": ("win_rate",), "by": ("product",)}, {}),
    ("bar", {"kpi": ("sales_value",), "by": ("product",)}, {}),
    ("bar", {"kpi": ("win_rate",), "by": ("agent",)}, {}),
    ("stacked", {"kpi": ("new_opportunities",), "by": ("account",)}, {}),
    ("pie", {"kpi": ("sales_value",), "by": ("product",)}, {}),
    ("pie", {"kpi": ("sales_count",), "by": ("account",)}, {"shape": "pie"}),
    ("funnel", {}, {}),
    ("funnel", {}, {"reading": "any"}),
    ("cohort", {"kpi": ("win_rate_cohort_to_date",)}, {}),
    ("heat_map", {"kpi": ("call_answer_rate",), "period": ("2024-11",)}, {}),
    ("scatter", {}, {}),
    ("scatter", {"kpi": ("sales_value", "win_rate"), "by": ("agent",)}, {"show": "kpis"}),
    ("waterfall", {}, {}),
    ("table", {"kpi": ("sales_value", "win_rate", "new_opportunities"), "by": ("product",)}, {}),
    ("tasks", {"period": ("2024-11",)}, {"whose": "all"}),
    ("goal", {}, {"goal": "1"}),
    ("text", {}, {"text": WORDS}),
    ("pie", {"kpi": ("win_rate",), "by": ("product",)}, {}),
)  # fmt: skip


def make(folder: Path) -> Path:
    """A project in `folder` with the cast's sales, tasks and calls."""
    made = figures.make(folder)
    project = open_project(made)
    with project.engine.transaction() as cursor:
        cursor.executemany(
            "INSERT INTO activity (id, name, kind, agent_id, due_on, status, source, load_id) "
            "VALUES (?, ?, 'task', ?, ?, 'planned', 'file', 1)",
            [(f"t{i}", *task) for i, task in enumerate(TASKS)],
        )
        cursor.executemany(
            "INSERT INTO call (id, agent_id, started_at, direction, outcome, source, load_id) "
            "VALUES (?, ?, ?, 'inbound', ?, 'file', 1)",
            [
                (f"{who}-{at}-{i}", who, at, "answered" if i < answered else "abandoned")
                for who, at, answered, lost in CALLS
                for i in range(answered + lost)
            ],
        )
        cursor.execute("UPDATE kp_version SET n = n + 1")
    for kpi in ASKED:  # facts are built here once, not in each test
        ask(Query(kpis=(kpi,), reader=EVERYTHING, period=Period(start=FIRST, end=LAST)), project)
    project.close()
    return made


def furnish() -> None:
    """A goal and a dashboard, in the database Django is set up for."""
    add_goal()
    add_board()


def add_goal() -> None:
    """A goal of everybody, the first there is."""
    from kpilot.web.goals.models import Goal, Target

    goal = Goal.objects.create(
        name="Sell more", start_on=date(2024, 11, 1), due_on=date(2025, 1, 1)
    )
    Target.objects.create(
        goal=goal, kind="number", name="Contracts", start=0, target=10, agg="level"
    )


def add_board() -> None:
    """Every widget on one dashboard, the first there is, for everyone."""
    from kpilot.web.dashboards.making import Placed, create
    from kpilot.web.widgets.card import Asked

    cards = [
        Placed(asked=Asked(widget=widget, words=words, options=options), x=i % 2 * 6, y=i // 2 * 4)
        for i, (widget, words, options) in enumerate(CARDS)
    ]
    create(None, "Every widget", cards, sharing="everyone")
