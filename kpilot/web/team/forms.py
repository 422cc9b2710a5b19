"""What an administrator or a manager decides about the team pages."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpilot.web.team.models import FEWEST_IN_GROUP, LONGEST_SLA, Rules, TeamRules

if TYPE_CHECKING:
    FormOfRules = forms.ModelForm[Rules]
    FormOfTeam = forms.ModelForm[TeamRules]
else:  # the classes take no parameter when they run
    FormOfRules = FormOfTeam = forms.ModelForm


class RulesForm(FormOfRules):
    """What salespeople see of each other; `version` tells whether somebody else was quicker."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Rules
        fields = ("peer_view", "smallest_group")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["smallest_group"].help_text = _(
            "Totals and pseudonyms of fewer people are not shown to salespeople: at least %(n)s, "
            "for two could work each other out."
        ) % {"n": FEWEST_IN_GROUP}
        self.order_fields(["peer_view", "smallest_group", "version"])


class TeamRulesForm(FormOfTeam):
    """Whether a team has a leaderboard, and how soon its leads should be answered."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    minutes = forms.IntegerField(
        label=_("Answer leads within (minutes)"),
        required=False,
        min_value=1,
        max_value=LONGEST_SLA // 60,
    )

    class Meta:
        model = TeamRules
        fields = ("leaderboard",)

    def __init__(self, *args: Any, usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seconds = self.instance.sla_seconds
        self.fields["minutes"].initial = seconds // 60 if seconds else None
        self.fields["minutes"].help_text = _("Left empty: %(delay)s, as above.") % {"delay": usual}
        self.fields["leaderboard"].help_text = _(
            "Off unless you want it: own targets and fair win rates with their doubt, shared "
            "places, none for those with too few rows."
        )
        self.order_fields(["leaderboard", "minutes", "version"])

    @property
    def seconds(self) -> int | None:
        """The delay chosen."""
        minutes = self.cleaned_data["minutes"]
        return None if minutes is None else int(minutes) * 60
