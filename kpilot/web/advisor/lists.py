"""The page of what is followed: order, dropping and adding, for oneself or for everyone."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.ask import catalog
from kpilot.ask.facts import utc_now
from kpilot.core.errors import UserError
from kpilot.core.kpi import Catalog
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.advisor.following import (
    MANY,
    follow,
    followed,
    in_force,
    latest,
    may_for_everyone,
    version_of,
)
from kpilot.web.advisor.models import AlertReady, Following
from kpilot.web.advisor.page import label_of
from kpilot.web.advisor.taking_up import alert_words, make_alerts_ready
from kpilot.web.kpis import words
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project

HISTORY = 10


@signed_in
def followed_page(request: HttpRequest) -> HttpResponse:
    """What is followed now, in order, with the alerts made ready and the earlier lists."""
    person, opened = person_of(request), project()
    scope = "everyone" if request.GET.get("for") == "everyone" else "me"
    return _page(request, person, scope, opened)


@signed_in
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """One change of a list: `do` is up:<kpi>, down:<kpi>, drop:<kpi>, add, own or none."""
    person, opened = person_of(request), project()
    scope = "everyone" if request.POST.get("for") == "everyone" else "me"
    for_everyone = scope == "everyone"
    before = in_force(None if for_everyone else person)
    kpis = list(before)
    do, _colon, name = str(request.POST.get("do", "")).partition(":")
    name = name or str(request.POST.get("kpi", ""))
    if do in ("up", "down") and name in kpis:
        kpis = _moved(kpis, name, -1 if do == "up" else 1)
    elif do == "drop":
        kpis = [one for one in kpis if one != name]
    elif do == "add" and name in catalog(opened):
        kpis = [*kpis, name] if name not in kpis else kpis
    elif do == "own" and not for_everyone:
        kpis = list(followed(person))
    elif do == "none":
        kpis = []
    else:
        return _page(request, person, scope, opened, _("Choose a KPI to add."))
    seen = str(request.POST.get("version", ""))
    try:
        follow(person, kpis, for_everyone=for_everyone,
               seen=int(seen) if seen.isdecimal() else None)  # fmt: skip
    except UserError as error:
        return _page(request, person, scope, opened, words.say_error(error))
    if do == "add":
        make_alerts_ready(person, [name], for_everyone=for_everyone, project=opened, now=utc_now())
    place = f"#f-{name}" if name in kpis else "#list"
    return HttpResponseRedirect(f"{reverse('advice-followed')}?for={scope}{place}")


@signed_in
@require_POST
def follow_one(request: HttpRequest, name: str) -> HttpResponse:
    """Follow one KPI for oneself, or no longer; from its own page, and back there."""
    person, opened = person_of(request), project()
    known = catalog(opened)
    kpis = followed(person)
    if name in kpis:
        follow(person, [one for one in kpis if one != name], for_everyone=False)
        text = (
            _("“%(kpi)s” is still followed for everyone.")
            if name in followed(person)
            else _("You no longer follow “%(kpi)s”.")
        )
    elif name in known:
        follow(person, [*kpis, name], for_everyone=False)
        make_alerts_ready(person, [name], for_everyone=False, project=opened, now=utc_now())
        text = _("You follow “%(kpi)s” from now on.")
    else:
        text = _("There is no KPI “%(kpi)s” any more.")
    messages.success(request, text % {"kpi": label_of(name, known)})
    if len(followed(person)) > MANY:
        messages.warning(request, too_many(len(followed(person))))
    back = str(request.POST.get("back", ""))
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back) if is_ours else redirect("advice-followed")


def too_many(n: int) -> str:
    """The warning of more than six."""
    return _("%(n)s KPIs are followed. Beyond six, none gets a real look: drop some.") % {"n": n}


def _page(
    request: HttpRequest, person: Person, scope: str, opened: Project, problem: str = ""
) -> HttpResponse:
    known = catalog(opened)
    whose = None if scope == "everyone" else person
    kpis = in_force(whose)
    inherited = followed(person) if whose is not None and not kpis else ()
    shown = kpis or inherited
    alerts = AlertReady.objects.filter(person=whose if kpis else None, kpi__in=shown)
    ready = {one.kpi: alert_words(known[one.kpi], one) for one in alerts}
    history = Following.objects.filter(person=whose).select_related("author")[:HISTORY]
    offered = sorted(
        ((kpi.name, words.named(kpi.names)) for kpi in known.values()
         if not kpi.variant_of and kpi.name not in shown), key=lambda one: folded(one[1]),
    )  # fmt: skip
    last = latest(whose)
    return render(request, "advisor/followed.html", {
        "scope": scope,
        "may_everyone": may_for_everyone(person),
        "may_change": whose is not None or may_for_everyone(person),
        "is_inherited": bool(inherited),
        "rows": [(name, label_of(name, known), words.named(known[name].meaning),
                  ready.get(name, "")) for name in shown],
        "too_many": too_many(len(shown)) if len(shown) > MANY else "",
        "offered": offered,
        "version": version_of(whose),
        "answer": last.answer if last and last.answer and last.answer.person == person else None,
        "history": [(one, _names(one.kpis, known)) for one in history] if _sees(whose, person)
        else [],
        "board": int(board) if (board := request.GET.get("board", "")).isdecimal() else 0,
        "problem": problem,
    }, status=409 if problem else 200)  # fmt: skip


def _sees(whose: Person | None, person: Person) -> bool:
    """Who changed the list for everyone is told to those who may change it."""
    return whose is not None or may_for_everyone(person)


def _names(kpis: Sequence[str], known: Catalog) -> str:
    return ", ".join(label_of(name, known) for name in kpis)


def _moved(kpis: list[str], name: str, by: int) -> list[str]:
    """The list with one KPI a place further up or down."""
    at = kpis.index(name)
    to = min(max(at + by, 0), len(kpis) - 1)
    rest = [one for one in kpis if one != name]
    return [*rest[:to], name, *rest[to:]]
