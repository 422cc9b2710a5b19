"""Looking at dashboards: the list, a board, each of its cards, its figures for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kpilot.project import Project
from kpilot.web.dashboards import boards, files, rights, rotation
from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.drawn import Shown, as_data, drawn, shown
from kpilot.web.dashboards.marks import mark, marked, unchanged, visit
from kpilot.web.dashboards.placing import MOST_CARDS
from kpilot.web.dashboards.ready import ready
from kpilot.web.dashboards.saved import default_words, views_of
from kpilot.web.kpis import words
from kpilot.web.kpis.bar import bar
from kpilot.web.kpis.page import version
from kpilot.web.kpis.state import State
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project
from kpilot.web.widgets.found import draw

AT_ONCE = 16
Given = Mapping[str, Sequence[str]]


@signed_in
@require_GET
def dashboards(request: HttpRequest) -> HttpResponse:
    """The dashboards there are for this person: hers, those shared with her, the ready ones."""
    person, opened = person_of(request), project()
    seen = rights.listed(person, opened)
    return render(request, "dashboards/list.html", {
        "mine": [one for one in seen if one.author_id == person.pk],
        "shared": [one for one in seen if one.author_id != person.pk],
        "ready": ready().values(),
        "away": rights.put_away(person),
    })  # fmt: skip


@signed_in
@require_GET
def dashboard(request: HttpRequest, ref: str) -> HttpResponse:
    """One board; each card brings its own figures."""
    person, opened = person_of(request), project()
    board, given = boards.find(ref, person, opened), _given(request)
    if not given and (kept := default_words(person, board)):
        return redirect(f"{board.href}?{kept}")
    state = boards.state_of(given, board.cards, person, opened)
    wide = boards.with_own_words(state, given)
    editing = board.may_edit and "edit" in given
    around: dict[str, Any] = {
        "board": board,
        "state": state,
        "cards": _cards(board, state, opened, person, whole="whole" in given),
        "bar": replace(bar(wide, request.path, opened), reset=_reset(state, wide, request.path)),
        "problems": [words.say_error(error) for error in state.problems],
        "version": version(opened),
        "editing": editing,
        "most": MOST_CARDS,
        "views": views_of(person, board, state),
        "said_words": urlencode([(w, v) for w, values in state.said.items() for v in values]),
        "edit_link": wide.link(request.path, edit="1"),
        "done_link": wide.link(request.path, edit=None) or request.path,
        "whole_link": wide.link(request.path, whole="1"),
        "tv": rotation.tv(board, wide, given, person, opened),
    }
    return render(request, "dashboards/board.html", around)


@signed_in
@require_GET
def card(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """One card: a fragment for the board, a page of its own otherwise."""
    person, opened = person_of(request), project()
    visited = visit(request, person, opened)
    if same := visited.same:
        return same
    board = boards.find(ref, person, opened)
    one = boards.card_of(board, key)
    state = boards.state_of(_given(request), board.cards, person, opened)
    fragment = bool(request.headers.get("HX-Request"))
    tag = visited.keep(mark([one], state, person, opened, f"card {fragment}"))
    if same := unchanged(request, tag):
        return same
    found = drawn(board, one, state, opened, person)
    if fragment:
        answer = render(request, "dashboards/card.html", {"shown": found})
        return marked(answer, tag)
    return render(request, "dashboards/one.html", {
        "board": board, "shown": found, "back": state.link(board.href),
        "bar": bar(state, request.path, opened), "version": version(opened),
        "problems": [words.say_error(error) for error in state.problems],
    })  # fmt: skip


@signed_in
@require_GET
def card_file(request: HttpRequest, ref: str, key: str, kind: str) -> HttpResponse:
    """The figures of one card as CSV or XLSX, as far as this person may see them."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    person, opened = person_of(request), project()
    board = boards.find(ref, person, opened)
    one = boards.card_of(board, key)
    state = boards.state_of(_given(request), board.cards, person, opened)
    drawing = draw(one.asked, state, opened, person)
    return files.card_file(kind, board.title, one.asked, drawing, state, opened)


@signed_in
@require_GET
def data(request: HttpRequest, ref: str) -> HttpResponse:
    """The figures of the whole board as JSON."""
    person, opened = person_of(request), project()
    visited = visit(request, person, opened)
    if same := visited.same:
        return same
    board = boards.find(ref, person, opened)
    state = boards.state_of(_given(request), board.cards, person, opened)
    tag = visited.keep(mark(board.cards, state, person, opened, f"data {board.title}"))
    if same := unchanged(request, tag):
        return same
    cards = [drawn(board, one, state, opened, person) for one in board.cards]
    answer = JsonResponse({
        "dashboard": board.title,
        "data_version": state.cut.version,
        "as_of": state.cut.at,
        "period": {"start": state.period.start, "end": state.period.end},
        "filters": [str(one) for one in state.query.where],
        "problems": [words.say_error(error) for error in state.problems],
        "cards": [as_data(one) for one in cards],
    })  # fmt: skip
    return marked(answer, tag)


def _cards(
    board: Board, state: State, opened: Project, person: Person, *, whole: bool
) -> Sequence[Shown]:
    """The cards of the page; with `whole` their figures too, for paper and without scripts."""
    if whole:
        return [drawn(board, one, state, opened, person) for one in board.cards]
    return [shown(board, one, state, lazy=at >= AT_ONCE) for at, one in enumerate(board.cards)]


def _given(request: HttpRequest) -> Given:
    return {str(word): [str(v) for v in values] for word, values in request.GET.lists()}


def _reset(state: State, wide: State, path: str) -> str:
    """The address without period and filters, in the same mode; "" when there are none."""
    if not set(state.said) - {"by", "grain"}:
        return ""
    own = [(w, v) for w, vs in wide.said.items() if w in boards.OWN_WORDS for v in vs]
    return f"{path}?{urlencode(own)}" if own else path
