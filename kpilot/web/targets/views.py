"""The grid of targets: looked at, filled with its tools, saved, taken out and in as a file."""

from collections.abc import Sequence
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kpilot.ask import catalog, facts
from kpilot.core.errors import UserError
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.reader import reader_of
from kpilot.web.targets import files, filling, grid, grid_page, keeping, layout, reading
from kpilot.web.targets.filling import Filling
from kpilot.web.targets.grid import Sheet, Spot
from kpilot.web.targets.keeping import Change
from kpilot.web.targets.past import Asked
from kpilot.web.targets.rights import ORG, rights_of
from kpilot.web.warehouse import project

USUAL = "sales_value"


@signed_in
def targets(request: HttpRequest) -> HttpResponse:
    """The targets of a KPI in a year, by people and teams; a form where one may set them."""
    opened, person = project(), person_of(request)
    given = {name: str(value) for name, value in request.GET.items()}
    if request.method == "POST":
        given |= {name: str(value) for name, value in request.POST.items()}
    sheet, ask_as = _opened(given, opened, person)
    problems: list[str] = []
    status, asks_why = 200, False
    if request.method == "POST":
        grid.read_seen(sheet, given.get("seen", ""))
        values, word = _read(sheet, given), given.get("word", "").strip()
        action = given.get("action", "save")
        try:
            if action == "save":
                made = grid.changes(sheet, values)
                if sheet.wrong:
                    status = 400
                elif grid.closed(sheet, made, ask_as.cut.whole) and not word:
                    status, asks_why = 400, True
                elif _saved(request, sheet, made, word, person):
                    return redirect(f"{reverse('targets')}?{urlencode(_said(sheet, given))}")
                else:
                    status = 409 if sheet.clashes else 400
            elif action == "csv":
                upload = request.FILES.get("file")
                if upload is None:
                    raise UserError("Choose a file first.", code="no_file")
                if (upload.size or 0) > files.LARGEST:
                    raise UserError("The file is larger than a grid of targets can be.",
                                    code="too_large")  # fmt: skip
                problems += files.read_csv(upload.read(), sheet)
            else:
                asked = Filling(rows=given.get("rows", ""), given=given)
                filling.fill(action, asked, sheet, ask_as)
        except UserError as error:
            problems.append(words.say_error(error))
            status = 400
    context = grid_page.context(sheet, opened, person, given, ask_as.cut)
    context |= {"problems": problems, "asks_why": asks_why}
    return render(request, "targets/targets.html", context, status=status)


@signed_in
@require_GET
def targets_file(request: HttpRequest) -> HttpResponse:
    """The grid as CSV, with the same rows and rights."""
    given = {name: str(value) for name, value in request.GET.items()}
    opened = project()
    sheet, _asked = _opened(given, opened, person_of(request))
    return files.csv_of(sheet, opened)


def _opened(given: dict[str, str], opened: Project, person: Person) -> tuple[Sheet, Asked]:
    known = catalog(opened)
    kpi = known.get(given.get("kpi", ""))
    if kpi is None or kpi.is_formula:
        kpi = known[USUAL]
    cut = facts.cutoff(opened, None, facts.utc_now())
    may = rights_of(person, opened)
    year = layout.year_named(given.get("year", ""), opened, cut.whole)
    places = layout.places(opened, may, year, given.get("under", ""))
    ask_as = Asked(project=opened, reader=reader_of(person, opened), scope=ORG, cut=cut)
    return grid.sheet(kpi, year, places, may, opened), ask_as


def _said(sheet: Sheet, given: dict[str, str]) -> dict[str, str]:
    said = {"kpi": sheet.kpi.name, "year": sheet.year.name}
    return said | ({"under": given["under"]} if given.get("under") else {})


def _read(sheet: Sheet, given: dict[str, str]) -> dict[Spot, Decimal | None]:
    """The cells of the form: values where they can be read, what is wrong where they cannot."""
    values: dict[Spot, Decimal | None] = {}
    for spot in sheet.editable():
        text = given.get(grid.name_of(spot))
        if text is None:
            continue
        sheet.typed[spot] = text
        try:
            value = reading.cell(text, sheet.kpi.unit, words.language())
            if value != sheet.seen.get(spot):
                keeping.check(sheet.kpi.name, value, project())
        except UserError as error:
            sheet.wrong[spot] = words.say_error(error)
        else:
            values[spot] = value
    return values


def _saved(
    request: HttpRequest, sheet: Sheet, made: Sequence[Change], word: str, person: Person
) -> bool:
    """Keep what changed; False when somebody was faster in some cells, which then say so."""
    kept = keeping.set_targets(person, made, word=word, project=project())
    count = len(kept.entries)
    if count:
        said = ngettext("%(n)s target is kept.", "%(n)s targets are kept.", count) % {"n": count}
        messages.success(request, said)
    elif not kept.clashes:
        messages.info(request, _("Nothing was changed."))
    if not kept.clashes:
        return True
    for entry in kept.entries:
        sheet.seen[(entry.scope_type, entry.scope_id), entry.period] = entry.new
    for clash in kept.clashes:
        spot = ((clash.change.scope_type, clash.change.scope_id), clash.change.period)
        sheet.clashes[spot] = clash
        sheet.seen[spot] = clash.stands
    return False
