"""Changing a dashboard: each change is one POST, one version, and can be undone.

A form says which `version` it was made from. When somebody else has changed the dashboard since,
the change is kept in a copy of the person's own, and she is told what the other did.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kpilot.web.dashboards import boards, making, placing
from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.drawn import label
from kpilot.web.dashboards.making import Change
from kpilot.web.dashboards.models import Dashboard
from kpilot.web.dashboards.said import deed, history
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.warehouse import project


@signed_in
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """An empty dashboard, open for composing."""
    title = request.POST.get("title", "").strip()
    made = making.create(person_of(request), title or _("My dashboard"), ())
    return redirect(f"{reverse('dashboard', args=[made.pk])}?edit=1")


@signed_in
@require_POST
def copy(request: HttpRequest, ref: str) -> HttpResponse:
    """A dashboard of her own with the same cards: "make it mine"."""
    person = person_of(request)
    board = boards.find(ref, person, project())
    title = board.title if board.stored is None else _("%(title)s (copy)") % {"title": board.title}
    made = making.create(person, title, board.cards, did="copy")
    messages.success(request, _("This is your own copy: change it as you like."))
    return redirect(f"{reverse('dashboard', args=[made.pk])}?edit=1")


@signed_in
@require_POST
def place(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Move a card or make it another size; JSON for the script that drags."""
    board = editable(request, pk)
    card = card_seen(request, board, key)
    numbers = [_number(request, name) for name in ("x", "y", "w", "h")]
    if None in numbers:
        messages.error(request, _("A place is four whole numbers: column, row, width, height."))
        return redirect(_editing(board))
    x, y, w, h = (number or 0 for number in numbers)
    # People count from 1.
    cards = placing.place(seen_cards(request, board), key, x=x - 1, y=y - 1, w=w, h=h)
    return done(request, board, Change(did="place", about=label(card), cards=cards))


@signed_in
@require_POST
def double(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One more card like this one."""
    board = editable(request, pk)
    card = card_seen(request, board, key)
    if full(request, board):
        return redirect(_editing(board))
    cards = placing.duplicated(seen_cards(request, board), key)
    return done(request, board, Change(did="double", about=label(card), cards=cards))


@signed_in
@require_POST
def remove(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Take a card away; undo brings it back."""
    board = editable(request, pk)
    card = card_seen(request, board, key)
    cards = placing.removed(seen_cards(request, board), key)
    return done(request, board, Change(did="remove", about=label(card), cards=cards))


@signed_in
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last change back."""
    return _stepped(request, pk, making.undo, _("There is nothing to undo."))


@signed_in
@require_POST
def redo(request: HttpRequest, pk: int) -> HttpResponse:
    """Make again what was undone."""
    return _stepped(request, pk, making.redo, _("There is nothing to redo."))


@signed_in
@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was done to a dashboard, the latest first."""
    board = boards.find(str(pk), person_of(request), project())
    return render(request, "dashboards/versions.html", {"board": board, "rows": history(board)})


@signed_in
@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring an earlier version back."""
    board = editable(request, pk)
    stored = stored_of(board)
    if not stored.versions.filter(number=number).exists():
        raise Http404
    making.restore(stored, person_of(request), number)
    messages.success(request, _("Version %(number)s is back.") % {"number": number})
    return redirect(_editing(board))


def editable(request: HttpRequest, pk: int) -> Board:
    """The dashboard, for somebody who may change it; who only reads it is refused."""
    board = boards.find(str(pk), person_of(request), project())
    if not board.may_edit:
        raise PermissionDenied
    return board


def stored_of(board: Board) -> Dashboard:
    """The row of a dashboard that is one."""
    if board.stored is None:
        raise Http404
    return board.stored


def seen(request: HttpRequest, board: Board) -> int:
    """The version the form was made from; the one in force when it does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else stored_of(board).version


def seen_cards(request: HttpRequest, board: Board) -> placing.Cards:
    """The cards as the person saw them, whatever happened since."""
    number = seen(request, board)
    if number == stored_of(board).version:
        return board.cards
    found = stored_of(board).versions.filter(number=number).first()
    return placing.from_json(found.cards) if found else board.cards


def card_seen(request: HttpRequest, board: Board, key: str) -> placing.Placed:
    """A card as the person saw it, though somebody may have taken it away since."""
    return boards.card_of(replace(board, cards=seen_cards(request, board)), key)


def full(request: HttpRequest, board: Board) -> bool:
    """Whether there is no room for one more card; the person is told."""
    if len(board.cards) < placing.MOST_CARDS:
        return False
    messages.error(request, _(
        "A dashboard holds %(most)s cards at most. Take one away, or begin another dashboard."
    ) % {"most": placing.MOST_CARDS})  # fmt: skip
    return True


def done(request: HttpRequest, board: Board, what: Change) -> HttpResponse:
    """The change is made: back to the board, or to the copy that keeps it."""
    person, stored, since = person_of(request), stored_of(board), seen(request, board)
    made, is_copy = making.change(stored, person, since, what)
    if is_copy:
        others = [deed(one) for one in making.changes_since(stored, since)]
        messages.error(request, _(
            "“%(title)s” was changed meanwhile: %(changes)s. Nothing is lost: what you did is in "
            "this copy, which is yours."
        ) % {"title": board.title, "changes": "; ".join(others)})  # fmt: skip
    href = f"{reverse('dashboard', args=[made.pk])}?edit=1"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"elsewhere": href} if is_copy else _standing(made, what.cards))
    return redirect(href)


def _standing(made: Dashboard, cards: placing.Cards) -> dict[str, Any]:  # JSON
    """Where everything stands now, for the script that moved one."""
    return {
        "version": made.version,
        "cards": [{"key": c.key, "x": c.x, "y": c.y, "w": c.w, "h": c.h} for c in cards],
    }


def _stepped(
    request: HttpRequest, pk: int, step: Callable[[Dashboard, Any], bool], nothing: str
) -> HttpResponse:
    board = editable(request, pk)
    stored = stored_of(board)
    since = seen(request, board)
    if since != stored.version:
        others = [deed(one) for one in making.changes_since(stored, since)]
        messages.error(request, _(
            "“%(title)s” was changed meanwhile: %(changes)s. Nothing was undone; look first."
        ) % {"title": board.title, "changes": "; ".join(others)})  # fmt: skip
    elif not step(stored, person_of(request)):
        messages.info(request, nothing)
    return redirect(_editing(board))


def _editing(board: Board) -> str:
    return f"{board.href}?edit=1"


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 6 else None
