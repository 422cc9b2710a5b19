"""What went well and what needs attention, for one person: said only where enough rows say it."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.ask import ask
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import add_months, period_of, ranged
from kpilot.core.errors import UserError
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Action

MONTHS = 12
ENOUGH_MONTHS = 6


def good(state: State, project: Project) -> Sequence[Action]:
    """Sales won, targets met, a best month, faster answers: each leads to its figure."""
    return [
        said
        for said in (
            _won(state, project),
            _targets_met(state, project),
            _best_month(state, project),
            _faster(state, project),
        )
        if said is not None
    ]


def one(state: State, project: Project, kpi: str, **changes: object) -> Row | None:
    """The figure of the page's person and period, None where there is none."""
    query = state.query.but(kpis=(kpi,), grain=None, by=(), compare=None).but(**changes)
    try:
        rows = ask(query, project).rows
    except UserError:
        return None
    return rows[0] if rows and rows[0].value is not None else None


def _page(state: State, kpi: str, **changes: str) -> str:
    return state.link(reverse("kpi", args=[kpi]), **changes)


def _won(state: State, project: Project) -> Action | None:
    sales, value = one(state, project, "sales_count"), one(state, project, "sales_value")
    if sales is None or not sales.value:
        return None
    number = int(sales.value)
    given = {"n": written.number(number, words.language())}
    if value is None or not value.value:
        text = ngettext("%(n)s sale won", "%(n)s sales won", number) % given
    else:
        given["value"] = written.figure(
            value.value, "currency", words.language(), currency=value.currency, short=True
        )
        text = ngettext(
            "%(n)s sale won, worth %(value)s", "%(n)s sales won, worth %(value)s", number
        ) % given  # fmt: skip
    return Action(label=text, href=_page(state, "sales_count"))


def _targets_met(state: State, project: Project) -> Action | None:
    end = period_of(state.today.whole, "month", state.today.fiscal).start
    span = ranged(add_months(end, -MONTHS), end)
    met = one(state, project, "targets_met_rate", period=span, by=("agent",))
    if met is None or not met.num:
        return None
    text = ngettext(
        "%(n)s target of %(all)s met in twelve months",
        "%(n)s targets of %(all)s met in twelve months",
        int(met.num),
    ) % {
        "n": written.number(int(met.num), words.language()),
        "all": written.number(int(met.den or 0), words.language()),
    }
    return Action(label=text, href=_page(state, "targets_met_rate", period="last_12_months"))


def _best_month(state: State, project: Project) -> Action | None:
    """Said of the last whole month alone, and only when several before it had sales."""
    end = period_of(state.today.whole, "month", state.today.fiscal).start
    query = state.query.but(
        kpis=("sales_value",), period=ranged(add_months(end, -MONTHS), end), grain="month",
        by=(), compare=None,
    )  # fmt: skip
    try:
        rows = sorted(ask(query, project).rows, key=lambda row: row.period.start)
    except UserError:
        return None
    values = [float(row.value or 0) for row in rows]
    is_best = len(values) > 1 and values[-1] > max(values[:-1])
    if not is_best or sum(value > 0 for value in values) < ENOUGH_MONTHS:
        return None
    month = format_date.period(rows[-1].period, words.language(), state.today.fiscal)
    text = _("%(month)s was the best month of the last twelve") % {"month": month}
    return Action(label=text, href=_page(state, "sales_value", period="last_12_months"))


def _faster(state: State, project: Project) -> Action | None:
    """Only when the intervals of both periods lie apart."""
    days = state.period.days
    counted = ranged(state.period.start, min(state.period.end, state.today.last + timedelta(1)))
    before = ranged(state.period.start - timedelta(days), state.period.start)
    now = one(state, project, "lead_response_p50", period=counted)
    then = one(state, project, "lead_response_p50", period=before)
    if now is None or then is None or "low_n" in now.flags or "low_n" in then.flags:
        return None
    if now.hi is None or then.lo is None or now.hi >= then.lo:
        return None
    language = words.language()
    text = _("Leads answered in %(now)s, in %(then)s before") % {
        "now": written.figure(now.value, "seconds", language),
        "then": written.figure(then.value, "seconds", language),
    }
    return Action(label=text, href=_page(state, "lead_response_p50"))
