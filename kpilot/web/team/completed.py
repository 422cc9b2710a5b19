"""What each person completed, by kind, beside what came of it."""

from django.utils.translation import gettext as _

from kpilot.core.query import Filter
from kpilot.core.result import Row
from kpilot.web.kpis import words
from kpilot.web.team.desk import Desk
from kpilot.web.team.tables import Cell, Column, Table, by_agent, count, lines, rate, total_line

KINDS = ("task", "call", "email", "meeting", "message")


def completed(desk: Desk) -> Table:
    """Tasks and activities done in the period by person and kind; sales won stand beside them, for
    activity is a means."""
    rows = desk.each("activities_done", "kind")
    together = {
        row.dim_ids.get("kind", ""): row for row in desk.together("activities_done", "kind")
    }
    done = {(row.dim_ids["agent"], row.dim_ids["kind"]): row for row in rows if row.dim_ids}
    present = {kind for _agent, kind in done} | set(together)
    kinds = [kind for kind in KINDS if kind in present]
    kinds += sorted(present - set(KINDS) - {""})
    whole = by_agent(desk.each("activities_done"))
    on_time, won = by_agent(desk.each("task_on_time_rate")), by_agent(desk.each("sales_count"))

    def of_kind(agent: str, kind: str) -> Cell:
        condition = Filter(dimension="kind", values=(kind,))
        return count(done.get((agent, kind)), desk.rows_of("activities_done", agent, condition))

    def cells(agent: str) -> list[Cell]:
        return [
            *(of_kind(agent, kind) for kind in kinds),
            count(whole.get(agent), desk.rows_of("activities_done", agent)),
            rate(on_time.get(agent)),
            count(won.get(agent), desk.rows_of("sales_count", agent), measurable=bool(won)),
        ]  # fmt: skip

    def first(rows: list[Row]) -> Row | None:
        return rows[0] if rows and rows[0].value is not None else None

    return Table(
        name="completed",
        title=_("Completed"),
        columns=[
            *(Column(label=words.value_label("kind", kind), wide=kind != "task")
              for kind in kinds),
            Column(label=_("All activities")),
            Column(label=_("Tasks on time"), wide=True),
            Column(label=_("Sales won")),
        ],
        lines=lines(desk, cells),
        total=total_line(desk, [
            *(count(together.get(kind)) for kind in kinds),
            count(first(desk.together("activities_done"))),
            rate(first(desk.together("task_on_time_rate"))),
            count(first(desk.together("sales_count"))),
        ]),
        note=_("Activity is a means: read it with what was won."),
    )  # fmt: skip


def finding(table: Table) -> str:
    """The group's work and its sales in a sentence; one's own where there is no total."""
    own = table.lines[0] if len(table.lines) == 1 else None
    line = table.total or own
    if line is None:
        return _("Done in the period, beside the sales won.")
    return _("%(activities)s activities done, %(sales)s sales won.") % {
        "activities": line.cells[-3].text,
        "sales": line.cells[-1].text,
    }
