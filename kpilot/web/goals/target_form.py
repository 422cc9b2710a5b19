"""The form of one target, in any of its five types; each mistake has its sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpilot.ask.catalog import catalog
from kpilot.core import format as written
from kpilot.core.dimensions import ATTRIBUTIONS
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.kpi_names import find
from kpilot.project import Project
from kpilot.web.amounts import alone
from kpilot.web.goals.forms import checked_name, checked_weight, name_field
from kpilot.web.goals.models import Kind, Target
from kpilot.web.kpis import words
from kpilot.web.kpis.judge import is_flow

AGGS = [("flow", _("adds up from start to end")), ("level", _("is a level, as it stands"))]
HOLDS = [("", "–"), ("up", _("stay there or above")), ("down", _("stay there or below"))]
# (KPI, people as "team:north" or "", attribution) -> where it stood before the goal begins
Before = Callable[[str, str, str], float | None]
READINGS = [("relative", _("in relative terms")), ("points", _("in points"))]


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What was typed, a rate and a percentage as a fraction; `per` is "%", "points" or ""."""

    value: float
    is_change: bool
    per: str


class TargetForm(forms.Form):
    """One row of the goal's form; `saved` is the target it changes."""

    kind = forms.ChoiceField(label=_("Type"), choices=Kind.choices)
    name = name_field(_("What"))
    kpi = forms.CharField(
        label=_("KPI"), required=False,
        widget=forms.TextInput(attrs={"list": "all-kpis", "autocomplete": "off"}),
    )  # fmt: skip
    target = forms.CharField(label=_("Target"), required=False)
    start = forms.CharField(label=_("Starting point"), required=False)
    agg = forms.ChoiceField(label=_("The number"), choices=AGGS, required=False)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=24)
    currency = forms.CharField(label=_("Currency"), required=False)
    scope = forms.ChoiceField(label=_("Figures of"), required=False)
    attribution = forms.ChoiceField(label=_("Attribution"), required=False)
    reading = forms.ChoiceField(label=_("Which of the two"), choices=READINGS, required=False,
                                widget=forms.RadioSelect)  # fmt: skip
    tasks = forms.CharField(label=_("Tasks, one per line"), required=False,
                            widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip
    crm_later = forms.BooleanField(label=_("I choose tasks of the CRM next"), required=False)
    direction = forms.ChoiceField(label=_("If it is to hold"), choices=HOLDS, required=False)
    band_low = forms.CharField(label=_("Stay between"), required=False)
    band_high = forms.CharField(label=_("and"), required=False)
    weight = forms.CharField(label=_("Weight"), required=False)
    gone = forms.BooleanField(label=_("Remove this target"), required=False)
    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, project: Project, scopes: list[tuple[str, str]],
                 saved: Target | None = None, before: Before | None = None,
                 **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.project, self.saved, self.before = project, saved, before
        if saved:
            self.fields["tasks"].label = gettext("More tasks, one per line")
        self.ambiguous: list[tuple[str, str]] = []
        self._choose("scope", [("", gettext("the same people as the goal")), *scopes])
        self._choose("attribution", [
            ("", gettext("As the KPI has it")),
            *((one, words.attribution(one)) for one in ATTRIBUTIONS)])  # fmt: skip

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def number(self) -> str:
        """Which row of the goal's form this is."""
        return str(self.prefix or "t0")[1:]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("gone"):
            self._errors = forms.utils.ErrorDict()
            return cleaned
        kind = cleaned.get("kind", "")
        self._sound("weight", checked_weight, cleaned)
        if kind == Kind.KPI:
            self._kpi(cleaned)
        else:
            self._sound("name", checked_name, cleaned)
        if kind == Kind.TASKS:
            self._tasks(cleaned)
        elif kind == Kind.BOOLEAN:
            cleaned |= {"agg": "level", "start": 0.0, "target": 1.0}
        elif kind in (Kind.NUMBER, Kind.CURRENCY):
            self._numbers(cleaned, None)
        return cleaned

    def _sound(self, name: str, check: Any, cleaned: dict[str, Any]) -> None:  # a cleaning function
        try:
            cleaned[name] = check(str(cleaned.get(name) or ""))
        except forms.ValidationError as error:
            self.add_error(name, error)

    def _kpi(self, cleaned: dict[str, Any]) -> None:
        word, known = str(cleaned.get("kpi") or "").strip(), catalog(self.project)
        if not word:
            self.add_error("kpi", gettext("Say which KPI."))
            return
        if self.saved and word == self.saved.kpi and word not in known:
            self.add_error("kpi", gettext(
                "The KPI “%(kpi)s” is no longer in the catalogue: choose another, or remove this "
                "target.") % {"kpi": word})  # fmt: skip
            return
        try:
            kpi = find(known, word, words.language())
        except UserError as error:
            self.add_error("kpi", words.say_error(error))
            return
        if kpi.by:
            dims = ", ".join(words.dimension_label(one) for one in kpi.by)
            self.add_error("kpi", gettext(
                "This KPI has no figure of its own, only one for each %(dimension)s.")
                % {"dimension": dims})  # fmt: skip
            return
        cleaned["kpi"], cleaned["agg"] = kpi.name, "flow" if is_flow(kpi) else "level"
        cleaned["name"] = str(cleaned.get("name") or "").strip() or words.named(kpi.names)
        self._sound("name", checked_name, cleaned)
        self._numbers(cleaned, kpi)

    def _tasks(self, cleaned: dict[str, Any]) -> None:
        listed = [line.strip()[:200] for line in str(cleaned.get("tasks") or "").splitlines()]
        cleaned["task_list"] = [line for line in listed if line]
        has_some = self.saved and self.saved.tasks.filter(archived_at=None).exists()
        if not cleaned["task_list"] and not cleaned.get("crm_later") and not has_some:
            self.add_error("tasks", gettext("The list is empty: write at least one task."))

    def _numbers(self, cleaned: dict[str, Any], kpi: Kpi | None) -> None:
        """Start, target and band as numbers; a change ("+5 %") is worked out from the start."""
        is_rate = kpi is not None and kpi.unit == "ratio"
        low, high = (self._amount(cleaned, end, is_rate) for end in ("band_low", "band_high"))
        start = self._amount(cleaned, "start", is_rate)
        if low is not None or high is not None:
            self._band(cleaned, low, high)
            return
        cleaned["band_low"] = cleaned["band_high"] = None
        is_flow_ = cleaned.get("agg") != "level"
        begins = start.value if start else 0.0 if is_flow_ else None
        cleaned["start"] = begins
        if "start" in self.errors:
            return
        if begins is None and kpi is not None and self.before is not None:
            whose, mode = str(cleaned.get("scope") or ""), str(cleaned.get("attribution") or "")
            begins = cleaned["start"] = self.before(kpi.name, whose, mode)
        aim = self._amount(cleaned, "target", is_rate)
        if "target" in self.errors:
            return
        if aim is None:
            self.add_error("target", gettext("Say how much."))
            return
        if begins is None:
            if kpi is not None and self.before is None:
                return  # the goal's own dates are wrong, which is said there
            self.add_error("start", gettext("A level needs a start: say where it stands before."))
            return
        cleaned["target"] = self._aim(cleaned, aim, begins, is_rate)
        self._sense(cleaned, begins, is_flow_)

    def _aim(
        self, cleaned: dict[str, Any], aim: Aim, begins: float | None, is_rate: bool
    ) -> float | None:
        if not aim.is_change or begins is None:
            return aim.value
        if aim.per == "points":
            return begins + aim.value
        if aim.per == "%":
            relative, points = begins * (1 + aim.value), begins + aim.value
            if not is_rate:
                return relative
            chosen = cleaned.get("reading")
            if chosen:
                return relative if chosen == "relative" else points
            self.ambiguous = [("relative", _rate(relative)), ("points", _rate(points))]
            self.add_error("target", gettext(
                "“%(text)s” of a rate can be read in two ways: %(relative)s or %(points)s. Choose "
                "one below.") % {"text": self.data.get(self.add_prefix("target"), ""),
                                 "relative": _rate(relative), "points": _rate(points)})  # fmt: skip
            return None
        return begins + aim.value

    def _sense(self, cleaned: dict[str, Any], begins: float | None, adds_up: bool) -> None:
        aim = cleaned["target"]
        if aim is None or begins is None:
            return
        if adds_up and aim == 0:
            self.add_error("target", gettext(
                "A target of zero is reached before anybody begins: say how much."))  # fmt: skip
        elif aim == begins and not cleaned.get("direction"):
            self.add_error("target", gettext(
                "The target equals the start: nothing would have to change. To hold a level, say "
                "under “More” on which side."))  # fmt: skip
        cleaned["direction"] = cleaned.get("direction") or ("up" if aim >= begins else "down")

    def _band(self, cleaned: dict[str, Any], low: Aim | None, high: Aim | None) -> None:
        if low is None or high is None:
            self.add_error("band_low", gettext("A band has two ends: give both."))
        elif low.value >= high.value:
            self.add_error("band_low", gettext("The lower end must be below the upper one."))
        else:
            cleaned |= {"band_low": low.value, "band_high": high.value, "target": None,
                        "start": None, "agg": "level"}  # fmt: skip

    def _amount(self, cleaned: dict[str, Any], name: str, is_rate: bool) -> Aim | None:
        text = str(cleaned.get(name) or "").strip()
        if not text:
            return None
        try:
            found = alone(text, words.language())
        except UserError as error:
            self.add_error(name, words.say_error(error))
            return None
        value, is_change = float(found.value), bool(found.sign)
        if is_rate or (found.per == "%" and is_change):
            return Aim(value=value / 100, is_change=is_change, per=found.per or "points")
        return Aim(value=value, is_change=is_change, per="")


def _rate(value: float) -> str:
    return written.percent(value, words.language())


def typed(value: float | None, *, is_rate: bool = False) -> str:
    """A number as somebody would type it into the form."""
    if value is None:
        return ""
    text = f"{value * 100 if is_rate else value:.6f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if words.language() == "fr" else text


def initial_of(target: Target, project: Project) -> dict[str, Any]:
    """The fields of the form as a target has them."""
    kpi = catalog(project).get(target.kpi)
    is_rate = kpi is not None and kpi.unit == "ratio"
    follows = (target.scope_type, target.scope_id) == (
        target.goal.scope_type, target.goal.scope_id)  # fmt: skip
    return {
        "pk": target.pk,
        "kind": target.kind,
        "name": target.name,
        "kpi": words.named(kpi.names) if kpi else target.kpi,
        "target": typed(target.target, is_rate=is_rate),
        "start": typed(target.start, is_rate=is_rate),
        "agg": target.agg,
        "unit": target.unit,
        "currency": target.currency,
        "scope": "" if follows else f"{target.scope_type}:{target.scope_id}",
        "attribution": target.attribution,
        "direction": target.direction if target.start == target.target else "",
        "band_low": typed(target.band_low, is_rate=is_rate),
        "band_high": typed(target.band_high, is_rate=is_rate),
        "weight": f"{target.weight:g}",
    }
