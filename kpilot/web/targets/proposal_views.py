"""The page of proposals: salespeople propose, their managers decide."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.ask import catalog, facts
from kpilot.ask.fiscal import fiscal
from kpilot.ask.names import names
from kpilot.core import format_date
from kpilot.core.calendar import Period, period_of
from kpilot.core.errors import UserError
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person, Role
from kpilot.web.targets import grid, proposing, reading
from kpilot.web.targets.models import Proposal, State
from kpilot.web.targets.record import key_of
from kpilot.web.warehouse import project

SHOWN = 100
VERBS = {"approve": State.APPROVED, "change": State.CHANGED, "refuse": State.REFUSED}
PILLS = {"proposed": "open", "approved": "achieved", "changed": "achieved", "refused": "refused",
         "withdrawn": "undone"}  # fmt: skip


@signed_in
def proposals(request: HttpRequest) -> HttpResponse:
    """One's own proposals and a form for the next; for managers those of their people."""
    opened, person = project(), person_of(request)
    given = {name: str(value) for name, value in request.POST.items()}
    problem = ""
    if request.method == "POST":
        try:
            kpi = catalog(opened).get(given.get("kpi", ""))
            if kpi is None:
                raise UserError("Choose a KPI.", code="no_kpi")
            value = reading.cell(given.get("target", ""), kpi.unit, words.language())
            proposing.propose(person, kpi.name, given.get("period", ""), value,
                              given.get("word", ""), opened)  # fmt: skip
        except UserError as error:
            problem = words.say_error(error)
        else:
            messages.success(request, _("Proposed. Your manager has been told."))
            return redirect("proposals")
    return _page(request, opened, person, given, problem)


@signed_in
@require_POST
def proposal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, change or refuse one proposal, or withdraw one's own."""
    opened, person = project(), person_of(request)
    one = get_object_or_404(proposing.visible(person, opened), pk=pk)
    given = {name: str(value) for name, value in request.POST.items()}
    verb = given.get("verb", "")
    try:
        if verb == "withdraw":
            proposing.withdraw(person, one)
        else:
            kpi = catalog(opened)[one.kpi]
            value = None
            if verb == "change":
                value = reading.cell(given.get("value", ""), kpi.unit, words.language())
            state = VERBS.get(verb)
            if state is None:
                raise UserError("Approve, change or refuse it.", code="no_verb")
            proposing.decide(person, one, state, value, given.get("word", ""), opened)
    except UserError as error:
        return _page(request, opened, person, given, words.say_error(error), at=pk)
    messages.success(request, _("Kept, and told."))
    return redirect("proposals")


def _page(
    request: HttpRequest, opened: Project, person: Person, given: dict[str, str], problem: str,
    at: int = 0,
) -> HttpResponse:  # fmt: skip
    called = names(opened, "agent")
    listed = [_shown(one, opened, person, called, given if one.pk == at else {})
              for one in proposing.visible(person, opened)[:SHOWN]]  # fmt: skip
    today = facts.cutoff(opened, None, facts.utc_now()).whole
    known = catalog(opened)
    chosen = known.get(given.get("kpi", "")) or known["sales_value"]
    context = {
        "may_propose": person.role == Role.AGENT and bool(person.agent_id),
        "agent": person.agent_id,
        "waiting": [one for one in listed if one["may_decide"]],
        "others": [one for one in listed if not one["may_decide"]],
        "choices": [(label, [(one.name, words.named(one.names)) for one in ones])
                    for label, ones in grid.kpis_to_choose(opened, chosen)],
        "chosen": chosen.name,
        "months": [(key_of(month), words.period_name(month, fiscal(opened)))
                   for month in _months(today, opened)],
        "given": {"period": key_of(_months(today, opened)[1]), **given},
        "problem": problem, "at": at,
    }  # fmt: skip
    return render(request, "targets/proposals.html", context, status=400 if problem else 200)


def _months(today: date, opened: Project) -> list[Period]:
    """The running month and the next eleven."""
    own, found, at = fiscal(opened), [], today
    for _number in range(12):
        one = period_of(at, "fiscal_month" if own.months else "month", own)
        found.append(one)
        at = one.end
    return found


def _shown(
    one: Proposal, opened: Project, person: Person, called: dict[str, str], given: dict[str, str]
) -> dict[str, object]:
    kpi = catalog(opened).get(one.kpi)
    zone = opened.settings.zone
    value = ""
    if kpi is not None:
        value = words.figure(one.value, kpi, opened.settings.currency)
    steps = []
    for step in one.steps.all():
        at = step.at.astimezone(zone)
        figure = ""
        if kpi is not None and step.value is not None:
            figure = words.figure(step.value, kpi, opened.settings.currency)
        what = _("Proposed") if step.state == State.PROPOSED else step.get_state_display()
        steps.append({"who": step.who_name, "what": what, "value": figure,
                      "word": step.word,
                      "at": format_date.moment(at, words.language(), today=at.date())})  # fmt: skip
    is_open = one.state == State.PROPOSED
    return {
        "pk": one.pk,
        "who": called.get(one.agent_id, str(one.author)),
        "kpi": words.named(kpi.names) if kpi else one.kpi,
        "kpi_id": one.kpi, "agent_id": one.agent_id, "period_id": one.period,
        "period": words.period_name(proposing.span_of(one, opened), fiscal(opened)),
        "value": value,
        "cell": grid.shown(one.value, kpi) if kpi else "",
        "state": PILLS[one.state], "state_word": one.get_state_display(),
        "steps": steps,
        "may_decide": is_open and proposing.may_decide(person, one, opened),
        "may_withdraw": is_open and one.author_id == person.pk,
        "given": given,
    }  # fmt: skip
