"""Who sees a dashboard: its title, its sharing, the people named, the organisation's default."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.core.text import folded
from kpilot.web.dashboards import boards, making, rights
from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.editing import done, seen, seen_cards, stored_of
from kpilot.web.dashboards.making import Change
from kpilot.web.dashboards.models import Sharing
from kpilot.web.people.access import only, person_of, signed_in
from kpilot.web.people.models import Person, Role
from kpilot.web.warehouse import project


@signed_in
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """The title and with whom the dashboard is shared."""
    person, opened = person_of(request), project()
    board = _governed(request, pk)
    stored = stored_of(board)
    offered = rights.sharings(person, opened)
    others = sorted(
        Person.objects.filter(is_active=True).exclude(pk=person.pk),
        key=lambda one: folded(one.name),
    )
    if request.method == "POST":
        sharing = request.POST.get("sharing", Sharing.PRIVATE)
        if sharing not in offered:
            raise PermissionDenied
        making.share(
            stored, sharing,
            team_id=rights.team_of(person, opened) if sharing == Sharing.TEAM else "",
            may_edit="may_edit" in request.POST, named=_named(request),
        )  # fmt: skip
        title = request.POST.get("title", "").strip()[:120]
        if title and title != stored.title:
            cards = seen_cards(request, board)
            return done(request, board, Change(did="title", about=title, title=title, cards=cards))
        messages.success(request, _("Saved."))
        return redirect(board.href)
    named = {one.person_id: one.may_edit for one in stored.named.all()}
    labels = dict(Sharing.choices)
    return render(request, "dashboards/settings.html", {
        "board": board,
        "sharings": [(value, labels[value], value == stored.sharing) for value in offered],
        "people": [(one, one.pk in named, named.get(one.pk, False)) for one in others],
        "version": seen(request, board),
    })  # fmt: skip


@only(Role.ADMINISTRATOR)
@require_POST
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a dashboard that everyone sees the organisation's first one, or no longer."""
    board = boards.find(str(pk), person_of(request), project())
    stored = stored_of(board)
    if stored.sharing != Sharing.EVERYONE:
        messages.error(request, _("Share it with everyone first: the first dashboard is for all."))
        return redirect("dashboard-settings", pk=pk)
    making.make_default(stored, on=not stored.is_default)
    messages.success(request, _("Saved."))
    return redirect(board.href)


@signed_in
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a dashboard away; its author can bring it back."""
    board = _governed(request, pk)
    making.delete(stored_of(board))
    messages.success(request, _(
        "“%(title)s” is put away. It stands at the foot of this page and can be brought back."
    ) % {"title": board.title})  # fmt: skip
    return redirect("dashboards")


@signed_in
@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of her own dashboards again."""
    stored = get_object_or_404(rights.put_away(person_of(request)), pk=pk)
    making.bring_back(stored)
    return redirect("dashboard", ref=str(pk))


def _governed(request: HttpRequest, pk: int) -> Board:
    board = boards.find(str(pk), person_of(request), project())
    if not board.may_govern:
        raise PermissionDenied
    return board


def _named(request: HttpRequest) -> Sequence[tuple[Person, bool]]:
    wanted = {pk: request.POST.get(f"person-{pk}", "") for pk in _pks(request)}
    found = Person.objects.filter(pk__in=[pk for pk, how in wanted.items() if how], is_active=True)
    return [(one, wanted[one.pk] == "edit") for one in found]


def _pks(request: HttpRequest) -> Sequence[int]:
    names = [name.removeprefix("person-") for name in request.POST if name.startswith("person-")]
    return [int(name) for name in names if name.isdecimal() and len(name) < 10]
