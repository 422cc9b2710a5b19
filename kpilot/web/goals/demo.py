"""The goals of the demo company: its quarter, its teams', and one salesperson's own."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kpilot.ask import ask, catalog, facts
from kpilot.ask.names import names
from kpilot.core import format as written
from kpilot.core.calendar import Fiscal, Period, period_of
from kpilot.core.query import local_date
from kpilot.project import Project
from kpilot.web.goals import keeping
from kpilot.web.goals.completion import announce_all
from kpilot.web.goals.figures import query_of
from kpilot.web.goals.keeping import Asked
from kpilot.web.goals.models import Goal, Kind, Scope, Target
from kpilot.web.goals.starting import start_value
from kpilot.web.kpis import words
from kpilot.web.people.models import Person, Role

MONEY, CYCLE, FRESH = "sales_value", "sales_cycle_days", "new_opportunities"


def plant(project: Project) -> None:
    """A goal of everybody with the five types of target, one for each team that has a target for
    the running quarter, and one of a salesperson; nothing when there are goals already."""
    cut = facts.cutoff(project, None, facts.utc_now())
    if Goal.objects.exists() or cut.horizon is None:
        return
    last = local_date(cut.at - timedelta(microseconds=1), project.settings)
    quarter = period_of(last, "quarter", Fiscal())
    chief = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
    top = _company(project, quarter, chief, last)
    if top is not None:
        _teams(project, quarter, top, chief)
        _own(project, quarter, top)
    announce_all(project, facts.utc_now())


def _company(project: Project, quarter: Period, chief: Person | None, last: date) -> Goal | None:
    aim = _aims(project, quarter).get(("org", ""))
    if aim is None:
        return None
    called = words.period_name(quarter, Fiscal())
    name = _("Sign %(amount)s in %(quarter)s") % {
        "amount": _money(aim, project), "quarter": called}  # fmt: skip
    asked = [
        _kpi(project, MONEY, aim),
        Asked(fields={"kind": Kind.NUMBER, "name": _("Customers visited on site"), "start": 0.0,
                      "target": 120.0, "unit": _("visits")}),
        Asked(fields={"kind": Kind.CURRENCY, "name": _("Partner contracts renewed"), "start": 0.0,
                      "target": 180_000.0, "currency": project.settings.currency}),
        Asked(fields={"kind": Kind.TASKS, "name": _("Plan to win back sleeping accounts")},
              tasks=_steps()),
        Asked(fields={"kind": Kind.BOOLEAN, "name": _("New price list approved"), "agg": "level",
                      "start": 0.0, "target": 1.0}),
    ]  # fmt: skip
    before = start_value(Target(kpi=CYCLE), quarter.start, quarter.end, project)
    if before:
        asked.insert(1, _kpi(project, CYCLE, round(before * 0.93, 1), start=before, agg="level"))
    goal = keeping.make(chief, _fields(name, quarter), [chief] if chief else [], asked)
    _fill(goal, chief, quarter, last)
    return goal


def _teams(project: Project, quarter: Period, top: Goal, chief: Person | None) -> None:
    called, selling = names(project, "team"), _selling(project)
    for (kind, team), aim in sorted(_aims(project, quarter).items()):
        if kind != Scope.TEAM or team not in selling:
            continue
        manager = Person.objects.filter(role=Role.MANAGER, team_id=team, is_active=True).first()
        owner = manager or chief
        name = _("%(team)s: sign %(amount)s") % {
            "team": called.get(team, team), "amount": _money(aim, project)}  # fmt: skip
        fields = _fields(name, quarter, Scope.TEAM, team) | {"parent_id": top.pk}
        keeping.make(chief, fields, [owner] if owner else [],
                     [_kpi(project, MONEY, aim, scope=(Scope.TEAM, team))])  # fmt: skip


def _own(project: Project, quarter: Period, top: Goal) -> None:
    """A goal that somebody has set herself, under that of her team."""
    person = Person.objects.filter(role=Role.AGENT, is_active=True).exclude(agent_id="").first()
    if person is None:
        return
    team = Goal.objects.filter(scope_type=Scope.TEAM, scope_id=person.team_id).first()
    mine = (str(Scope.AGENT), person.agent_id)
    before = _before(project, quarter, mine)
    if not before:
        return
    fields = _fields(_("More first meetings, more opportunities"), quarter, *mine)
    keeping.make(person, fields | {"parent_id": (team or top).pk, "weight": 0.5}, [person], [
        _kpi(project, FRESH, round(before * 1.1), scope=mine),
        Asked(fields={"kind": Kind.TASKS, "name": _("Prepare the spring fair")}, tasks=[
            _("Choose twenty accounts to invite"), _("Write the invitation"),
            _("Call those who did not answer")]),
    ])  # fmt: skip


def _before(project: Project, quarter: Period, scope: tuple[str, str]) -> float:
    """What was made in the quarter before."""
    earlier = period_of(quarter.start - timedelta(1), "quarter", Fiscal())
    asked = query_of(Target(kpi=FRESH, scope_type=scope[0], scope_id=scope[1]), earlier)
    rows = ask(asked, project).rows
    return float(rows[0].value or 0) if rows else 0.0


def _aims(project: Project, quarter: Period) -> Mapping[tuple[str, str], float]:
    rows = project.engine.query(
        "SELECT coalesce(scope_type, 'org'), coalesce(scope_id, ''), value FROM target "
        "WHERE coalesce(kpi_id, ?) = ? AND period = ? AND deleted_at IS NULL AND value > 0",
        [MONEY, MONEY, quarter.key],
    )  # fmt: skip
    return {(str(kind), str(scope)): float(str(value)) for kind, scope, value in rows}


def _selling(project: Project) -> set[str]:
    """The teams that people sell in: those without teams below."""
    rows = project.engine.query(
        "SELECT id FROM team WHERE id NOT IN (SELECT parent_id FROM team WHERE parent_id NOTNULL)"
    )
    return {str(row[0]) for row in rows}


def _kpi(project: Project, kpi: str, aim: float, *, start: float = 0.0, agg: str = "flow",
         scope: tuple[str, str] = ("org", "")) -> Asked:  # fmt: skip
    name = words.named(catalog(project)[kpi].names)
    return Asked(fields={
        "kind": Kind.KPI, "name": name, "kpi": kpi, "agg": agg, "start": start, "target": aim,
        "direction": "up" if aim >= start else "down", "scope_type": scope[0],
        "scope_id": scope[1],
    })  # fmt: skip


def _fields(name: str, quarter: Period, kind: str = "org", scope_id: str = "") -> dict[str, Any]:
    return {"name": name, "scope_type": kind, "scope_id": scope_id, "start_on": quarter.start,
            "due_on": quarter.end}  # fmt: skip


def _steps() -> Sequence[str]:
    return (
        _("List the accounts without an order for six months"), _("Share them out by salesperson"),
        _("Write the first message"), _("Call the twenty largest"), _("Offer a review of use"),
        _("Send the offer of the season"), _("Note the reasons of those who left"),
        _("Sum up with the team"),
    )  # fmt: skip


def _fill(goal: Goal, person: Person | None, quarter: Period, last: date) -> None:
    """Values entered and tasks ticked as the quarter went on."""
    gone = ((last - quarter.start).days + 1) / quarter.days
    for target in goal.targets.all():
        if target.kind in (Kind.NUMBER, Kind.CURRENCY) and target.target:
            pace = 0.94 if target.kind == Kind.NUMBER else 0.8
            for share in (0.35, 0.7, 1.0):
                day = quarter.start + timedelta(int((last - quarter.start).days * share))
                value = float(round(target.target * pace * gone * share))
                target.values.create(value=value, on=day, person=person, currency=target.currency)
        elif target.kind == Kind.TASKS:
            tasks = list(target.tasks.all())
            for task in tasks[: int(len(tasks) * gone)]:
                task.done_at, task.done_by = timezone.now(), person
                task.save(update_fields=["done_at", "done_by"])


def _money(value: float, project: Project) -> str:
    return written.money_short(value, project.settings.currency, words.language())
