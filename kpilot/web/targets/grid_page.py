"""The grid as its page draws it: every text ready in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kpilot.ask.facts import Cutoff
from kpilot.ask.fiscal import fiscal
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import Fiscal
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.people.models import Person, Role
from kpilot.web.targets import adding, grid, layout, reading
from kpilot.web.targets.grid import Sheet, Spot
from kpilot.web.targets.keeping import Clash
from kpilot.web.targets.models import Entry

RECENT = 12


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One month of a row; `note` tells of a file's target, `error` what is wrong with it.

    is_closed  the month is over and has a target: to change it takes a reason
    """

    name: str
    text: str
    label: str
    is_input: bool
    key: str
    note: str = ""
    error: str = ""
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum of a row or of what is in it; `apart` is how far the parts are from its own target."""

    key: str
    text: str
    apart: str = ""
    is_short: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the grid, and under it what its parts come to, if the reader may know."""

    id: str
    label: str
    kind: str
    depth: int
    months: Sequence[Cell]
    totals: Sequence[Total]
    sums: Sequence[Total]
    parts: str
    may_set: bool


def context(
    sheet: Sheet, project: Project, person: Person, given: Mapping[str, str], cut: Cutoff
) -> dict[str, object]:
    """All that the page shows."""
    values = _values(sheet)
    may_set = [place for place in sheet.places if sheet.may.sets(place.scope)]
    own = written.figure(1, "currency", words.language(), currency=project.settings.currency)
    unit = {"ratio": "%", "currency": own.strip("1.,0\u00a0"), "days": _("days"),
            "seconds": _("seconds"), "months": _("months")}.get(sheet.kpi.unit, "")  # fmt: skip
    lines = [_line(sheet, values, place, project, cut) for place in sheet.places]
    return {
        "kpi": sheet.kpi,
        "name": words.named(sheet.kpi.names),
        "unit": unit,
        "year": sheet.year.name,
        "year_label": words.period_name(sheet.year.period, fiscal(project)),
        "years": [(one, words.period_name(layout.year_named(one, project, cut.whole).period,
                                          fiscal(project)))
                  for one in layout.years(project, cut.whole, sheet.year)],
        "choices": [(label, [(one.name, words.named(one.names)) for one in ones])
                    for label, ones in grid.kpis_to_choose(project, sheet.kpi)],
        "heads": [(*grid.heading(column, cut.whole),
                   column.period.start <= cut.whole < column.period.end)
                  for column in sheet.year.columns],
        "quarters": _quarters(sheet),
        "lines": lines,
        "has_sums": any(line.sums for line in lines),
        "is_flow": sheet.is_flow,
        "has_file": any(not found.is_own for found in sheet.stands.values()),
        "finding": _finding(sheet, values, project),
        "may_set": bool(may_set),
        "rows": [(f"{p.scope[0]}:{p.scope[1]}", grid.label_of(p, project))
                 for p in may_set],
        "chosen_row": given.get("rows", ""),
        "given": given,
        "seen": grid.seen_text(sheet),
        "is_changed": sheet.is_changed,
        "wrong": len(sheet.wrong),
        "clashes": [_clash(spot, clash, sheet, project) for spot, clash in sheet.clashes.items()],
        "recent": _recent(sheet, project),
        "under": given.get("under", ""),
        "may_propose": person.role == Role.AGENT and bool(person.agent_id),
        "decimal": "," if words.language() == "fr" else ".",
    }  # fmt: skip


def _values(sheet: Sheet) -> dict[Spot, Decimal | None]:
    """What the cells say now, typed ones as they can be read."""
    values: dict[Spot, Decimal | None] = {}
    for spot in sheet.spots():
        if spot not in sheet.typed:
            values[spot] = sheet.standing(spot)
            continue
        try:
            values[spot] = reading.cell(sheet.typed[spot], sheet.kpi.unit, words.language())
        except UserError:
            values[spot] = None
    return values


def _quarters(sheet: Sheet) -> list[tuple[int, str]]:
    letter = "T" if words.language() == "fr" else "Q"
    numbers = dict.fromkeys(column.quarter for column in sheet.year.columns)
    return [(number, f"{letter}{number}") for number in numbers] if sheet.is_flow else []


def _line(
    sheet: Sheet, values: adding.Values, place: layout.Place, project: Project, cut: Cutoff
) -> Line:
    label = grid.label_of(place, project)
    months = [_cell(sheet, (place.scope, column.key), f"{label}, {_month(column)}",
                    is_over=column.period.end <= cut.whole)
              for column in sheet.year.columns]  # fmt: skip
    totals = []
    if sheet.is_flow:
        for number, _name in _quarters(sheet):
            keys = [c.key for c in sheet.year.columns if c.quarter == number]
            value = adding.over(values, place.scope, keys)
            totals.append(Total(key=f"q{number}", text=grid.shown(value, sheet.kpi)))
        value = adding.over(values, place.scope, sheet.year.keys)
        totals.append(Total(key="year", text=grid.shown(value, sheet.kpi)))
    return Line(
        id=f"{place.scope[0]}:{place.scope[1]}", label=label, kind=place.scope[0],
        depth=min(place.depth, 4), months=months, totals=totals,
        sums=_sums(sheet, values, place) if place.parts and sheet.is_flow else (),
        parts=" ".join(f"{kind}:{one}" for kind, one in place.parts),
        may_set=sheet.may.sets(place.scope),
    )  # fmt: skip


def _cell(sheet: Sheet, spot: Spot, label: str, *, is_over: bool) -> Cell:
    found = sheet.stands.get(spot)
    note = _("from a file") if found and not found.is_own and spot not in sheet.clashes else ""
    error = sheet.wrong.get(spot, "")
    if spot in sheet.clashes:
        clash = sheet.clashes[spot]
        error = _("%(who)s set %(value)s meanwhile.") % {
            "who": clash.who or _("Somebody"), "value": grid.shown(clash.stands, sheet.kpi) or "–",
        }  # fmt: skip
    return Cell(name=grid.name_of(spot), text=sheet.text(spot), label=label, key=spot[1],
                is_input=sheet.may.sets(spot[0]), note=note, error=error,
                is_closed=is_over and found is not None)  # fmt: skip


def _sums(sheet: Sheet, values: adding.Values, place: layout.Place) -> list[Total]:
    found = adding.sums(sheet, values, place)
    made = [_total(key, found[key], sheet.kpi) for key in sheet.year.keys]
    return [*made, _total("year", found[""], sheet.kpi)]


def _total(key: str, one: adding.Sum, kpi: Kpi) -> Total:
    apart = ""
    if one.difference:
        text = grid.shown(abs(one.difference), kpi)
        apart = f"+{text}" if one.difference > 0 else f"{written.MINUS}{text}"
    return Total(key=key, text=grid.shown(one.value, kpi), apart=apart,
                 is_short=bool(one.difference and one.difference < 0))  # fmt: skip


def _finding(sheet: Sheet, values: adding.Values, project: Project) -> str:
    """How the parts of the first row stand to its target over the year."""
    place = next((one for one in sheet.places if one.parts), None)
    if place is None or not sheet.is_flow:
        return ""
    found = adding.sums(sheet, values, place)[""]
    own = adding.over(values, place.scope, sheet.year.keys)
    if found.value is None or own is None:
        return ""

    def said(value: Decimal) -> str:
        return words.figure(value, sheet.kpi, project.settings.currency, short=True)

    if not found.difference:
        return _("The parts add up to the whole: %(whole)s") % {"whole": said(own)}
    text = (_("The parts come to %(sum)s: %(apart)s less than the target of %(whole)s")
            if found.difference < 0 else
            _("The parts come to %(sum)s: %(apart)s more than the target of %(whole)s"))
    return text % {"sum": said(found.value), "apart": said(abs(found.difference)),
                   "whole": said(own)}  # fmt: skip


def _month(column: layout.Column) -> str:
    return words.period_name(column.period, Fiscal())


def _clash(spot: Spot, clash: Clash, sheet: Sheet, project: Project) -> str:
    place = next(one for one in sheet.places if one.scope == spot[0])
    column = next(one for one in sheet.year.columns if one.key == spot[1])
    return _("%(row)s, %(month)s: %(who)s set %(theirs)s meanwhile; you wrote %(yours)s.") % {
        "row": grid.label_of(place, project), "month": _month(column),
        "who": clash.who or _("somebody"), "theirs": grid.shown(clash.stands, sheet.kpi) or "–",
        "yours": grid.shown(clash.change.value, sheet.kpi) or "–",
    }  # fmt: skip


def _recent(sheet: Sheet, project: Project) -> list[dict[str, str]]:
    """The last changes of the cells shown."""
    rows = {place.scope: grid.label_of(place, project) for place in sheet.places}
    columns = {column.key: _month(column) for column in sheet.year.columns}
    found = Entry.objects.filter(kpi=sheet.kpi.name, period__in=columns)
    zone = project.settings.zone
    shown = [e for e in found[: RECENT * 20] if (e.scope_type, e.scope_id) in rows][:RECENT]
    return [
        {"who": e.who_name, "row": rows[e.scope_type, e.scope_id], "month": columns[e.period],
         "at": format_date.moment(e.at.astimezone(zone), words.language(),
                                  today=e.at.astimezone(zone).date()),
         "day": format_date.day(e.at.astimezone(zone).date(), words.language()),
         "old": grid.shown(e.old, sheet.kpi) or "–", "new": grid.shown(e.new, sheet.kpi) or "–",
         "word": e.word}
        for e in shown
    ]  # fmt: skip


