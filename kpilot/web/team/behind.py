"""Who could use a hand: late tasks and leads that nobody has answered, said as help."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.core import format as written
from kpilot.web.kpis import words
from kpilot.web.shell.parts import Action
from kpilot.web.team.desk import RECENT_DAYS, Desk
from kpilot.web.team.tables import Cell, Column, Line, Table, by_agent, count, lines, total_line


@dataclass(frozen=True, kw_only=True)
class Help:
    """What waits for one person: a sentence for each kind, leading to the records."""

    line: Line
    needs: Sequence[Action]


@dataclass(frozen=True, kw_only=True)
class Behind:
    """People with something that waits, by name; those with nothing; the group."""

    helped: Sequence[Help]
    clear: Sequence[str]
    finding: str
    table: Table


def behind(desk: Desk) -> Behind:
    """Overdue tasks and leads of the last days without an answer, as the data stands at its end:
    the same in every period, so that pseudonyms would be known again and are left out."""
    desk = desk.of_named()
    recent = desk.recent
    late = by_agent(desk.each("tasks_overdue", period=recent))
    waiting = by_agent(desk.each("leads_waiting", period=recent))
    unread = by_agent(desk.each("notifications_pending", period=recent))

    def cells(agent: str) -> list[Cell]:
        return [
            count(late.get(agent), desk.rows_of("tasks_overdue", agent, period=recent)),
            count(waiting.get(agent),
                  desk.rows_of("leads_waiting", agent, period=recent, only="numerator")),
            *([count(unread.get(agent))] if unread else []),
        ]  # fmt: skip

    made = lines(desk, cells)
    names = ("tasks_overdue", "leads_waiting", *(["notifications_pending"] if unread else []))
    groups = [desk.together(name, period=recent) for name in names]
    totals = [count(rows[0] if rows and rows[0].value is not None else None) for rows in groups]
    table = Table(
        name="waiting",
        title=_("Who could use a hand"),
        columns=[Column(label=_("Overdue tasks")), Column(label=_("Leads waiting")),
                 *([Column(label=_("Unread notifications"), wide=True)] if unread else [])],
        lines=made,
        total=total_line(desk, totals),
    )  # fmt: skip
    helped = [Help(line=line, needs=_needs(line.cells)) for line in made]
    return Behind(
        helped=[one for one in helped if one.needs],
        clear=[one.line.label for one in helped if not one.needs],
        finding=_finding(helped, totals if desk.circle.total else None),
        table=table,
    )


def late_tasks(number: int) -> str:
    """ "3 tasks are past their due date": what is to be done, without a reproach."""
    text = ngettext(
        "%(n)s task is past its due date", "%(n)s tasks are past their due date", number
    )
    return text % {"n": written.number(number, words.language())}


def waiting_leads(number: int) -> str:
    """ "12 leads wait for a first answer"."""
    text = ngettext(
        "%(n)s lead waits for a first answer", "%(n)s leads wait for a first answer", number
    )
    return text % {"n": written.number(number, words.language())}


def unread_notices(number: int) -> str:
    """ "4 notifications to read"."""
    text = ngettext("%(n)s notification to read", "%(n)s notifications to read", number)
    return text % {"n": written.number(number, words.language())}


def _finding(helped: Sequence[Help], totals: Sequence[Cell] | None) -> str:
    """What waits for the group in a sentence, or for the people shown where there is no total."""
    if totals is not None:
        said = [need.label for need in _needs(totals)]
    else:
        said = [need.label for one in helped for need in one.needs]
    if not said:
        return _("Nothing waits.")
    # Each begins with its number, which stays with what it counts where the line breaks.
    kept = [one.replace(" ", "\u00a0", 1) for one in said]
    return f"{_(', ').join(kept)}."


def _needs(cells: Sequence[Cell]) -> Sequence[Action]:
    said = (late_tasks, waiting_leads, unread_notices)
    return [
        Action(label=say(int(cell.value)), href=cell.href)
        for say, cell in zip(said, cells, strict=False)
        if cell.value
    ]


def note() -> str:
    """How far back leads are looked at."""
    return _("Leads of the last %(days)s days; tasks whatever their age.") % {"days": RECENT_DAYS}
