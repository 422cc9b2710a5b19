"""The pages of figures. Each reads the address the same way and asks as the person who reads."""

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from kpilot.ask import ask, catalog
from kpilot.ask.catalog import problems
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.kpis import drill, exports, page, words
from kpilot.web.kpis import filters as choosing
from kpilot.web.kpis.bar import FILTERABLE, bar
from kpilot.web.kpis.cards import first_kpis
from kpilot.web.kpis.state import State, read_state, utc_now
from kpilot.web.kpis.trend import trend_grain
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Role
from kpilot.web.reader import reader_of
from kpilot.web.warehouse import project


@signed_in
def kpis(request: HttpRequest) -> HttpResponse:
    """Every KPI of the catalogue with its figure."""
    opened = project()
    state = _state(request, tuple(catalog(opened)), opened)
    listed, lacking = page.groups(state, opened)
    return _page(request, "kpis/kpis.html", state, opened, {"groups": listed, "lacking": lacking})


@signed_in
def kpi(request: HttpRequest, name: str) -> HttpResponse:
    """One KPI: its figure, its trend, its parts, where it comes from and what is behind it."""
    opened = project()
    if name not in catalog(opened):
        return gone(request, name, opened)
    one = _kpi(name, opened)
    state = _state(request, (name,), opened)
    shown = page.kpi_page(one, state, opened, request.path)
    role = person_of(request).role
    may_aim = role in (Role.ADMINISTRATOR, Role.MANAGER) and not (one.is_formula or one.is_model)
    context = {"kpi": one, "shown": shown, "may_aim": may_aim}
    return _page(request, "kpis/kpi.html", state, opened, context, name)


def gone(request: HttpRequest, name: str, opened: Project) -> HttpResponse:
    """A KPI that is not in the catalogue, or no longer: its file may be wrong or away."""
    file = f"kpis/{name}.toml"
    wrong = [words.say_error(one.error) for one in problems(opened) if one.file == file]
    return render(request, "kpis/gone.html", {"name": name, "problems": wrong}, status=404)


@signed_in
def records(request: HttpRequest, name: str) -> HttpResponse:
    """The rows behind a figure."""
    opened = project()
    one = _kpi(name, opened)
    state = _state(request, (name,), opened)
    context: dict[str, object] = {"kpi": one, "name": words.named(one.names)}
    try:
        context |= {
            "table": drill.table(one, state, opened, request.path, page=_number(state, "page")),
            "heading": drill.heading(one, state),
            "files": drill.addresses(one, state),
        }
    except UserError as error:
        context["problem"] = words.say_error(error)
    context["back"] = state.link(reverse("kpi", args=[name]))
    return _page(request, "kpis/records.html", state, opened, context, name)


@signed_in
def records_file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """All the rows behind a figure as a file."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    opened = project()
    one = _kpi(name, opened)
    state = _state(request, (name,), opened)
    try:
        return exports.rows_file(one, state, opened, kind)
    except UserError as error:
        return _refused(request, error)


@signed_in
def figures(request: HttpRequest, name: str) -> HttpResponse:
    """The figures of a trend or a breakdown as CSV."""
    opened = project()
    one = _kpi(name, opened)
    state = _state(request, (name,), opened)
    try:
        rows = ask(state.query, opened).rows
    except UserError as error:
        return _refused(request, error)
    return exports.figures_file(one, state, opened, rows)


@signed_in
def filters(request: HttpRequest) -> HttpResponse:
    """Choose a dimension, then a value; inside the popover or as a page of its own."""
    opened = project()
    state = _state(request, first_kpis(opened), opened)
    name = state.said.get("figure", ("",))[0]
    dimension = state.said.get("dimension", ("",))[0]
    search = state.said.get("q", ("",))[0]
    back = _back(request, state)
    context: dict[str, object] = {
        "dimensions": choosing.dimension_links(state, opened, name, back),
        "search": search,
        "kept": [(w, v) for w, values in state.said.items() for v in values if w != "q"],
        "back": state.link(back),
    }
    if dimension in FILTERABLE:
        context["values"] = choosing.values_of(
            state, opened, name, dimension, search=search, back=back
        )
    template = "kpis/filter_choice.html" if request.headers.get("HX-Request") else (
        "kpis/filters.html"
    )
    return render(request, template, context)


def _state(request: HttpRequest, names: Sequence[str], opened: Project) -> State:
    given = {str(word): [str(v) for v in values] for word, values in request.GET.lists()}
    reader = reader_of(person_of(request), opened)
    return read_state(given, opened, reader, kpis=names, now=utc_now())


def _kpi(name: str, opened: Project) -> Kpi:
    known = catalog(opened)
    if name not in known:
        raise Http404
    return known[name]


def _page(
    request: HttpRequest,
    template: str,
    state: State,
    opened: Project,
    context: Mapping[str, object],
    kpi_name: str = "",
) -> HttpResponse:
    around = {
        "bar": bar(state, request.path, opened, kpi_name),
        "problems": [words.say_error(error) for error in state.problems],
        "version": page.version(opened),
        "here": request.get_full_path(),
        "grain": trend_grain(state),
    }
    return render(request, template, {**around, **context})


def _refused(request: HttpRequest, error: UserError) -> HttpResponse:
    context = {"problems": [words.say_error(error)]}
    return render(request, "kpis/refused.html", context, status=400)


def _number(state: State, word: str) -> int:
    text = state.said.get(word, ("1",))[0]
    return max(1, int(text)) if text.isdecimal() and len(text) < 8 else 1


def _back(request: HttpRequest, state: State) -> str:
    """The page a filter goes back to: one of ours, the home page otherwise."""
    back = state.said.get("back", ("/",))[0]
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours and back.startswith("/") and "?" not in back else "/"
