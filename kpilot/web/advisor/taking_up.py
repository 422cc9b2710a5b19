"""Following an answer at one click: a list, a dashboard of it, targets, alerts made ready."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kpilot.analysis.alert import MIN_COUNT, PERIODS, PERSISTENT, STRONG
from kpilot.ask import catalog
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.advisor.following import follow
from kpilot.web.advisor.models import AlertReady, Answer
from kpilot.web.advisor.past import Past, past
from kpilot.web.advisor.suggested import months_ahead, scope_of
from kpilot.web.people.models import Person
from kpilot.web.reader import reader_of

WEEKS = 52 / 12
FULL, HALF, TOP, BELOW = 12, 6, 2, 4


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What she ticked.

    kpis     to follow, in order; accepted: KPI → the suggested target she takes
    answer   the answer they come from, None without one
    """

    kpis: Sequence[str]
    for_everyone: bool
    accepted: Mapping[str, Decimal] = field(default_factory=dict)
    with_dashboard: bool = False
    seen: int | None = None
    answer: Answer | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of it: months that got a target, the number of the dashboard (0 without one)."""

    targets: int
    dashboard: int


def take_up(person: Person, chosen: Chosen, project: Project, now: datetime) -> Done:
    """Follow the KPIs and do what else was ticked; UserError leaves everything as it was."""
    known = catalog(project)
    kpis = [name for name in dict.fromkeys(chosen.kpis) if name in known]
    taken = {name: value for name, value in chosen.accepted.items() if name in kpis}
    with transaction.atomic():
        follow(person, kpis, for_everyone=chosen.for_everyone, seen=chosen.seen,
               answer=chosen.answer)  # fmt: skip
        make_alerts_ready(person, kpis, for_everyone=chosen.for_everyone, project=project, now=now)
        board = _dashboard(person, kpis, chosen, project) if chosen.with_dashboard else 0
        targets = _set(person, taken, project, now)
    return Done(targets=targets, dashboard=board)


def make_alerts_ready(
    person: Person, kpis: Sequence[str], *, for_everyone: bool, project: Project, now: datetime
) -> None:
    """Write down the condition each KPI's alert would start with; it stays off."""
    known = catalog(project)
    months = past(kpis, project, reader_of(person, project), now)
    for name in kpis:
        AlertReady.objects.get_or_create(
            person=None if for_everyone else person,
            kpi=name,
            defaults={"terms": terms(known[name], months[name])},
        )


def terms(kpi: Kpi, months: Past) -> dict[str, Any]:
    """The defaults of specification §4.2: weeks where counts allow, else months."""
    by_week = not kpi.is_formula and months.n / WEEKS >= MIN_COUNT
    return {
        "grain": "week" if by_week else "month",
        "baseline_periods": PERIODS,
        "strong": STRONG,
        "persistent": PERSISTENT,
        "min_count": MIN_COUNT,
    }


def _dashboard(person: Person, kpis: Sequence[str], chosen: Chosen, project: Project) -> int:
    """The number of a new dashboard: each KPI as a number, and below as a line by month."""
    from kpilot.web.dashboards.making import Placed, create
    from kpilot.web.dashboards.models import Sharing
    from kpilot.web.widgets.card import Asked

    known = catalog(project)
    plain = [name for name in kpis if not known[name].by]
    each = FULL // min(4, max(1, len(plain)))
    across = FULL // each
    cards = [
        Placed(asked=Asked(widget="number", words={"kpi": (name,)}),
               x=i % across * each, y=i // across * TOP, w=each, h=TOP)
        for i, name in enumerate(plain)
    ]  # fmt: skip
    rows = -(-len(plain) // across) * TOP
    cards += [
        Placed(asked=Asked(widget="line", words={"kpi": (name,), "grain": ("month",)}),
               x=i % 2 * HALF, y=rows + i // 2 * BELOW, w=HALF, h=BELOW)
        for i, name in enumerate(plain)
    ]  # fmt: skip
    sharing = Sharing.EVERYONE if chosen.for_everyone else Sharing.PRIVATE
    made = create(person, _("What we follow") if chosen.for_everyone else _("What I follow"),
                  cards, sharing=sharing)  # fmt: skip
    return int(made.pk)


def _set(person: Person, taken: Mapping[str, Decimal], project: Project, now: datetime) -> int:
    """How many months got a target; those that have one keep theirs."""
    from kpilot.web.targets.keeping import Change, set_targets

    scope = scope_of(person)
    if scope is None or not taken:
        return 0
    changes = [
        Change(kpi=name, scope_type=scope[0], scope_id=scope[1], period=month.key, value=value,
               was=None, is_seen=True)
        for name, value in taken.items() for month in months_ahead(project, now)
    ]  # fmt: skip
    return len(set_targets(person, changes, why="grid", project=project).entries)


def alert_words(kpi: Kpi, found: AlertReady) -> str:
    """The condition of an alert in words."""
    by_week = found.terms.get("grain") == "week"
    if kpi.direction == "up":
        return (
            _("a week clearly lower than usual") if by_week
            else _("a month clearly lower than usual")
        )  # fmt: skip
    if kpi.direction == "down":
        return (
            _("a week clearly higher than usual") if by_week
            else _("a month clearly higher than usual")
        )  # fmt: skip
    return _("a week out of its bounds") if by_week else _("a month out of its bounds")
