"""Saved views of a board: a name for the words of its address, for oneself or for its readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kpilot.web.dashboards import boards
from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.models import SavedView
from kpilot.web.kpis.state import State
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project


@dataclass(frozen=True, kw_only=True)
class ViewLink:
    """A saved view in the list of a board."""

    view: SavedView
    href: str
    current: bool
    own: bool


def views_of(person: Person, board: Board, state: State) -> Sequence[ViewLink]:
    """Her own views of a board and those shared with its readers."""
    found = SavedView.objects.filter(Q(person=person) | Q(is_shared=True), board=board.ref)
    now = {word: sorted(values) for word, values in state.said.items()}
    return [
        ViewLink(
            view=one,
            href=f"{board.href}?{one.words}",
            current={w: sorted(v) for w, v in parse_qs(one.words).items()} == now,
            own=one.person_id == person.pk,
        )
        for one in found.select_related("person")
    ]


def default_words(person: Person, board: Board) -> str:
    """The words that opening the board without any means for this person; "" for none."""
    mine = SavedView.objects.filter(person=person, board=board.ref, is_default=True).first()
    return mine.words if mine else ""


@signed_in
@require_POST
def view_save(request: HttpRequest, ref: str) -> HttpResponse:
    """Give the words of the page a name; one of the same name is replaced."""
    person = person_of(request)
    board = boards.find(ref, person, project())
    name, words = request.POST.get("name", "").strip()[:80], request.POST.get("words", "")[:4000]
    back = f"{board.href}?{words}" if words else board.href
    if not name:
        messages.error(request, _("The view needs a name. Write one and save again."))
        return redirect(back)
    if not words:
        messages.error(request, _("Choose a period or a filter first: a view keeps them."))
        return redirect(back)
    is_default = "default" in request.POST
    if is_default:
        SavedView.objects.filter(person=person, board=board.ref).update(is_default=False)
    SavedView.objects.update_or_create(
        person=person, board=board.ref, name=name,
        defaults={"words": words, "is_shared": "shared" in request.POST, "is_default": is_default},
    )  # fmt: skip
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return redirect(back)


@signed_in
@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of her own views."""
    view = get_object_or_404(SavedView, pk=pk, person=person_of(request))
    board = view.board
    view.delete()
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return redirect(f"{reverse('dashboard', args=[board])}?period=")
