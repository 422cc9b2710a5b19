"""One person's own page: targets and pace, pipeline, what to do, activity beside its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import ask, catalog
from kpilot.ask.measurable import missing
from kpilot.core import format as written
from kpilot.core.calendar import Period, ranged
from kpilot.core.errors import UserError
from kpilot.core.query import Filter
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.cards import cards
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Action, Bar, Card, Spark
from kpilot.web.team import behind, signals, todo
from kpilot.web.team.todo import Todo

WEEKS = 13
ALWAYS = ("sales_value", "win_rate", "sales_cycle_days")
BESIDE = (
    ("meetings_held", None), ("activities_done", "call"), ("activities_done", "email"),
    ("sales_count", None),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Small:
    """One of the small charts over weeks; `is_outcome` sets apart what the others are for."""

    label: str
    text: str
    spark: Spark
    is_outcome: bool


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of the pipeline with its deals."""

    label: str
    count: str
    value: str


@dataclass(frozen=True, kw_only=True)
class PersonPage:
    """Everything on the page of one person."""

    name: str
    cards: Sequence[Card]
    good: Sequence[Action]
    attention: Sequence[Action]
    stages: Sequence[Bar]
    pipeline: str
    deals: Todo
    tasks: Todo
    tasks_why: str
    leads: Todo
    leads_why: str
    small: Sequence[Small]
    weeks: str


def person_page(agent: str, name: str, mine: Filter, state: State, project: Project) -> PersonPage:
    """The page of `agent`; the caller has checked that the reader may open it."""
    own = of_one(agent, mine, state)
    deals, tasks, leads = (
        todo.deals(own, project), todo.tasks(own, project), todo.leads(own, project)
    )  # fmt: skip
    stages, pipeline = _stages(own, project)
    weeks = _weeks(own)
    return PersonPage(
        name=name,
        cards=cards(own, project, _aims(agent, project)),
        good=signals.good(own, project),
        attention=_attention(deals, tasks, leads),
        stages=stages,
        pipeline=pipeline,
        deals=deals,
        tasks=tasks,
        tasks_why=_why("tasks_overdue", own, project),
        leads=leads,
        leads_why=_why("leads_waiting", own, project),
        small=[_small(kpi, kind, own, project, weeks) for kpi, kind in BESIDE],
        weeks=words.days(weeks),
    )


def of_one(agent: str, mine: Filter, state: State) -> State:
    """The page's state for one person only: she is the reader and the filter."""
    where = (*(one for one in state.query.where if one.dimension != "agent"), mine)
    return replace(
        state,
        query=state.query.but(
            reader=Reader(agent_ids=frozenset({agent})), where=where, grain=None, by=()
        ),
        said={**state.said, "where": tuple(str(one) for one in where)},
    )


def _aims(agent: str, project: Project) -> Sequence[str]:
    """The KPIs that have a target for this person, and the few that matter anyway."""
    known = catalog(project)
    rows = project.engine.query(
        "SELECT DISTINCT coalesce(kpi_id, 'sales_value') FROM target "
        "WHERE scope_type = 'agent' AND scope_id = ? AND deleted_at IS NULL "
        "AND deleted_on IS NULL ORDER BY 1",
        [agent],
    )
    aimed = [str(name) for (name,) in rows if str(name) in known]
    return [name for name in dict.fromkeys((*aimed, *ALWAYS)) if name in known][:6]


def _why(kpi: str, state: State, project: Project) -> str:
    """What is missing for a list, "" when it can be made."""
    known = catalog(project)
    lack = missing(known[kpi], known, project, state.cut.version)
    if lack is None:
        return ""
    fields = [_(" or ").join(words.field_label(one) for one in need.split("|"))
              for need in lack.fields]  # fmt: skip
    return _("Missing: %(fields)s.") % {"fields": ", ".join(fields)}


def _attention(deals: Todo, tasks: Todo, leads: Todo) -> Sequence[Action]:
    found = []
    if deals.total:
        text = _("Deals to act on: %(n)s") % {"n": written.number(deals.total, words.language())}
        found.append(Action(label=text, href="#deals"))
    if tasks.total:
        found.append(Action(label=behind.late_tasks(tasks.total), href="#tasks"))
    if leads.total:
        found.append(Action(label=behind.waiting_leads(leads.total), href="#leads"))
    return found


def _stages(state: State, project: Project) -> tuple[Sequence[Bar], str]:
    """The open pipeline by stage, and its sum in words."""
    end = state.today.last + timedelta(1)
    now = ranged(end - timedelta(1), end)
    query = state.query.but(kpis=("open_pipeline",), period=now, compare=None)
    number = state.query.but(kpis=("open_opportunities",), period=now, compare=None)
    try:
        values = ask(query.but(by=("stage",)), project).rows
        numbers = {row.dim_ids.get("stage"): row
                   for row in ask(number.but(by=("stage",)), project).rows}  # fmt: skip
        whole = ask(query, project).rows[0]
    except (UserError, IndexError):
        return (), ""
    order = {
        str(stage): place
        for stage, place in project.engine.query("SELECT id, coalesce(pos, 0) FROM stage")
    }
    shown = [row for row in values if row.dim_ids and (numbers.get(row.dim_ids["stage"]))]
    shown.sort(key=lambda row: float(str(order.get(row.dim_ids["stage"], 0))))
    bars = []
    for row in shown:
        deals = numbers[row.dim_ids["stage"]].value
        if not deals:
            continue
        bars.append(
            Bar(
                label=words.value_label("stage", row.dims["stage"]),
                value=None if row.value is None else float(row.value),
                text=_money(row.value, row.currency),
                note=_("deals: %(n)s") % {"n": written.number(int(deals), words.language())},
                href=state.link_with(
                    reverse("records", args=["open_pipeline"]),
                    Filter(dimension="stage", values=(row.dims["stage"],)),
                ),
            )
        )
    return bars, _money(whole.value, whole.currency) if whole.value else ""


def _money(value: written.Value | None, currency: str) -> str:
    return written.figure(value, "currency", words.language(), currency=currency, short=True)


def _weeks(state: State) -> Period:
    """The last whole weeks before the end of the data."""
    last = state.today.whole
    end = last - timedelta(last.weekday())
    return ranged(end - timedelta(7 * WEEKS), end)


def _small(kpi: str, kind: str | None, state: State, project: Project, weeks: Period) -> Small:
    where = state.query.where
    name = words.named(catalog(project)[kpi].names)
    if kind is not None:
        where = (*where, Filter(dimension="kind", values=(kind,)))
        name = {"call": _("Calls"), "email": _("E-mails")}.get(kind, kind)
    query = state.query.but(kpis=(kpi,), period=weeks, grain="week", by=(), where=where,
                            compare=None)  # fmt: skip
    try:
        rows = sorted(ask(query, project).rows, key=lambda row: row.period.start)
    except UserError:
        rows = []
    values = [None if row.value is None else float(row.value) for row in rows]
    known = [value for value in values if value is not None]
    text = written.figure(sum(known) if known else None, "count", words.language())
    return Small(
        label=name,
        text=text,
        spark=Spark(values=values, label=_("%(name)s by week: %(values)s") % {
            "name": name, "values": ", ".join("–" if v is None else f"{v:g}" for v in values),
        }),
        is_outcome=kpi == "sales_count",
    )  # fmt: skip
