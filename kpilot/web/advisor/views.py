"""The advisor's pages: the interview, an answer, following it."""

from datetime import UTC, date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kpilot.ask import catalog, facts
from kpilot.ask.facts import utc_now
from kpilot.core.catalogue_words import OBJECTIVES
from kpilot.core.errors import UserError
from kpilot.core.query import local_date
from kpilot.web.advisor import answering
from kpilot.web.advisor.changes import changes, said_rows
from kpilot.web.advisor.following import MANY, followed, may_for_everyone, version_of
from kpilot.web.advisor.forms import Interview
from kpilot.web.advisor.models import Answer
from kpilot.web.advisor.page import href_of, label_of, shown
from kpilot.web.advisor.prefilled import prefilled
from kpilot.web.advisor.suggested import suggested
from kpilot.web.advisor.taking_up import Chosen, take_up
from kpilot.web.kpis import words
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.reader import reader_of
from kpilot.web.warehouse import project

KEPT_ANSWERS = 12


@signed_in
def advice(request: HttpRequest) -> HttpResponse:
    """The interview, filled in from the data where they tell; sending it gives an answer."""
    opened, person, now = project(), person_of(request), utc_now()
    reader = reader_of(person, opened)
    before = Answer.objects.filter(person=person).first()
    told = prefilled(opened, reader, now)
    begun = _begun(before, {word: fact.value for word, fact in told.items()})
    form = Interview(request.POST or None, currency=opened.settings.currency, initial=begun)
    if request.method == "POST" and form.is_valid():
        made = answering.answer(
            person, form.said(), form.cleaned_data["objective"], opened, reader, now
        )
        return redirect("advice-answer", number=made.pk)
    answers = Answer.objects.filter(person=person)[:KEPT_ANSWERS]
    status = 400 if form.errors else 200
    return render(request, "advisor/interview.html", {
        "form": form,
        "questions": [(form[name], told[name].rests_on if name in told else "")
                      for name in (*answering.SAID, "agents")],
        "is_empty": facts.cutoff(opened, None, now).horizon is None,
        "before": before,
        "answers": [(one, words.both(OBJECTIVES[one.objective])) for one in answers],
    }, status=status)  # fmt: skip


def _begun(before: Answer | None, told: dict[str, str]) -> dict[str, Any]:
    """What the form opens with: what the data tell, unless she said otherwise the last time."""
    if before is None:
        return dict(told)
    begun: dict[str, Any] = {"objective": before.objective}
    for name in (*answering.SAID, "agents"):
        said = str(before.asked.get(name) or "")
        then = before.asked.get("told", {}).get(name, {}).get("value", "")
        begun[name] = told.get(name, said) if said in ("", then) else said
    return begun


@signed_in
def answer_page(request: HttpRequest, number: int) -> HttpResponse:
    """One answer as it was given, what changed since the one before, and following it."""
    return _answer_page(request, _own(request, number))


@signed_in
@require_POST
def follow_answer(request: HttpRequest, number: int) -> HttpResponse:
    """Follow what is ticked: one list, and what else was asked for."""
    found, opened, person = _own(request, number), project(), person_of(request)
    kpis = [name for name in request.POST.getlist("kpi") if name in catalog(opened)]
    if not kpis:
        return _answer_page(request, found, _("Tick at least one KPI to follow."))
    for_everyone = request.POST.get("for") == "everyone"
    chosen = Chosen(
        kpis=kpis,
        for_everyone=for_everyone,
        accepted=_accepted(request),
        with_dashboard=request.POST.get("dashboard") == "1",
        seen=_number(request.POST.get("version_everyone" if for_everyone else "version")),
        answer=found,
    )
    try:
        done = take_up(person, chosen, opened, utc_now())
    except UserError as error:
        return _answer_page(request, found, words.say_error(error))
    n = len(kpis)
    messages.success(request, ngettext(
        "%(n)s KPI is followed from now on.", "%(n)s KPIs are followed from now on.", n,
    ) % {"n": n})  # fmt: skip
    if done.targets:
        messages.success(request, ngettext(
            "%(n)s monthly target is set.", "%(n)s monthly targets are set.", done.targets,
        ) % {"n": done.targets})  # fmt: skip
    address = reverse("advice-followed")
    query = {"for": "everyone" if for_everyone else "me"}
    if done.dashboard:
        query["board"] = str(done.dashboard)
    return redirect(f"{address}?{urlencode(query)}")


def _answer_page(request: HttpRequest, found: Answer, problem: str = "") -> HttpResponse:
    opened, person, now = project(), person_of(request), utc_now()
    known = catalog(opened)
    before = answering.earlier(found)
    page = shown(found, known)
    own = answering.chosen(found)
    others = [name for name in followed(person) if name not in own]
    ticked = request.POST.getlist("kpi") if request.method == "POST" else [*own, *others]
    return render(request, "advisor/answer.html", {
        "answer": found,
        "last_day": _last_day(found),
        "objective": words.both(OBJECTIVES[found.objective]),
        "shown": page,
        "said": said_rows(found, opened.settings.currency),
        "before": before,
        "changes": changes(found, before, known) if before else [],
        "newer": Answer.objects.filter(person=person, pk__gt=found.pk).last(),
        "offers": [(name, label_of(name, known), href_of(name, known), name in ticked)
                   for name in own],
        "others": [(name, label_of(name, known), name in ticked) for name in others],
        "suggested": suggested(own, person, opened, now),
        "for_everyone": may_for_everyone(person),
        "version": version_of(person),
        "version_everyone": version_of(None),
        "many": MANY,
        "count": len(own) + len(others),
        "problem": problem,
    }, status=400 if problem else 200)  # fmt: skip


def _last_day(found: Answer) -> date | None:
    """The last day of the data behind an answer."""
    if found.as_of is None:
        return None
    last = found.as_of - timedelta(microseconds=1)
    return local_date(last.astimezone(UTC).replace(tzinfo=None), project().settings)


def _own(request: HttpRequest, number: int) -> Answer:
    found = answering.own_answer(person_of(request), number)
    if found is None:
        raise Http404
    return found


def _accepted(request: HttpRequest) -> dict[str, Decimal]:
    """KPI → the suggested target that was ticked, as it was shown."""
    accepted = {}
    for text in request.POST.getlist("target"):
        name, _colon, value = text.partition(":")
        try:
            number = Decimal(value)
        except InvalidOperation:
            continue
        if number.is_finite():
            accepted[name] = number
    return accepted


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
