"""The interview: eleven short questions, of which only the first must be answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpilot.core import format as written
from kpilot.core.catalogue_words import OBJECTIVES
from kpilot.web.kpis import words

MOST_PEOPLE = 10_000
OPEN = ("", _("Not sure"))
YES_NO = (("yes", _("Yes")), ("no", _("No")), OPEN)
OBJECTIVE_HINTS: Mapping[str, str | Promise] = {
    "VOL": _("Close more deals, win more customers."),
    "REV": _("Bring in more money from what is sold."),
    "EFF": _("Spend less time and money for each sale."),
    "RET": _("Keep customers and have them come back."),
    "SPD": _("Answer sooner, close sooner."),
    "FCST": _("Know what the quarter will bring."),
    "TEAM": _("Give each salesperson a clear aim."),
}


class Interview(forms.Form):
    """What is wanted, and what the business is like."""

    objective = forms.ChoiceField(
        label=_("What do you want most?"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want most: everything else follows.")},
    )  # fmt: skip
    model = forms.ChoiceField(
        label=_("Who buys from you?"), required=False, widget=forms.RadioSelect,
        choices=(("b2b", _("Companies (B2B)")), ("b2c", _("Private persons (B2C)")), OPEN),
    )  # fmt: skip
    cycle = forms.ChoiceField(
        label=_("How long from first talk to signature?"), required=False,
        widget=forms.RadioSelect,
        choices=(("short", _("Under 30 days")), ("medium", _("30 to 89 days")),
                 ("long", _("90 days or more")), OPEN),
    )  # fmt: skip
    revenue = forms.ChoiceField(
        label=_("How do customers pay over time?"), required=False, widget=forms.RadioSelect,
        choices=(("one_off", _("Once")), ("repeat", _("They come back and buy again")),
                 ("contractual", _("By contract or subscription")), OPEN),
    )  # fmt: skip
    basket = forms.ChoiceField(
        label=_("How large is a usual sale?"), required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    inbound = forms.ChoiceField(label=_("Do customers come to you?"), required=False,
                                widget=forms.RadioSelect, choices=YES_NO)  # fmt: skip
    outbound = forms.ChoiceField(label=_("Do you go to them?"), required=False,
                                 widget=forms.RadioSelect, choices=YES_NO)  # fmt: skip
    email = forms.ChoiceField(label=_("Do you sell by e-mail?"), required=False,
                              widget=forms.RadioSelect, choices=YES_NO)  # fmt: skip
    calls = forms.ChoiceField(label=_("Do you take or make many calls?"), required=False,
                              widget=forms.RadioSelect, choices=YES_NO)  # fmt: skip
    agents = forms.IntegerField(
        label=_("How many people sell?"), required=False, min_value=1, max_value=MOST_PEOPLE,
        error_messages={
            "invalid": _("Write a whole number, such as 8."),
            "min_value": _("Write 1 if you sell alone."),
            "max_value": _("Write a number of people up to 10,000."),
        },
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hundred = written.figure(100, "currency", words.language(), currency=currency,
                                       short=True)  # fmt: skip
        self._choose("objective", [(key, words.both(both)) for key, both in OBJECTIVES.items()])
        self._choose("basket", [
            ("low", gettext("Under %(amount)s") % {"amount": hundred}),
            ("high", gettext("%(amount)s or more") % {"amount": hundred}), OPEN,
        ])  # fmt: skip

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("inbound") == "no" and cleaned.get("outbound") == "no":
            self.add_error("outbound", gettext(
                "You said no to both: customers come to you, or you go to them. "
                "Change one, or say “Not sure”."
            ))  # fmt: skip
        return cleaned

    def said(self) -> dict[str, str]:
        """The answers besides the objective, "" where one was left open."""
        return {name: str(value or "") for name, value in self.cleaned_data.items()
                if name != "objective"}  # fmt: skip
