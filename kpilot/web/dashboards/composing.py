"""The form of a card: choose a kind, say what it asks; the preview shows the card at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kpilot.ask import catalog
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.errors import UserError
from kpilot.core.kpi_names import find
from kpilot.core.query import Filter, read_filter
from kpilot.project import Project
from kpilot.web.dashboards import boards, placing
from kpilot.web.dashboards.boards import Board
from kpilot.web.dashboards.drawn import Shown, label, shown
from kpilot.web.dashboards.editing import card_seen, done, editable, full, seen, seen_cards
from kpilot.web.dashboards.making import Change
from kpilot.web.dashboards.placing import Placed
from kpilot.web.kpis import words
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.warehouse import project
from kpilot.web.widgets.card import Asked
from kpilot.web.widgets.fields import Field, choices_of
from kpilot.web.widgets.found import Kind, draw, kinds

SPARE = 2
Said = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One field of the form with what was said; `rows` are (dimension, sign, values) of a
    filter, `empty` what stands for no choice."""

    field: Field
    choices: Sequence[tuple[str, str]]
    values: Sequence[str]
    rows: Sequence[tuple[str, str, str]] = ()
    empty: str = ""
    needs_search: bool = False


@signed_in
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more card: its kind first, then what it asks."""
    board = editable(request, pk)
    if full(request, board):
        return redirect(f"{board.href}?edit=1")
    said = _said(request)
    kind = kinds().get(_first(said, "kind"))
    if kind is None:
        return render(request, "dashboards/kinds.html", {"board": board, "kinds": kinds().values()})
    w, h = kind.size
    blank = Placed(asked=Asked(widget=kind.name), w=w, h=h)
    return _form(request, board, kind, blank, said)


@signed_in
def edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Change what a card asks, or its kind."""
    board = editable(request, pk)
    card = card_seen(request, board, key)
    said = _said(request)
    kind = kinds().get(_first(said, "kind") or card.asked.widget)
    if kind is None:
        return render(
            request, "dashboards/kinds.html",
            {"board": board, "kinds": kinds().values(), "card": card, "gone": card.asked.widget},
        )  # fmt: skip
    return _form(request, board, kind, card, said)


def _form(request: HttpRequest, board: Board, kind: Kind, card: Placed, said: Said) -> HttpResponse:
    opened, person = project(), person_of(request)
    # A form that was filled in speaks for itself; one just opened shows the card as it stands.
    filled = "filled" in said
    asked = _asked(kind, said, opened) if filled else replace(card.asked, widget=kind.name)
    problems: Sequence[str] = kind.check(asked, opened) if filled else ()
    if request.method == "POST" and filled and not problems:
        return _saved(request, board, replace(card, asked=asked))
    preview: Shown | None = None
    if asked.words or asked.options:
        state = boards.state_of({}, (replace(card, asked=asked),), person, opened)
        drawing = draw(asked, state, opened, person)
        preview = shown(board, replace(card, asked=asked, key="preview"), state, drawing=drawing)
    return render(request, "dashboards/compose.html", {
        "board": board, "kind": kind, "card": card, "asked": asked, "shown": preview,
        "fields": [_asking(one, asked, opened, person) for one in kind.fields],
        "problems": problems if request.method == "POST" else (),
        "version": _first(said, "version") or seen(request, board),
        "kinds": kinds().values(), "name": label(card) if card.key else "",
        "dimensions": [(name, words.dimension_label(name)) for name in DIMENSIONS],
    }, status=400 if request.method == "POST" else 200)  # fmt: skip


def _saved(request: HttpRequest, board: Board, card: Placed) -> HttpResponse:
    cards = seen_cards(request, board)
    if card.key:
        cards = tuple(replace(one, asked=card.asked) if one.key == card.key else one
                      for one in cards)  # fmt: skip
        return done(request, board, Change(did="edit", about=label(card), cards=cards))
    cards = placing.added(cards, card)
    return done(request, board, Change(did="add", about=label(card), cards=cards))


def _asked(kind: Kind, said: Said, opened: Project) -> Asked:
    """The card that the words of the form mean; empty ones are left out."""
    found: dict[str, tuple[str, ...]] = {}
    options: dict[str, str] = {}
    for one in kind.fields:
        if one.form == "filter":
            values = _filters(said)
        else:
            values = tuple(v.strip() for v in said.get(f"f-{one.name}", ()) if v.strip())
        if not values:
            continue
        if one.is_option:
            options[one.name] = values[0][:4000]
        elif one.name == "kpi":
            found["kpi"] = tuple(dict.fromkeys(_kpi(v, one, opened) for v in values))
        else:
            found[one.name] = values
    title = _first(said, "title").strip()[:120]
    return Asked(widget=kind.name, title=title, words=found, options=options)


def _kpi(text: str, one: Field, opened: Project) -> str:
    """The KPI that somebody chose from the list or wrote; what is not known stays as written."""
    for name, named in choices_of(one, opened):
        if text in (name, named):
            return name
    try:
        return find(catalog(opened), text, words.language()).name
    except UserError:
        return text


def _filters(said: Said) -> tuple[str, ...]:
    words_of = [said.get(word, ()) for word in ("f-where", "f-where-sign", "f-where-value")]
    return tuple(
        str(Filter(dimension=name, operator=sign, values=_listed(value)))
        for name, sign, value in zip(*words_of, strict=False)
        if name and sign in ("=", "!=") and _listed(value)
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in text.split(",") if value.strip())


def _asking(one: Field, asked: Asked, opened: Project, person: Person) -> Asking:
    kpi = asked.word("kpi")
    values = [asked.options.get(one.name, "")] if one.is_option else asked.words.get(one.name, ())
    choices = choices_of(one, opened, kpi, person)
    is_kpi = one.name == "kpi" and not one.is_option
    kept = [value for value in values if value]
    if is_kpi:
        called = dict(choices)
        kept = [called.get(value, value) for value in kept]
    spare = 1 if one.many == 1 else SPARE
    blank = [""] * min(spare if one.many > 1 or not kept else 0, one.many - len(kept))
    rows = [_pair(value) for value in kept] if one.form == "filter" else []
    return Asking(
        field=one, choices=[pair for pair in choices if pair[0]], empty=_empty(one, choices),
        values=[*kept, *blank], needs_search=is_kpi,
        rows=[*rows, *[("", "=", "")] * max(min(SPARE, one.many - len(rows)), 0)]
        if one.form == "filter" else (),
    )  # fmt: skip


def _empty(one: Field, choices: Sequence[tuple[str, str]]) -> str:
    """What stands for no choice; "" where there must be one, an option's first being the usual."""
    if one.is_option and one.many == 1:
        return dict(choices).get("", "")
    return dict(choices).get("") or (_("choose") if one.needed else "–")


def _pair(text: str) -> tuple[str, str, str]:
    """A filter as the form shows it."""
    try:
        one = read_filter(text)
    except UserError:
        return "", "=", text
    return one.dimension, one.operator, ", ".join(one.values)


def _said(request: HttpRequest) -> Said:
    given = request.POST if request.method == "POST" else request.GET
    return {str(word): [str(v) for v in values] for word, values in given.lists()}


def _first(said: Said, word: str) -> str:
    return next(iter(said.get(word, ())), "")
