"""What people fill in about themselves and each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kpilot.web.people.models import Person

if TYPE_CHECKING:
    FormOfPerson = forms.ModelForm[Person]
else:  # the class takes no parameter when it runs
    FormOfPerson = forms.ModelForm

Choices = Sequence[tuple[str, str]]
NEW_PASSWORD = {"autocomplete": "new-password"}


class SignInForm(forms.Form):
    """Address and password; whether they match is the door's business."""

    email = forms.CharField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    """A password somebody chooses; `person` is whom it must not resemble."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters. A few words in a row are easy to keep in mind."),
        widget=forms.PasswordInput(attrs=NEW_PASSWORD),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person = self.person or Person(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
        try:
            if "password" in cleaned:
                validate_password(cleaned["password"], person)
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned


class SetUpForm(NewPasswordForm):
    """The first administrator."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "email", "password"])


class ChangePasswordForm(NewPasswordForm):
    """A new password, given with the present one."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")
        self.order_fields(["present", "password"])

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if self.person is None or not self.person.check_password(present):
            raise ValidationError(_("This is not your present password."))
        return present


class TasteForm(FormOfPerson):
    """How somebody likes her pages."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("Like the browser")), *settings.LANGUAGES],
    )

    class Meta:
        model = Person
        fields = ("name", "language", "theme")


class PersonForm(FormOfPerson):
    """Somebody as the administrator describes her."""

    class Meta:
        model = Person
        fields = ("name", "email", "role", "agent_id", "team_id")

    def __init__(self, *args: Any, agents: Choices, teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent_id"] = _link(
            _("Is in the data as"), self.instance.agent_id, agents, none=_("Nobody"),
            needed=_("For a salesperson: the rows of this one are shown, and no others."),
        )  # fmt: skip
        self.fields["team_id"] = _link(
            _("Team"), self.instance.team_id, teams, none=_("None"),
            needed=_("For a manager: this team and the teams below it are shown."),
        )  # fmt: skip

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if Person.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                _("Somebody has this address already: change that person, or write another.")
            )
        return email


def _link(
    label: Any, present: str, known: Choices, *, none: Any, needed: Any
) -> forms.ChoiceField:
    """A choice among the rows of the data, keeping a link whose row is gone."""
    choices = [("", none), *known]
    if present and present not in dict(known):
        choices.append((present, present))
    return forms.ChoiceField(label=label, required=False, choices=choices, help_text=needed)
