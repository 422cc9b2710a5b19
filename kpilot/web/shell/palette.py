"""What the palette offers: pages and KPIs, found by a few letters of their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.ask.catalog import catalog
from kpilot.core.kpi import Kpi
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.people.models import Person
from kpilot.web.shell.navigation import places

# Pages that other pages lead to, without a place in the rail.
MORE = (
    ("targets", N_("Targets by month")),
    ("proposals", N_("Proposed targets")),
    ("what-it-takes", N_("What would it take?")),
    ("goal-notices", N_("Notices")),
)


@dataclass(frozen=True, kw_only=True)
class Option:
    """One line of the palette; `words` are found too, but not shown."""

    label: str
    href: str
    icon: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Options of one kind."""

    label: str
    options: Sequence[Option]


def groups(person: Person, project: Project) -> Sequence[Group]:
    """Everything the person can go to, in her language."""
    pages = [
        Option(label=str(place.entry.label), href=place.href, icon=place.entry.icon)
        for place in places(person.role, "")
    ]
    pages += [Option(label=str(label), href=reverse(url), icon="goal") for url, label in MORE]
    language = (translation.get_language() or "en")[:2]
    known = [kpi for kpi in catalog(project).values() if not kpi.variant_of]
    kpis = sorted((_option(kpi, language) for kpi in known), key=lambda one: folded(one.label))
    return [Group(label=_("Pages"), options=pages), Group(label=_("KPIs"), options=kpis)]


def _option(kpi: Kpi, language: str) -> Option:
    heard = [*kpi.aliases.get("en", ()), *kpi.aliases.get("fr", ()), *kpi.names.values()]
    return Option(
        label=kpi.names[language],
        href=reverse("kpi", args=[kpi.name]),
        icon="trend",
        words=" ".join(heard),
    )
