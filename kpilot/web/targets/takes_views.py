"""The page “What would it take?”: a target, and the ways to it, each enough alone."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kpilot.ask import catalog, facts
from kpilot.ask.fiscal import fiscal
from kpilot.core import format as written
from kpilot.core.calendar import Fiscal, Grain, Period, period_of, split
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.people.access import person_of, signed_in
from kpilot.web.people.models import Person
from kpilot.web.reader import reader_of
from kpilot.web.targets import aims, grid, layout, reading, takes_words
from kpilot.web.targets.past import Asked
from kpilot.web.targets.record import on_record
from kpilot.web.targets.rights import Scope, rights_of
from kpilot.web.targets.smart_views import sees_whole
from kpilot.web.targets.takes import MONEY, WINS, takes
from kpilot.web.warehouse import project

GRAINS: tuple[tuple[Grain, int], ...] = (("month", 4), ("quarter", 3), ("year", 2))


@signed_in
def what_it_takes(request: HttpRequest) -> HttpResponse:
    """The funnel solved backwards for a target of sales value or wins."""
    opened, person = project(), person_of(request)
    given = {name: str(value) for name, value in request.GET.items()}
    known = catalog(opened)
    kpi = known[given["kpi"] if given.get("kpi") in (WINS, MONEY) else MONEY]
    cut = facts.cutoff(opened, None, facts.utc_now())
    choices = scopes(person, opened)
    scope = aims.scope_of(given) if "scope" in given else choices[0][0] if choices else ("org", "")
    period = aims.period_named(given.get("period", ""), opened)
    period = period or period_of(cut.whole, "quarter", fiscal(opened))
    context: dict[str, object] = {
        "kpis": [(one, words.named(known[one].names)) for one in (MONEY, WINS)],
        "kpi": kpi,
        "scopes": [(f"{s[0]}:{s[1]}", label) for s, label in choices],
        "scope": f"{scope[0]}:{scope[1]}",
        "periods": [(one.key, words.period_name(one, fiscal(opened)))
                    for one in _periods(period, cut.whole, opened)],
        "period": period,
        "typed": given.get("target", ""),
    }  # fmt: skip
    asked = Asked(project=opened, reader=reader_of(person, opened), scope=scope, cut=cut)
    if not choices or scope not in dict(choices) or not sees_whole(person, scope, opened):
        context["problem"] = _("You see only a part of these figures: choose whose you see whole.")
        return render(request, "targets/takes.html", context)
    try:
        target = _target(given, kpi, scope, period, opened)
    except UserError as error:
        context["problem"] = words.say_error(error)
        return render(request, "targets/takes.html", context, status=400)
    if target is None:
        context["hint"] = True
        return render(request, "targets/takes.html", context)
    context["typed"] = context["typed"] or words.figure(
        target, kpi, opened.settings.currency, short=False
    )
    found = takes(kpi, target, period, asked)

    def figure(value: float) -> str:
        return words.figure(round(value), kpi, opened.settings.currency, short=True)

    context |= {
        "found": found,
        "levers": takes_words.levers(found, opened.settings.currency),
        "alone": takes_words.not_alone(found),
        "room": takes_words.has_room(found),
        "target": figure(target), "done": figure(found.done), "left": figure(found.left),
        "expected": figure(found.expected),
        "share": written.percent(found.expected / found.left, words.language(), 0)
        if found.left else "",
        "late": found.cycle is not None and found.weeks * 7 < found.cycle,
        "cycle": words.figure(found.cycle, known["sales_cycle_days"], "")
        if found.cycle is not None else "",
    }  # fmt: skip
    return render(request, "targets/takes.html", context)


def scopes(person: Person, opened: Project) -> list[tuple[Scope, str]]:
    """The people and teams whose figures she sees whole, by name."""
    may = rights_of(person, opened)
    today = facts.cutoff(opened, None, facts.utc_now()).whole
    year = layout.year_named("", opened, today)
    return [(place.scope, grid.label_of(place, opened))
            for place in layout.places(opened, may, year)
            if sees_whole(person, place.scope, opened)]  # fmt: skip


def _target(
    given: dict[str, str], kpi: Kpi, scope: Scope, period: Period, opened: Project
) -> float | None:
    """The target typed, or the one on record for these people and this period."""
    if typed := given.get("target", "").strip():
        value = reading.cell(typed, kpi.unit, words.language())
        if value is not None and value <= 0:
            raise UserError("Write a target above zero.", code="zero_target")
        return None if value is None else float(value)
    record = on_record(opened)
    if found := record.get((kpi.name, *scope, period.key)):
        return float(found.value)
    months = split(period, "month", Fiscal())
    parts = [record.get((kpi.name, *scope, month.key)) for month in months]
    known = [float(one.value) for one in parts if one]
    return sum(known) if known and len(known) == len(months) else None


def _periods(chosen: Period, today: date, opened: Project) -> list[Period]:
    """The running month, quarter and year and those that follow, and the one chosen."""
    own, found = fiscal(opened), {}
    for grain, count in GRAINS:
        at = today
        for _number in range(count):
            one = period_of(at, grain, own)
            found[one.key] = one
            at = one.end
    found[chosen.key] = chosen
    return list(found.values())
