"""The words that the form of a widget takes: of the query, and of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.ask import catalog
from kpilot.core.kpi import Kpi
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.goals.rights import visible
from kpilot.web.kpis import words
from kpilot.web.kpis.filters import known_dimensions
from kpilot.web.kpis.presets import LABELS as PERIODS
from kpilot.web.people.models import Person

Form = Literal["choice", "text", "long", "number", "filter"]
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One word of a widget's form.

    name     a word of the query, or of the widget's options when `is_option`
    form     how it is asked: a choice from a list, a line, several lines, a number, a filter
    many     how many values it may have
    choices  what an option may be; what words of the query may be is found by `choices_of`
    fits     which KPIs the widget can draw; `unfit` says why not the others
    """

    name: str
    label: str | Promise
    form: Form = "choice"
    is_option: bool = False
    needed: bool = False
    many: int = 1
    choices: Mapping[str, str | Promise] = field(default_factory=dict)
    fits: Callable[[Kpi], bool] = lambda kpi: True
    unfit: str | Promise = ""
    hint: str | Promise = ""


KPI = Field(
    name="kpi",
    label=N_("KPI"),
    needed=True,
    fits=lambda kpi: not kpi.by,
    unfit=N_("It is never one figure for all: its own page shows it."),
)
KPIS = replace(KPI, label=N_("KPIs"), many=8)
BY = Field(name="by", label=N_("Broken down by"), needed=True)
GRAIN = Field(name="grain", label=N_("Steps"))
PERIOD = Field(name="period", label=N_("Period"), hint=N_("That of the board unless chosen here."))
COMPARE = Field(name="compare", label=N_("Compared with"))
WHERE = Field(name="where", label=N_("Filter"), form="filter", many=8)
ATTRIBUTION = Field(name="attribution", label=N_("Attributed to"))
COMMON = (PERIOD, COMPARE, WHERE, ATTRIBUTION)

STEPS: Mapping[str, str | Promise] = {
    "day": N_("Day"), "week": N_("Week"), "month": N_("Month"), "quarter": N_("Quarter"),
    "year": N_("Year"),
}  # fmt: skip
COMPARED: Mapping[str, str | Promise] = {
    "previous": N_("Previous period"), "year": N_("A year before"), "none": N_("Nothing"),
}  # fmt: skip
ATTRIBUTED = ("owner_at_event", "owner_current", "owner_first")


def option(
    name: str,
    label: str | Promise,
    choices: Mapping[str, str | Promise] | None = None,
    *,
    form: Form = "choice",
    needed: bool = False,
    hint: str | Promise = "",
) -> Field:
    """A word of the widget's own; the first choice is what it is when nothing is said."""
    return Field(name=name, label=label, choices=choices or {}, form=form, is_option=True,
                 needed=needed, hint=hint)  # fmt: skip


def choices_of(
    asked: Field, project: Project, kpi: str = "", person: Person | None = None
) -> Choices:
    """What a field may be, as (value, label): of KPIs those that the widget can draw; of
    dimensions those that the rows of `kpi` have; of goals those that `person` may see."""
    known = catalog(project)
    if asked.choices:
        return [(value, str(label)) for value, label in asked.choices.items()]
    match asked.name:
        case "goal":
            seen = visible(person) if person else ()
            return _by_label((str(goal.pk), goal.name) for goal in seen)
        case "kpi":
            fitting = [kpi for kpi in known.values() if asked.fits(kpi)]
            return _by_label((kpi.name, words.named(kpi.names)) for kpi in fitting)
        case "by":
            of = known.get(kpi)
            names = known_dimensions(of, project) if of else ()
            return [(name, words.dimension_label(name)) for name in names]
        case "grain":
            return [(value, str(label)) for value, label in STEPS.items()]
        case "period":
            return [("", _("As the board")), *((p, str(label)) for p, label in PERIODS.items())]
        case "compare":
            return [("", _("As the board")), *((c, str(label)) for c, label in COMPARED.items())]
        case "attribution":
            ways = [(mode, words.attribution(mode)) for mode in ATTRIBUTED]
            return [("", _("As the board")), *ways]
    return ()


def _by_label(choices: Iterable[tuple[str, str]]) -> Choices:
    return sorted(choices, key=lambda one: folded(one[1]))
