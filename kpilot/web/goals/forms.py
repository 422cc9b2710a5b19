"""The form of a goal: who, what, which period; the targets have one of their own each."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpilot.core.calendar import Fiscal, add_months, parse_period, period_of
from kpilot.core.errors import UserError
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.amounts import alone, number
from kpilot.web.goals.models import LONGEST_NAME, Goal, Scope, Timing
from kpilot.web.goals.rights import may_make, visible
from kpilot.web.goals.scopes import owner_choices, parents, scope_choices, scope_name
from kpilot.web.kpis import words
from kpilot.web.people.models import Person

OWN_DATES, MOST_TIMES = "own", 24
NEVER, MONTHLY, QUARTERLY = "", "month", "quarter"


def name_field(label: Any) -> forms.CharField:
    """A name; the browser does not cut off what is too long, so that the reader can."""
    field = forms.CharField(label=label, required=False)
    field.widget.attrs.pop("maxlength", None)
    return field


def day_input() -> forms.DateInput:
    """A date as browsers ask for it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def checked_name(name: str) -> str:
    """The name, or a sentence on what is wrong with it."""
    if not name.strip():
        raise forms.ValidationError(gettext("Give it a name."))
    if len(name) > LONGEST_NAME:
        raise forms.ValidationError(
            gettext("The name has %(length)s characters: shorten it to %(most)s.")
            % {"length": len(name), "most": LONGEST_NAME}
        )
    return name.strip()


def checked_weight(text: str) -> float:
    """A weight above 0, or a sentence."""
    if not text.strip():
        return 1.0
    try:
        weight = float(alone(text, words.language()).value)
    except UserError as error:
        raise forms.ValidationError(words.say_error(error)) from error
    if weight <= 0:
        raise forms.ValidationError(
            gettext("With a weight of %(weight)s it would count for nothing: give more than 0.")
            % {"weight": text.strip()}
        )
    return weight


class GoalForm(forms.Form):
    """A goal without its targets."""

    name = name_field(_("Name of the goal"))
    scope = forms.ChoiceField(label=_("For whom"))
    owners = forms.ModelMultipleChoiceField(
        label=_("Owners"), queryset=Person.objects.none(), required=False,
        help_text=_("They change it and are told when a target is reached."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    period = forms.ChoiceField(label=_("Period"), required=False)
    start_on = forms.DateField(label=_("First day"), required=False, widget=day_input())
    last_day = forms.DateField(label=_("Last day"), required=False, widget=day_input())
    repeats = forms.ChoiceField(
        label=_("Repeat"), required=False,
        choices=[(NEVER, _("Once")), (MONTHLY, _("Every month")), (QUARTERLY, _("Every quarter"))],
    )  # fmt: skip
    times = forms.CharField(label=_("How many times in all"), required=False)
    parent = forms.ChoiceField(label=_("Part of"), required=False)
    weight = forms.CharField(
        label=_("Weight in the goal above"), required=False,
        help_text=_("1 unless some parts count more than others."),
    )  # fmt: skip
    timing = forms.ChoiceField(label=_("Pace expected"), choices=Timing.choices, required=False)
    months = forms.CharField(
        label=_("Weights of its months, in order"), required=False,
        help_text=_("One number for each month, such as 20 30 50."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, person: Person, project: Project, today: date,
                 goal: Goal | None = None, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.person, self.project, self.goal, self.today = person, project, goal, today
        scopes = scope_choices(person, project)
        kept = f"{goal.scope_type}:{goal.scope_id}" if goal else ""
        if goal and kept not in dict(scopes):
            scopes = [(kept, scope_name(goal.scope_type, goal.scope_id, project)), *scopes]
        self._choose("scope", scopes)
        people = owner_choices(person, project)
        if goal:
            people = (people | goal.owners.all()).distinct()
        owners = self.fields["owners"]
        if isinstance(owners, forms.ModelMultipleChoiceField):
            owners.queryset = people
            by_name = sorted(people, key=lambda one: folded(one.name))
            owners.choices = [(one.pk, one.name) for one in by_name]
        above = [(str(one.pk), one.name) for one in parents(person, goal)]
        if goal and goal.parent and str(goal.parent_id) not in dict(above):
            hers = visible(person).filter(pk=goal.parent.pk).exists()
            called = goal.parent.name if hers else gettext("a goal that is not yours to see")
            above = [(str(goal.parent_id), called), *above]
        self._choose("parent", [("", "–"), *above])
        self._choose("period", periods(today, self._said("period")))
        if goal:
            del self.fields["repeats"], self.fields["times"]

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _said(self, name: str) -> str:
        return str(self.data.get(name) or self.initial.get(name) or "")

    def clean_name(self) -> str:
        return checked_name(self.cleaned_data["name"])

    def clean_weight(self) -> float:
        return checked_weight(self.cleaned_data["weight"])

    def clean_scope(self) -> tuple[str, str]:
        scope_type, _colon, scope_id = str(self.cleaned_data["scope"]).partition(":")
        kept = self.goal and (self.goal.scope_type, self.goal.scope_id) == (scope_type, scope_id)
        if not kept and not may_make(self.person, scope_type, scope_id):
            raise forms.ValidationError(gettext("You cannot make goals for them."))
        return scope_type, scope_id

    def clean_times(self) -> int:
        text = str(self.cleaned_data.get("times") or "").strip()
        if not self.cleaned_data.get("repeats"):
            return 1
        if not text.isdecimal() or not 2 <= int(text) <= MOST_TIMES:
            raise forms.ValidationError(
                gettext("Say how many times in all, from 2 to %(most)s.") % {"most": MOST_TIMES}
            )
        return int(text)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._dates(cleaned)
        if cleaned.get("timing") == Timing.MONTHS and cleaned.get("due_on"):
            cleaned["month_weights"] = self._months(cleaned)
        return cleaned

    def _dates(self, cleaned: dict[str, Any]) -> None:
        key = cleaned.get("period") or OWN_DATES
        if key != OWN_DATES:
            whole = parse_period(key, Fiscal())
            cleaned["start_on"], cleaned["due_on"] = whole.start, whole.end
            return
        start, last = cleaned.get("start_on"), cleaned.get("last_day")
        for name, value in (("start_on", start), ("last_day", last)):
            if value is None and name not in self.errors:
                self.add_error(name, gettext("Say which day."))
        if start and last:
            if last < start:
                self.add_error("last_day", gettext(
                    "It ends before it starts: the last day must be %(start)s or later.")
                    % {"start": words.days(period_of(start, "day", Fiscal()))})  # fmt: skip
            elif last.year - start.year > 20:
                self.add_error("last_day", gettext("It lasts longer than twenty years."))
            else:
                cleaned["due_on"] = last + timedelta(1)

    def _months(self, cleaned: dict[str, Any]) -> dict[str, float]:
        """The weight of each month of the period; a form error when they are not as many."""
        months = months_of(cleaned["start_on"], cleaned["due_on"])
        typed = re.split(r"[;\s]+", str(cleaned.get("months") or "").strip())
        given = [number(word.rstrip("%"), words.language()) for word in typed]
        values = [float(one) for one in given if one is not None and one >= 0]
        if len(values) != len(months) or len(given) != len(values) or not sum(values):
            self.add_error("months", gettext(
                "Its period has %(count)s months: write as many numbers, not all of them 0.")
                % {"count": len(months)})  # fmt: skip
            return {}
        return dict(zip(months, values, strict=True))


def months_of(start: date, due: date) -> list[str]:
    """The months that a period touches, as "2026-01"."""
    found, day = [], start.replace(day=1)
    while day < due:
        found.append(f"{day:%Y-%m}")
        day = add_months(day, 1)
    return found


def periods(today: date, kept: str = "") -> list[tuple[str, str]]:
    """This month and the next ones, quarters, years, and dates of one's own."""
    found: dict[str, str] = {}
    for grain, count in (("quarter", 3), ("month", 3), ("year", 2)):
        day = today
        for _n in range(count):
            one = period_of(day, "quarter" if grain == "quarter" else
                            "month" if grain == "month" else "year", Fiscal())  # fmt: skip
            found[one.key] = words.period_name(one, Fiscal())
            day = one.end
    if kept and kept not in (OWN_DATES, *found):
        try:
            found[kept] = words.period_name(parse_period(kept, Fiscal()), Fiscal())
        except UserError:
            kept = ""
    return [*found.items(), (OWN_DATES, gettext("Dates of its own"))]


def initial_of(goal: Goal) -> dict[str, Any]:
    """The form's fields as a goal has them."""
    return {
        "name": goal.name,
        "scope": f"{goal.scope_type}:{goal.scope_id}",
        "owners": [person.pk for person in goal.owners.all()],
        "period": OWN_DATES,
        "start_on": goal.start_on,
        "last_day": goal.last_day,
        "parent": str(goal.parent_id or ""),
        "weight": f"{goal.weight:g}",
        "timing": goal.timing,
        "months": " ".join(f"{weight:g}" for weight in goal.month_weights.values()),
        "version": goal.version,
    }


def scope_of(person: Person) -> str:
    """The people she most likely makes a goal for."""
    if person.is_administrator:
        return f"{Scope.ORG}:"
    if person.role == "manager" and person.team_id:
        return f"{Scope.TEAM}:{person.team_id}"
    return f"{Scope.AGENT}:{person.agent_id}"
