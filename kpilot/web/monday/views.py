"""The page of the day, and ticking things off it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from kpilot.ask import catalog
from kpilot.project import Project
from kpilot.web.kpis import page as figures
from kpilot.web.kpis import words
from kpilot.web.kpis.bar import bar
from kpilot.web.kpis.cards import cards, first_kpis
from kpilot.web.kpis.state import State, read_state, utc_now
from kpilot.web.kpis.trend import trend_grain
from kpilot.web.monday import actions, drawn, page, sentences, ticking
from kpilot.web.monday.findings import Findings, findings
from kpilot.web.monday.opening import hidden, is_empty, opening
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.reader import missing_link, reader_of
from kpilot.web.warehouse import project


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What to look at: what is followed, what moved and why, who needs help, what to do next."""
    from kpilot.web.advisor.following import followed

    opened, person = project(), person_of(request)
    own = [name for name in followed(person) if name in catalog(opened)]
    names = own or list(first_kpis(opened))
    given = {str(word): [str(v) for v in values] for word, values in request.GET.lists()}
    state = read_state(given, opened, reader_of(person, opened), kpis=names, now=utc_now())
    if is_empty(state, opened):
        return render(request, "monday/empty.html", {"state": state})
    return render(request, "monday/monday.html", {
        "bar": bar(state, request.path, opened, ""),
        "problems": [words.say_error(error) for error in state.problems],
        "version": figures.version(opened),
        "here": request.get_full_path(),
        "grain": trend_grain(state),
        "is_own": bool(own),
        "unlinked": missing_link(person),
        **content(person, state, opened, names),
    })  # fmt: skip


def content(person: Person, state: State, opened: Project, names: list[str]) -> dict[str, object]:
    """Everything the page says to this person."""
    found = findings(person, state, opened, names)
    shown = cards(state, opened, names)
    todo, done = ticking.left(person, actions.todos(found, state, opened), timezone.localdate())
    return {
        "cards": shown,
        "opening": opening(state, opened, names, shown, found, page.greeting(person)),
        "hidden": hidden(state, opened),
        "story": drawn.story(found.moves[0], state, opened) if found.moves else None,
        "also": page.also(found, state, opened),
        "tested": found.tested,
        "todo": todo,
        "todo_heading": sentences.gestures(len(todo)) if todo else "",
        "done": done,
        "neck": page.neck(found, state, opened),
        "help": found.help,
        "people": page.people(found, state, opened),
        "people_heading": _people(found),
        "deals": page.opportunities(found, state, opened),
        "deals_heading": _deals(found, opened),
        "deals_link": state.link("/kpis/open_pipeline/records/"),
        "foot": page.foot(names, opened),
    }


def _people(found: Findings) -> str:
    if found.help is None or found.help.is_own or not found.help.behind:
        return ""
    return sentences.people_behind(found.help.behind)


def _deals(found: Findings, opened: Project) -> str:
    from kpilot.core import format as written

    if not found.slipping.count:
        return ""
    value = written.money_short(found.slipping.value, opened.settings.currency, words.language())
    return sentences.deals_slip(found.slipping.count, value)


@signed_in
@require_POST
def tick(request: HttpRequest) -> HttpResponse:
    """Tick one thing off this week's list, or take all ticks away."""
    person, day = person_of(request), timezone.localdate()
    if request.POST.get("again"):
        ticking.untick(person, day)
    elif key := request.POST.get("key", "").strip():
        ticking.tick(person, key, day)
    return redirect("home")
