"""The pages of the catalogue: everything in it, and KPIs of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kpilot.ask.catalog import catalog, own, problems
from kpilot.ask.facts import utc_now
from kpilot.core import format as written
from kpilot.core.calendar import Fiscal
from kpilot.core.catalogue_words import FAMILIES, OBJECTIVES
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.catalogue import keeping
from kpilot.web.catalogue.entries import Search, listing
from kpilot.web.catalogue.forms import KpiForm, initial
from kpilot.web.catalogue.making import draft_of, toml_of
from kpilot.web.catalogue.offered import columns_of, find, offered
from kpilot.web.kpis import words
from kpilot.web.kpis.views import gone
from kpilot.web.people.access import only, person_of, signed_in
from kpilot.web.people.models import Role
from kpilot.web.reader import reader_of
from kpilot.web.warehouse import project

MAKERS = (Role.ADMINISTRATOR, Role.MANAGER)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a KPI gives on the data, month by month."""

    rows: Sequence[tuple[str, str, str, str]]
    text: str


@signed_in
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every KPI: what it means, what it needs and whether the data has it."""
    opened = project()
    search = Search.read(request.GET)
    return render(request, "catalogue/catalogue.html", {
        "listing": listing(opened, search, utc_now()),
        "search": search,
        "families": [(name, words.both(both)) for name, both in FAMILIES.items()],
        "objectives": [(name, words.both(both)) for name, both in OBJECTIVES.items()],
        "problems": [words.say_error(one.error) for one in problems(opened)],
        "may_make": person_of(request).role in MAKERS,
    })  # fmt: skip


@only(*MAKERS)
def new(request: HttpRequest) -> HttpResponse:
    """Choose what is counted, then how; tried before it can be kept."""
    opened = project()
    word = str(request.POST.get("what") or request.GET.get("what") or "")
    dated = find(opened, word)
    if dated is None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in offered(opened):
            place = groups.setdefault(words.both(one.rows), [])
            place.append((one.word, words.both(one.by)))
        return render(request, "catalogue/what.html", {"groups": groups.items()})
    columns = columns_of(opened, dated)
    form = KpiForm(request.POST or None, columns=columns, initial={"what": word})
    return _form_page(request, opened, form, "")


@only(*MAKERS)
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change an own KPI; one that was written by hand in ways the form has not is shown."""
    opened = project()
    path = keeping.path_of(opened, name)
    if name not in own(opened).kpis or not path.exists():
        return gone(request, name, opened)
    text = path.read_text("utf-8")
    draft = draft_of(text, opened)
    dated = find(opened, draft.what) if draft else None
    if draft is None or dated is None:
        label = words.named(catalog(opened)[name].names)
        return render(request, "catalogue/by_hand.html", {
            "name": name, "label": label, "text": text, "file": f"kpis/{name}.toml",
        })  # fmt: skip
    begun = initial(draft) | {"seen": keeping.mark_of(text)}
    form = KpiForm(request.POST or None, columns=columns_of(opened, dated), initial=begun)
    return _form_page(request, opened, form, name)


@only(*MAKERS)
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Ask once, then remove the file of an own KPI."""
    opened = project()
    if name not in own(opened).kpis:
        return gone(request, name, opened)
    label = words.named(catalog(opened)[name].names)
    context: dict[str, object] = {"name": name, "label": label}
    if request.method == "POST":
        try:
            keeping.throw_away(opened, name)
        except UserError as error:
            context["problem"] = words.say_error(error)
            return render(request, "catalogue/delete.html", context, status=400)
        messages.success(request, _("“%(name)s” is removed.") % {"name": label})
        return redirect("catalogue")
    return render(request, "catalogue/delete.html", context)


def _form_page(request: HttpRequest, opened: Project, form: KpiForm, name: str) -> HttpResponse:
    """The form with what it gives; saving keeps only what was looked at."""
    context: dict[str, object] = {"form": form, "name": name}
    if request.method == "POST" and form.is_valid():
        try:
            text = toml_of(form.draft(), opened)
            called = form.draft().names
            chosen = name or keeping.new_name(opened, called.get("en") or called["fr"])
            kpi = keeping.sound(opened, chosen, text, is_new=not name)
            rows = keeping.tried(opened, kpi, reader_of(person_of(request), opened))
            is_seen = form.cleaned_data["tried"] == keeping.mark_of(text)
            if request.POST.get("action") == "save" and is_seen:
                keeping.keep(opened, chosen, text, form.cleaned_data["seen"])
                messages.success(request, _("Saved: it is in the catalogue."))
                return redirect("kpi", name=chosen)
        except UserError as error:
            form.add_error(None, words.say_error(error))
        else:
            if request.POST.get("action") == "save":
                context["look"] = True
            context["tried"] = Tried(rows=_figures(kpi, rows), text=text)
            context["tried_mark"] = keeping.mark_of(text)
    what = str(form["what"].value() or "")
    dated = find(opened, what)
    if dated is not None:
        context |= {"rows_label": words.both(dated.rows), "by_label": words.both(dated.by)}
    status = 400 if form.errors else 200
    return render(request, "catalogue/form.html", context, status=status)


def _figures(kpi: Kpi, rows: Sequence[Row]) -> Sequence[tuple[str, str, str, str]]:
    """Month, value, n, and what to know."""
    shown = []
    for row in rows:
        notes = [words.why(row)] if row.value is None else []
        notes += [words.flag(one) for one in row.flags if not one.startswith("missing:")]
        notes += [f"{written.number(count, words.language())} "
                  f"{words.excluded(reason).lower()}" for reason, count in row.excluded.items()]
        month = words.period_name(row.period, Fiscal())
        shown.append((month, words.figure(row.value, kpi, row.currency),
                      written.number(row.n, words.language()), " · ".join(notes)))  # fmt: skip
    return shown
