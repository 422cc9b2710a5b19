"""The administrator's pages: who may sign in, in which role, linked to whom in the data."""

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.core.text import folded
from kpilot.web.people.access import only, person_of
from kpilot.web.people.forms import Choices, PersonForm
from kpilot.web.people.models import Person, Role
from kpilot.web.reader import missing_link
from kpilot.web.warehouse import project

NAMES = {
    "agent": "SELECT id, coalesce(name, id) FROM agent WHERE deleted_at IS NULL",
    "team": "SELECT id, coalesce(name, id) FROM team WHERE deleted_at IS NULL",
}


@only(Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name; those who may no longer sign in come last."""
    listed = sorted(Person.objects.all(), key=lambda one: (not one.is_active, folded(one.name)))
    teams, agents = dict(_known("team")), dict(_known("agent"))
    missing = {"": "", "agent": _("no salesperson linked"), "team": _("no team linked")}
    rows = [
        (
            person,
            agents.get(person.agent_id, ""),
            teams.get(person.team_id, ""),
            missing[missing_link(person)],
        )
        for person in listed
    ]
    return render(request, "people/people.html", {"rows": rows})


@only(Role.ADMINISTRATOR)
def person_add(request: HttpRequest) -> HttpResponse:
    """Add somebody; her one-time link is shown once, on the next page."""
    form = _form(request, Person())
    if request.method == "POST" and form.is_valid():
        person = form.save(commit=False)
        person.set_unusable_password()
        person.save()
        return _with_link(request, person)
    return render(request, "people/person.html", {"form": form})


@only(Role.ADMINISTRATOR)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change somebody's role and links."""
    somebody = get_object_or_404(Person, pk=pk)
    # Asked before the form is read: a valid form has already changed `somebody`.
    is_last = _is_last_administrator(somebody)
    form = _form(request, somebody)
    if request.method == "POST" and form.is_valid():
        if is_last and form.cleaned_data["role"] != Role.ADMINISTRATOR:
            form.add_error("role", _("Somebody must remain administrator."))
        else:
            form.save()
            messages.success(request, _("Saved."))
            return redirect("people")
    return render(request, "people/person.html", {"form": form, "somebody": somebody})


@only(Role.ADMINISTRATOR)
@require_POST
def person_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh one-time link, for a first or a forgotten password."""
    return _with_link(request, get_object_or_404(Person, pk=pk, is_active=True))


@only(Role.ADMINISTRATOR)
@require_POST
def person_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in again, or no longer; what she made stays."""
    somebody = get_object_or_404(Person, pk=pk)
    if somebody == person_of(request):
        messages.error(request, _("You cannot lock yourself out."))
        return redirect("person", pk=pk)
    somebody.is_active = not somebody.is_active
    somebody.save(update_fields=["is_active"])
    if somebody.is_active:
        said = _("%(name)s may sign in.")
    else:
        said = _("%(name)s may no longer sign in.")
    messages.success(request, said % {"name": somebody})
    return redirect("people")


def _form(request: HttpRequest, somebody: Person) -> PersonForm:
    return PersonForm(
        request.POST or None, instance=somebody, agents=_known("agent"), teams=_known("team")
    )


def _known(table: str) -> Choices:
    rows = project().engine.query(NAMES[table])
    found = [(str(row_id), str(name)) for row_id, name in rows]
    return sorted(found, key=lambda one: folded(one[1]))


def _with_link(request: HttpRequest, somebody: Person) -> HttpResponse:
    uid = urlsafe_base64_encode(force_bytes(somebody.pk))
    token = default_token_generator.make_token(somebody)
    link = request.build_absolute_uri(reverse("welcome", args=[uid, token]))
    return render(request, "people/link.html", {"somebody": somebody, "link": link})


def _is_last_administrator(somebody: Person) -> bool:
    others = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=somebody.pk)
    return somebody.is_administrator and not others.exists()
