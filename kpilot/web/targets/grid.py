"""The grid of a KPI's targets: people and teams by months, with what adds up to what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from kpilot.ask import catalog
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.kpi import Kpi
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.kpis.judge import is_flow
from kpilot.web.kpis.words import language
from kpilot.web.targets.keeping import Change, Clash
from kpilot.web.targets.layout import Column, Place, Year
from kpilot.web.targets.record import Standing, on_record
from kpilot.web.targets.rights import ORG, Rights, Scope

Spot = tuple[Scope, str]  # a row and a month
DIGITS = 6


@dataclass(kw_only=True)
class Sheet:
    """The cells of one KPI and year as one person works on them.

    stands  what is on record; seen  what she began with; typed  what she wrote, as she wrote it
    wrong   what is wrong with a cell, in words; clashes  what somebody else set meanwhile
    """

    kpi: Kpi
    year: Year
    places: Sequence[Place]
    may: Rights
    stands: Mapping[Spot, Standing]
    seen: dict[Spot, Decimal | None] = field(default_factory=dict)
    typed: dict[Spot, str] = field(default_factory=dict)
    wrong: dict[Spot, str] = field(default_factory=dict)
    clashes: dict[Spot, Clash] = field(default_factory=dict)

    def standing(self, spot: Spot) -> Decimal | None:
        found = self.stands.get(spot)
        return found.value if found else None

    def spots(self) -> list[Spot]:
        """Every cell of the grid, row by row."""
        return [(place.scope, key) for place in self.places for key in self.year.keys]

    def editable(self) -> list[Spot]:
        """The cells she may write in."""
        return [spot for spot in self.spots() if self.may.sets(spot[0])]

    def text(self, spot: Spot) -> str:
        """What stands in the cell: what was typed, else the target on record."""
        return self.typed.get(spot, shown(self.standing(spot), self.kpi))

    def fill(self, spot: Spot, value: Decimal | None) -> None:
        """Write a value into a cell, not yet kept."""
        self.typed[spot] = shown(value, self.kpi)

    @property
    def is_flow(self) -> bool:
        return is_flow(self.kpi)

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that is not on record."""
        return any(text != shown(self.standing(spot), self.kpi)
                   for spot, text in self.typed.items())  # fmt: skip


def sheet(kpi: Kpi, year: Year, places: Sequence[Place], may: Rights, project: Project) -> Sheet:
    """The grid as it stands."""
    record = on_record(project)
    stands = {
        (place.scope, key): found
        for place in places
        for key in year.keys
        if (found := record.get((kpi.name, *place.scope, key)))
    }
    made = Sheet(kpi=kpi, year=year, places=places, may=may, stands=stands)
    made.seen = {spot: found.value for spot, found in stands.items()}
    return made


def shown(value: Decimal | None, kpi: Kpi) -> str:
    """A target as its cell shows it, without its unit; "" for none."""
    if value is None:
        return ""
    value = value.scaleb(2) if kpi.unit == "ratio" else value
    return written.decimal(value, language(), DIGITS, strip=True)


def name_of(spot: Spot) -> str:
    """The name of the cell's field."""
    (kind, one), key = spot
    return f"c:{kind}:{key}:{one}"


def seen_text(sheet_: Sheet) -> str:
    """What she began with, as the form carries it, to notice who else changed it."""
    return json.dumps({
        name_of(spot): f"{value:f}"
        for spot in sheet_.editable() if (value := sheet_.seen.get(spot)) is not None
    })  # fmt: skip


def read_seen(sheet_: Sheet, text: str) -> None:
    """Take up what the form says she began with; nonsense counts as nothing seen."""
    try:
        said = json.loads(text or "{}")
    except ValueError:
        said = {}
    known = said if isinstance(said, dict) else {}
    sheet_.seen = {}
    for spot in sheet_.editable():
        try:
            value = Decimal(str(known[name_of(spot)]))
        except (KeyError, InvalidOperation):
            continue
        if value.is_finite():
            sheet_.seen[spot] = value


def changes(sheet_: Sheet, values: Mapping[Spot, Decimal | None]) -> list[Change]:
    """What she changed, against what she began with."""
    return [
        Change(kpi=sheet_.kpi.name, scope_type=scope[0], scope_id=scope[1], period=key,
               value=value, was=sheet_.seen.get((scope, key)), is_seen=True)
        for (scope, key), value in values.items()
        if value != sheet_.seen.get((scope, key))
    ]  # fmt: skip


def closed(sheet_: Sheet, made: Sequence[Change], whole: date) -> list[Change]:
    """Those of the changes that alter a target of a month that is over on the day `whole`.

    A first target there is none of them: nobody was told another one before.
    """
    over = {column.key for column in sheet_.year.columns if column.period.end <= whole}
    return [one for one in made if one.period in over and one.was is not None]


def label_of(place: Place, project: Project) -> str:
    """The row's name; the organisation's own for the whole."""
    if place.scope == ORG:
        return project.settings.organisation or _("Organisation")
    return place.name


def heading(column: Column, today: date) -> tuple[str, str]:
    """A month as its column is called, and whether it is over."""
    name = format_date.period_short(column.period, language())
    if column.period.end <= today:
        return name, _("closed")
    return name, _("running") if column.period.start <= today else ""


def kpis_to_choose(project: Project, chosen: Kpi) -> Sequence[tuple[str, Sequence[Kpi]]]:
    """The KPIs a target can be set for, those that add up first."""
    known = [one for one in catalog(project).values()
             if not one.is_formula and (not one.variant_of or one is chosen)]  # fmt: skip
    groups = (
        (_("Add up over the year"), [one for one in known if is_flow(one)]),
        (_("Rates, averages and levels"), [one for one in known if not is_flow(one)]),
    )
    return [(label, sorted(ones, key=lambda one: folded(one.names[language()])))
            for label, ones in groups]  # fmt: skip
