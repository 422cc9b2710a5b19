"""What the catalogue says of each KPI, and which ones a search keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask import catalog
from kpilot.ask.catalog import own
from kpilot.ask.definitions import in_force
from kpilot.ask.measurable import filled_fields, missing, requirements
from kpilot.core import format_date
from kpilot.core.catalogue_words import DIRECTIONS, FAMILIES, OBJECTIVES, UNITS, family_of
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.places import field_said, places_of
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.kpis import words

SERVES = 0.5  # how much a KPI must serve an objective to be listed under it
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Need:
    """A field, or several of which one will do: whether it is filled, and where it stands."""

    label: str
    is_there: bool
    places: Sequence[Pair]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One KPI of the catalogue, with its variants folded under it."""

    name: str
    label: str
    href: str
    aliases: str
    meaning: str
    formula: str
    caveat: str
    unit: str
    direction: str
    objectives: Sequence[str]
    guardrail: Pair | None
    needs: Sequence[Need]
    is_measurable: bool
    version: str
    variants: Sequence[tuple[str, str, str]]
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for: letters, a family, an objective, and only what can be measured."""

    q: str = ""
    family: str = ""
    objective: str = ""
    measurable: bool = False

    @staticmethod
    def read(given: QueryDict) -> "Search":
        """The search of an address; words nobody knows search for nothing."""
        family, objective = str(given.get("family", "")), str(given.get("objective", ""))
        return Search(
            q=str(given.get("q", "")).strip()[:100],
            family=family if family in FAMILIES else "",
            objective=objective if objective in OBJECTIVES else "",
            measurable=given.get("measurable") == "1",
        )

    @property
    def is_chosen(self) -> bool:
        return bool(self.q or self.family or self.objective or self.measurable)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The entries a search keeps, by family, with how many there are."""

    families: Sequence[tuple[str, Sequence[Entry]]]
    shown: int
    total: int
    measurable: int


def listing(project: Project, search: Search, now: datetime) -> Listing:
    """Everything the search keeps, in the order of families and names."""
    known = catalog(project)
    in_use = in_force(project, now)
    mains = [kpi for kpi in known.values() if not kpi.variant_of]
    can = {kpi.name for kpi in mains if missing(kpi, known, project) is None}
    groups: dict[str, list[Entry]] = {family: [] for family in FAMILIES}
    for kpi in mains:
        if _is_kept(kpi, known, search, can):
            groups[family_of(kpi)].append(entry(kpi, known, project, in_use))
    for entries in groups.values():
        entries.sort(key=lambda one: folded(one.label))
    families = [(words.both(FAMILIES[name]), group) for name, group in groups.items() if group]
    return Listing(
        families=families,
        shown=sum(len(group) for _label, group in families),
        total=len(mains),
        measurable=len(can),
    )


def entry(
    kpi: Kpi, known: Catalog, project: Project, in_use: Mapping[str, tuple[int, datetime, bool]]
) -> Entry:
    """One KPI as the catalogue shows it."""
    language = words.language()
    objectives = kpi.advice.objectives if kpi.advice else {}
    beside = known.get(kpi.guardrail)
    needs = [_need(one, project) for one in requirements(kpi, known, project)]
    return Entry(
        name=kpi.name,
        label=words.named(kpi.names),
        href=reverse("kpi", args=[kpi.name]),
        aliases=", ".join(word for word in kpi.aliases.get(language, ()) if "_" not in word),
        meaning=words.named(kpi.meaning),
        formula=words.named(kpi.formula),
        caveat=words.named(kpi.caveat),
        unit=words.both(UNITS[kpi.unit]),
        direction=_direction(kpi),
        objectives=[words.both(OBJECTIVES[name]) for name in OBJECTIVES
                    if objectives.get(name, 0) >= SERVES],
        guardrail=(words.named(beside.names), reverse("kpi", args=[beside.name]))
        if beside else None,
        needs=needs,
        is_measurable=all(need.is_there for need in needs),
        version=_version(in_use.get(kpi.name), kpi),
        variants=[
            (words.named(other.names), reverse("kpi", args=[other.name]),
             words.named(other.meaning))
            for other in known.values() if other.variant_of == kpi.name
        ],
        is_own=kpi.name in own(project).kpis,
    )  # fmt: skip


def _direction(kpi: Kpi) -> str:
    text = words.both(DIRECTIONS[kpi.direction])
    if kpi.band is None:
        return text
    low, high = (words.figure(end, kpi, "", short=True) for end in kpi.band)
    return _("%(direction)s: %(low)s and %(high)s") % {
        "direction": text, "low": low, "high": high,
    }  # fmt: skip


def _version(known: tuple[int, datetime, bool] | None, kpi: Kpi) -> str:
    if known is None or not known[2]:
        return _("version %(n)s") % {"n": known[0] if known else kpi.version}
    day = format_date.day(known[1], words.language())
    return _("version %(n)s since %(day)s") % {"n": known[0], "day": day}


def _need(need: str, project: Project) -> Need:
    filled = filled_fields(project)
    fields = need.split("|")
    places: dict[str, list[str]] = {}
    for one in fields:
        for crm, place in places_of(one):
            if place not in places.setdefault(crm, []):
                places[crm].append(place)
    return Need(
        label=_(" or ").join(words.both(field_said(one)) for one in fields),
        is_there=any(filled.get(one, 0) > 0 for one in fields),
        places=[(crm, _(" or ").join(found)) for crm, found in places.items()],
    )


def _is_kept(kpi: Kpi, known: Catalog, search: Search, can: set[str]) -> bool:
    if search.family and family_of(kpi) != search.family:
        return False
    if search.measurable and kpi.name not in can:
        return False
    served = kpi.advice.objectives.get(search.objective, 0) if kpi.advice else 0
    if search.objective and served < SERVES:
        return False
    heard = [kpi, *(other for other in known.values() if other.variant_of == kpi.name)]
    text = folded(" ".join(_heard(one) for one in heard).replace("_", " "))
    return all(word in text for word in folded(search.q.replace("_", " ")).split())


def _heard(kpi: Kpi) -> str:
    """Everything a KPI may be found by, in both languages."""
    aliases = [alias for group in kpi.aliases.values() for alias in group]
    return " ".join([kpi.name, *kpi.names.values(), *aliases, *kpi.meaning.values(),
                     *kpi.formula.values()])  # fmt: skip
