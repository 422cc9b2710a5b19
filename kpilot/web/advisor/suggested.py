"""Targets to suggest for what is followed, each from the KPI's own past; accepted or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.analysis.suggestion import Suggestion, suggest
from kpilot.ask import catalog, facts
from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import Period, add_months, period_of
from kpilot.core.format import number
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.advisor.past import Past, past
from kpilot.web.kpis import words
from kpilot.web.people.models import Person, Role
from kpilot.web.reader import reader_of

AHEAD = 3


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """One target: what it would be, from what, and for which months."""

    kpi: str
    label: str
    value: Decimal
    text: str
    basis: str


def scope_of(person: Person) -> tuple[str, str] | None:
    """Whom her figures are those of, and so whom a target of hers is for; None when she may
    set none: salespeople propose theirs, viewers read."""
    if person.role == Role.ADMINISTRATOR:
        return "org", ""
    if person.role == Role.MANAGER and person.team_id:
        return "team", person.team_id
    return None


def months_ahead(project: Project, now: datetime) -> Sequence[Period]:
    """The next three months that have not begun where the data end."""
    own = fiscal(project)
    whole = facts.cutoff(project, None, now).whole
    start = period_of(whole, "month", own).start
    first = 0 if start == whole else 1
    return [period_of(add_months(start, n), "month", own) for n in range(first, first + AHEAD)]


def suggested(
    names: Sequence[str], person: Person, project: Project, now: datetime
) -> Sequence[Suggested]:
    """A suggestion for each KPI that can have a target, has enough months and a direction."""
    if scope_of(person) is None:
        return ()
    known = catalog(project)
    able = [name for name in names if name in known and _can_have(known[name])]
    months = past(able, project, reader_of(person, project), now)
    found = []
    for name in able:
        kpi = known[name]
        values = [value for _month, value in months[name].values]
        is_count = kpi.unit == "count"
        made = suggest(values, "down" if kpi.direction == "down" else "up", is_count=is_count)
        if made:
            found.append(_suggested(kpi, made, months[name]))
    return found


def _can_have(kpi: Kpi) -> bool:
    return not kpi.is_formula and not kpi.by and kpi.direction != "band"


def _suggested(kpi: Kpi, made: Suggestion, months: Past) -> Suggested:
    lately = [month for month, _value in months.values][-3:]
    said = {
        "lately": words.figure(made.lately, kpi, months.currency, short=True),
        "months": _span(lately),
        "reached": number(made.reached, words.language()),
        "n": number(made.periods, words.language()),
    }
    basis = ngettext(
        "Median of %(months)s: %(lately)s. Reached in %(reached)s of the last %(n)s month.",
        "Median of %(months)s: %(lately)s. Reached in %(reached)s of the last %(n)s months.",
        made.periods,
    )
    text = words.figure(made.value, kpi, months.currency, short=True)
    if text == said["lately"]:
        basis = _("Median of %(months)s: %(lately)s. To be held: nothing better was reached often.")
    return Suggested(
        kpi=kpi.name,
        label=words.named(kpi.names),
        value=Decimal(str(made.value)),
        text=text,
        basis=basis % said,
    )


def _span(months: Sequence[Period]) -> str:
    return words.days(Period(start=months[0].start, end=months[-1].end))
